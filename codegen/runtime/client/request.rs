//! A request under construction: path, query and body of one call.

use bytes::Bytes;
use serde::Serialize;

use super::Client;
use super::call::Call;
use super::error::{CallError, CallErrorKind};
use super::path::{FilledPath, PathWriter, UnfitValue};
use super::receive::Receive;
use crate::runtime::{BoxError, Operation, RouteError, Secret};

/// A request under construction. A mistake in an argument is kept and becomes the result of the call.
pub(crate) struct Request {
    pub(super) client: Client,
    pub(super) operation: &'static Operation,
    path: PathWriter,
    query: String,
    body: Option<Bytes>,
    fault: Option<Box<CallError>>,
}

/// A request that can be sent.
pub(super) struct Ready {
    pub(super) path: FilledPath,
    pub(super) query: String,
    pub(super) body: Option<Bytes>,
}

impl Request {
    pub(super) fn new(client: Client, operation: &'static Operation) -> Self {
        let path = PathWriter::new(operation.path());
        Self { client, operation, path, query: String::new(), body: None, fault: None }
    }

    /// The next path parameter.
    #[allow(dead_code, reason = "an API may have no such route")]
    pub(crate) fn path(mut self, value: &str) -> Self {
        let filled = self.path.push(value);
        self.must_fit(filled)
    }

    /// The next path parameter, for a value that must not be seen.
    #[allow(dead_code, reason = "an API may have no such route")]
    pub(crate) fn path_secret(mut self, value: &Secret) -> Self {
        let filled = self.path.push_secret(value.expose());
        self.must_fit(filled)
    }

    /// The next path parameter, for a value that is text only on the wire.
    #[allow(dead_code, reason = "an API may have no such route")]
    pub(crate) fn path_value(self, value: &impl Serialize) -> Self {
        match serde_json::to_value(value) {
            Ok(serde_json::Value::String(text)) => self.path(&text),
            Ok(other) => self.path(&other.to_string()),
            Err(error) => self.failed("a path parameter cannot be written as text", error.into()),
        }
    }

    /// The query parameters.
    #[allow(dead_code, reason = "an API may have no such route")]
    pub(crate) fn query(mut self, query: &impl Serialize) -> Self {
        match serde_html_form::to_string(query) {
            Ok(query) => self.query = query,
            Err(error) => return self.failed("the query cannot be written as text", error.into()),
        }
        self
    }

    /// The body.
    #[allow(dead_code, reason = "an API may have no such route")]
    pub(crate) fn body(mut self, body: &(impl Serialize + ?Sized)) -> Self {
        match serde_json::to_vec(body) {
            Ok(body) => self.body = Some(body.into()),
            Err(error) => return self.failed("the body cannot be written as JSON", error.into()),
        }
        self
    }

    /// The call, with the types of its answer and of its errors.
    pub(crate) fn call<T: Receive, E: RouteError>(self) -> Call<T, E> {
        Call::new(self)
    }

    /// The client, the operation and what is to be sent.
    pub(super) fn ready(self) -> Result<Ready, Box<CallError>> {
        match self.fault {
            Some(fault) => Err(fault),
            None => Ok(Ready { path: self.path.finish(), query: self.query, body: self.body }),
        }
    }

    fn must_fit(mut self, filled: Result<(), UnfitValue>) -> Self {
        if let Err(UnfitValue { parameter }) = filled {
            self.fail(format!("the path parameter `{parameter}` must not be empty, `.` or `..`"), None);
        }
        self
    }

    fn failed(mut self, problem: &str, source: BoxError) -> Self {
        self.fail(problem.to_owned(), Some(source));
        self
    }

    /// Keeps the first mistake: later ones may follow from it.
    fn fail(&mut self, problem: String, source: Option<BoxError>) {
        if self.fault.is_none() {
            let path = self.operation.path().to_owned();
            let fault = CallError::new(self.operation, path, CallErrorKind::Argument, problem, source);
            self.fault = Some(Box::new(fault));
        }
    }
}
