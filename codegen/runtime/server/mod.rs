//! The server: from a request to a stub's method, and from its result to an answer.

mod authenticate;
mod context;
mod faults;
mod incoming;
mod refusal;
mod reply;
mod router;
mod wiring;

pub use authenticate::{Anonymous, Authenticator, FixedTokens, Refused};
pub use context::Context;
pub use reply::{Failure, Replies, Reply};
pub use router::Server;
pub use wiring::Endpoints;
#[allow(unused_imports, reason = "an API may have no such route")]
pub(crate) use wiring::{Handlers, empty, file, json};
