//! The server: from a request to a stub's method, and from its result to an answer.

mod arguments;
mod authenticate;
mod context;
mod faults;
mod incoming;
#[cfg(feature = "client")]
mod proxy;
mod rejection;
mod response;
mod router;
mod strict;
mod template;
mod text;
mod wiring;

// Generated files import all of the server from here.
#[doc(hidden)]
pub use std::sync::Arc;

#[doc(hidden)]
pub use arguments::{BodyArg, QueryArg, RestArgs};
pub use authenticate::{AnyToken, AuthRejection, Authenticator, FixedTokens};
pub use context::Context;
pub use response::{HandlerError, HandlerFuture, HandlerResult};
pub use router::Server;
pub use wiring::Endpoints;
#[doc(hidden)]
pub use wiring::Routes;
