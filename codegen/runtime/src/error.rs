//! What a service answers when it refuses, shared by client and server.

use std::fmt;
use std::sync::Arc;

use bytes::Bytes;
use http::header::CONTENT_TYPE;
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
#[cfg(feature = "server")]
use serde_json::Map;
use serde_json::Value;

#[cfg(feature = "client")]
use super::error_message;
#[cfg(any(feature = "client", feature = "server"))]
use crate::Api;

/// An answer that means failure. Cheap to clone.
#[derive(Clone, Default, PartialEq)]
pub struct ErrorResponse(Arc<Parts>);

#[derive(Clone, Default, PartialEq)]
struct Parts {
    status: StatusCode,
    headers: HeaderMap,
    message: Option<String>,
    /// More about the message, for a body that is yet to be written.
    #[cfg(feature = "server")]
    details: Option<Value>,
    raw: Bytes,
    extent: Extent,
}

/// How much of a body was received.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) enum Extent {
    /// All of it.
    #[default]
    Complete,
    /// Only its beginning.
    #[cfg_attr(not(feature = "client"), expect(dead_code, reason = "only a client receives bodies"))]
    Truncated,
}

impl ErrorResponse {
    /// A refusal with a message, for server stubs. The status code is that of the failure that it goes into.
    pub fn new(message: impl Into<String>) -> Self {
        Self(Arc::new(Parts { message: Some(message.into()), ..Parts::default() }))
    }

    /// A refusal with a message and what it is made of.
    #[cfg(feature = "server")]
    pub(crate) fn with_details(message: String, details: Value) -> Self {
        Self(Arc::new(Parts { message: Some(message), details: Some(details), ..Parts::default() }))
    }

    /// The body as it is sent: the one that was received or given, or one that has the message where clients of the API
    /// look first.
    #[cfg(feature = "server")]
    pub(crate) fn body(&self, api: Option<&Api>) -> Bytes {
        let Parts { message, details, raw, .. } = &*self.0;
        let Some(message) = message.as_ref().filter(|_| raw.is_empty()) else { return raw.clone() };
        let path = api.and_then(|api| api.message_fields.first()).and_then(|path| path.split_first());
        let (first, inner) = path.unwrap_or((&"message", &[]));
        let object = |value: Value, step: &&str| Value::Object(Map::from_iter([((*step).to_owned(), value)]));
        let value = inner.iter().rev().fold(Value::String(message.clone()), object);
        let mut fields = Map::from_iter([((*first).to_owned(), value)]);
        if let Some(details) = details {
            // An API may have its message there; it says all that the details say.
            fields.entry("details").or_insert_with(|| details.clone());
        }
        Value::Object(fields).to_string().into()
    }

    /// A refusal with any JSON body, for server stubs.
    pub fn from_json(body: &Value) -> Self {
        Self(Arc::new(Parts { raw: body.to_string().into(), ..Parts::default() }))
    }

    /// The same reply with one more header, for server stubs, such as the `Location` of a redirection.
    #[must_use]
    pub fn with_header(mut self, name: HeaderName, value: HeaderValue) -> Self {
        let headers = &mut Arc::make_mut(&mut self.0).headers;
        if headers.is_empty() && name != CONTENT_TYPE {
            // A server takes a body without any headers for JSON.
            headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        }
        headers.append(name, value);
        self
    }

    /// An answer as it was received.
    #[cfg(feature = "client")]
    pub(crate) fn from_parts(api: &Api, status: StatusCode, headers: HeaderMap, raw: Bytes, extent: Extent) -> Self {
        let message = error_message::find(&raw, api.message_fields);
        Self(Arc::new(Parts {
            status,
            headers,
            message,
            #[cfg(feature = "server")]
            details: None,
            raw,
            extent,
        }))
    }

    /// A response that does not say that something went wrong, but cannot be used. No message is looked for in its body.
    #[cfg(feature = "client")]
    pub(crate) fn without_message(status: StatusCode, headers: HeaderMap, raw: Bytes) -> Self {
        Self(Arc::new(Parts { status, headers, raw, ..Parts::default() }))
    }

    /// The status code.
    pub fn status(&self) -> StatusCode {
        self.0.status
    }

    /// The headers.
    pub fn headers(&self) -> &HeaderMap {
        &self.0.headers
    }

    /// What the service says went wrong, where its body has a message. A truncated body may have it, too.
    pub fn message(&self) -> Option<&str> {
        self.0.message.as_deref()
    }

    /// Returns `true` if [`raw`](Self::raw) is only the beginning of the body: the rest was longer than the client's limit,
    /// or the connection broke.
    pub fn is_truncated(&self) -> bool {
        match self.0.extent {
            Extent::Complete => false,
            Extent::Truncated => true,
        }
    }

    /// The body as it was received; empty for one that is yet to be written.
    pub fn raw(&self) -> &Bytes {
        &self.0.raw
    }

    /// The body as it was received, as JSON.
    ///
    /// # Errors
    /// Where it is not JSON, as most truncated bodies are not.
    pub fn json(&self) -> Result<Value, serde_json::Error> {
        serde_json::from_slice(&self.0.raw)
    }
}

impl From<&str> for ErrorResponse {
    fn from(message: &str) -> Self {
        Self::new(message)
    }
}

impl From<String> for ErrorResponse {
    fn from(message: String) -> Self {
        Self::new(message)
    }
}

impl fmt::Debug for ErrorResponse {
    /// Leaves out headers and raw body: both may hold secrets.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ErrorResponse")
            .field("status", &self.status())
            .field("message", &self.message())
            .field("is_truncated", &self.is_truncated())
            .finish_non_exhaustive()
    }
}

/// Every variant of an error enum with its status code, ascending.
pub type Codes<E> = &'static [(u16, E)];

/// The documented errors of a route: an enum with a variant for each status code.
pub trait RouteError: fmt::Debug + Copy + PartialEq + Send + Sync + 'static {
    /// Every variant with its status code.
    const CODES: Codes<Self>;
}

/// The variant for a status code, or nothing where the documentation has none.
#[cfg(feature = "client")]
pub(super) fn documented<E: RouteError>(status: StatusCode) -> Option<E> {
    E::CODES.iter().find(|(code, _)| *code == status.as_u16()).map(|(_, error)| *error)
}

/// The errors of a route for which none are documented.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoDocumentedError {}

impl RouteError for NoDocumentedError {
    const CODES: Codes<Self> = &[];
}
