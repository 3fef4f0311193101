//! What becomes of the body of a success: JSON is read as a type, a download is handed on unread.

use std::io;

use http_body_util::{BodyExt, Limited};
use serde::de::DeserializeOwned;
use tower_http::timeout::{TimeoutBody, TimeoutError};

use super::error::{CallError, CallErrorKind};
use super::outcome::{OnMismatch, Success};
use super::trace;
use super::wire::{BodyMode, ReceivedBody, Unread};
use crate::decode::{self, DecodeError};
use crate::response::Mismatches;
use crate::{BoxError, Download, ErrorResponse, Response, SchemaMismatch};

/// What a call can answer with: any type that is read from JSON, and [`Download`].
pub trait FromResponse: Sized {
    #[doc(hidden)]
    const BODY_MODE: BodyMode;

    #[doc(hidden)]
    fn receive(success: Success) -> Result<Response<Self>, Box<CallError>>;
}

impl<T: DeserializeOwned> FromResponse for T {
    const BODY_MODE: BodyMode = BodyMode::Buffered;

    fn receive(success: Success) -> Result<Response<Self>, Box<CallError>> {
        // An empty body is as good as `null`, which a route without a documented body takes.
        let document = if success.raw().is_empty() { b"null" } else { success.raw().as_ref() };
        match decode::lenient(document) {
            Ok((_, mismatches)) if success.on_mismatch == OnMismatch::Fail && !mismatches.is_empty() => {
                Err(success.undecodable(DecodeError::Mismatches(mismatches)))
            }
            Ok((body, mismatches)) => {
                success.log(&mismatches);
                Ok(success.into_response(body, mismatches))
            }
            Err(error) => Err(success.undecodable(error)),
        }
    }
}

impl FromResponse for Download {
    const BODY_MODE: BodyMode = BodyMode::Streaming;

    fn receive(mut success: Success) -> Result<Response<Self>, Box<CallError>> {
        let download = match std::mem::replace(&mut success.body, ReceivedBody::Whole(bytes::Bytes::new())) {
            ReceivedBody::Whole(bytes) => Self::new(bytes),
            ReceivedBody::Unread(Unread { body, limit, timeout }) => {
                Self::from_body(TimeoutBody::new(timeout, Limited::new(body, limit)).map_err(plain))
            }
        };
        Ok(success.into_response(download, Vec::new()))
    }
}

/// A time-out as the standard library names it: callers can tell it apart without a library of ours.
fn plain(error: BoxError) -> BoxError {
    if error.is::<TimeoutError>() { io::Error::new(io::ErrorKind::TimedOut, error).into() } else { error }
}

impl Success {
    /// Logs each mismatch. Neither paths nor kinds hold a value of the response.
    fn log(&self, mismatches: &[SchemaMismatch]) {
        for mismatch in mismatches {
            tracing::warn!(
                target: trace::TARGET,
                operation = self.operation.id(),
                path = mismatch.path(),
                kind = %mismatch.kind(),
                "a part of the response does not match the documentation and is left out",
            );
        }
    }

    fn undecodable(self, error: DecodeError) -> Box<CallError> {
        let raw = self.raw().clone();
        let Self { operation, path, status, headers, .. } = self;
        let (problem, source, mismatches) = match error {
            DecodeError::NotJson(error) => ("the response is not JSON".to_owned(), Some(error.into()), Vec::new()),
            DecodeError::Mismatches(_) if raw.is_empty() => ("the response body is empty".to_owned(), None, Vec::new()),
            DecodeError::Mismatches(mismatches) => (problem(&mismatches), None, mismatches),
        };
        let reply = ErrorResponse::unusable(status, headers, raw);
        let error = CallError::new(operation, path, CallErrorKind::Decode, problem, source);
        Box::new(error.with_mismatches(mismatches).with_reply(reply))
    }
}

fn problem(mismatches: &[SchemaMismatch]) -> String {
    let mut problem = "the response does not match the documentation".to_owned();
    if let Some(first) = mismatches.first() {
        problem.push_str(&format!(": {first}"));
    }
    match mismatches.len() {
        0 | 1 => {}
        decode::MAX_MISMATCHES => problem.push_str(&format!(" (and at least {} more)", decode::MAX_MISMATCHES - 1)),
        count => problem.push_str(&format!(" (and {} more)", count - 1)),
    }
    problem
}

impl<T> Response<T> {
    /// The same response, if every part of it matches the documentation.
    ///
    /// By default a client leaves out of a body what does not match and goes on. That is right for a program that shows what
    /// there is, and wrong for one that acts on what there is not. A program that deletes whatever is missing in a list would
    /// delete too much after an entry was left out: it calls this first, as in
    /// `client.items().retrieve_all().await?.checked()?`.
    ///
    /// # Errors
    /// Where there are [`mismatches`](Self::mismatches): the error that the call would have failed with in a
    /// [`strict`](crate::client::ClientBuilder::strict) client. It has the kind [`CallErrorKind::Decode`], keeps the response, and
    /// becomes an [`Error`](crate::client::Error) of any route with `?`.
    pub fn checked(self) -> Result<Self, Box<CallError>> {
        let Self { status, headers, body, raw, mismatches } = self;
        let Some(mismatches) = mismatches else { return Ok(Self { status, headers, body, raw, mismatches }) };
        let Mismatches { operation, path, list } = *mismatches;
        let reply = ErrorResponse::unusable(status.unwrap_or_default(), headers, raw);
        let error = CallError::new(operation, path, CallErrorKind::Decode, problem(&list), None);
        Err(Box::new(error.with_mismatches(list).with_reply(reply)))
    }
}
