//! Converts the errors of a client to errors of a handler, for proxies.

use http::StatusCode;

use super::response::HandlerError;
use crate::client::{Error, ErrorKind};
use crate::{ErrorResponse, RouteError};

impl<E: RouteError> From<Error<E>> for HandlerError<E> {
    /// Forwards an error response: status code, body, and the headers that do not concern the connection. If the client has
    /// truncated the body, the received part is forwarded.
    ///
    /// A call without a response becomes 504 after a timeout, 400 for an invalid argument, and 502 otherwise.
    fn from(error: Error<E>) -> Self {
        match (error.documented(), error.response()) {
            (Some(documented), Some(response)) => Self::Documented(*documented, response.clone()),
            _ => Self::from_error(&error),
        }
    }
}

impl<E> HandlerError<E> {
    /// Converts the error of any other operation. Its documented errors are not those of the route, but its response is
    /// forwarded all the same.
    pub fn from_error<F>(error: &Error<F>) -> Self {
        match (error.kind(), error.response()) {
            (ErrorKind::Documented | ErrorKind::UndocumentedStatus, Some(response)) => {
                Self::Other(response.status(), response.clone())
            }
            (kind, _) => gateway_error(kind),
        }
    }
}

/// Returns an error with a fixed message, because the location of the service and its problems do not concern the caller.
fn gateway_error<E>(kind: ErrorKind) -> HandlerError<E> {
    let (status, message) = match kind {
        ErrorKind::Argument => (StatusCode::BAD_REQUEST, "an argument cannot be forwarded to the service"),
        ErrorKind::Timeout => (StatusCode::GATEWAY_TIMEOUT, "the service took too long to respond"),
        _ => (StatusCode::BAD_GATEWAY, "the service sent no response that can be forwarded"),
    };
    HandlerError::Other(status, ErrorResponse::new(message))
}
