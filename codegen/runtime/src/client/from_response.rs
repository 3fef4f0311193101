//! Converts the body of a successful response: decodes JSON, or passes on a download as it arrives.

use std::any::TypeId;
use std::io;

use http_body_util::{BodyExt, Limited};
use serde::de::DeserializeOwned;
use tower_http::timeout::{TimeoutBody, TimeoutError};

use super::error::{Error, ErrorCause, ErrorKind};
use super::outcome::{OnMismatch, Success};
use super::send::{BodyMode, RawBody, StreamingBody};
use super::trace;
use crate::decode::{self, DecodeError};
use crate::response::Mismatches;
use crate::{BoxError, Download, ErrorResponse, Response, SchemaMismatch};

/// A body that a call can return: any type that is decoded from JSON, a [`Download`], or `()` for a route without a documented
/// body. It is not implemented by users.
pub trait FromResponse: Sized {
    #[doc(hidden)]
    const BODY_MODE: BodyMode;

    #[doc(hidden)]
    fn from_success(success: Success) -> Result<Response<Self>, Error>;
}

impl<T: DeserializeOwned + 'static> FromResponse for T {
    const BODY_MODE: BodyMode = BodyMode::Buffered;

    fn from_success(success: Success) -> Result<Response<Self>, Error> {
        // An empty body counts as `null`. If no body is documented, this applies to any body, whether it is JSON or not.
        let is_dropped = success.raw().is_empty() || TypeId::of::<T>() == TypeId::of::<()>();
        let document = if is_dropped { b"null" } else { success.raw().as_ref() };
        match decode::lenient(document) {
            Ok((_, mismatches)) if success.on_mismatch == OnMismatch::Fail && !mismatches.is_empty() => {
                Err(success.into_decode_error(DecodeError::Mismatches(mismatches)))
            }
            Ok((body, mismatches)) => {
                success.log(&mismatches);
                Ok(success.into_response(body, mismatches))
            }
            Err(error) => Err(success.into_decode_error(error)),
        }
    }
}

impl FromResponse for Download {
    const BODY_MODE: BodyMode = BodyMode::Streaming;

    fn from_success(mut success: Success) -> Result<Response<Self>, Error> {
        let download = match std::mem::replace(&mut success.body, RawBody::Buffered(bytes::Bytes::new())) {
            RawBody::Buffered(bytes) => Self::new(bytes),
            RawBody::Streaming(StreamingBody { body, limit, chunk_timeout }) => {
                Self::from_body(TimeoutBody::new(chunk_timeout, Limited::new(body, limit)).map_err(map_timeout))
            }
        };
        Ok(success.into_response(download, Vec::new()))
    }
}

/// Turns a timeout into an error of the standard library, so that callers can recognize it without tower-http.
fn map_timeout(error: BoxError) -> BoxError {
    if error.is::<TimeoutError>() { io::Error::new(io::ErrorKind::TimedOut, error).into() } else { error }
}

impl Success {
    /// Logs each mismatch. Neither path nor kind contains a value of the response.
    fn log(&self, mismatches: &[SchemaMismatch]) {
        for mismatch in mismatches {
            tracing::warn!(
                target: trace::TARGET,
                operation = self.operation.id(),
                path = mismatch.path(),
                kind = %mismatch.kind(),
                "a part of the response does not match the documentation and is omitted",
            );
        }
    }

    fn into_decode_error(self, error: DecodeError) -> Error {
        let raw = self.raw().clone();
        let Self { operation, path, status, headers, .. } = self;
        let failed = |problem: &'static str| ErrorCause::new(ErrorKind::Decode, problem);
        let cause = match error {
            DecodeError::NotJson(error) => failed("the response is not JSON").with_source(error),
            DecodeError::Mismatches(_) if raw.is_empty() => failed("the response body is empty"),
            DecodeError::Mismatches(mismatches) => mismatch_cause(mismatches),
        };
        let response = ErrorResponse::without_message(status, headers, raw);
        Error::new(operation, path, cause.with_response(response))
    }
}

fn mismatch_cause(mismatches: Vec<SchemaMismatch>) -> ErrorCause {
    let mut problem = "the response does not match the documentation".to_owned();
    if let Some(first) = mismatches.first() {
        problem.push_str(&format!(": {first}"));
    }
    match mismatches.len() {
        0 | 1 => {}
        decode::MAX_MISMATCHES => problem.push_str(&format!(" (and at least {} more)", decode::MAX_MISMATCHES - 1)),
        count => problem.push_str(&format!(" (and {} more)", count - 1)),
    }
    ErrorCause::new(ErrorKind::Decode, problem).with_mismatches(mismatches)
}

impl<T> Response<T> {
    /// Returns the response if all of it matches the documentation.
    ///
    /// By default, a client omits the parts of a body that do not match the documentation. This suits a program that
    /// displays data, but not one that acts on missing data. If a program deletes everything that is missing from an array,
    /// it deletes too much after an element was omitted. Such a program calls this method first, as in
    /// `client.items().retrieve_all().await?.checked()?`.
    ///
    /// # Errors
    /// If there are [`mismatches`](Self::mismatches), returns the error with which the call would have failed in a
    /// [`strict`](crate::client::ClientBuilder::strict) client. It has the kind [`ErrorKind::Decode`] and keeps the
    /// response. The operator `?` converts it to an [`Error`](crate::client::Error) of any route.
    pub fn checked(self) -> Result<Self, Error> {
        let Self { status, headers, body, raw, mismatches } = self;
        let Some(mismatches) = mismatches else { return Ok(Self { status, headers, body, raw, mismatches }) };
        let Mismatches { operation, path, list } = *mismatches;
        let response = ErrorResponse::without_message(status.unwrap_or_default(), headers, raw);
        Err(Error::new(operation, path, mismatch_cause(list).with_response(response)))
    }
}
