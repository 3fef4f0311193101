//! The server: from a request to a stub's method, and from its result to an answer.

#[allow(dead_code, reason = "an API may have no such argument")]
mod arguments;
mod authenticate;
mod context;
#[allow(dead_code, reason = "an API may have no such argument")]
mod faults;
mod incoming;
#[cfg(feature = "client")]
mod proxy;
mod refusal;
mod reply;
mod router;
#[allow(dead_code, reason = "an API may have no such argument")]
mod strict;
mod template;
#[allow(dead_code, reason = "an API may have no such argument")]
mod text;
mod wiring;

// Generated files import all of the server from here.
pub(crate) use std::sync::Arc;

#[allow(unused_imports, reason = "an API may have no such route")]
pub(crate) use arguments::{BodyArg, QueryArg, RestArgs};
pub use authenticate::{AnyToken, Authenticator, FixedTokens, Refused};
pub use context::Context;
pub use reply::{Failure, Replies, Reply};
pub use router::Server;
pub use wiring::Endpoints;
#[allow(unused_imports, reason = "an API may have no such route")]
pub(crate) use wiring::{Handlers, empty, file, json};
