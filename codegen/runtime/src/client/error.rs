//! The errors of calls.

use std::borrow::Cow;
use std::error::Error as StdError;
use std::fmt;
use std::io;
use std::sync::Arc;

use http::StatusCode;
use tokio::time::error::Elapsed;

use super::retry::is_transient;
use crate::{BoxError, ErrorResponse, Operation, RouteError, SchemaMismatch, error};

/// The error of a call. `E` is the enum of the route's documented errors.
///
/// [`Error`] without a parameter holds the error of any route; `?` converts to it.
#[derive(Debug)]
#[non_exhaustive]
pub enum Error<E = AnyApiError> {
    /// The service responded with an error status code.
    Api(Box<ApiError<E>>),
    /// There is no response, or none that can be used.
    Call(Box<CallError>),
}

/// The documented errors of any route. It has no values: [`ApiError::error`] returns `None`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AnyApiError {}

impl<E> Error<E> {
    /// Returns the status code of the response to this call, if there was one.
    ///
    /// It is never the status code of another operation, such as the one that returns the base URL: see
    /// [`CallErrorKind::BaseUrl`] and [`CallErrorKind::Token`].
    pub fn status(&self) -> Option<StatusCode> {
        self.response().map(ErrorResponse::status)
    }

    /// Returns the response to this call, if there was one.
    pub fn response(&self) -> Option<&ErrorResponse> {
        match self {
            Self::Api(api) => Some(api.response()),
            Self::Call(call) => call.response(),
        }
    }

    /// Returns the operation that was called.
    pub fn operation(&self) -> &'static Operation {
        match self {
            Self::Api(api) => api.operation,
            Self::Call(call) => call.operation,
        }
    }

    /// Returns `true` if the call or its connection attempt exceeded a timeout.
    pub fn is_timeout(&self) -> bool {
        match self {
            Self::Api(_) => false,
            Self::Call(call) => call.is_timeout(),
        }
    }

    /// Returns `true` if the same call may succeed later: the service was unreachable, too slow, or busy.
    ///
    /// If the call failed because of another operation, such as the one that returns the base URL, this describes the error
    /// of that operation. It does not mean that the call is safe to repeat: see [`Operation::is_idempotent`].
    pub fn is_retryable(&self) -> bool {
        match self {
            Self::Api(api) => is_transient(api.status()),
            Self::Call(call) => call.is_retryable(),
        }
    }
}

impl<E: RouteError> From<Error<E>> for Error {
    /// Removes the type of the documented errors. The response is kept.
    fn from(error: Error<E>) -> Self {
        match error {
            Error::Api(api) => {
                let ApiError { operation, path, response, error: _ } = *api;
                Self::Api(Box::new(ApiError::new(operation, path, response)))
            }
            Error::Call(call) => Self::Call(call),
        }
    }
}

impl<E> From<Box<CallError>> for Error<E> {
    fn from(error: Box<CallError>) -> Self {
        Self::Call(error)
    }
}

impl<E> fmt::Display for Error<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Api(api) => api.fmt(f),
            Self::Call(call) => call.fmt(f),
        }
    }
}

impl<E: fmt::Debug> StdError for Error<E> {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        match self {
            Self::Api(_) => None,
            Self::Call(call) => call.source(),
        }
    }
}

/// A response with an error status code.
#[derive(Debug)]
pub struct ApiError<E> {
    operation: &'static Operation,
    path: String,
    response: ErrorResponse,
    error: Option<E>,
}

impl<E: Copy> ApiError<E> {
    /// Returns the documented error, or `None` if the status code is not documented.
    pub fn error(&self) -> Option<E> {
        self.error
    }
}

impl ApiError<AnyApiError> {
    pub(super) fn new(operation: &'static Operation, path: String, response: ErrorResponse) -> Self {
        Self { operation, path, response, error: None }
    }

    /// Looks up the status code in the route's documented errors.
    pub(super) fn into_documented<E: RouteError>(self) -> ApiError<E> {
        let Self { operation, path, response, error: _ } = self;
        let error = error::documented(response.status());
        ApiError { operation, path, response, error }
    }
}

impl<E> ApiError<E> {
    /// Returns the status code.
    pub fn status(&self) -> StatusCode {
        self.response.status()
    }

    /// Returns the service's error message, if the body contains one.
    pub fn message(&self) -> Option<&str> {
        self.response.message()
    }

    /// Returns the response.
    pub fn response(&self) -> &ErrorResponse {
        &self.response
    }
}

impl<E> fmt::Display for ApiError<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { operation, path, response, error: _ } = self;
        write!(f, "{} ({} {path}) returned {}", operation.id(), operation.method(), response.status())?;
        response.message().map_or(Ok(()), |message| write!(f, ": {message}"))?;
        if response.is_truncated() { f.write_str(" (the body is truncated)") } else { Ok(()) }
    }
}

/// The error of a call without a usable response.
#[derive(Debug)]
pub struct CallError {
    operation: &'static Operation,
    path: String,
    cause: ErrorCause,
}

/// The reason for a [`CallError`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum CallErrorKind {
    /// An argument is invalid. Nothing was sent.
    Argument,
    /// The service could not be reached, or the connection failed.
    Transport,
    /// The call exceeded its timeout.
    Timeout,
    /// The response is larger than the client's limit.
    TooLarge,
    /// The response means success, but it is not JSON or not of the documented type. [`CallError::response`] returns it.
    Decode,
    /// No access token could be obtained: the refresh token was rejected, or the token source failed.
    ///
    /// The [source](std::error::Error::source) is the error of the token source. If the operation that exchanges the refresh
    /// token failed, it is the [`Error`] of that operation.
    Token,
    /// The base URL could not be discovered, or it must not receive the token.
    ///
    /// If the operation that returns the base URL failed, the [source](std::error::Error::source) is its [`Error`], with the
    /// status and the response of that operation.
    BaseUrl,
}

impl CallErrorKind {
    /// Returns a short name for logs and metrics.
    pub fn name(self) -> &'static str {
        match self {
            Self::Argument => "argument",
            Self::Transport => "transport",
            Self::Timeout => "timeout",
            Self::TooLarge => "too_large",
            Self::Decode => "decode",
            Self::Token => "token",
            Self::BaseUrl => "base_url",
        }
    }
}

impl CallError {
    pub(super) fn new(operation: &'static Operation, path: String, cause: ErrorCause) -> Self {
        Self { operation, path, cause }
    }

    /// Returns the mismatches between the response and the documentation that caused the error, at most one hundred.
    pub fn mismatches(&self) -> &[SchemaMismatch] {
        &self.cause.mismatches
    }

    /// Returns the reason for the error.
    pub fn kind(&self) -> CallErrorKind {
        self.cause.kind
    }

    /// Returns the response to this call, if there was one.
    ///
    /// It could not be used, or it rejected an access token that could not be replaced. If the connection failed, or the
    /// response is too large, it contains the part of the body that was received.
    pub fn response(&self) -> Option<&ErrorResponse> {
        self.cause.response.as_ref()
    }

    fn is_timeout(&self) -> bool {
        self.kind() == CallErrorKind::Timeout || sources(self).any(is_elapsed)
    }

    fn is_retryable(&self) -> bool {
        let is_busy = self.response().is_some_and(|response| is_transient(response.status()));
        let mut other_calls = sources(self).filter_map(|source| source.downcast_ref::<Error>());
        is_busy || self.kind() == CallErrorKind::Transport || self.is_timeout() || other_calls.any(Error::is_retryable)
    }
}

impl fmt::Display for CallError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { operation, path, cause } = self;
        write!(f, "{} ({} {path}) failed: {cause}", operation.id(), operation.method())
    }
}

impl StdError for CallError {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.cause.source()
    }
}

/// Why a request failed, without the call that it belongs to.
///
/// Cheap to clone: every call that waits for one token or one base URL gets the same cause.
#[derive(Debug, Clone)]
pub(super) struct ErrorCause {
    pub(super) kind: CallErrorKind,
    problem: Cow<'static, str>,
    /// Shared without a wrapper, so that callers can downcast it.
    source: Option<Arc<dyn StdError + Send + Sync>>,
    response: Option<ErrorResponse>,
    mismatches: Vec<SchemaMismatch>,
}

impl ErrorCause {
    pub(super) fn new(kind: CallErrorKind, problem: impl Into<Cow<'static, str>>) -> Self {
        Self { kind, problem: problem.into(), source: None, response: None, mismatches: Vec::new() }
    }

    pub(super) fn with_source(mut self, source: impl Into<BoxError>) -> Self {
        self.source = Some(source.into().into());
        self
    }

    pub(super) fn with_response(mut self, response: ErrorResponse) -> Self {
        self.response = Some(response);
        self
    }

    pub(super) fn with_mismatches(mut self, mismatches: Vec<SchemaMismatch>) -> Self {
        self.mismatches = mismatches;
        self
    }

    /// Returns the status code with which another operation caused this error.
    pub(super) fn status_of_source(&self) -> Option<StatusCode> {
        sources(self).find_map(|source| source.downcast_ref::<Error>().and_then(Error::status))
    }
}

impl fmt::Display for ErrorCause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.problem)
    }
}

impl StdError for ErrorCause {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.source.as_deref().map(|source| source as &(dyn StdError + 'static))
    }
}

/// Returns the sources of an error, starting with the direct one.
fn sources<'a>(error: &'a (dyn StdError + 'static)) -> impl Iterator<Item = &'a (dyn StdError + 'static)> {
    std::iter::successors(error.source(), |&error| error.source())
}

fn is_elapsed(error: &(dyn StdError + 'static)) -> bool {
    let timed_out = |error: &io::Error| error.kind() == io::ErrorKind::TimedOut;
    error.is::<Elapsed>() || error.downcast_ref().is_some_and(timed_out) || is_reqwest_timeout(error)
}

#[cfg(feature = "reqwest")]
fn is_reqwest_timeout(error: &(dyn StdError + 'static)) -> bool {
    error.downcast_ref().is_some_and(reqwest::Error::is_timeout)
}

#[cfg(not(feature = "reqwest"))]
fn is_reqwest_timeout(_: &(dyn StdError + 'static)) -> bool {
    false
}
