//! A call from its first request to its answer, within the time that it has.

use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, StatusCode};
use tokio::time::Instant;
use tracing::{Instrument, Span};

use super::deliver::{Bounds, Place, deliver};
use super::error::{ApiError, CallError, CallErrorKind, Error};
use super::receive::{OnMismatch, Way};
use super::request::{Prepared, Request};
use super::resolve::Resolved;
use super::trace;
use super::wire::{Broken, Received, ReceivedBody, Reception, is_failure};
use crate::response::Mismatches;
use crate::{ErrorReply, Operation, Response, RouteError, SchemaMismatch, error};

/// An answer whose body has been received.
pub(super) enum Answer {
    /// The call has succeeded.
    Success(Success),
    /// The service has refused.
    Failure(Refusal),
}

/// An answer that means success.
pub struct Success {
    pub(super) operation: &'static Operation,
    pub(super) path: String,
    pub(super) status: StatusCode,
    pub(super) headers: HeaderMap,
    pub(super) body: ReceivedBody,
    pub(super) on_mismatch: OnMismatch,
}

/// An answer that means failure.
pub(super) struct Refusal {
    operation: &'static Operation,
    path: String,
    reply: ErrorReply,
}

impl Refusal {
    pub(super) fn into_error<E: RouteError>(self) -> ApiError<E> {
        let documented = error::documented(self.reply.status());
        ApiError::new(self.operation, self.path, self.reply, documented)
    }
}

impl Success {
    /// The body, if it has been received.
    pub(super) fn raw(&self) -> &Bytes {
        static NOTHING: Bytes = Bytes::new();
        match &self.body {
            ReceivedBody::Whole(raw) => raw,
            ReceivedBody::Unread(_) => &NOTHING,
        }
    }

    pub(super) fn into_response<T>(self, body: T, list: Vec<SchemaMismatch>) -> Response<T> {
        let raw = self.raw().clone();
        let Self { operation, path, status, headers, .. } = self;
        let mismatches = (!list.is_empty()).then(|| Box::new(Mismatches { operation, path, list }));
        Response { status: Some(status), headers, body, raw, mismatches }
    }
}

/// What a call has been told beside its arguments.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Options {
    pub(super) timeout: Option<Duration>,
    pub(super) retries: Option<usize>,
}

/// Sends a request and receives the answer.
pub(super) async fn send(request: Request, options: Options, way: Way) -> Result<Answer, Box<CallError>> {
    let client = request.client.clone();
    let prepared = request.ready()?;
    let span = trace::call(prepared.operation);
    async {
        let core = &*client.core;
        let timeout = options.timeout.unwrap_or(core.timeout);
        // A time-out that is too long for the clock is none.
        let deadline = Instant::now().checked_add(timeout).unwrap_or_else(far_away);
        let reception = Reception { way, timeout };
        let bounds = Bounds { deadline, retries: options.retries.unwrap_or(core.retries), reception };
        let service = prepared.operation.service;
        let place = match (core.resolver.discovery(core.api, service), &prepared.key) {
            (Some(discovery), Some(key)) => Place::Resolved(Resolved { service, discovery, key }),
            _ => Place::At(core.wire.base_url(service)),
        };
        let received = match tokio::time::timeout_at(deadline, deliver(&client, &prepared, place, bounds)).await {
            Ok(received) => received,
            Err(elapsed) => Err(Broken::new(CallErrorKind::Timeout, "the call took too long", Some(elapsed.into()))),
        };
        let mut answer = answered(&prepared, received);
        if let Ok(Answer::Success(success)) = &mut answer {
            success.on_mismatch = core.on_mismatch;
        }
        answer
    }
    .instrument(span)
    .await
}

fn far_away() -> Instant {
    const CENTURY: Duration = Duration::from_secs(100 * 365 * 24 * 60 * 60);
    Instant::now() + CENTURY
}

/// What an answer means for the call that it is for, whose span is the current one.
pub(super) fn answered(prepared: &Prepared, received: Result<Received, Broken>) -> Result<Answer, Box<CallError>> {
    let (operation, path, span) = (prepared.operation, prepared.path.shown(), Span::current());
    let Received { status, headers, body, extent } = received.map_err(|broken| {
        trace::failed(&span, broken.kind);
        broken.into_error(prepared)
    })?;
    Ok(match body {
        ReceivedBody::Whole(raw) if is_failure(operation, status) => {
            trace::refused(&span, status);
            let reply = ErrorReply::from_parts(operation.api(), status, headers, raw, extent);
            Answer::Failure(Refusal { operation, path, reply })
        }
        body => {
            trace::succeeded(&span, status);
            Answer::Success(Success { operation, path, status, headers, body, on_mismatch: OnMismatch::LeaveOut })
        }
    })
}

/// The same for a call that the client makes of its own accord, of which only success is any good.
pub(super) fn succeeded(prepared: &Prepared, received: Result<Received, Broken>) -> Result<Success, Error> {
    match answered(prepared, received) {
        Ok(Answer::Success(success)) => Ok(success),
        Ok(Answer::Failure(Refusal { operation, path, reply })) => {
            Err(Error::Api(Box::new(ApiError::new(operation, path, reply, None))))
        }
        Err(error) => Err(Error::Call(error)),
    }
}
