//! An access token with the times at which it expires and is renewed.

use std::sync::Arc;
use std::time::Duration;

use http::HeaderValue;
use jiff::{SignedDuration, Timestamp};
use tokio::time::Instant;

use super::source::AccessToken;
use crate::Secret;
use crate::client::error::{ErrorCause, ErrorKind};

/// How long before its expiry a token is renewed. A token that is issued for less than twice this time is renewed after half
/// of its lifetime.
const EXPIRY_MARGIN: SignedDuration = SignedDuration::from_secs(60);

/// How long a token that replaced a rejected one is not replaced again. Without this limit, every call would request a
/// token from a service that rejects all of its own tokens.
const REPLACE_COOLDOWN: Duration = Duration::from_secs(1);

/// Why a token is renewed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum RenewalReason {
    /// There is no token yet, or it is about to expire.
    Expiring,
    /// The service rejected the token.
    Rejected,
}

/// The token of a call.
#[derive(Debug, Clone)]
pub(in crate::client) struct CachedToken {
    /// Shared, so that calls do not make copies of the secret.
    pub(super) token: Arc<Secret>,
    /// The number of renewals before this token.
    pub(super) generation: u64,
    renew_at: Option<Timestamp>,
    expires_at: Option<Timestamp>,
    /// Until when this token is not replaced if it is rejected.
    cooldown_until: Option<Instant>,
}

impl CachedToken {
    /// Creates the token that the client was built with.
    pub(super) fn from_config(token: AccessToken) -> Self {
        let AccessToken { token, expires_at } = token;
        let renew_at = expires_at.and_then(|end| end.saturating_sub(EXPIRY_MARGIN).ok());
        Self { token: token.into(), generation: 0, renew_at, expires_at, cooldown_until: None }
    }

    /// Creates a token that was just issued. A token whose expiry is in the past is used until the service
    /// rejects it.
    pub(super) fn from_renewal(token: AccessToken, generation: u64, now: Timestamp, reason: RenewalReason) -> Self {
        let AccessToken { token, expires_at } = token;
        let expires_at = expires_at.filter(|end| now < *end);
        let renew_at = expires_at.and_then(|end| {
            let margin = EXPIRY_MARGIN.min(end.duration_since(now) / 2);
            end.saturating_sub(margin).ok()
        });
        let cooldown_until = match reason {
            RenewalReason::Rejected => Some(Instant::now() + REPLACE_COOLDOWN),
            RenewalReason::Expiring => None,
        };
        Self { token: token.into(), generation, renew_at, expires_at, cooldown_until }
    }

    /// Returns `true` until the token should be renewed.
    pub(super) fn is_fresh(&self, now: Timestamp) -> bool {
        self.renew_at.is_none_or(|at| now < at)
    }

    /// Returns `true` if the token is known to be valid for a while.
    pub(super) fn is_unexpired(&self, now: Timestamp) -> bool {
        self.expires_at.is_some_and(|end| now < end)
    }

    pub(super) fn is_in_cooldown(&self) -> bool {
        self.cooldown_until.is_some_and(|until| Instant::now() < until)
    }

    /// Returns the value of the header `Authorization`.
    pub(in crate::client) fn to_header(&self) -> Result<HeaderValue, ErrorCause> {
        let value = HeaderValue::try_from(["Bearer ", self.token.expose()].concat());
        let mut value = value.map_err(|_| {
            ErrorCause::new(ErrorKind::Token, "the access token contains a character that is invalid in a header")
        })?;
        value.set_sensitive(true);
        Ok(value)
    }
}

/// Returns `true` if a token can be sent in a header.
pub(in crate::client) fn is_valid_token(token: &Secret) -> bool {
    !token.expose().is_empty() && token.expose().bytes().all(|byte| byte.is_ascii_graphic())
}
