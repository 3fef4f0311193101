//! Converts the errors of a client to errors of a handler, for proxies.

use http::StatusCode;

use super::response::HandlerError;
use crate::client::{CallError, CallErrorKind, Error};
use crate::{ErrorResponse, RouteError};

impl<E: RouteError> From<Error<E>> for HandlerError<E> {
    /// Forwards an error response: status code, body, and the headers that do not concern the connection. If the client has
    /// truncated the body, the received part is forwarded.
    ///
    /// A call without a response becomes 504 after a timeout, 400 for an invalid argument, and 502 otherwise.
    fn from(error: Error<E>) -> Self {
        match &error {
            Error::Api(api) => match api.error() {
                Some(error) => Self::Documented(error, api.response().clone()),
                None => Self::Other(api.status(), api.response().clone()),
            },
            Error::Call(call) => gateway_error(call),
        }
    }
}

impl<E> HandlerError<E> {
    /// Converts the error of another operation. Forwards its response, although its documented errors differ from those of
    /// the route.
    pub fn from_error<F>(error: &Error<F>) -> Self {
        match error {
            Error::Api(api) => Self::Other(api.status(), api.response().clone()),
            Error::Call(call) => gateway_error(call),
        }
    }
}

/// Returns an error with a fixed message, because the location of the service and its problems do not concern the caller.
fn gateway_error<E>(call: &CallError) -> HandlerError<E> {
    let (status, message) = match call.kind() {
        CallErrorKind::Argument => (StatusCode::BAD_REQUEST, "an argument cannot be forwarded to the service"),
        CallErrorKind::Timeout => (StatusCode::GATEWAY_TIMEOUT, "the service took too long to respond"),
        _ => (StatusCode::BAD_GATEWAY, "the service sent no response that can be forwarded"),
    };
    HandlerError::Other(status, ErrorResponse::new(message))
}
