//! What the response to a request means for the call: success, or an error of the service.

use bytes::Bytes;
use http::{HeaderMap, StatusCode};
use tracing::Span;

use super::error::{ApiError, CallError, Error};
use super::request::Prepared;
use super::trace;
use super::wire::{Broken, Received, ReceivedBody, is_failure};
use crate::response::Mismatches;
use crate::{ErrorResponse, Operation, Response, RouteError, SchemaMismatch, error};

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
    reply: ErrorResponse,
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

/// What becomes of a part of a response that does not match the documentation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum OnMismatch {
    /// It is left out of the body, recorded and logged.
    LeaveOut,
    /// The call fails.
    Fail,
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
            let reply = ErrorResponse::from_parts(operation.api(), status, headers, raw, extent);
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
