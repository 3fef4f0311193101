//! The type that implements all server traits, and the authentication of its callers.

use std::net::SocketAddr;
use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

use http::HeaderMap;
use http::header::HOST;
use http::request::Parts;
use http::uri::Authority;
use pm2_api::{AuthRejection, Authenticator, Context, HandlerError, HandlerResult, RouteError, Secret, Timestamp};

use crate::config::Config;
use crate::faults::Faults;
use crate::requests::RequestLog;
use crate::state::State;
use crate::state::bucket::Bucket;
use crate::state::sample_data::initial_state;

/// The mock service, shared by all requests.
///
/// Handlers get the state through [`Service::read`] and [`Service::update`] or, for one bucket, [`Service::read_bucket`]
/// and [`Service::update_bucket`]. Only the `update` methods allow changes.
pub struct Service {
    pub config: Config,
    pub address: SocketAddr,
    pub faults: Faults,
    pub requests: RequestLog,
    state: RwLock<State>,
}

impl Service {
    pub fn new(config: Config, address: SocketAddr) -> Self {
        let state = RwLock::new(initial_state(&config));
        Self { config, address, faults: Faults::default(), requests: RequestLog::default(), state }
    }

    pub fn read(&self) -> RwLockReadGuard<'_, State> {
        self.state.read().unwrap_or_else(PoisonError::into_inner)
    }

    pub fn update(&self) -> RwLockWriteGuard<'_, State> {
        self.state.write().unwrap_or_else(PoisonError::into_inner)
    }

    /// Restores the initial state, and removes faults and recorded requests.
    pub fn reset(&self) {
        let initial = initial_state(&self.config);
        *self.update() = initial;
        self.faults.clear();
        self.requests.clear();
    }

    /// Reads a bucket that the caller has access to.
    pub fn read_bucket<T, E: RouteError>(
        &self,
        context: &Context<impl Principal>,
        id: &str,
        read: impl FnOnce(&Bucket) -> Result<T, HandlerError<E>>,
    ) -> HandlerResult<T, E> {
        read(self.read().bucket(context.principal.account_id(), id)?).map(Into::into)
    }

    /// Changes a bucket that the caller has access to.
    pub fn update_bucket<T, E: RouteError>(
        &self,
        context: &Context<impl Principal>,
        id: &str,
        update: impl FnOnce(&mut Bucket) -> Result<T, HandlerError<E>>,
    ) -> HandlerResult<T, E> {
        update(self.update().bucket_mut(context.principal.account_id(), id)?).map(Into::into)
    }

    /// Returns the base URL under which the caller reached the server.
    pub fn base_url(&self, headers: &HeaderMap) -> String {
        let host = headers.get(HOST).and_then(|host| Authority::try_from(host.as_bytes()).ok());
        host.map_or_else(|| format!("http://{}", self.address), |host| format!("http://{host}"))
    }
}

/// The sender of an authenticated request.
#[derive(Debug, Clone)]
pub struct Caller {
    pub account_id: String,
    pub token: Secret,
}

/// The principal of a route that requires a token or accepts one.
pub trait Principal {
    /// Returns the id of the caller's account, or `None` for a request without a token.
    fn account_id(&self) -> Option<&str>;
}

impl Principal for Caller {
    fn account_id(&self) -> Option<&str> {
        Some(&self.account_id)
    }
}

impl Principal for Option<Caller> {
    fn account_id(&self) -> Option<&str> {
        self.as_ref().map(|caller| caller.account_id.as_str())
    }
}

/// Accepts requests with a valid access token.
pub struct TokenAuthenticator(pub Arc<Service>);

impl Authenticator for TokenAuthenticator {
    type Principal = Caller;

    async fn authenticate(&self, token: &Secret, _request: &Parts) -> Result<Caller, AuthRejection> {
        let state = self.0.read();
        match state.access_tokens.get(token.expose()) {
            Some(known) if known.expires_at > Timestamp::now() => {
                Ok(Caller { account_id: known.account_id.clone(), token: token.clone() })
            }
            Some(_) => Err(AuthRejection::Unauthorized("the access token has expired".to_owned())),
            None => Err(AuthRejection::Unauthorized("the access token is unknown".to_owned())),
        }
    }
}
