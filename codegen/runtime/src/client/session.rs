//! The token that calls are made with: one, renewed before it ends or when it is refused, by one renewal at a time.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use http::{HeaderValue, StatusCode};
use jiff::{SignedDuration, Timestamp};
use tokio::time::Instant;

use super::clock::Clock;
use super::error::CallErrorKind;
use super::failure::Failure;
use super::flight::Flight;
use super::retry;
use super::tokens::{AccessToken, AnySource};
use super::trace::TARGET;
use crate::Secret;

/// How long before its end a token is renewed; of one that is granted for less than twice that, halfway.
const AHEAD: SignedDuration = SignedDuration::from_secs(60);

/// How long a failure answers for the next attempts, so that many calls do not become as many questions. A refusal will
/// not change by itself, anything else may.
const REFUSED_FOR: Duration = Duration::from_secs(30);
const FAILED_FOR: Duration = Duration::from_secs(1);

/// How long a token that took the place of a refused one is not replaced when it is refused, too: a service that refuses
/// all that it hands out is not asked for a token by every call.
const SETTLED_FOR: Duration = Duration::from_secs(1);

/// How long a renewal may take.
const RENEWAL_TIMEOUT: Duration = Duration::from_secs(30);

/// How long a call waits for a renewal while the old token is still good.
const PATIENCE: Duration = Duration::from_secs(5);

/// What a call is made with.
#[derive(Debug, Clone)]
pub(super) struct Held {
    /// Shared, so that no call makes another copy of it in memory.
    token: Arc<Secret>,
    /// Which one it is: each renewal counts.
    generation: u64,
    renew_at: Option<Timestamp>,
    expires_at: Option<Timestamp>,
    /// Until when its refusal is not answered by yet another renewal.
    settled_until: Option<Instant>,
}

impl Held {
    /// One from before there was a client.
    fn kept(token: AccessToken) -> Self {
        let AccessToken { token, expires_at } = token;
        let renew_at = expires_at.and_then(|end| end.saturating_sub(AHEAD).ok());
        Self { token: token.into(), generation: 0, renew_at, expires_at, settled_until: None }
    }

    /// One that was just handed out. An end that is past by then cannot be meant, so such a token serves until it is refused.
    fn granted(token: AccessToken, generation: u64, now: Timestamp, cause: Cause) -> Self {
        let AccessToken { token, expires_at } = token;
        let expires_at = expires_at.filter(|end| now < *end);
        let renew_at = expires_at.and_then(|end| {
            let ahead = AHEAD.min(end.duration_since(now) / 2);
            end.saturating_sub(ahead).ok()
        });
        let settled_until = match cause {
            Cause::Refusal => Some(Instant::now() + SETTLED_FOR),
            Cause::Need => None,
        };
        Self { token: token.into(), generation, renew_at, expires_at, settled_until }
    }

    /// False where it is about to end.
    fn is_to_be_kept(&self, now: Timestamp) -> bool {
        self.renew_at.is_none_or(|at| now < at)
    }

    /// The value of the header `Authorization`.
    pub(super) fn header(&self) -> Option<HeaderValue> {
        let mut value = HeaderValue::try_from(["Bearer ", self.token.expose()].concat()).ok()?;
        value.set_sensitive(true);
        Some(value)
    }
}

/// Why a token is renewed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Cause {
    /// There is none yet, or it is about to end.
    Need,
    /// The service has refused it.
    Refusal,
}

/// Who the client's user is.
pub(super) enum Session {
    /// Nobody: no token is sent.
    Anonymous,
    /// A token that nothing renews.
    Fixed(Held),
    /// A token that is renewed.
    Renewed(Arc<Renewed>),
}

impl Session {
    pub(super) fn fixed(token: Secret) -> Self {
        Self::Fixed(Held::kept(AccessToken::new(token)))
    }

    pub(super) fn renewed(source: Arc<dyn AnySource>, clock: Arc<Clock>, first: Option<AccessToken>) -> Self {
        let held = first.map(Held::kept);
        let state = State { held, generation: 0, renewal: None, failure: None };
        Self::Renewed(Arc::new(Renewed { source, clock, state: Mutex::new(state) }))
    }

    /// A token for a call that has to end by then, if there is any.
    pub(super) async fn token(&self, deadline: Instant) -> Result<Option<Held>, Failure> {
        match self {
            Self::Anonymous => Ok(None),
            Self::Fixed(held) => Ok(Some(held.clone())),
            Self::Renewed(renewed) => match renewed.at_hand() {
                Some(held) => Ok(Some(held)),
                // Seldom, so that not every call has to carry what this needs.
                None => Box::pin(renewed.token(deadline)).await.map(Some),
            },
        }
    }

    /// Another token than the one that the service refused; nothing where there is no other.
    pub(super) async fn instead_of(&self, refused: &Held) -> Result<Option<Held>, Failure> {
        match self {
            Self::Anonymous | Self::Fixed(_) => Ok(None),
            Self::Renewed(renewed) => Box::pin(renewed.instead_of(refused)).await,
        }
    }
}

type Outcome = Result<Held, Failure>;

/// A token, and how the next one is had.
pub(super) struct Renewed {
    source: Arc<dyn AnySource>,
    clock: Arc<Clock>,
    state: Mutex<State>,
}

struct State {
    held: Option<Held>,
    generation: u64,
    renewal: Option<Flight<Outcome>>,
    failure: Option<(Instant, Failure)>,
}

impl Renewed {
    /// The token that is held, unless it is about to end.
    fn at_hand(&self) -> Option<Held> {
        let held = self.state().held.clone()?;
        held.is_to_be_kept(self.clock.now()).then_some(held)
    }

    async fn token(self: &Arc<Self>, deadline: Instant) -> Outcome {
        let now = self.clock.now();
        let held = self.state().held.clone();
        match held {
            // Somebody has renewed it since it was looked for.
            Some(held) if held.is_to_be_kept(now) => Ok(held),
            // One that has not ended yet still serves where no other can be had soon.
            Some(held) if held.expires_at.is_some_and(|end| now < end) => {
                let left = deadline.saturating_duration_since(Instant::now());
                let renewal = self.renewal(Some(&held), Cause::Need);
                let renewed = tokio::time::timeout(PATIENCE.min(left / 2), renewal).await;
                Ok(renewed.ok().and_then(Result::ok).unwrap_or(held))
            }
            Some(held) => self.renewal(Some(&held), Cause::Need).await,
            None => self.renewal(None, Cause::Need).await,
        }
    }

    async fn instead_of(self: &Arc<Self>, refused: &Held) -> Result<Option<Held>, Failure> {
        if refused.settled_until.is_some_and(|until| Instant::now() < until) && self.is_newest(refused) {
            return Ok(None);
        }
        self.renewal(Some(refused), Cause::Refusal).await.map(Some)
    }

    fn is_newest(&self, held: &Held) -> bool {
        self.state().generation == held.generation
    }

    /// Waits for the renewal under way, or starts one; if somebody else has already renewed `old`, nothing is left to do.
    async fn renewal(self: &Arc<Self>, old: Option<&Held>, cause: Cause) -> Outcome {
        let flight = {
            let mut state = self.state();
            match &state.held {
                Some(held) if old.is_none_or(|old| old.generation != held.generation) => return Ok(held.clone()),
                _ => {}
            }
            match &state.failure {
                Some((until, failure)) if Instant::now() < *until => return Err(failure.clone()),
                _ => {}
            }
            match &state.renewal {
                Some(flight) if flight.is_under_way() => flight.clone(),
                _ => {
                    tracing::debug!(target: TARGET, "renewing the access token");
                    let flight = Flight::launch(Arc::clone(self).renew(old.map(|old| Arc::clone(&old.token)), cause));
                    state.renewal.insert(flight).clone()
                }
            }
        };
        let interrupted = || Failure::new(CallErrorKind::Token, "the renewal of the access token was interrupted");
        flight.landed().await.unwrap_or_else(|| Err(interrupted()))
    }

    async fn renew(self: Arc<Self>, old: Option<Arc<Secret>>, cause: Cause) -> Outcome {
        let fetched = match tokio::time::timeout(RENEWAL_TIMEOUT, self.source.fetch(old.as_deref())).await {
            Ok(Ok(token)) if is_sendable(&token.token) => Ok(token),
            Ok(Ok(_)) => Err(Failure::new(
                CallErrorKind::Token,
                "the access token is empty or holds a character that a header cannot",
            )),
            Ok(Err(error)) => Err(Failure::new(CallErrorKind::Token, "no access token could be had").because(error)),
            Err(elapsed) => Err(Failure::new(CallErrorKind::Token, "no access token came in time").because(elapsed)),
        };
        let now = self.clock.now();
        let mut state = self.state();
        match fetched {
            Ok(token) => {
                state.generation += 1;
                let held = Held::granted(token, state.generation, now, cause);
                state.held = Some(held.clone());
                state.failure = None;
                Ok(held)
            }
            Err(failure) => {
                let refused = |status: StatusCode| status.is_client_error() && !retry::is_passing(status);
                let is_refusal = failure.status_of_cause().is_some_and(refused);
                let lasting = if is_refusal { REFUSED_FOR } else { FAILED_FOR };
                state.failure = Some((Instant::now() + lasting, failure.clone()));
                Err(failure)
            }
        }
    }

    /// Nothing that holds the lock can panic halfway through a change, so a poisoned one is as good as any.
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Whether a token can stand in a header.
pub(super) fn is_sendable(token: &Secret) -> bool {
    !token.expose().is_empty() && token.expose().bytes().all(|byte| byte.is_ascii_graphic())
}
