//! The settings of a client.

use std::fmt;
use std::time::Duration;

use http::Uri;
use http_body::Body;
use tower::Service as TowerService;

use super::transport::{self, RequestBody};
use super::{Client, Core};
use crate::api::Service;
use crate::runtime::{BoxError, Secret};

/// Settings for a [`Client`].
#[derive(Debug, Clone)]
pub struct ClientBuilder {
    base_urls: [String; Service::ALL.len()],
    access_token: Option<Secret>,
    timeout: Duration,
    response_limit: usize,
}

impl Default for ClientBuilder {
    fn default() -> Self {
        Self {
            base_urls: Service::ALL.map(|service| service.url().to_owned()),
            access_token: None,
            timeout: Duration::from_secs(30),
            response_limit: 64 * 1024 * 1024,
        }
    }
}

impl ClientBuilder {
    /// The token that proves who the caller is.
    #[must_use]
    pub fn access_token(mut self, token: impl Into<Secret>) -> Self {
        self.access_token = Some(token.into());
        self
    }

    /// Another base URL for one service: a self-hosted one, or a test server. A path in it is kept.
    #[must_use]
    pub fn base_url(mut self, service: Service, url: impl Into<String>) -> Self {
        if let Some(slot) = self.base_urls.get_mut(service as usize) {
            *slot = url.into();
        }
        self
    }

    /// One base URL for all services, for a server that stands in for all of them.
    #[must_use]
    pub fn base_urls(mut self, url: impl Into<String>) -> Self {
        let url = url.into();
        self.base_urls.fill(url);
        self
    }

    /// How long a call may take as a whole. Default: 30 seconds.
    #[must_use]
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    /// How many bytes the body of an answer may have. Default: 64 MiB.
    #[must_use]
    pub fn response_limit(mut self, bytes: usize) -> Self {
        self.response_limit = bytes;
        self
    }

    /// A client with a connection pool of its own. It needs a tokio runtime when it is called, not before.
    ///
    /// # Errors
    /// Where a base URL or the token cannot be sent.
    pub fn build(self) -> Result<Client, BuildError> {
        self.build_with(transport::connecting())
    }

    /// A client whose requests go through a service of the caller's: an `axum::Router`, or a client with layers around it.
    ///
    /// # Errors
    /// Where a base URL or the token cannot be sent.
    pub fn build_with<S, B>(self, service: S) -> Result<Client, BuildError>
    where
        S: TowerService<http::Request<RequestBody>, Response = http::Response<B>> + Clone + Send + Sync + 'static,
        S::Error: Into<BoxError>,
        S::Future: Send,
        B: Body<Data = bytes::Bytes> + Send + 'static,
        B::Error: Into<BoxError>,
    {
        let Self { mut base_urls, access_token, timeout, response_limit } = self;
        for url in &mut base_urls {
            check_base_url(url)?;
            url.truncate(url.trim_end_matches('/').len());
        }
        if access_token.as_ref().is_some_and(|token| !token.expose().bytes().all(|byte| byte.is_ascii_graphic())) {
            return Err(BuildError { problem: "the access token holds a character that a header cannot".to_owned() });
        }
        let transport = transport::boxed(service);
        let core = Core { transport, base_urls, access_token, timeout, response_limit };
        Ok(Client { core: core.into() })
    }
}

fn check_base_url(url: &str) -> Result<(), BuildError> {
    let fault = |why: &str| Err(BuildError { problem: format!("a base URL {why}") });
    let Ok(uri) = url.parse::<Uri>() else { return fault("must be a URL such as `https://example.com`") };
    if !matches!(uri.scheme_str(), Some("http" | "https")) {
        return fault("must start with `http://` or `https://`");
    }
    if uri.authority().is_none_or(|authority| authority.host().is_empty() || authority.as_str().contains('@')) {
        return fault("must name a host, without a user name or a password");
    }
    let text = uri.authority().map_or("", http::uri::Authority::as_str);
    if uri.port().is_none() && text.rsplit(']').next().is_some_and(|rest| rest.contains(':')) {
        return fault("must have a number as its port");
    }
    if uri.query().is_some() || url.contains('#') {
        return fault("must have neither a query nor a fragment");
    }
    Ok(())
}

/// Settings that no client can be made of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BuildError {
    problem: String,
}

impl fmt::Display for BuildError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.problem)
    }
}

impl std::error::Error for BuildError {}
