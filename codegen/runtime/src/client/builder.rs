//! The settings of a client.

use std::collections::BTreeMap;
use std::fmt;
use std::marker::PhantomData;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use http_body::Body;
use tower::Service as TowerService;

use super::base_url;
use super::base_url_syntax;
use super::clock::Clock;
use super::outcome::OnMismatch;
use super::refresh::{Listener, RefreshTokens};
use super::resolve::Resolver;
use super::session::{Session, is_sendable};
use super::tokens::{AccessToken, AnySource, TokenSource, Tokens};
use super::transport::{self, RequestBody, Transport};
use super::wire::Wire;
use super::{Client, Core};
use crate::{Api, ApiService, BoxError, Refresh, Secret, ServiceId};

/// The client of one API: what a [`ClientBuilder`] builds.
pub trait ApiClient: Sized {
    /// The API's services.
    type Service: Into<ServiceId>;

    #[doc(hidden)]
    const API: &'static Api;

    #[doc(hidden)]
    fn from_client(client: Client) -> Self;
}

/// Settings for a client.
#[must_use]
pub struct ClientBuilder<C> {
    settings: Settings,
    client: PhantomData<fn() -> C>,
}

/// The settings, whatever client they are for.
#[derive(Clone)]
struct Settings {
    base_urls: Vec<Option<String>>,
    resolves: bool,
    allowed_hosts: Vec<String>,
    access_token: Option<AccessToken>,
    refresh_token: Option<Secret>,
    refresh_fields: BTreeMap<String, String>,
    source: Option<Arc<dyn AnySource>>,
    listener: Option<Listener>,
    timeout: Duration,
    connect_timeout: Duration,
    retries: usize,
    response_limit: usize,
    error_body_limit: usize,
    on_mismatch: OnMismatch,
}

impl<C> Clone for ClientBuilder<C> {
    fn clone(&self) -> Self {
        Self { settings: self.settings.clone(), client: PhantomData }
    }
}

impl<C: ApiClient> Default for ClientBuilder<C> {
    fn default() -> Self {
        let settings = Settings {
            base_urls: vec![None; C::API.services.len()],
            resolves: true,
            allowed_hosts: Vec::new(),
            access_token: None,
            refresh_token: None,
            refresh_fields: BTreeMap::new(),
            source: None,
            listener: None,
            timeout: Duration::from_secs(30),
            connect_timeout: Duration::from_secs(10),
            retries: 2,
            response_limit: 64 * 1024 * 1024,
            error_body_limit: 256 * 1024,
            on_mismatch: OnMismatch::LeaveOut,
        };
        Self { settings, client: PhantomData }
    }
}

/// Who the caller is.
impl<C: ApiClient> ClientBuilder<C> {
    /// The token that calls are made with. Beside a refresh token it serves until it ends or is refused.
    pub fn access_token(mut self, token: impl Into<AccessToken>) -> Self {
        self.settings.access_token = Some(token.into());
        self
    }

    /// The token that access tokens are made from: when the first is needed, shortly before one ends, and when the service
    /// refuses one.
    pub fn refresh_token(mut self, token: impl Into<Secret>) -> Self {
        self.settings.refresh_token = Some(token.into());
        self
    }

    /// Tokens that were kept from an earlier run; see [`on_new_tokens`](Self::on_new_tokens).
    pub fn tokens(mut self, tokens: Tokens) -> Self {
        self.settings.access_token = Some(tokens.access_token);
        self.settings.refresh_token = tokens.refresh_token;
        self
    }

    /// Tokens from anywhere else, instead of a refresh token.
    pub fn token_source(mut self, source: impl TokenSource) -> Self {
        self.settings.source = Some(Arc::new(source));
        self
    }

    /// Told of the tokens each time that a refresh token was exchanged, before the first call is made with them, so that the
    /// caller can keep them. It should be quick: calls wait for it.
    pub fn on_new_tokens(mut self, listener: impl Fn(&Tokens) + Send + Sync + 'static) -> Self {
        self.settings.listener = Some(Arc::new(listener));
        self
    }

    /// Another value for a field that is sent along when a refresh token is exchanged, such as `client_id`.
    pub fn refresh_field(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.settings.refresh_fields.insert(name.into(), value.into());
        self
    }
}

/// Where the service is.
impl<C: ApiClient> ClientBuilder<C> {
    /// Another base URL for one service: a self-hosted one, or a test server. A path in it is kept. A service whose base URL
    /// is set is not resolved through another operation.
    pub fn base_url(mut self, service: C::Service, url: impl Into<String>) -> Self {
        if let Some(slot) = self.settings.base_urls.get_mut(service.into().0) {
            *slot = Some(url.into());
        }
        self
    }

    /// One base URL for all services, for a server that stands in for all of them.
    pub fn base_urls(mut self, url: impl Into<String>) -> Self {
        let url = url.into();
        self.settings.base_urls.fill(Some(url));
        self
    }

    /// Whether base URLs are found through other operations where the API says so. Default: yes. Without, such services are
    /// called at the base URL of the default one.
    pub fn resolve_base_urls(mut self, resolves: bool) -> Self {
        self.settings.resolves = resolves;
        self
    }

    /// Allows a host to get the token when an operation returns it as a base URL. A name such as `example.com` allows itself
    /// and every host below it, on any port; an IP address allows itself. There are no wildcards.
    ///
    /// The hosts of the service's own domain are always allowed: for `https://app.example.com`, `example.com` and every host
    /// below it. Which domain that is depends on the [public suffix list](https://publicsuffix.org). For an IP address and for
    /// a name that the list does not cover, such as `a.svc.cluster.local`, only the very same host is allowed.
    pub fn allow_host(mut self, host: impl Into<String>) -> Self {
        self.settings.allowed_hosts.push(host.into());
        self
    }
}

/// What a call may take.
impl<C: ApiClient> ClientBuilder<C> {
    /// How long a call may take as a whole: connecting, tokens, repetitions and the body included. Default: 30 seconds. A
    /// download that has begun may take longer, but no piece of it may take as long as this.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.settings.timeout = timeout;
        self
    }

    /// How long connecting may take, TLS and proxies included. Default: 10 seconds. Transports of the caller's have their own.
    pub fn connect_timeout(mut self, timeout: Duration) -> Self {
        self.settings.connect_timeout = timeout;
        self
    }

    /// How often a request is sent again after a failure that may pass: a connection that broke, and the status codes 429, 502,
    /// 503 and 504. Default: 2; 0 for never. Only requests that change nothing when they are repeated are
    /// ([`Operation::is_idempotent`](crate::Operation::is_idempotent)). The pauses between them grow and are never shorter
    /// than `Retry-After` says.
    pub fn retries(mut self, most: usize) -> Self {
        self.settings.retries = most;
        self
    }

    /// How many bytes the body of an answer may have, after decompression. Default: 64 MiB.
    pub fn response_limit(mut self, bytes: usize) -> Self {
        self.settings.response_limit = bytes;
        self
    }

    /// Sets how many bytes of the body of an error are read, after decompression. Default: 256 KiB; never more than
    /// [`response_limit`](Self::response_limit). A longer body does not change what the call fails with: the error keeps the
    /// beginning of the body, and [`ErrorResponse::is_truncated`](crate::ErrorResponse::is_truncated) returns `true`.
    pub fn error_body_limit(mut self, bytes: usize) -> Self {
        self.settings.error_body_limit = bytes;
        self
    }

    /// Whether a call fails when any part of its response does not match the documentation. Default: no; such a part is left
    /// out and listed in [`Response::mismatches`](crate::Response::mismatches). The error has the kind
    /// [`CallErrorKind::Decode`](crate::client::CallErrorKind::Decode) and keeps the response. By then the service has carried out
    /// what it was asked for.
    ///
    /// A program that compares a list from the service with one of its own, and deletes or creates what is different, should
    /// turn this on, or call [`Response::checked`](crate::Response::checked) where it matters: an entry that was left out of
    /// a list looks like one that does not exist.
    pub fn strict(mut self, is_strict: bool) -> Self {
        self.settings.on_mismatch = if is_strict { OnMismatch::Fail } else { OnMismatch::LeaveOut };
        self
    }
}

/// The end of the settings.
impl<C: ApiClient> ClientBuilder<C> {
    /// A client with a connection pool of its own. It needs a tokio runtime when it is called, not before.
    ///
    /// # Errors
    /// Where a setting cannot work, such as a base URL that is none.
    pub fn build(self) -> Result<C, BuildError> {
        let Some(transport) = transport::connecting(self.settings.connect_timeout) else {
            return Err(BuildError::new("TLS cannot be set up"));
        };
        self.settings.finish(C::API, Box::new(transport)).map(C::from_client)
    }

    /// A client whose requests go through a service of the caller's: an `axum::Router`, or a client with layers around it.
    /// Such a service should not follow redirections: it would take the token along.
    ///
    /// # Errors
    /// Where a setting cannot work, such as a base URL that is none.
    pub fn build_with<S, B>(self, service: S) -> Result<C, BuildError>
    where
        S: TowerService<http::Request<RequestBody>, Response = http::Response<B>> + Clone + Send + Sync + 'static,
        S::Error: Into<BoxError>,
        S::Future: Send,
        B: Body<Data = bytes::Bytes> + Send + 'static,
        B::Error: Into<BoxError> + Send,
    {
        self.settings.finish(C::API, transport::boxed(service)).map(C::from_client)
    }

    /// A client whose requests go through a [`reqwest::Client`] with the caller's own settings. It should be made with
    /// `redirect(reqwest::redirect::Policy::none())`.
    ///
    /// # Errors
    /// Where a setting cannot work, such as a base URL that is none.
    #[cfg(feature = "reqwest")]
    pub fn build_with_reqwest(self, client: reqwest::Client) -> Result<C, BuildError> {
        self.build_with(transport::Reqwest(client))
    }
}

impl Settings {
    fn finish(mut self, api: &'static Api, transport: Box<dyn Transport>) -> Result<Client, BuildError> {
        let is_resolved = |url: &Option<String>| self.resolves && url.is_none();
        let resolver = Resolver::new(self.base_urls.iter().map(is_resolved).collect(), self.checked_hosts()?);
        let base_urls = self.checked_base_urls(api)?;
        let wire = Arc::new(Wire {
            transport,
            default_base_url: base_urls.first().cloned().unwrap_or_default(),
            base_urls,
            response_limit: self.response_limit,
            error_body_limit: self.error_body_limit,
            clock: Arc::new(Clock::default()),
        });
        let (timeout, retries, on_mismatch) = (self.timeout, self.retries, self.on_mismatch);
        let session = self.session(api, &wire)?;
        Ok(Client { core: Arc::new(Core { api, wire, session, resolver, timeout, retries, on_mismatch }) })
    }

    fn checked_hosts(&self) -> Result<Vec<String>, BuildError> {
        self.allowed_hosts.iter().map(|host| base_url::checked_host(host).map_err(BuildError::new)).collect()
    }

    fn checked_base_urls(&mut self, api: &Api) -> Result<Vec<Arc<str>>, BuildError> {
        // What a resolved service falls back on is the default service, wherever that is.
        let default = self.base_urls.get(ServiceId::DEFAULT.0).cloned().flatten();
        let url = |(service, own): (&ApiService, &mut Option<String>)| {
            let fallback = default.as_ref().filter(|_| service.discovery.is_some());
            let chosen = own.take().or_else(|| fallback.cloned()).unwrap_or_else(|| service.base_url.to_owned());
            let checked = base_url_syntax::checked(chosen).map(Arc::from);
            checked.map_err(|why| BuildError { problem: format!("a base URL {why}") })
        };
        api.services.iter().zip(&mut self.base_urls).map(url).collect()
    }

    fn session(self, api: &Api, wire: &Arc<Wire>) -> Result<Session, BuildError> {
        let Self { access_token, refresh_token, refresh_fields, source, listener, .. } = self;
        if access_token.as_ref().is_some_and(|access| !is_sendable(&access.token)) {
            return Err(BuildError::new("the access token is empty or holds a character that a header cannot"));
        }
        let clock = Arc::clone(&wire.clock);
        match (source, refresh_token) {
            (Some(_), Some(_)) => Err(BuildError::new("there is a token source as well as a refresh token: use one")),
            (Some(source), None) => Ok(Session::renewed(source, clock, access_token)),
            (None, Some(token)) => {
                let Some(refresh) = api.refresh else {
                    return Err(BuildError::new("this API has no operation that takes a refresh token"));
                };
                let fields = sent_along(refresh, refresh_fields)?;
                let current = Mutex::new(token);
                let source = RefreshTokens { wire: Arc::clone(wire), refresh, fields, current, listener };
                Ok(Session::renewed(Arc::new(source), clock, access_token))
            }
            (None, None) => Ok(access_token.map_or(Session::Anonymous, |access| Session::fixed(access.token))),
        }
    }
}

/// The fields beside the refresh token: those of the spec, with the caller's values where there are any.
fn sent_along(refresh: Refresh, own: BTreeMap<String, String>) -> Result<BTreeMap<String, String>, BuildError> {
    let declared = refresh.send.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
    let mut fields: BTreeMap<String, String> = declared.collect();
    for (name, value) in own {
        if name == refresh.token {
            return Err(BuildError::new("the refresh token is set by `refresh_token`, not by `refresh_field`"));
        }
        fields.insert(name, value);
    }
    Ok(fields)
}

impl<C> fmt::Debug for ClientBuilder<C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // One that cannot be used may hold a password.
        let checked = |url: &Option<String>| base_url_syntax::checked(url.clone()?).ok();
        let base_urls: Vec<Option<String>> = self.settings.base_urls.iter().map(checked).collect();
        f.debug_struct("ClientBuilder").field("base_urls", &base_urls).finish_non_exhaustive()
    }
}

/// Settings that no client can be made of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BuildError {
    problem: String,
}

impl BuildError {
    fn new(problem: &str) -> Self {
        Self { problem: problem.to_owned() }
    }
}

impl fmt::Display for BuildError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.problem)
    }
}

impl std::error::Error for BuildError {}
