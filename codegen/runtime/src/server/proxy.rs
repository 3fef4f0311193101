//! From a failed call to a stub's failure: what a proxy answers.

use http::StatusCode;

use super::response::HandlerError;
use crate::client::{CallError, CallErrorKind, Error};
use crate::{ErrorResponse, RouteError};

impl<E: RouteError> From<Error<E>> for HandlerError<E> {
    /// What the service has answered is handed on: status code, body, and the headers that do not concern its connection.
    /// A body that the client has truncated is handed on as far as it was read.
    /// A call without an answer becomes 504 where it took too long, 400 where an argument cannot be sent, else 502.
    fn from(error: Error<E>) -> Self {
        match &error {
            Error::Api(api) => match api.error() {
                Some(error) => Self::Documented(error, api.response().clone()),
                None => Self::Other(api.status(), api.response().clone()),
            },
            Error::Call(call) => unanswered(call),
        }
    }
}

impl<E> HandlerError<E> {
    /// What becomes of a failed call of any other operation: its errors are not those of the route, its answer is handed on
    /// all the same.
    pub fn of_call<F>(error: &Error<F>) -> Self {
        match error {
            Error::Api(api) => Self::Other(api.status(), api.response().clone()),
            Error::Call(call) => unanswered(call),
        }
    }
}

/// The texts are fixed: where the service is, and why it could not be reached, does not concern the caller.
fn unanswered<E>(call: &CallError) -> HandlerError<E> {
    let (status, message) = match call.kind() {
        CallErrorKind::Argument => (StatusCode::BAD_REQUEST, "an argument cannot be handed on to the service"),
        CallErrorKind::Timeout => (StatusCode::GATEWAY_TIMEOUT, "the service took too long to answer"),
        _ => (StatusCode::BAD_GATEWAY, "the service gave no answer that can be handed on"),
    };
    HandlerError::Other(status, ErrorResponse::new(message))
}
