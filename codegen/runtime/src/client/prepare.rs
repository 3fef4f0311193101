//! Prepares a request: serializes the arguments of a call into path, query and body.

use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue};
use serde::Serialize;
use serde_json::Value;

use super::error::{Error, ErrorCause, ErrorKind};
use super::headers::{self, InvalidHeader};
use super::path::{EncodedPath, InvalidPathSegment, PathBuilder};
use crate::{BoxError, Operation, Secret, json};

/// A request that can be sent any number of times.
pub(super) struct PreparedRequest {
    pub(super) operation: &'static Operation,
    pub(super) path: EncodedPath,
    pub(super) query: String,
    pub(super) body: Option<Bytes>,
    /// The headers that the caller has set, if there are any.
    pub(super) headers: Option<Box<HeaderMap>>,
    /// The value that determines the base URL, for operations whose base URL is discovered.
    pub(super) base_url_key: Option<String>,
}

impl PreparedRequest {
    /// Creates a request of an operation without parameters.
    pub(super) fn with_body(operation: &'static Operation, body: Bytes) -> Self {
        let path = PathBuilder::new(operation.path()).finish();
        Self { operation, path, query: String::new(), body: Some(body), headers: None, base_url_key: None }
    }

    /// Creates a request of an operation with one path parameter and nothing else.
    pub(super) fn with_path_parameter(operation: &'static Operation, value: &str) -> Result<Self, Error> {
        let mut path = PathBuilder::new(operation.path());
        path.push(value).map_err(|segment| segment_error(operation, segment))?;
        Ok(Self { operation, path: path.finish(), query: String::new(), body: None, headers: None, base_url_key: None })
    }
}

/// The arguments of a call. Collects the serialized arguments and the first error in them.
pub(super) struct Arguments {
    pub(super) operation: &'static Operation,
    path: PathBuilder,
    query: String,
    body: Option<Bytes>,
    headers: Option<Box<HeaderMap>>,
    base_url_key: Option<String>,
    /// Only the first error, because later ones may follow from it.
    error: Option<Error>,
}

impl Arguments {
    pub(super) fn new(operation: &'static Operation) -> Self {
        let path = PathBuilder::new(operation.path());
        Self { operation, path, query: String::new(), body: None, headers: None, base_url_key: None, error: None }
    }

    /// Sets the next path parameter.
    pub(super) fn push_path(&mut self, value: &str) {
        let pushed = self.path.push(value);
        self.record_path_parameter(pushed, value);
    }

    /// Sets the next path parameter to a value that error messages do not show.
    pub(super) fn push_secret_path(&mut self, value: &Secret) {
        let pushed = self.path.push_secret(value.expose());
        self.record_path_parameter(pushed, value.expose());
    }

    /// Sets the next path parameter to a scalar, which is serialized as in JSON but without quotes.
    pub(super) fn push_path_value(&mut self, value: &impl Serialize) {
        match to_value(value) {
            Ok(Value::String(string)) => self.push_path(&string),
            Ok(other) => self.push_path(&other.to_string()),
            Err(error) => self.record_error("a path parameter cannot be serialized as a string", error.into()),
        }
    }

    pub(super) fn set_query(&mut self, query: &impl Serialize) {
        let value = to_value(query).map_err(BoxError::from);
        match value.and_then(|query| serde_html_form::to_string(query).map_err(BoxError::from)) {
            Ok(query) => self.query = query,
            Err(error) => self.record_error("the query cannot be serialized as a string", error),
        }
    }

    pub(super) fn set_body(&mut self, body: &(impl Serialize + ?Sized)) {
        match json::to_bytes(body) {
            Ok(body) => self.body = Some(body),
            Err(error) => self.record_error("the body cannot be serialized as JSON", error.into()),
        }
    }

    /// Sets a header. It replaces an earlier value.
    pub(super) fn set_header(&mut self, name: Result<HeaderName, BoxError>, value: Result<HeaderValue, BoxError>) {
        match headers::check(name, value) {
            Ok((name, value)) => {
                self.headers.get_or_insert_default().insert(name, value);
            }
            Err(InvalidHeader { problem, source }) => {
                let mut cause = ErrorCause::new(ErrorKind::Argument, problem);
                if let Some(source) = source {
                    cause = cause.with_source(source);
                }
                self.error.get_or_insert_with(|| argument_error(self.operation, cause));
            }
        }
    }

    /// Returns the request, or the first error in an argument.
    pub(super) fn prepare(self) -> Result<PreparedRequest, Error> {
        let Self { operation, path, query, body, headers, base_url_key, error } = self;
        match error {
            Some(error) => Err(error),
            None => Ok(PreparedRequest { operation, path: path.finish(), query, body, headers, base_url_key }),
        }
    }

    fn record_path_parameter(&mut self, pushed: Result<usize, InvalidPathSegment>, value: &str) {
        match pushed {
            Ok(index) => {
                if self.operation.base_url_parameter == Some(index) {
                    self.base_url_key = Some(value.to_owned());
                }
            }
            Err(segment) => {
                self.error.get_or_insert_with(|| segment_error(self.operation, segment));
            }
        }
    }

    fn record_error(&mut self, problem: &'static str, source: BoxError) {
        let cause = ErrorCause::new(ErrorKind::Argument, problem).with_source(source);
        self.error.get_or_insert_with(|| argument_error(self.operation, cause));
    }
}

fn segment_error(operation: &'static Operation, segment: InvalidPathSegment) -> Error {
    let problem = format!("the path parameter `{}` must not be empty, `.` or `..`", segment.parameter);
    argument_error(operation, ErrorCause::new(ErrorKind::Argument, problem))
}

fn argument_error(operation: &'static Operation, cause: ErrorCause) -> Error {
    Error::new(operation, operation.path().to_owned(), cause)
}

/// Converts a value to JSON, with whole numbers as integers.
fn to_value(value: &impl Serialize) -> Result<Value, serde_json::Error> {
    serde_json::from_slice(&json::to_bytes(value)?)
}
