//! Decides whether a response means success or an error of the service.

use bytes::Bytes;
use http::{HeaderMap, StatusCode};
use tracing::Span;

use super::error::{AnyApiError, ApiError, CallError, Error, ErrorCause};
use super::prepare::PreparedRequest;
use super::send::{RawBody, RawResponse, is_error_status};
use super::trace;
use crate::response::Mismatches;
use crate::{ErrorResponse, Operation, Response, SchemaMismatch};

/// The outcome of a call with a response.
pub(super) enum Outcome {
    Success(Success),
    ApiError(ApiError<AnyApiError>),
}

/// A response that means success, before its body is decoded.
pub struct Success {
    pub(super) operation: &'static Operation,
    pub(super) path: String,
    pub(super) status: StatusCode,
    pub(super) headers: HeaderMap,
    pub(super) body: RawBody,
    pub(super) on_mismatch: OnMismatch,
}

impl Success {
    /// Returns the body, or an empty slice if it has not been received yet.
    pub(super) fn raw(&self) -> &Bytes {
        static EMPTY: Bytes = Bytes::new();
        match &self.body {
            RawBody::Buffered(raw) => raw,
            RawBody::Streaming(_) => &EMPTY,
        }
    }

    pub(super) fn into_response<T>(self, body: T, list: Vec<SchemaMismatch>) -> Response<T> {
        let raw = self.raw().clone();
        let Self { operation, path, status, headers, .. } = self;
        let mismatches = (!list.is_empty()).then(|| Box::new(Mismatches { operation, path, list }));
        Response { status: Some(status), headers, body, raw, mismatches }
    }
}

/// What happens to a part of a response that does not match the documentation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum OnMismatch {
    /// It is omitted from the body, recorded and logged.
    Omit,
    /// The call fails.
    Fail,
}

/// Determines the outcome of a call from its response, and records it in the current span.
pub(super) fn classify(
    request: &PreparedRequest,
    result: Result<RawResponse, ErrorCause>,
    on_mismatch: OnMismatch,
) -> Result<Outcome, Box<CallError>> {
    let (operation, path, span) = (request.operation, request.path.shown(), Span::current());
    match result {
        Err(cause) => {
            trace::record_call_error(&span, cause.kind);
            Err(Box::new(CallError::new(operation, path, cause)))
        }
        Ok(RawResponse { status, headers, body: RawBody::Buffered(raw), extent })
            if is_error_status(operation, status) =>
        {
            trace::record_api_error(&span, status);
            let response = ErrorResponse::from_parts(operation.api(), status, headers, raw, extent);
            Ok(Outcome::ApiError(ApiError::new(operation, path, response)))
        }
        Ok(RawResponse { status, headers, body, extent: _ }) => {
            trace::record_status(&span, status);
            Ok(Outcome::Success(Success { operation, path, status, headers, body, on_mismatch }))
        }
    }
}

/// Determines the outcome of a call that the client makes for itself. Everything but success is an error.
pub(super) fn require_success(
    request: &PreparedRequest,
    result: Result<RawResponse, ErrorCause>,
) -> Result<Success, Error> {
    match classify(request, result, OnMismatch::Omit) {
        Ok(Outcome::Success(success)) => Ok(success),
        Ok(Outcome::ApiError(error)) => Err(Error::Api(Box::new(error))),
        Err(error) => Err(Error::Call(error)),
    }
}
