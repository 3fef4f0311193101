//! Decides whether a response means success or an error of the service.

use bytes::Bytes;
use http::{HeaderMap, StatusCode};
use tracing::Span;

use super::error::{Error, ErrorCause};
use super::prepare::PreparedRequest;
use super::send::{RawBody, RawResponse, is_error_status};
use super::trace;
use crate::response::Mismatches;
use crate::{ErrorResponse, Operation, Response, SchemaMismatch};

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
) -> Result<Success, Error> {
    let (operation, path, span) = (request.operation, request.path.shown(), Span::current());
    match result {
        Err(cause) => {
            trace::record_call_error(&span, cause.kind);
            Err(Error::new(operation, path, cause))
        }
        Ok(RawResponse { status, headers, body: RawBody::Buffered(raw), extent })
            if is_error_status(operation, status) =>
        {
            trace::record_api_error(&span, status);
            let response = ErrorResponse::from_parts(operation.api(), status, headers, raw, extent);
            Err(Error::of_response(operation, path, response))
        }
        Ok(RawResponse { status, headers, body, extent: _ }) => {
            trace::record_status(&span, status);
            Ok(Success { operation, path, status, headers, body, on_mismatch })
        }
    }
}
