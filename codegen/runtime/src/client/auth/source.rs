//! Tokens, and the trait for sources of access tokens.

use std::future::Future;
use std::pin::Pin;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{BoxError, Secret};

/// The tokens of a caller, for programs that store them between runs.
///
/// They are serialized with the secrets in plain text, so store them where only their owner can read them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Tokens {
    /// The token that calls are made with.
    pub access_token: AccessToken,
    /// The token that is exchanged for the next access token. A service that rotates refresh tokens accepts each of them
    /// only once.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refresh_token: Option<Secret>,
}

impl Tokens {
    /// Creates tokens that cannot be renewed.
    pub fn new(access_token: impl Into<AccessToken>) -> Self {
        Self { access_token: access_token.into(), refresh_token: None }
    }

    /// Sets the refresh token.
    #[must_use]
    pub fn with_refresh_token(mut self, token: impl Into<Secret>) -> Self {
        self.refresh_token = Some(token.into());
        self
    }
}

/// A token that calls are made with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct AccessToken {
    /// The token itself.
    pub token: Secret,
    /// When the token expires by the service's clock, if that is known. It is renewed shortly before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<Timestamp>,
}

impl AccessToken {
    /// Creates a token that is used until the service rejects it.
    pub fn new(token: impl Into<Secret>) -> Self {
        Self { token: token.into(), expires_at: None }
    }

    /// Sets the time at which the token expires.
    #[must_use]
    pub fn expiring_at(mut self, at: Timestamp) -> Self {
        self.expires_at = Some(at);
        self
    }
}

impl<T: Into<Secret>> From<T> for AccessToken {
    fn from(token: T) -> Self {
        Self::new(token)
    }
}

/// A source of access tokens, such as a vault, another process or another way to sign in.
///
/// The client caches the token. It requests another one shortly before the token expires and when the service rejects it.
/// It makes one request at a time, regardless of the number of waiting calls.
pub trait TokenSource: Send + Sync + 'static {
    /// Returns a token for the next calls. An `old` token is about to expire or was rejected, so the result should be
    /// another one.
    ///
    /// # Errors
    /// If no token can be obtained. The error becomes the source of the error of every call that waits for the token.
    fn access_token(&self, old: Option<&Secret>) -> impl Future<Output = Result<AccessToken, BoxError>> + Send;
}

type TokenFuture<'a> = Pin<Box<dyn Future<Output = Result<AccessToken, BoxError>> + Send + 'a>>;

/// A [`TokenSource`] that can be a trait object.
pub(in crate::client) trait DynTokenSource: Send + Sync {
    fn fetch<'a>(&'a self, old: Option<&'a Secret>) -> TokenFuture<'a>;
}

impl<S: TokenSource> DynTokenSource for S {
    fn fetch<'a>(&'a self, old: Option<&'a Secret>) -> TokenFuture<'a> {
        Box::pin(self.access_token(old))
    }
}
