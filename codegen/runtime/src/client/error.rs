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
/// [`Error`] without a parameter is the error of any route; `?` converts to it. [`kind`](Self::kind) tells what happened, and
/// [`documented`](Self::documented) returns the route's own error.
///
/// # Your own error type
/// A trait implementation for every `E` makes `?` work in functions with an error type of your own. `#[from]` of `thiserror`
/// covers only one type, so it does not accept the errors of single routes. Use `#[source]` and this implementation instead:
///
/// ```
/// # use routegen_runtime as my_api;
/// # use routegen_runtime::{RouteError, client::{Call, FromResponse}};
/// #[derive(Debug, thiserror::Error)]
/// enum AppError {
///     #[error("the service failed")]
///     Service(#[source] my_api::client::Error),
///     #[error("the file cannot be written")]
///     Io(#[from] std::io::Error),
/// }
///
/// impl<E> From<my_api::client::Error<E>> for AppError
/// where
///     my_api::client::Error<E>: Into<my_api::client::Error>,
/// {
///     fn from(error: my_api::client::Error<E>) -> Self {
///         Self::Service(error.into())
///     }
/// }
///
/// // One `?` converts the error of any call.
/// async fn body<T: FromResponse, E: RouteError>(call: Call<T, E>) -> Result<T, AppError> {
///     Ok(call.await?.checked()?.into_inner())
/// }
/// ```
///
/// An enum that has `#[from] my_api::Error` already accepts `call.await.map_err(Error::erase)?`.
///
/// With `anyhow`, `?` works as it is, and `downcast_ref` finds the type of the route:
///
/// ```
/// # use routegen_runtime::{RouteError, client::{Call, Error, FromResponse}};
/// async fn is_missing<T: FromResponse, E: RouteError>(call: Call<T, E>) -> anyhow::Result<bool> {
///     match call.await.map_err(anyhow::Error::from) {
///         Ok(_) => Ok(false),
///         Err(error) if error.downcast_ref::<Error<E>>().is_some_and(Error::is_not_found) => Ok(true),
///         Err(error) => Err(error),
///     }
/// }
/// ```
///
/// # Retries
/// The client already retries idempotent operations. To repeat a call later, check both that the error is transient and that
/// the operation may run twice:
///
/// ```
/// # use routegen_runtime::client::Error;
/// fn may_repeat(error: &Error) -> bool {
///     error.is_retryable() && error.operation().is_idempotent()
/// }
/// ```
pub struct Error<E = AnyApiError> {
    /// Everything else has no type parameter, so that it is compiled once and not for every route.
    documented: Option<E>,
    details: Box<Details>,
}

#[derive(Debug)]
struct Details {
    operation: &'static Operation,
    path: String,
    cause: ErrorCause,
}

/// The documented errors of any route. It has no values: [`Error::documented`] returns `None`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum AnyApiError {}

/// The reason for an [`Error`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The service responded with an error status code that the route documents.
    Documented,
    /// The service responded with an error status code that the route does not document.
    UndocumentedStatus,
    /// An argument is invalid. Nothing was sent.
    Argument,
    /// The service could not be reached, or the connection failed.
    Transport,
    /// The call exceeded its timeout.
    Timeout,
    /// The response is larger than the client's limit.
    TooLarge,
    /// The response means success, but it is not JSON or not of the documented type. [`Error::response`] returns it.
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

impl ErrorKind {
    /// Returns a short name for logs and metrics.
    pub fn name(self) -> &'static str {
        match self {
            Self::Documented => "documented",
            Self::UndocumentedStatus => "undocumented_status",
            Self::Argument => "argument",
            Self::Transport => "transport",
            Self::Timeout => "timeout",
            Self::TooLarge => "too_large",
            Self::Decode => "decode",
            Self::Token => "token",
            Self::BaseUrl => "base_url",
        }
    }

    /// Returns `true` if the service responded with an error status code.
    fn is_error_response(self) -> bool {
        matches!(self, Self::Documented | Self::UndocumentedStatus)
    }
}

impl Error {
    pub(super) fn new(operation: &'static Operation, path: String, cause: ErrorCause) -> Self {
        Self { documented: None, details: Box::new(Details { operation, path, cause }) }
    }

    /// Creates the error of a response with an error status code.
    pub(super) fn of_response(operation: &'static Operation, path: String, response: ErrorResponse) -> Self {
        Self::new(operation, path, ErrorCause::new(ErrorKind::UndocumentedStatus, "").with_response(response))
    }

    /// Looks up the status code of an error response in the route's documented errors.
    pub(super) fn into_documented<E: RouteError>(self) -> Error<E> {
        let mut details = self.details;
        let mut documented = None;
        if details.cause.kind == ErrorKind::UndocumentedStatus
            && let Some(response) = &details.cause.response
            && let Some(error) = error::documented(response.status())
        {
            details.cause.kind = ErrorKind::Documented;
            documented = Some(error);
        }
        Error { documented, details }
    }
}

impl<E> Error<E> {
    /// Returns the reason for the error.
    pub fn kind(&self) -> ErrorKind {
        self.details.cause.kind
    }

    /// Returns the documented error, or `None` if the status code is not documented or there is no error response.
    pub fn documented(&self) -> Option<&E> {
        self.documented.as_ref()
    }

    /// Returns `true` if the service responded with 404, whether the route documents it or not.
    pub fn is_not_found(&self) -> bool {
        self.kind().is_error_response() && self.status() == Some(StatusCode::NOT_FOUND)
    }

    /// Returns the status code of the response to this call, if there was one.
    ///
    /// It is never the status code of another operation, such as the one that returns the base URL: see
    /// [`ErrorKind::BaseUrl`] and [`ErrorKind::Token`].
    pub fn status(&self) -> Option<StatusCode> {
        self.response().map(ErrorResponse::status)
    }

    /// Returns the service's error message, if the response contains one.
    pub fn message(&self) -> Option<&str> {
        self.response().and_then(ErrorResponse::message)
    }

    /// Returns the response to this call, if there was one.
    ///
    /// If it is not an error response, it could not be used, or it rejected an access token that could not be replaced. If
    /// the connection failed, or the response is too large, it contains the part of the body that was received.
    pub fn response(&self) -> Option<&ErrorResponse> {
        self.details.cause.response.as_ref()
    }

    /// Returns the operation that was called.
    pub fn operation(&self) -> &'static Operation {
        self.details.operation
    }

    /// Returns the mismatches between the response and the documentation that caused the error, at most one hundred.
    pub fn mismatches(&self) -> &[SchemaMismatch] {
        &self.details.cause.mismatches
    }

    /// Returns `true` if the call or its connection attempt exceeded a timeout.
    pub fn is_timeout(&self) -> bool {
        self.details.is_timeout()
    }

    /// Returns `true` if the same call may succeed later: the service was not reached, took too long, or was busy.
    ///
    /// If the call failed because of another operation, such as the one that returns the base URL, this describes the error
    /// of that operation. Whether it is safe to repeat the call is another question: see [`Operation::is_idempotent`].
    pub fn is_retryable(&self) -> bool {
        self.details.is_retryable()
    }

    /// Removes the type of the documented errors. Everything else is kept, including the [`kind`](Self::kind).
    pub fn erase(self) -> Error {
        Error { documented: None, details: self.details }
    }
}

impl<E: RouteError> From<Error<E>> for Error {
    /// Removes the type of the documented errors, as [`erase`](Error::erase) does.
    fn from(error: Error<E>) -> Self {
        error.erase()
    }
}

impl<E: RouteError> From<Error> for Error<E> {
    /// Converts an error without documented errors, such as the one of `Response::checked`. The error of another route does
    /// not become a documented error of this one.
    fn from(error: Error) -> Self {
        Self { documented: None, details: error.details }
    }
}

impl<E> fmt::Display for Error<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.details.fmt(f)
    }
}

impl<E: fmt::Debug> fmt::Debug for Error<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.details.debug(self.documented.as_ref().map(|error| error as &dyn fmt::Debug), f)
    }
}

impl<E: fmt::Debug> StdError for Error<E> {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.details.cause.source()
    }
}

impl Details {
    fn is_timeout(&self) -> bool {
        self.cause.kind == ErrorKind::Timeout || sources(&self.cause).any(is_elapsed)
    }

    fn is_retryable(&self) -> bool {
        let is_busy = self.cause.response.as_ref().is_some_and(|response| is_transient(response.status()));
        let mut other_calls = sources(&self.cause).filter_map(|source| source.downcast_ref::<Error>());
        is_busy || self.cause.kind == ErrorKind::Transport || self.is_timeout() || other_calls.any(Error::is_retryable)
    }

    fn debug(&self, documented: Option<&dyn fmt::Debug>, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { operation, path, cause } = self;
        let mut shown = f.debug_struct("Error");
        shown.field("kind", &cause.kind).field("operation", &operation.id()).field("path", path);
        if let Some(documented) = documented {
            shown.field("documented", documented);
        }
        if !cause.problem.is_empty() {
            shown.field("problem", &cause.problem);
        }
        if let Some(response) = &cause.response {
            shown.field("response", response);
        }
        if let Some(source) = &cause.source {
            shown.field("source", source);
        }
        shown.finish_non_exhaustive()
    }
}

impl fmt::Display for Details {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { operation, path, cause } = self;
        write!(f, "{} ({} {path})", operation.id(), operation.method())?;
        let Some(response) = cause.response.as_ref().filter(|_| cause.kind.is_error_response()) else {
            return write!(f, " failed: {cause}");
        };
        write!(f, " returned {}", response.status())?;
        response.message().map_or(Ok(()), |message| write!(f, ": {message}"))?;
        if response.is_truncated() { f.write_str(" (the body is truncated)") } else { Ok(()) }
    }
}

/// Why a request failed, without the call that it belongs to.
///
/// Cheap to clone: every call that waits for one token or one base URL gets the same cause.
#[derive(Debug, Clone)]
pub(super) struct ErrorCause {
    pub(super) kind: ErrorKind,
    problem: Cow<'static, str>,
    /// Shared without a wrapper, so that callers can downcast it.
    source: Option<Arc<dyn StdError + Send + Sync>>,
    response: Option<ErrorResponse>,
    mismatches: Vec<SchemaMismatch>,
}

impl ErrorCause {
    pub(super) fn new(kind: ErrorKind, problem: impl Into<Cow<'static, str>>) -> Self {
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
