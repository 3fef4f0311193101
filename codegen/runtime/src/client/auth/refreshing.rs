//! An access token that is renewed before it expires and when the service rejects it, by one renewal at a time.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use http::StatusCode;
use tokio::time::{Instant, timeout};

use super::cached_token::{CachedToken, RenewalReason, is_valid_token};
use super::source::DynTokenSource;
use crate::Secret;
use crate::client::clock::SkewEstimator;
use crate::client::error::{ErrorCause, ErrorKind};
use crate::client::retry::is_transient;
use crate::client::single_flight::SingleFlight;
use crate::client::trace::TARGET;

/// How long further calls get the error of a failed renewal, so that many calls do not cause many token requests. A
/// rejected refresh token stays invalid; other errors may be temporary.
const REJECTED_BACKOFF: Duration = Duration::from_secs(30);
const ERROR_BACKOFF: Duration = Duration::from_secs(1);

/// How long a renewal may take.
const RENEWAL_TIMEOUT: Duration = Duration::from_secs(30);

/// How long a call waits for a renewal while the old token is still valid.
const RENEWAL_WAIT: Duration = Duration::from_secs(5);

type RenewalResult = Result<CachedToken, ErrorCause>;

/// The current token, and the source of the next one.
pub(in crate::client) struct RefreshingToken {
    source: Arc<dyn DynTokenSource>,
    clock: Arc<SkewEstimator>,
    state: Mutex<State>,
}

struct State {
    token: Option<CachedToken>,
    generation: u64,
    renewal: Option<SingleFlight<RenewalResult>>,
    /// The error of the latest renewal, and until when it is returned.
    error: Option<(Instant, ErrorCause)>,
}

impl RefreshingToken {
    pub(super) fn new(source: Arc<dyn DynTokenSource>, clock: Arc<SkewEstimator>, token: Option<CachedToken>) -> Self {
        let state = State { token, generation: 0, renewal: None, error: None };
        Self { source, clock, state: Mutex::new(state) }
    }

    /// Returns the current token, unless it is about to expire.
    pub(super) fn cached(&self) -> Option<CachedToken> {
        let token = self.state().token.clone()?;
        token.is_fresh(self.clock.now()).then_some(token)
    }

    /// Returns the current token, and renews it first if it is about to expire.
    pub(super) async fn token(self: &Arc<Self>, deadline: Instant) -> RenewalResult {
        let now = self.clock.now();
        let token = self.state().token.clone();
        match token {
            // Another call has renewed it in the meantime.
            Some(token) if token.is_fresh(now) => Ok(token),
            // A token that is still valid is used if the renewal takes too long or fails.
            Some(token) if token.is_unexpired(now) => {
                let remaining = deadline.saturating_duration_since(Instant::now());
                let renewal = self.renew_once(Some(&token), RenewalReason::Expiring);
                let renewed = timeout(RENEWAL_WAIT.min(remaining / 2), renewal).await;
                Ok(renewed.ok().and_then(Result::ok).unwrap_or(token))
            }
            token => self.renew_once(token.as_ref(), RenewalReason::Expiring).await,
        }
    }

    /// Renews a token that the service rejected. Returns `None` if that token has just replaced another rejected one.
    pub(super) async fn replace_rejected(
        self: &Arc<Self>,
        rejected: &CachedToken,
    ) -> Result<Option<CachedToken>, ErrorCause> {
        if rejected.is_in_cooldown() && self.state().generation == rejected.generation {
            return Ok(None);
        }
        self.renew_once(Some(rejected), RenewalReason::Rejected).await.map(Some)
    }

    /// Waits for the running renewal, or starts one. If `old` is no longer the current token, returns the current one.
    async fn renew_once(self: &Arc<Self>, old: Option<&CachedToken>, reason: RenewalReason) -> RenewalResult {
        let flight = {
            let mut state = self.state();
            match &state.token {
                Some(token) if old.is_none_or(|old| old.generation != token.generation) => return Ok(token.clone()),
                _ => {}
            }
            match &state.error {
                Some((until, cause)) if Instant::now() < *until => return Err(cause.clone()),
                _ => {}
            }
            match &state.renewal {
                Some(flight) if flight.is_running() => flight.clone(),
                _ => {
                    tracing::debug!(target: TARGET, "renewing the access token");
                    let old = old.map(|old| Arc::clone(&old.token));
                    let flight = SingleFlight::spawn(Arc::clone(self).renew(old, reason));
                    state.renewal.insert(flight).clone()
                }
            }
        };
        let interrupted = || ErrorCause::new(ErrorKind::Token, "the renewal of the access token was interrupted");
        flight.join().await.unwrap_or_else(|| Err(interrupted()))
    }

    async fn renew(self: Arc<Self>, old: Option<Arc<Secret>>, reason: RenewalReason) -> RenewalResult {
        let failed = |problem: &'static str| ErrorCause::new(ErrorKind::Token, problem);
        let result = match timeout(RENEWAL_TIMEOUT, self.source.fetch(old.as_deref())).await {
            Ok(Ok(token)) if is_valid_token(&token.token) => Ok(token),
            Ok(Ok(_)) => Err(failed("the access token is empty or contains a character that is invalid in a header")),
            Ok(Err(error)) => Err(failed("no access token could be obtained").with_source(error)),
            Err(elapsed) => Err(failed("obtaining an access token timed out").with_source(elapsed)),
        };
        let now = self.clock.now();
        let mut state = self.state();
        match result {
            Ok(token) => {
                state.generation += 1;
                let token = CachedToken::from_renewal(token, state.generation, now, reason);
                state.token = Some(token.clone());
                state.error = None;
                Ok(token)
            }
            Err(cause) => {
                let is_rejection = |status: StatusCode| status.is_client_error() && !is_transient(status);
                let is_rejected = cause.status_of_source().is_some_and(is_rejection);
                let backoff = if is_rejected { REJECTED_BACKOFF } else { ERROR_BACKOFF };
                state.error = Some((Instant::now() + backoff, cause.clone()));
                Err(cause)
            }
        }
    }

    /// Locks the state. Code under the lock cannot panic halfway through a change, so a poisoned lock does no harm.
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
