//! A request until it is answered: to the right place, with a token that is good, again where that helps.

use std::future::{Future, ready};
use std::pin::Pin;
use std::sync::Arc;

use http::StatusCode;
use tokio::time::Instant;

use super::Core;
use super::error::CallErrorKind;
use super::failure::Failure;
use super::request::Prepared;
use super::retry::{self, Retries};
use super::trace::TARGET;
use super::wire::{Broken, Received, ReceivedBody, Reception};
use crate::{Auth, ErrorResponse};

/// The base URL that a request is sent to. Each attempt asks for it again.
pub(super) trait BaseUrl: Sync {
    /// Returns the base URL for the next attempt, if it is known.
    fn known(&self) -> Option<Arc<str>>;

    /// Finds the base URL.
    fn find(&self) -> Pin<Box<dyn Future<Output = Result<Arc<str>, Failure>> + Send + '_>>;

    /// Is told that another base URL may be better than this one.
    fn has_failed(&self, url: &str);
}

/// A base URL that stays the same.
pub(super) struct FixedUrl<'u>(pub(super) &'u Arc<str>);

impl BaseUrl for FixedUrl<'_> {
    fn known(&self) -> Option<Arc<str>> {
        Some(Arc::clone(self.0))
    }

    fn find(&self) -> Pin<Box<dyn Future<Output = Result<Arc<str>, Failure>> + Send + '_>> {
        Box::pin(ready(Ok(Arc::clone(self.0))))
    }

    fn has_failed(&self, _: &str) {}
}

/// What a request may take.
#[derive(Debug, Clone, Copy)]
pub(super) struct Bounds {
    pub(super) deadline: Instant,
    pub(super) retries: usize,
    pub(super) reception: Reception,
}

/// Sends a request, with a new token where the service refuses the first one, and again where the failure may pass.
pub(super) async fn deliver(
    core: &Core,
    prepared: &Prepared,
    target: &dyn BaseUrl,
    bounds: Bounds,
) -> Result<Received, Broken> {
    let most = if prepared.operation.is_idempotent() { bounds.retries } else { 0 };
    let mut retries = Retries::new(most, bounds.deadline);
    let mut resent = 0;
    let mut token = match prepared.operation.auth() {
        Auth::Required | Auth::Optional => core.session.token(bounds.deadline).await?,
        Auth::None => None,
    };
    let mut may_renew = token.is_some();
    loop {
        let base_url = match target.known() {
            Some(url) => url,
            None => target.find().await?,
        };
        let authorization = match &token {
            Some(held) => Some(held.header().ok_or_else(unfit_token)?),
            None => None,
        };
        let received = core.wire.exchange(prepared, &base_url, authorization, resent, bounds.reception).await;
        resent += 1;
        if let (Ok(Received { status: StatusCode::UNAUTHORIZED, .. }), Some(refused), true) =
            (&received, &token, may_renew)
        {
            may_renew = false;
            match core.session.instead_of(refused).await {
                Ok(Some(next)) => {
                    token = Some(next);
                    continue;
                }
                Ok(None) => {}
                Err(failure) => return Err(not_renewed(prepared, failure, received)),
            }
        }
        let (is_passing, status, headers) = match &received {
            Ok(received) => (retry::is_passing(received.status), Some(received.status), Some(&received.headers)),
            Err(broken) => (broken.kind == CallErrorKind::Transport, None, None),
        };
        if !is_passing {
            return received;
        }
        // Whoever is asked too often is the right one to ask; all else may be better elsewhere.
        if status != Some(StatusCode::TOO_MANY_REQUESTS) {
            target.has_failed(&base_url);
        }
        let Some(pause) = retries.pause(headers) else { return received };
        tracing::debug!(target: TARGET, ?status, ?pause, resent, "sending again");
        tokio::time::sleep(pause).await;
    }
}

/// No other token could be had. The error keeps the response that rejected the old one.
fn not_renewed(prepared: &Prepared, failure: Failure, rejected: Result<Received, Broken>) -> Broken {
    match rejected {
        Ok(Received { status, headers, body: ReceivedBody::Whole(raw), extent }) => {
            let api = prepared.operation.api();
            Broken::from(failure).with_reply(ErrorResponse::from_parts(api, status, headers, raw, extent))
        }
        Ok(Received { body: ReceivedBody::Unread(_), .. }) | Err(_) => failure.into(),
    }
}

fn unfit_token() -> Broken {
    Broken::new(CallErrorKind::Token, "the access token holds a character that a header cannot", None)
}
