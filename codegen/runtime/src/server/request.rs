//! Receives the body of a request, and passes the request to a handler.

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

use super::arguments::{ArgumentDecoder, Arguments, Input};
use super::context::Context;
use super::rejection::Rejection;
use crate::Operation;

/// The limits of a request body.
#[derive(Clone, Copy)]
pub(super) struct BodyLimits {
    pub(super) bytes: usize,
    pub(super) depth: usize,
    /// How long the body may take to arrive.
    pub(super) time: Duration,
}

/// An authenticated request.
pub struct HandlerRequest<P> {
    pub(super) operation: &'static Operation,
    pub(super) principal: Option<P>,
    /// Boxed, because futures are moved together with everything that they contain.
    pub(super) parts: Box<Parts>,
}

impl<P> HandlerRequest<P> {
    /// Decodes the arguments of the handler.
    pub(super) fn arguments<A: Arguments>(&self, input: Input<'_>) -> Result<A, Rejection> {
        let decoder = ArgumentDecoder::new(&self.parts.uri, input);
        decoder.finish().map_err(|errors| Rejection::invalid_arguments(&errors))
    }

    /// Returns the context of a route that requires a token.
    pub fn required(mut self) -> Result<Context<P>, Rejection> {
        let principal = self.principal.take().ok_or_else(Rejection::missing_token)?;
        Ok(self.context(principal))
    }

    /// Returns the context of a route whose token is optional.
    pub fn optional(mut self) -> Result<Context<Option<P>>, Rejection> {
        let principal = self.principal.take();
        Ok(self.context(principal))
    }

    /// Returns the context of a route that ignores tokens.
    pub fn anonymous(self) -> Result<Context<()>, Rejection> {
        Ok(self.context(()))
    }

    fn context<Q>(self, principal: Q) -> Context<Q> {
        Context { principal, operation: self.operation, parts: self.parts }
    }
}

/// Rejects a request with a `Content-Length` above the limit, before any work is done for it.
pub(super) fn check_length(headers: &HeaderMap, limit: usize) -> Result<(), Rejection> {
    let length: Option<u64> = headers.get(CONTENT_LENGTH).and_then(|length| length.to_str().ok()?.parse().ok());
    match length {
        Some(length) if length > limit as u64 => Err(Rejection::too_large(limit)),
        Some(_) | None => Ok(()),
    }
}

/// Receives a body. Rejects one that is too large, too slow or not declared as JSON.
pub(super) async fn receive(headers: &HeaderMap, body: Body, limits: &BodyLimits) -> Result<Bytes, Rejection> {
    let received = match with_timeout(Limited::new(body, limits.bytes).collect(), limits.time).await {
        Ok(Ok(received)) => received.to_bytes(),
        Ok(Err(error)) if error.is::<LengthLimitError>() => return Err(Rejection::too_large(limits.bytes)),
        Ok(Err(_)) => return Err(Rejection::new(StatusCode::BAD_REQUEST, "the body is incomplete")),
        Err(_) => return Err(Rejection::too_slow(limits.time)),
    };
    if !received.is_empty() && !is_json(headers) {
        return Err(Rejection::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "the body must be application/json"));
    }
    Ok(received)
}

/// Waits for a body up to a time limit. Most bodies arrive together with their headers, and need no timer. A timer is boxed,
/// because futures are moved together with everything that they may contain.
async fn with_timeout<F: Future>(body: F, limit: Duration) -> Result<F::Output, Elapsed> {
    let mut body = pin!(body);
    match poll_fn(|context| Poll::Ready(body.as_mut().poll(context))).await {
        Poll::Ready(body) => Ok(body),
        Poll::Pending => Box::pin(timeout(limit, body)).await,
    }
}

/// Returns `true` for JSON, and if there is no content type.
fn is_json(headers: &HeaderMap) -> bool {
    let Some(value) = headers.get(CONTENT_TYPE) else { return true };
    let essence = value.to_str().unwrap_or_default().split(';').next().unwrap_or_default().trim();
    let (kind, subtype) = essence.split_once('/').unwrap_or_default();
    let suffix = subtype.rsplit('+').next().unwrap_or_default();
    kind.eq_ignore_ascii_case("application") && suffix.eq_ignore_ascii_case("json")
}
