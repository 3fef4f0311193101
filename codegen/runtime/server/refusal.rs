//! Requests that no stub gets to see, because they are not as the documentation says.

use axum::body::Body;
use http::{Response, StatusCode};
use serde_json::{Value, json};

use super::authenticate::Refused;
use super::faults::Fault;
use super::reply;
use crate::api::MESSAGE_FIELDS;
use crate::runtime::ErrorReply;

/// A request that no stub gets to see.
#[derive(Debug)]
pub(crate) struct Refusal {
    pub(super) status: StatusCode,
    pub(super) reply: ErrorReply,
}

impl Refusal {
    pub(super) fn new(status: StatusCode, message: &str) -> Self {
        Self { status, reply: ErrorReply::new(message) }
    }

    /// 413.
    pub(super) fn too_large(limit: usize) -> Self {
        Self::new(StatusCode::PAYLOAD_TOO_LARGE, &format!("the body is larger than {limit} bytes"))
    }

    /// 400, with everything that is wrong.
    pub(super) fn malformed(faults: &[Fault]) -> Self {
        let sentence = |Fault { part, path, problem }: &Fault| match path.as_str() {
            "" => format!("the {} {problem}", part.name()),
            path => format!("`{path}` of the {} {problem}", part.name()),
        };
        let message: Vec<String> = faults.iter().map(sentence).collect();
        let details: Vec<Value> = faults
            .iter()
            .map(|Fault { part, path, problem }| json!({ "in": part.name(), "path": path, "problem": problem }))
            .collect();
        let field = MESSAGE_FIELDS.first().copied().unwrap_or("message");
        let body = json!({ field: message.join("; "), "details": details });
        Self { status: StatusCode::BAD_REQUEST, reply: ErrorReply::from_json(&body) }
    }

    pub(super) fn into_answer(self) -> Response<Body> {
        reply::refusal(self.status, &self.reply)
    }
}

impl From<Refused> for Refusal {
    fn from(refused: Refused) -> Self {
        match refused {
            Refused::Unauthorized(message) => Self::new(StatusCode::UNAUTHORIZED, &message),
            Refused::Forbidden(message) => Self::new(StatusCode::FORBIDDEN, &message),
        }
    }
}
