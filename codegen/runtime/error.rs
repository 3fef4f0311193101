//! What a service answers when it refuses, shared by client and server.

use std::fmt;
use std::sync::Arc;

use bytes::Bytes;
use http::header::CONTENT_TYPE;
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use serde_json::{Map, Value};

use super::error_message;
use crate::api::MESSAGE_FIELDS;

/// An answer that means failure. Cheap to clone.
#[derive(Clone, Default, PartialEq)]
pub struct ErrorReply(Arc<Parts>);

#[derive(Clone, Default, PartialEq)]
struct Parts {
    status: StatusCode,
    headers: HeaderMap,
    message: Option<String>,
    raw: Bytes,
    extent: Extent,
}

/// How much of a body was received.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) enum Extent {
    /// All of it.
    #[default]
    Whole,
    /// Only its beginning.
    #[cfg_attr(not(feature = "client"), expect(dead_code, reason = "only a client receives bodies"))]
    Truncated,
}

impl ErrorReply {
    /// A refusal with a message, for server stubs. The status code is that of the failure that it goes into.
    pub fn new(message: impl Into<String>) -> Self {
        let message = message.into();
        let raw = Value::Object(message_body(&message)).to_string().into();
        Self(Arc::new(Parts { message: Some(message), raw, ..Parts::default() }))
    }

    /// A refusal with any JSON body, for server stubs.
    pub fn from_json(body: &Value) -> Self {
        Self::from_parts(StatusCode::default(), HeaderMap::new(), body.to_string().into(), Extent::Whole)
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
    pub(super) fn from_parts(status: StatusCode, headers: HeaderMap, raw: Bytes, extent: Extent) -> Self {
        let message = message(&raw);
        Self(Arc::new(Parts { status, headers, message, raw, extent }))
    }

    /// A response that does not say that something went wrong, but cannot be used. No message is looked for in its body.
    #[cfg(feature = "client")]
    pub(super) fn unusable(status: StatusCode, headers: HeaderMap, raw: Bytes) -> Self {
        Self(Arc::new(Parts { status, headers, message: None, raw, extent: Extent::Whole }))
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
            Extent::Whole => false,
            Extent::Truncated => true,
        }
    }

    /// The body as it was received.
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

fn message(raw: &[u8]) -> Option<String> {
    error_message::find(raw, MESSAGE_FIELDS)
}

/// The body of an error with a message, at the path where clients look first.
pub(super) fn message_body(message: &str) -> Map<String, Value> {
    let (first, inner) = MESSAGE_FIELDS.first().and_then(|path| path.split_first()).unwrap_or((&"message", &[]));
    let object = |value: Value, step: &&str| Value::Object(Map::from_iter([((*step).to_owned(), value)]));
    let value = inner.iter().rev().fold(Value::String(message.to_owned()), object);
    Map::from_iter([((*first).to_owned(), value)])
}

impl From<&str> for ErrorReply {
    fn from(message: &str) -> Self {
        Self::new(message)
    }
}

impl From<String> for ErrorReply {
    fn from(message: String) -> Self {
        Self::new(message)
    }
}

impl fmt::Debug for ErrorReply {
    /// Leaves out headers and raw body: both may hold secrets.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ErrorReply")
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
pub enum NoDocumentedErrors {}

impl RouteError for NoDocumentedErrors {
    const CODES: Codes<Self> = &[];
}
