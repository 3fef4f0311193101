//! Requests that no stub gets to see, because they are not as the documentation says.

use std::borrow::Cow;
use std::time::Duration;

use axum::body::Body;
use http::header::CONNECTION;
use http::{HeaderValue, Response, StatusCode};
use serde_json::{Value, json};

use super::faults::{Fault, MAX_FAULTS};
use super::response::{self, HandlerError};
use crate::{Api, ErrorResponse, RouteError};

/// The most bytes that the errors of a malformed request take in the response. So no response is more than 16 KiB larger
/// than its request, whatever the request repeats.
const MAX_ERRORS_SIZE: usize = 15 * 1024;

/// The most characters of a path or a problem: both can hold names that the client has made up.
const MAX_TEXT_LENGTH: usize = 200;

/// A request that no stub gets to see.
#[derive(Debug)]
pub struct Rejection {
    pub(super) status: StatusCode,
    pub(super) reply: ErrorResponse,
}

impl Rejection {
    pub(super) fn new(status: StatusCode, message: &str) -> Self {
        Self { status, reply: ErrorResponse::new(message) }
    }

    /// 413.
    pub(super) fn too_large(limit: usize) -> Self {
        Self::new(StatusCode::PAYLOAD_TOO_LARGE, &format!("the body is larger than {limit} bytes"))
    }

    /// 408.
    pub(super) fn too_slow(limit: Duration) -> Self {
        Self::new(StatusCode::REQUEST_TIMEOUT, &format!("the body did not arrive within {limit:?}"))
    }

    /// 400, with everything that is wrong, as far as it fits into a small response.
    pub(super) fn malformed(faults: &[Fault]) -> Self {
        let (mut message, mut details) = (String::new(), Vec::new());
        let mut size = 0;
        for Fault { part, path, problem } in faults {
            let (path, problem) = (shortened(path), shortened(problem));
            let sentence = match &*path {
                "" => format!("{}: {problem}", part.name()),
                path => format!("{} `{path}`: {problem}", part.name()),
            };
            let detail = json!({ "in": part.name(), "path": path, "problem": problem });
            // Sizes as JSON, where one character can take six bytes.
            size += json!(sentence).to_string().len() + detail.to_string().len();
            if size > MAX_ERRORS_SIZE {
                break;
            }
            message.push_str(if message.is_empty() { "" } else { "; " });
            message.push_str(&sentence);
            details.push(detail);
        }
        // Whoever looks for errors stops at `MAX_FAULTS`, so nobody knows how many there are.
        if details.len() < faults.len() || faults.len() >= MAX_FAULTS {
            message.push_str("; there may be more errors");
        }
        let reply = ErrorResponse::with_details(message, Value::Array(details));
        Self { status: StatusCode::BAD_REQUEST, reply }
    }

    pub(super) fn into_answer(self, api: Option<&Api>) -> Response<Body> {
        let mut answer = response::refusal(api, self.status, &self.reply);
        if self.status == StatusCode::REQUEST_TIMEOUT {
            // The rest of the body may still arrive, so the connection cannot be used again. In HTTP/2, where this header
            // is not allowed, hyper removes it and resets the stream alone.
            answer.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
        }
        answer
    }
}

/// Cuts the middle out of a long text: the start and the end of a path tell most.
fn shortened(text: &str) -> Cow<'_, str> {
    let length = text.chars().count();
    if length <= MAX_TEXT_LENGTH {
        return text.into();
    }
    let half = MAX_TEXT_LENGTH / 2;
    let start: String = text.chars().take(half).collect();
    let end: String = text.chars().skip(length - half).collect();
    format!("{start}…{end}").into()
}

impl<E: RouteError> From<Rejection> for HandlerError<E> {
    fn from(refusal: Rejection) -> Self {
        let Rejection { status, reply } = refusal;
        Self::Other(status, reply)
    }
}
