//! The client: from a typed call to a request, and from the answer to a typed result.

mod base_url;
mod base_url_syntax;
mod builder;
mod call;
mod clock;
mod deliver;
mod error;
mod failure;
mod flight;
mod from_response;
mod outcome;
mod path;
mod refresh;
mod request;
mod resolve;
mod retry;
mod send;
mod session;
mod tokens;
mod trace;
mod transport;
mod wire;

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use jiff::SignedDuration;

use crate::{Api, Operation, ServiceId};

pub use builder::{ApiClient, BuildError, ClientBuilder};
pub use call::{Call, CallFuture};
pub use error::{AnyApiError, ApiError, CallError, CallErrorKind, Error};
pub use from_response::FromResponse;
#[doc(hidden)]
pub use request::Request;
pub use tokens::{AccessToken, TokenSource, Tokens};
pub use transport::{RequestBody, ResponseBody};

/// What the client of every API consists of; generated crates wrap it in a type of their own. Cheap to clone; clones share connections, tokens and all that was learnt of the service.
#[derive(Clone)]
pub struct Client {
    core: Arc<Core>,
}

/// What all clones share.
struct Core {
    api: &'static Api,
    wire: Arc<wire::Wire>,
    session: session::Session,
    resolver: resolve::Resolver,
    timeout: Duration,
    retries: usize,
    on_mismatch: outcome::OnMismatch,
}

impl Client {
    /// The start of a call.
    #[doc(hidden)]
    pub fn request(&self, operation: &'static Operation) -> Request {
        Request::new(self.clone(), operation)
    }

    /// The base URL of a service, without a slash at its end. Where it is found through another operation, this is the one
    /// that is used if that is switched off.
    pub fn base_url(&self, service: impl Into<ServiceId>) -> &str {
        self.core.wire.base_url(service.into())
    }

    /// How far the service's clock was ahead of this machine's when it last answered, to the second; nothing before the
    /// first answer.
    pub fn clock_offset(&self) -> Option<SignedDuration> {
        self.core.wire.clock.offset()
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client").field("base_urls", &self.core.wire.base_urls).finish_non_exhaustive()
    }
}
