//! The client: sends typed calls as HTTP requests, and returns responses as typed results.
//!
//! The modules form layers. Each uses only what is listed below it:
//!
//! ```text
//! builder                 settings -> Client
//! call, from_response     the typed API: Request, Call<T, E>, FromResponse
//! execute                 one call: deadline, base URL, outcome
//! discovery               base URLs that another operation returns
//! attempts                authentication and retries
//! auth                    access tokens and their renewal
//! outcome                 response -> success or error
//! send                    one HTTP exchange with limits
//! prepare, path, headers  arguments -> PreparedRequest
//! trace, error, retry, clock, trust, base_url, single_flight
//! transport               hyper, reqwest or any other tower service
//! ```

mod attempts;
mod auth;
mod base_url;
mod builder;
mod call;
mod clock;
mod discovery;
mod error;
mod execute;
mod from_response;
mod headers;
mod outcome;
mod path;
mod prepare;
mod retry;
mod send;
mod single_flight;
mod trace;
mod transport;
mod trust;

use std::fmt;
use std::sync::Arc;

use jiff::SignedDuration;

use self::attempts::AuthenticatedSender;
use self::auth::TokenProvider;
use self::execute::Core;
use crate::{Operation, ServiceId};

pub use auth::{AccessToken, TokenSource, Tokens};
pub use builder::{ApiClient, BuildError, ClientBuilder};
#[doc(hidden)]
pub use call::Request;
pub use call::{Call, CallFuture};
pub use error::{AnyApiError, Error, ErrorKind};
pub use from_response::FromResponse;
pub use transport::{RequestBody, ResponseBody};

/// The client of any API. Each generated crate wraps it in its `Client`.
///
/// Cheap to clone. Clones share connections, tokens, discovered base URLs and the estimate of the service's clock.
#[derive(Clone)]
pub struct Client {
    core: Arc<Core>,
}

impl Client {
    /// Starts a call of an operation.
    #[doc(hidden)]
    pub fn request(&self, operation: &'static Operation) -> Request {
        Request::new(Arc::clone(&self.core), operation)
    }

    /// Returns a client with a fixed token that shares connections and discovered base URLs with this one.
    ///
    /// It suits a server that makes calls for many users. If the token is invalid in a header, calls fail with
    /// [`ErrorKind::Token`].
    #[must_use]
    pub fn with_access_token(&self, token: impl Into<AccessToken>) -> Self {
        let Core { base_urls, sender, discovery, timeout, retries, on_mismatch } = &*self.core;
        let tokens = TokenProvider::fixed(token.into().token);
        let sender = Arc::new(AuthenticatedSender { http: Arc::clone(&sender.http), tokens });
        let core = Core {
            base_urls: base_urls.clone(),
            discovery: Arc::new(discovery.with_sender(Arc::clone(&sender))),
            sender,
            timeout: *timeout,
            retries: *retries,
            on_mismatch: *on_mismatch,
        };
        Self { core: Arc::new(core) }
    }

    /// Returns the base URL of a service, without a trailing slash. For a service whose base URL is discovered through
    /// another operation, this is the base URL that is used while discovery is turned off.
    pub fn base_url(&self, service: impl Into<ServiceId>) -> &str {
        self.core.base_urls.get(service.into())
    }

    /// Returns how far the service's clock was ahead of this machine's at the latest response, in whole seconds, or `None`
    /// before the first response.
    pub fn clock_offset(&self) -> Option<SignedDuration> {
        self.core.sender.http.clock.offset()
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client").field("base_urls", &self.core.base_urls.all).finish_non_exhaustive()
    }
}
