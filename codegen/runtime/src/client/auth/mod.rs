//! The access token of a client, its source and its renewal.

mod cached_token;
mod exchange;
mod refreshing;
mod source;

use std::sync::Arc;

use tokio::time::Instant;

use super::clock::SkewEstimator;
use super::error::ErrorCause;
use crate::Secret;

pub(super) use self::cached_token::{CachedToken, is_valid_token};
pub(super) use self::exchange::{RefreshTokenExchange, TokenListener};
use self::refreshing::RefreshingToken;
pub(super) use self::source::DynTokenSource;
pub use self::source::{AccessToken, TokenSource, Tokens};

/// Provides the token of each call.
pub(super) enum TokenProvider {
    /// No token is sent.
    Anonymous,
    /// A token that is never renewed.
    Fixed(CachedToken),
    /// A token that is renewed.
    Refreshing(Arc<RefreshingToken>),
}

impl TokenProvider {
    pub(super) fn fixed(token: Secret) -> Self {
        Self::Fixed(CachedToken::from_config(AccessToken::new(token)))
    }

    pub(super) fn refreshing(
        source: Arc<dyn DynTokenSource>,
        clock: Arc<SkewEstimator>,
        initial: Option<AccessToken>,
    ) -> Self {
        Self::Refreshing(Arc::new(RefreshingToken::new(source, clock, initial.map(CachedToken::from_config))))
    }

    /// Returns the token for a call with that deadline, or `None` for an anonymous client.
    pub(super) async fn token(&self, deadline: Instant) -> Result<Option<CachedToken>, ErrorCause> {
        match self {
            Self::Anonymous => Ok(None),
            Self::Fixed(token) => Ok(Some(token.clone())),
            Self::Refreshing(refreshing) => match refreshing.cached() {
                Some(token) => Ok(Some(token)),
                // Rare, and boxed so that the future of every call stays small.
                None => Box::pin(refreshing.token(deadline)).await.map(Some),
            },
        }
    }

    /// Returns a replacement for a token that the service rejected, or `None` if there is none.
    pub(super) async fn replace_rejected(&self, rejected: &CachedToken) -> Result<Option<CachedToken>, ErrorCause> {
        match self {
            Self::Anonymous | Self::Fixed(_) => Ok(None),
            Self::Refreshing(refreshing) => Box::pin(refreshing.replace_rejected(rejected)).await,
        }
    }
}
