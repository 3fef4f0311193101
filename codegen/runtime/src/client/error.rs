//! Why a call failed.

use std::error::Error as StdError;
use std::fmt;
use std::io;
use std::sync::Arc;

use http::StatusCode;
use tokio::time::error::Elapsed;

use super::retry;
use crate::{BoxError, ErrorResponse, Operation, RouteError, SchemaMismatch};

/// A cause that several failed calls have in common.
pub(super) type SharedError = Arc<dyn StdError + Send + Sync>;

/// Why a call failed. `E` is the enum of the route's documented errors; [`Error`] without it holds those of any route.
#[derive(Debug)]
#[non_exhaustive]
pub enum Error<E = AnyApiError> {
    /// The service answered with a status code that means failure.
    Api(Box<ApiError<E>>),
    /// There was no answer, or none that could be read.
    Call(Box<CallError>),
}

/// The documented errors of no route in particular.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AnyApiError {}

impl<E> Error<E> {
    /// The status code of the response to this call, if there was one. The status of another operation, such as the one that
    /// returns the base URL, is never returned here: see [`CallErrorKind::BaseUrl`] and [`CallErrorKind::Token`].
    pub fn status(&self) -> Option<StatusCode> {
        self.response().map(ErrorResponse::status)
    }

    /// The response to this call, if there was one.
    pub fn response(&self) -> Option<&ErrorResponse> {
        match self {
            Self::Api(api) => Some(api.response()),
            Self::Call(call) => call.response(),
        }
    }

    /// The operation that was called.
    pub fn operation(&self) -> &'static Operation {
        match self {
            Self::Api(api) => api.operation,
            Self::Call(call) => call.operation,
        }
    }

    /// True where the call took longer than it may, or connecting did.
    pub fn is_timeout(&self) -> bool {
        match self {
            Self::Api(_) => false,
            Self::Call(call) => call.is_timeout(),
        }
    }

    /// True where the same call may succeed at another time: the service was not reached, took too long, or said that it is
    /// busy. Where the call failed because of another operation, such as the one that returns the base URL, this says the
    /// same of that operation. Whether the call may be repeated is another question: see [`Operation::is_idempotent`].
    pub fn is_retryable(&self) -> bool {
        match self {
            Self::Api(api) => retry::is_passing(api.status()),
            Self::Call(call) => call.is_retryable(),
        }
    }
}

impl<E: RouteError> From<Error<E>> for Error {
    /// Forgets which errors the route documents; the answer itself is kept.
    fn from(error: Error<E>) -> Self {
        match error {
            Error::Api(api) => {
                let ApiError { operation, path, reply, error: _ } = *api;
                Self::Api(Box::new(ApiError::new(operation, path, reply, None)))
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

/// An answer with a status code that means failure.
#[derive(Debug)]
pub struct ApiError<E> {
    operation: &'static Operation,
    path: String,
    reply: ErrorResponse,
    error: Option<E>,
}

impl<E: Copy> ApiError<E> {
    /// The documented error, or nothing where the documentation has none for the status code.
    pub fn error(&self) -> Option<E> {
        self.error
    }
}

impl<E> ApiError<E> {
    pub(super) fn new(operation: &'static Operation, path: String, reply: ErrorResponse, error: Option<E>) -> Self {
        Self { operation, path, reply, error }
    }

    /// The status code.
    pub fn status(&self) -> StatusCode {
        self.reply.status()
    }

    /// What the service says went wrong, where its body has a message.
    pub fn message(&self) -> Option<&str> {
        self.reply.message()
    }

    /// The whole answer.
    pub fn response(&self) -> &ErrorResponse {
        &self.reply
    }
}

impl<E> fmt::Display for ApiError<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { operation, path, reply, error: _ } = self;
        write!(f, "{} ({} {path}) answered {}", operation.id(), operation.method(), reply.status())?;
        reply.message().map_or(Ok(()), |message| write!(f, ": {message}"))?;
        if reply.is_truncated() { f.write_str(" (the body is truncated)") } else { Ok(()) }
    }
}

/// A call without an answer that could be read.
#[derive(Debug)]
pub struct CallError {
    operation: &'static Operation,
    path: String,
    kind: CallErrorKind,
    problem: String,
    source: Option<SharedError>,
    reply: Option<ErrorResponse>,
    mismatches: Vec<SchemaMismatch>,
}

/// What kept a call from its answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum CallErrorKind {
    /// An argument cannot be sent; nothing was.
    Argument,
    /// The service could not be reached, or the connection broke.
    Transport,
    /// The call took longer than it may.
    Timeout,
    /// The answer is larger than the client's limit.
    TooLarge,
    /// The response means success, but it is not JSON or not of the documented type. It is in [`CallError::reply`].
    Decode,
    /// There is no access token to be had: the refresh token was refused, or the token source failed. The
    /// [source](std::error::Error::source) is what the token source returned. Where the operation that exchanges the refresh
    /// token failed, it is the [`Error`] of that operation.
    Token,
    /// The base URL could not be found through the operation that returns it, or may not get the token. Where that operation
    /// failed, the [source](std::error::Error::source) is its [`Error`], with the status and the response of that operation.
    BaseUrl,
}

impl CallErrorKind {
    /// A short name, for logs and metrics.
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
    pub(super) fn new(
        operation: &'static Operation,
        path: String,
        kind: CallErrorKind,
        problem: String,
        source: Option<BoxError>,
    ) -> Self {
        let source = source.map(Into::into);
        Self { operation, path, kind, problem, source, reply: None, mismatches: Vec::new() }
    }

    pub(super) fn with_reply(mut self, reply: ErrorResponse) -> Self {
        self.reply = Some(reply);
        self
    }

    pub(super) fn with_source(mut self, source: SharedError) -> Self {
        self.source = Some(source);
        self
    }

    pub(super) fn with_mismatches(mut self, mismatches: Vec<SchemaMismatch>) -> Self {
        self.mismatches = mismatches;
        self
    }

    /// The parts of the response that do not match the documentation, where the call failed because of them. Of more than a
    /// hundred, the first hundred.
    pub fn mismatches(&self) -> &[SchemaMismatch] {
        &self.mismatches
    }

    /// What kept the call from its answer.
    pub fn kind(&self) -> CallErrorKind {
        self.kind
    }

    fn is_timeout(&self) -> bool {
        self.kind == CallErrorKind::Timeout || causes(self).any(is_elapsed)
    }

    fn is_retryable(&self) -> bool {
        let is_passing = self.reply.as_ref().is_some_and(|reply| retry::is_passing(reply.status()));
        let mut others = causes(self).filter_map(|cause| cause.downcast_ref::<Error>());
        is_passing || self.kind == CallErrorKind::Transport || self.is_timeout() || others.any(Error::is_retryable)
    }

    /// The response to this call, if there was one: one that could not be read, or the one that rejected an access token that
    /// could not be renewed. Of one that broke off or is too large, as much of the body as was received.
    pub fn response(&self) -> Option<&ErrorResponse> {
        self.reply.as_ref()
    }
}

impl fmt::Display for CallError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { operation, path, problem, .. } = self;
        write!(f, "{} ({} {path}) failed: {problem}", operation.id(), operation.method())
    }
}

impl StdError for CallError {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.source.as_deref().map(|source| source as &(dyn StdError + 'static))
    }
}

/// The causes of an error, the nearest first.
pub(super) fn causes<'a>(error: &'a (dyn StdError + 'static)) -> impl Iterator<Item = &'a (dyn StdError + 'static)> {
    std::iter::successors(error.source(), |&error| error.source())
}

fn is_elapsed(error: &(dyn StdError + 'static)) -> bool {
    let timed_out = |error: &io::Error| error.kind() == io::ErrorKind::TimedOut;
    error.is::<Elapsed>() || error.downcast_ref().is_some_and(timed_out) || is_elapsed_elsewhere(error)
}

#[cfg(feature = "reqwest")]
fn is_elapsed_elsewhere(error: &(dyn StdError + 'static)) -> bool {
    error.downcast_ref().is_some_and(reqwest::Error::is_timeout)
}

#[cfg(not(feature = "reqwest"))]
fn is_elapsed_elsewhere(_: &(dyn StdError + 'static)) -> bool {
    false
}
