//! The settings of a client.

use std::collections::BTreeMap;
use std::fmt;
use std::marker::PhantomData;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use http::header::USER_AGENT;
use http::{HeaderMap, HeaderName, HeaderValue};
use http_body::Body;
use tower_service::Service as TowerService;

use super::Client;
use super::attempts::AuthenticatedSender;
use super::auth::{
    AccessToken, DynTokenSource, RefreshTokenExchange, TokenListener, TokenProvider, TokenSource, Tokens,
    is_valid_token,
};
use super::base_url;
use super::clock::SkewEstimator;
use super::discovery::BaseUrlDiscovery;
use super::execute::{BaseUrls, Core};
use super::headers;
use super::outcome::OnMismatch;
use super::send::HttpSender;
use super::transport::{RequestBody, ServiceTransport, Transport};
use super::trust::check_allowed_host;
use crate::{Api, ApiService, BoxError, Refresh, Secret, ServiceId};

/// A client that a [`ClientBuilder`] can build. Generated crates implement it for their `Client`.
pub trait ApiClient: Sized {
    /// The services of the API.
    type Service: Into<ServiceId>;

    #[doc(hidden)]
    const API: &'static Api;

    #[doc(hidden)]
    fn from_client(client: Client) -> Self;
}

/// The settings of a client.
#[must_use]
pub struct ClientBuilder<C> {
    settings: Settings,
    client: PhantomData<fn() -> C>,
}

/// The settings, independent of the client's type.
#[derive(Clone)]
struct Settings {
    base_urls: Vec<Option<String>>,
    discovers_base_urls: bool,
    allowed_hosts: Vec<String>,
    access_token: Option<AccessToken>,
    refresh_token: Option<Secret>,
    refresh_body_fields: BTreeMap<String, String>,
    token_source: Option<Arc<dyn DynTokenSource>>,
    token_listener: Option<TokenListener>,
    headers: HeaderMap,
    /// The first invalid header.
    header_problem: Option<String>,
    timeout: Duration,
    #[cfg(feature = "hyper")]
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
            discovers_base_urls: true,
            allowed_hosts: Vec::new(),
            access_token: None,
            refresh_token: None,
            refresh_body_fields: BTreeMap::new(),
            token_source: None,
            token_listener: None,
            headers: HeaderMap::from_iter([(USER_AGENT, HeaderValue::from_static(C::API.user_agent))]),
            header_problem: None,
            timeout: Duration::from_secs(30),
            #[cfg(feature = "hyper")]
            connect_timeout: Duration::from_secs(10),
            retries: 2,
            response_limit: 64 * 1024 * 1024,
            error_body_limit: 256 * 1024,
            on_mismatch: OnMismatch::Omit,
        };
        Self { settings, client: PhantomData }
    }
}

/// Authentication.
impl<C: ApiClient> ClientBuilder<C> {
    /// Sets the token that calls are made with. If there is also a refresh token, it is used until it expires or is
    /// rejected.
    pub fn access_token(mut self, token: impl Into<AccessToken>) -> Self {
        self.settings.access_token = Some(token.into());
        self
    }

    /// Sets the token that is exchanged for access tokens: before the first call, shortly before an access token expires,
    /// and when the service rejects one.
    pub fn refresh_token(mut self, token: impl Into<Secret>) -> Self {
        self.settings.refresh_token = Some(token.into());
        self
    }

    /// Sets the tokens that were stored in an earlier run; see [`on_new_tokens`](Self::on_new_tokens).
    pub fn tokens(mut self, tokens: Tokens) -> Self {
        self.settings.access_token = Some(tokens.access_token);
        self.settings.refresh_token = tokens.refresh_token;
        self
    }

    /// Sets another source of access tokens, instead of a refresh token.
    pub fn token_source(mut self, source: impl TokenSource) -> Self {
        self.settings.token_source = Some(Arc::new(source));
        self
    }

    /// Sets a function that receives the new tokens after each exchange of a refresh token, for example to store them. It
    /// runs before the first call with these tokens. Calls wait for it, so it should be quick.
    pub fn on_new_tokens(mut self, listener: impl Fn(&Tokens) + Send + Sync + 'static) -> Self {
        self.settings.token_listener = Some(Arc::new(listener));
        self
    }

    /// Sets a field of the request that exchanges a refresh token, such as `client_id`. It replaces the API's own value.
    pub fn refresh_body_field(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.settings.refresh_body_fields.insert(name.into(), value.into());
        self
    }
}

/// Base URLs.
impl<C: ApiClient> ClientBuilder<C> {
    /// Sets the base URL of one service, for a self-hosted service or a test server. It may have a path. It turns off the
    /// discovery of that service's base URL.
    pub fn base_url(mut self, service: C::Service, url: impl Into<String>) -> Self {
        if let Some(slot) = self.settings.base_urls.get_mut(service.into().0) {
            *slot = Some(url.into());
        }
        self
    }

    /// Sets one base URL for all services, such as that of a test server.
    pub fn base_urls(mut self, url: impl Into<String>) -> Self {
        let url = url.into();
        self.settings.base_urls.fill(Some(url));
        self
    }

    /// Sets whether base URLs are discovered through other operations where the API requires it. Default: `true`. If
    /// discovery is off, the affected services are called at the base URL of the default service.
    pub fn discover_base_urls(mut self, is_on: bool) -> Self {
        self.settings.discovers_base_urls = is_on;
        self
    }

    /// Allows a host of a discovered base URL to receive the token.
    ///
    /// A name such as `example.com` allows itself and its subdomains on any port; an IP address allows itself. There are no
    /// wildcards.
    ///
    /// The hosts of the default service's own domain are always allowed: for `https://app.example.com`, these are
    /// `example.com` and its subdomains. The [public suffix list](https://publicsuffix.org) determines that domain. For an
    /// IP address, and for a name that the list does not cover, such as `a.svc.cluster.local`, only the same host is
    /// allowed.
    pub fn allow_host(mut self, host: impl Into<String>) -> Self {
        self.settings.allowed_hosts.push(host.into());
        self
    }
}

/// Headers.
impl<C: ApiClient> ClientBuilder<C> {
    /// Sets a header of every request, including those that obtain tokens and base URLs. A value that is
    /// [sensitive](HeaderValue::set_sensitive) does not appear in `Debug` output.
    ///
    /// Building fails if the name or the value is invalid, or if the client controls the header, as it does with
    /// `Authorization`, `Host` and `Content-Length`.
    pub fn default_header(
        mut self,
        name: impl TryInto<HeaderName, Error: Into<BoxError>>,
        value: impl TryInto<HeaderValue, Error: Into<BoxError>>,
    ) -> Self {
        match headers::check(name.try_into().map_err(Into::into), value.try_into().map_err(Into::into)) {
            Ok((name, value)) => {
                self.settings.headers.insert(name, value);
            }
            Err(invalid) => {
                self.settings.header_problem.get_or_insert(invalid.problem);
            }
        }
        self
    }

    /// Sets the header `User-Agent` of every request. Default: the name and the version of the crate.
    pub fn user_agent(self, value: impl TryInto<HeaderValue, Error: Into<BoxError>>) -> Self {
        self.default_header(USER_AGENT, value)
    }
}

/// Limits.
impl<C: ApiClient> ClientBuilder<C> {
    /// Sets how long a call may take in total, including connecting, obtaining tokens, retries and the body. Default: 30
    /// seconds. A download may take longer once it has started, but each chunk of it must arrive within this time.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.settings.timeout = timeout;
        self
    }

    /// Sets how long connecting may take, including TLS and proxies. Default: 10 seconds. It applies to the default
    /// transport only.
    #[cfg(feature = "hyper")]
    pub fn connect_timeout(mut self, timeout: Duration) -> Self {
        self.settings.connect_timeout = timeout;
        self
    }

    /// Sets how many times a request is retried after a transient failure. Default: 2; 0 turns retries off.
    ///
    /// Transient failures are connection errors and the status codes 429, 502, 503 and 504. Only
    /// [idempotent](crate::Operation::is_idempotent) operations are retried. The delays between attempts grow, and are
    /// never shorter than `Retry-After`.
    pub fn retries(mut self, max: usize) -> Self {
        self.settings.retries = max;
        self
    }

    /// Sets the maximum size of a response body in bytes, after decompression. Default: 64 MiB.
    pub fn response_limit(mut self, bytes: usize) -> Self {
        self.settings.response_limit = bytes;
        self
    }

    /// Sets how many bytes of the body of an error response are read, after decompression. Default: 256 KiB; never more than
    /// [`response_limit`](Self::response_limit).
    ///
    /// A longer body does not change the error of the call: it keeps the beginning of the body, and
    /// [`ErrorResponse::is_truncated`](crate::ErrorResponse::is_truncated) returns `true`.
    pub fn error_body_limit(mut self, bytes: usize) -> Self {
        self.settings.error_body_limit = bytes;
        self
    }

    /// Sets whether a call fails if any part of its response does not match the documentation. Default: `false`; such a part
    /// is omitted and listed in [`Response::mismatches`](crate::Response::mismatches).
    ///
    /// The error has the kind [`ErrorKind::Decode`](crate::client::ErrorKind::Decode) and keeps the response. By
    /// then, the service has already carried out the operation.
    ///
    /// An element that was omitted from an array seems not to exist. A program that deletes or creates things because they
    /// are missing should turn this on, or call [`Response::checked`](crate::Response::checked) where it matters.
    pub fn strict(mut self, is_strict: bool) -> Self {
        self.settings.on_mismatch = if is_strict { OnMismatch::Fail } else { OnMismatch::Omit };
        self
    }
}

/// Building.
impl<C: ApiClient> ClientBuilder<C> {
    /// Builds a client with its own connection pool. Its calls need a tokio runtime; building does not.
    ///
    /// # Errors
    /// If a setting is invalid, such as a malformed base URL.
    #[cfg(feature = "hyper")]
    pub fn build(self) -> Result<C, BuildError> {
        let Some(transport) = super::transport::hyper_transport(self.settings.connect_timeout) else {
            return Err(BuildError::new("TLS could not be set up"));
        };
        self.settings.build(C::API, Box::new(transport)).map(C::from_client)
    }

    /// Builds a client that sends its requests through a tower service, such as an `axum::Router`, or a client with layers
    /// around it. The service should not follow redirects, because it would send the token along.
    ///
    /// # Errors
    /// If a setting is invalid, such as a malformed base URL.
    pub fn build_with<S, B>(self, service: S) -> Result<C, BuildError>
    where
        S: TowerService<http::Request<RequestBody>, Response = http::Response<B>> + Clone + Send + Sync + 'static,
        S::Error: Into<BoxError>,
        S::Future: Send,
        B: Body<Data = bytes::Bytes> + Send + 'static,
        B::Error: Into<BoxError> + Send,
    {
        self.settings.build(C::API, Box::new(ServiceTransport(service))).map(C::from_client)
    }

    /// Builds a client that sends its requests through a [`reqwest::Client`]. The latter should be built with
    /// `redirect(reqwest::redirect::Policy::none())`.
    ///
    /// # Errors
    /// If a setting is invalid, such as a malformed base URL.
    #[cfg(feature = "reqwest")]
    pub fn build_with_reqwest(self, client: reqwest::Client) -> Result<C, BuildError> {
        self.build_with(super::transport::ReqwestService(client))
    }
}

impl Settings {
    fn build(self, api: &'static Api, transport: Box<dyn Transport>) -> Result<Client, BuildError> {
        if let Some(problem) = self.header_problem.clone() {
            return Err(BuildError { problem });
        }
        let base_urls = self.base_urls(api)?;
        let clock = Arc::new(SkewEstimator::default());
        let (response_limit, error_body_limit) = (self.response_limit, self.error_body_limit);
        let http =
            Arc::new(HttpSender { transport, headers: self.headers.clone(), response_limit, error_body_limit, clock });
        let tokens = self.token_provider(api, &http, &base_urls)?;
        let sender = Arc::new(AuthenticatedSender { http, tokens });
        let allowed_hosts = self.allowed_hosts.iter().map(|host| check_allowed_host(host).map_err(BuildError::new));
        let allowed_hosts = allowed_hosts.collect::<Result<_, _>>()?;
        let is_discovered = |url: &Option<String>| self.discovers_base_urls && url.is_none();
        let discovery = Arc::new(BaseUrlDiscovery {
            sender: Arc::clone(&sender),
            default_base_url: Arc::clone(base_urls.get(ServiceId::DEFAULT)),
            is_enabled: self.base_urls.iter().map(is_discovered).collect(),
            allowed_hosts,
            retries: self.retries,
            cached: Arc::default(),
            pending: Mutex::default(),
        });
        let (timeout, retries, on_mismatch) = (self.timeout, self.retries, self.on_mismatch);
        Ok(Client { core: Arc::new(Core { base_urls, sender, discovery, timeout, retries, on_mismatch }) })
    }

    fn base_urls(&self, api: &Api) -> Result<BaseUrls, BuildError> {
        // While discovery is off, a service with a discovered base URL is called at that of the default service.
        let default = self.base_urls.get(ServiceId::DEFAULT.0).and_then(Option::as_ref);
        let url = |(service, configured): (&ApiService, &Option<String>)| {
            let fallback = default.filter(|_| service.discovery.is_some());
            let url = configured.as_ref().or(fallback).cloned().unwrap_or_else(|| service.base_url.to_owned());
            let normalized = base_url::normalize(url).map(Arc::from);
            normalized.map_err(|why| BuildError { problem: format!("a base URL {why}") })
        };
        let all: Vec<Arc<str>> = api.services.iter().zip(&self.base_urls).map(url).collect::<Result<_, _>>()?;
        let default = all.first().cloned().unwrap_or_default();
        Ok(BaseUrls { all, default })
    }

    fn token_provider(
        &self,
        api: &Api,
        http: &Arc<HttpSender>,
        base_urls: &BaseUrls,
    ) -> Result<TokenProvider, BuildError> {
        let access_token = self.access_token.clone();
        if access_token.as_ref().is_some_and(|access| !is_valid_token(&access.token)) {
            return Err(BuildError::new(
                "the access token is empty or contains a character that is invalid in a header",
            ));
        }
        let clock = Arc::clone(&http.clock);
        match (self.token_source.clone(), self.refresh_token.clone()) {
            (Some(_), Some(_)) => {
                Err(BuildError::new("a token source and a refresh token are both set; use one of them"))
            }
            (Some(source), None) => Ok(TokenProvider::refreshing(source, clock, access_token)),
            (None, Some(token)) => {
                let Some(refresh) = api.refresh else {
                    return Err(BuildError::new("this API has no operation that exchanges a refresh token"));
                };
                let exchange = RefreshTokenExchange {
                    http: Arc::clone(http),
                    base_url: Arc::clone(base_urls.get(refresh.operation.service)),
                    refresh,
                    fields: self.refresh_fields(refresh)?,
                    current: Mutex::new(token),
                    listener: self.token_listener.clone(),
                };
                Ok(TokenProvider::refreshing(Arc::new(exchange), clock, access_token))
            }
            (None, None) => {
                Ok(access_token.map_or(TokenProvider::Anonymous, |access| TokenProvider::fixed(access.token)))
            }
        }
    }

    /// Returns the body fields besides the refresh token: those of the API, with the caller's values where there are any.
    fn refresh_fields(&self, refresh: Refresh) -> Result<BTreeMap<String, String>, BuildError> {
        if self.refresh_body_fields.contains_key(refresh.token) {
            return Err(BuildError::new("`refresh_body_field` cannot set the refresh token; use `refresh_token`"));
        }
        let declared = refresh.send.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        Ok(declared.chain(self.refresh_body_fields.clone()).collect())
    }
}

impl<C> fmt::Debug for ClientBuilder<C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // An invalid URL is omitted, because it may contain a password.
        let valid = |url: &Option<String>| base_url::normalize(url.clone()?).ok();
        let base_urls: Vec<Option<String>> = self.settings.base_urls.iter().map(valid).collect();
        f.debug_struct("ClientBuilder").field("base_urls", &base_urls).finish_non_exhaustive()
    }
}

/// An error in the settings of a client.
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
