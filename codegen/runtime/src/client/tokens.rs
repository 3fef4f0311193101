//! Tokens, and where they come from.

use std::future::Future;
use std::pin::Pin;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{BoxError, Secret};

/// What proves who the caller is, for a caller that keeps it from one run of a program to the next. It is written and read with
/// the secrets in plain text, so it belongs where only its owner can read it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Tokens {
    /// What calls are made with.
    pub access_token: AccessToken,
    /// What the next access token is made from. A service that rotates refresh tokens takes each of them only once.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refresh_token: Option<Secret>,
}

impl Tokens {
    /// An access token that cannot be renewed.
    pub fn new(access_token: impl Into<AccessToken>) -> Self {
        Self { access_token: access_token.into(), refresh_token: None }
    }

    /// The same, with what makes the next access token.
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
    /// When it ends by the service's clock, if that is known. It is renewed shortly before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<Timestamp>,
}

impl AccessToken {
    /// A token that is good until the service refuses it.
    pub fn new(token: impl Into<Secret>) -> Self {
        Self { token: token.into(), expires_at: None }
    }

    /// The same, with the time at which it ends.
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

/// A place where access tokens come from: a vault, another process, another way to sign in.
///
/// The client keeps the token that it got. It asks again shortly before the token ends and when the service refuses it; one
/// question is under way at a time, however many calls wait for the answer.
pub trait TokenSource: Send + Sync + 'static {
    /// A token for the next calls. Where there is an `old` one, the service has refused it or it is about to end, so another is
    /// wanted.
    ///
    /// # Errors
    /// Where there is none to be had; every call that waits for it fails with this as its source.
    fn access_token(&self, old: Option<&Secret>) -> impl Future<Output = Result<AccessToken, BoxError>> + Send;
}

/// A token source of any type.
pub(super) trait AnySource: Send + Sync {
    fn fetch<'a>(
        &'a self,
        old: Option<&'a Secret>,
    ) -> Pin<Box<dyn Future<Output = Result<AccessToken, BoxError>> + Send + 'a>>;
}

impl<S: TokenSource> AnySource for S {
    fn fetch<'a>(
        &'a self,
        old: Option<&'a Secret>,
    ) -> Pin<Box<dyn Future<Output = Result<AccessToken, BoxError>> + Send + 'a>> {
        Box::pin(self.access_token(old))
    }
}
