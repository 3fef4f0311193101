//! What does not depend on a route: requests, answers, errors, the client's way to the service, the server's way to a stub.

#[cfg(feature = "client")]
mod declared;
#[cfg(any(feature = "client", feature = "server"))]
mod decode;
mod download;
mod error;
mod error_message;
#[cfg(any(feature = "client", feature = "server"))]
mod json;
mod mismatch;
mod nothing;
mod operation;
mod response;
mod secret;
pub(crate) mod string_enum;

#[cfg(feature = "client")]
pub(crate) mod client;
#[cfg(feature = "server")]
pub(crate) mod server;

#[cfg(feature = "client")]
pub(crate) use declared::{Refresh, Resolution};
pub use download::Download;
pub use error::{Codes, ErrorReply, NoDocumentedErrors, RouteError};
pub use jiff::Timestamp;
pub use mismatch::{JsonType, MismatchKind, SchemaMismatch};
pub use nothing::Nothing;
pub use operation::{Auth, Operation};
#[cfg(feature = "client")]
pub(crate) use response::Mismatches;
pub use response::Response;
pub use secret::Secret;
#[allow(unused_imports, reason = "an API may have no such enum")]
pub(crate) use string_enum::impl_string_enum;

/// An error of any type.
pub type BoxError = Box<dyn std::error::Error + Send + Sync>;

/// A JSON object with any fields.
pub type JsonObject = serde_json::Map<String, serde_json::Value>;
