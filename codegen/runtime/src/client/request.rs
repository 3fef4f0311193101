//! A request under construction: path, query and body of one call.

use bytes::Bytes;
use serde::Serialize;
use serde_json::Value;

use super::Client;
use super::error::{CallError, CallErrorKind};
use super::path::{FilledPath, PathWriter, UnfitValue};
use crate::{BoxError, Operation, Secret, json};

/// A request under construction. A mistake in an argument is kept and becomes the result of the call.
pub struct Request {
    pub(super) client: Client,
    pub(super) operation: &'static Operation,
    path: PathWriter,
    query: String,
    body: Option<Bytes>,
    key: Option<String>,
    fault: Option<Box<CallError>>,
}

/// A request that can be sent, and sent again.
pub(super) struct Prepared {
    pub(super) operation: &'static Operation,
    pub(super) path: FilledPath,
    pub(super) query: String,
    pub(super) body: Option<Bytes>,
    /// The value by which the base URL is found, where it has to be.
    pub(super) key: Option<String>,
}

impl Prepared {
    /// A request of an operation without parameters.
    pub(super) fn with_body(operation: &'static Operation, body: Bytes) -> Self {
        let path = PathWriter::new(operation.path()).finish();
        Self { operation, path, query: String::new(), body: Some(body), key: None }
    }

    /// A request of an operation with one path parameter and nothing else.
    pub(super) fn with_parameter(operation: &'static Operation, value: &str) -> Result<Self, Box<CallError>> {
        let mut path = PathWriter::new(operation.path());
        path.push(value).map_err(|unfit| Box::new(unfit.into_error(operation)))?;
        Ok(Self { operation, path: path.finish(), query: String::new(), body: None, key: None })
    }
}

impl Request {
    pub(super) fn new(client: Client, operation: &'static Operation) -> Self {
        let path = PathWriter::new(operation.path());
        Self { client, operation, path, query: String::new(), body: None, key: None, fault: None }
    }

    /// The next path parameter.
    pub fn path(mut self, value: &str) -> Self {
        let filled = self.path.push(value);
        self.filled(filled, value)
    }

    /// The next path parameter, for a value that must not be seen.
    pub fn path_secret(mut self, value: &Secret) -> Self {
        let filled = self.path.push_secret(value.expose());
        self.filled(filled, value.expose())
    }

    /// The next path parameter, for a value that is text only on the wire.
    pub fn path_value(self, value: &impl Serialize) -> Self {
        match as_value(value) {
            Ok(Value::String(text)) => self.path(&text),
            Ok(other) => self.path(&other.to_string()),
            Err(error) => self.failed("a path parameter cannot be written as text", error.into()),
        }
    }

    /// The query parameters.
    pub fn query(mut self, query: &impl Serialize) -> Self {
        let written = as_value(query).map_err(BoxError::from);
        match written.and_then(|query| serde_html_form::to_string(query).map_err(BoxError::from)) {
            Ok(query) => self.query = query,
            Err(error) => return self.failed("the query cannot be written as text", error),
        }
        self
    }

    /// The body.
    pub fn body(mut self, body: &(impl Serialize + ?Sized)) -> Self {
        match json::to_bytes(body) {
            Ok(body) => self.body = Some(body),
            Err(error) => return self.failed("the body cannot be written as JSON", error.into()),
        }
        self
    }

    /// What is to be sent.
    pub(super) fn ready(self) -> Result<Prepared, Box<CallError>> {
        let Self { client: _, operation, path, query, body, key, fault } = self;
        match fault {
            Some(fault) => Err(fault),
            None => Ok(Prepared { operation, path: path.finish(), query, body, key }),
        }
    }

    fn filled(mut self, filled: Result<usize, UnfitValue>, value: &str) -> Self {
        match filled {
            Ok(position) => {
                if self.operation.base_url_parameter == Some(position) {
                    self.key = Some(value.to_owned());
                }
            }
            Err(unfit) => {
                let fault = unfit.into_error(self.operation);
                self.fault.get_or_insert_with(|| Box::new(fault));
            }
        }
        self
    }

    /// Keeps the first mistake: later ones may follow from it.
    fn failed(mut self, problem: &str, source: BoxError) -> Self {
        let fault = unfit(self.operation, problem.to_owned(), Some(source));
        self.fault.get_or_insert_with(|| Box::new(fault));
        self
    }
}

impl UnfitValue {
    fn into_error(self, operation: &'static Operation) -> CallError {
        let Self { parameter } = self;
        unfit(operation, format!("the path parameter `{parameter}` must not be empty, `.` or `..`"), None)
    }
}

fn unfit(operation: &'static Operation, problem: String, source: Option<BoxError>) -> CallError {
    CallError::new(operation, operation.path().to_owned(), CallErrorKind::Argument, problem, source)
}

/// A value as its JSON reads, whole numbers without a fraction.
fn as_value(value: &impl Serialize) -> Result<Value, serde_json::Error> {
    serde_json::from_slice(&json::to_bytes(value)?)
}
