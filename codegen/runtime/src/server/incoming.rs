//! A request on its way to a stub.

use std::future::{Future, poll_fn};
use std::pin::pin;
use std::task::Poll;
use std::time::Duration;

use axum::body::Body;
use bytes::Bytes;
use http::header::{CONTENT_LENGTH, CONTENT_TYPE};
use http::request::Parts;
use http::{HeaderMap, StatusCode};
use http_body_util::{BodyExt, LengthLimitError, Limited};
use tokio::time::error::Elapsed;
use tokio::time::timeout;

use super::arguments::{Arguments, Input, Reader};
use super::context::Context;
use super::rejection::Rejection;
use crate::Operation;

/// What the body of a request may be.
#[derive(Clone, Copy)]
pub(super) struct Limits {
    pub(super) bytes: usize,
    pub(super) depth: usize,
    /// How long it may take to arrive.
    pub(super) time: Duration,
}

/// A request whose caller is known.
pub struct Incoming<P> {
    pub(super) operation: &'static Operation,
    pub(super) principal: Option<P>,
    /// In a box, because futures are moved with all that they hold.
    pub(super) parts: Box<Parts>,
}

impl<P> Incoming<P> {
    /// What the request gives to the stub's method.
    pub(super) fn arguments<A: Arguments>(&self, input: Input<'_>) -> Result<A, Rejection> {
        let reader = Reader::new(&self.parts.uri, input);
        reader.finish().map_err(|faults| Rejection::malformed(&faults))
    }

    /// The context of a route that wants a token.
    pub fn required(mut self) -> Result<Context<P>, Rejection> {
        let nobody = || Rejection::new(StatusCode::UNAUTHORIZED, "a bearer token is needed");
        let principal = self.principal.take().ok_or_else(nobody)?;
        Ok(self.context(principal))
    }

    /// The context of a route that may do without a token.
    pub fn optional(mut self) -> Result<Context<Option<P>>, Rejection> {
        let principal = self.principal.take();
        Ok(self.context(principal))
    }

    /// The context of a route that never looks at a token.
    pub fn anonymous(self) -> Result<Context<()>, Rejection> {
        Ok(self.context(()))
    }

    fn context<Q>(self, principal: Q) -> Context<Q> {
        Context { principal, operation: self.operation, parts: self.parts }
    }
}

/// Refuses a body that says of itself that it is too large, before anything is done for it.
pub(super) fn check_length(headers: &HeaderMap, limit: usize) -> Result<(), Rejection> {
    let length: Option<u64> = headers.get(CONTENT_LENGTH).and_then(|length| length.to_str().ok()?.parse().ok());
    match length {
        Some(length) if length > limit as u64 => Err(Rejection::too_large(limit)),
        Some(_) | None => Ok(()),
    }
}

/// The bytes of a body, refused where they are too many, too late or no JSON.
pub(super) async fn receive(headers: &HeaderMap, body: Body, limits: &Limits) -> Result<Bytes, Rejection> {
    let received = match in_time(Limited::new(body, limits.bytes).collect(), limits.time).await {
        Ok(Ok(received)) => received.to_bytes(),
        Ok(Err(error)) if error.is::<LengthLimitError>() => return Err(Rejection::too_large(limits.bytes)),
        Ok(Err(_)) => return Err(Rejection::new(StatusCode::BAD_REQUEST, "the body broke off")),
        Err(_) => return Err(Rejection::too_slow(limits.time)),
    };
    if !received.is_empty() && !is_json(headers) {
        return Err(Rejection::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "the body must be application/json"));
    }
    Ok(received)
}

/// Waits for a body, but not for ever. Most bodies arrive together with their headers: they need no timer. Where one is
/// needed it is in a box, because futures are moved with all that they may hold.
async fn in_time<F: Future>(body: F, limit: Duration) -> Result<F::Output, Elapsed> {
    let mut body = pin!(body);
    match poll_fn(|context| Poll::Ready(body.as_mut().poll(context))).await {
        Poll::Ready(body) => Ok(body),
        Poll::Pending => Box::pin(timeout(limit, body)).await,
    }
}

/// True for JSON, and where nothing is said of the content type.
fn is_json(headers: &HeaderMap) -> bool {
    let Some(value) = headers.get(CONTENT_TYPE) else { return true };
    let essence = value.to_str().unwrap_or_default().split(';').next().unwrap_or_default().trim();
    let (kind, subtype) = essence.split_once('/').unwrap_or_default();
    let suffix = subtype.rsplit('+').next().unwrap_or_default();
    kind.eq_ignore_ascii_case("application") && suffix.eq_ignore_ascii_case("json")
}
