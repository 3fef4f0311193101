//! The requests that the server has responded to, without any secrets.

use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use http::Method;
use pm2_api::Timestamp;
use serde::{Serialize, Serializer};

use crate::operations::OPERATIONS;

/// The maximum number of requests that are kept.
const MAX_REQUESTS: usize = 1_000;
/// The maximum length of a method and of a value in a path. Tokens are longer.
const MAX_VALUE_LENGTH: usize = 40;
/// The maximum number of segments of a path that are kept.
const MAX_SEGMENTS: usize = 20;

/// A request for the API that a mock server has responded to.
///
/// It contains no query, headers or body, because they can contain tokens and passwords.
#[derive(Debug, Clone, Serialize)]
#[non_exhaustive]
pub struct RecordedRequest {
    /// When the request arrived.
    pub at: Timestamp,
    /// The method, such as `GET`.
    pub method: String,
    /// The path. A segment that may be a secret is replaced by `*`.
    ///
    /// These are values of secret parameters, values of more than 40 characters, and, if no route has this path, all
    /// segments that occur in no route.
    pub path: String,
    /// The name of the operation, such as `bucket.alert.create`, unless there is none for the path and the method.
    pub operation: Option<&'static str>,
    /// The status code of the response.
    pub status: u16,
    /// The time from the arrival of the request until its response was ready.
    #[serde(rename = "duration_ms", serialize_with = "as_milliseconds")]
    pub duration: Duration,
}

fn as_milliseconds<S: Serializer>(duration: &Duration, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_f64(duration.as_secs_f64() * 1000.0)
}

impl RecordedRequest {
    /// Describes a request with the template of its path, if a route has this path. The response is not known yet.
    pub fn new(method: &Method, path: &str, template: Option<&str>) -> Self {
        let operation = template.and_then(|template| OPERATIONS.name(template, method));
        Self {
            at: Timestamp::now(),
            method: method.as_str().chars().take(MAX_VALUE_LENGTH).collect(),
            path: redact(path, template),
            operation,
            status: 0,
            duration: Duration::ZERO,
        }
    }
}

/// Replaces the segments of a path that may be secrets.
fn redact(path: &str, template: Option<&str>) -> String {
    let mut templates = template.map(|template| template.split('/'));
    let is_shown = |segment: &str| match templates.as_mut().and_then(Iterator::next) {
        Some(parameter) if parameter.starts_with('{') => {
            segment.len() <= MAX_VALUE_LENGTH && !OPERATIONS.is_secret_parameter(parameter)
        }
        Some(literal) => segment == literal,
        None => OPERATIONS.is_literal_segment(segment),
    };
    let shown = path.split('/').take(MAX_SEGMENTS).map(redacting(is_shown));
    shown.collect::<Vec<_>>().join("/")
}

fn redacting<'p>(mut is_shown: impl FnMut(&str) -> bool) -> impl FnMut(&'p str) -> &'p str {
    move |segment| if is_shown(segment) { segment } else { "*" }
}

/// The last requests, oldest first.
#[derive(Default)]
pub struct RequestLog(Mutex<VecDeque<RecordedRequest>>);

impl RequestLog {
    pub fn push(&self, request: RecordedRequest) {
        let mut requests = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if requests.len() >= MAX_REQUESTS {
            requests.pop_front();
        }
        requests.push_back(request);
    }

    pub fn to_vec(&self) -> Vec<RecordedRequest> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).iter().cloned().collect()
    }

    pub fn clear(&self) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn segments_that_may_be_secrets_are_replaced() {
        let shown = |path: &str, template| redact(path, template);
        assert_eq!(
            shown("/api/bucket/1f/alerts/x", Some("/api/bucket/{id}/alerts/{alert}")),
            "/api/bucket/1f/alerts/x"
        );
        assert_eq!(
            shown("/api/oauth/valid_email/abc", Some("/api/oauth/valid_email/{token}")),
            "/api/oauth/valid_email/*"
        );
        let token = "a".repeat(64);
        assert_eq!(shown(&format!("/api/bucket/{token}"), Some("/api/bucket/{id}")), "/api/bucket/*");
        assert_eq!(shown("/api/bucket/abc/alertz", None), "/api/bucket/*/*");
        assert_eq!(shown(&"/api".repeat(100), None), "/api".repeat(19));
    }
}
