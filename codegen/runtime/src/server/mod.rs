//! The server: passes requests to the methods of service traits, and converts their results to responses.
//!
//! ```text
//! router          endpoints -> axum::Router; the path of each request
//! handlers        trait methods -> handlers without type parameters
//! request         body and context of a request
//! arguments       path, query and body -> arguments of a method
//! authenticate    bearer token -> principal
//! proxy           errors of a client -> errors of a handler
//! rejection       invalid requests -> error responses
//! response        results of handlers -> responses
//! ```

mod argument_error;
mod arguments;
mod authenticate;
mod context;
mod handlers;
#[cfg(feature = "client")]
mod proxy;
mod rejection;
mod request;
mod response;
mod router;
mod strict;
mod template;
mod uri_values;

// Generated files import everything for the server from this module.
#[doc(hidden)]
pub use std::sync::Arc;

#[doc(hidden)]
pub use arguments::{BodyArg, QueryArg, RestArgs};
pub use authenticate::{AnyToken, AuthRejection, Authenticator, FixedTokens};
pub use context::Context;
pub use handlers::Endpoints;
#[doc(hidden)]
pub use handlers::Routes;
pub use response::{HandlerError, HandlerFuture, HandlerResult};
pub use router::Server;
