//! Rejects requests before a handler sees them.

use std::borrow::Cow;
use std::time::Duration;

use axum::body::Body;
use http::header::CONNECTION;
use http::{HeaderValue, Response, StatusCode};
use serde_json::{Value, json};

use super::argument_error::{ArgumentError, MAX_ERRORS};
use super::response::{self, HandlerError};
use crate::{Api, ErrorResponse, RouteError};

/// The maximum size in bytes of the errors in a response. It ensures that no response is more than 16 KiB larger than its
/// request.
const MAX_ERRORS_SIZE: usize = 15 * 1024;

/// The maximum number of characters of a path or a problem. Both can contain names that the caller has invented.
const MAX_STRING_LENGTH: usize = 200;

/// A request that is rejected before a handler sees it.
#[derive(Debug)]
pub struct Rejection {
    status: StatusCode,
    response: ErrorResponse,
}

impl Rejection {
    pub(super) fn new(status: StatusCode, message: &str) -> Self {
        Self { status, response: ErrorResponse::new(message) }
    }

    /// Returns a rejection with status 401.
    pub(super) fn missing_token() -> Self {
        Self::new(StatusCode::UNAUTHORIZED, "a bearer token is required")
    }

    /// Returns a rejection with status 413.
    pub(super) fn too_large(limit: usize) -> Self {
        Self::new(StatusCode::PAYLOAD_TOO_LARGE, &format!("the body is larger than {limit} bytes"))
    }

    /// Returns a rejection with status 408.
    pub(super) fn too_slow(limit: Duration) -> Self {
        Self::new(StatusCode::REQUEST_TIMEOUT, &format!("the body did not arrive within {limit:?}"))
    }

    /// Returns a rejection with status 400 and as many of the errors as fit into a small response.
    pub(super) fn invalid_arguments(errors: &[ArgumentError]) -> Self {
        let (mut message, mut details) = (String::new(), Vec::new());
        let mut size = 0;
        for ArgumentError { location, path, problem } in errors {
            let (path, problem) = (shorten(path), shorten(problem));
            let sentence = match &*path {
                "" => format!("{}: {problem}", location.name()),
                path => format!("{} `{path}`: {problem}", location.name()),
            };
            let detail = json!({ "in": location.name(), "path": path, "problem": problem });
            // Sizes as JSON, where one character can take six bytes.
            size += json!(sentence).to_string().len() + detail.to_string().len();
            if size > MAX_ERRORS_SIZE {
                break;
            }
            message.push_str(if message.is_empty() { "" } else { "; " });
            message.push_str(&sentence);
            details.push(detail);
        }
        // The search for errors stops at `MAX_ERRORS`, so their number is unknown.
        if details.len() < errors.len() || errors.len() >= MAX_ERRORS {
            message.push_str("; there may be more errors");
        }
        let response = ErrorResponse::with_details(message, Value::Array(details));
        Self { status: StatusCode::BAD_REQUEST, response }
    }

    pub(super) fn into_response(self, api: Option<&Api>) -> Response<Body> {
        let mut response = response::error_response(api, self.status, &self.response);
        if self.status == StatusCode::REQUEST_TIMEOUT {
            // The rest of the body may still arrive, so the connection cannot be reused. HTTP/2 does not allow this header;
            // hyper removes it, and resets only the stream.
            response.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
        }
        response
    }
}

/// Removes the middle of a long string, because the start and the end of a path are the most informative parts.
fn shorten(string: &str) -> Cow<'_, str> {
    let length = string.chars().count();
    if length <= MAX_STRING_LENGTH {
        return string.into();
    }
    let half = MAX_STRING_LENGTH / 2;
    let start: String = string.chars().take(half).collect();
    let end: String = string.chars().skip(length - half).collect();
    format!("{start}…{end}").into()
}

impl<E: RouteError> From<Rejection> for HandlerError<E> {
    fn from(rejection: Rejection) -> Self {
        let Rejection { status, response } = rejection;
        Self::Other(status, response)
    }
}
