//! The runtime of the crates that routegen generates: the client, the server, and the types that both use.
//!
//! Programs depend on a generated crate, which re-exports what they need. Items that are hidden from this documentation are
//! for generated code and may change in any version.

#![forbid(unsafe_code)]
// On docs.rs, each item shows the feature that it needs.
#![cfg_attr(docsrs, feature(doc_cfg))]

mod api;
#[cfg(any(feature = "client", feature = "server"))]
mod decode;
mod download;
mod error;
#[cfg(feature = "client")]
mod error_message;
#[cfg(any(feature = "client", feature = "server"))]
mod json;
mod mismatch;
mod response;
#[cfg(feature = "round-trip")]
#[doc(hidden)]
pub mod round_trip;
mod secret;
mod setters;
#[doc(hidden)]
pub mod string_enum;

#[cfg(feature = "client")]
pub mod client;
#[cfg(feature = "server")]
pub mod server;

pub use api::{Api, ApiService, Auth, Discovery, Operation, Refresh, ServiceId};
pub use download::Download;
#[doc(hidden)]
pub use error::fmt_route_error;
pub use error::{Codes, ErrorResponse, NoDocumentedError, RouteError};
pub use http::{Method, StatusCode};
pub use jiff::{SignedDuration, Timestamp};
pub use mismatch::{JsonType, MismatchKind, SchemaMismatch};
pub use response::Response;
pub use secret::Secret;

/// An error of any type.
pub type BoxError = Box<dyn std::error::Error + Send + Sync>;

/// A JSON object with any fields.
pub type JsonObject = serde_json::Map<String, serde_json::Value>;
