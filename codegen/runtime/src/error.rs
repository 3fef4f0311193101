//! Error responses and the documented errors of routes, shared by client and server.

use std::fmt;
use std::sync::Arc;

use bytes::Bytes;
use http::header::CONTENT_TYPE;
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
#[cfg(feature = "server")]
use serde_json::Map;
use serde_json::Value;

#[cfg(any(feature = "client", feature = "server"))]
use crate::Api;
#[cfg(feature = "client")]
use crate::error_message;

/// A response with an error status code. Cheap to clone.
#[derive(Clone, Default, PartialEq)]
pub struct ErrorResponse(Arc<Parts>);

#[derive(Clone, Default, PartialEq)]
struct Parts {
    status: StatusCode,
    headers: HeaderMap,
    message: Option<String>,
    /// A list of the errors in a request, for a body that a server creates.
    #[cfg(feature = "server")]
    details: Option<Value>,
    raw: Bytes,
    is_truncated: bool,
}

/// How much of a body was received.
#[cfg(feature = "client")]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Extent {
    /// All of it.
    Complete,
    /// Only its beginning.
    Truncated,
}

impl ErrorResponse {
    /// Creates an error response with a message, for servers. The `HandlerError` that contains it sets its status code.
    pub fn new(message: impl Into<String>) -> Self {
        Self(Arc::new(Parts { message: Some(message.into()), ..Parts::default() }))
    }

    /// Creates an error response with a message and the errors that it summarizes.
    #[cfg(feature = "server")]
    pub(crate) fn with_details(message: String, details: Value) -> Self {
        Self(Arc::new(Parts { message: Some(message), details: Some(details), ..Parts::default() }))
    }

    /// Returns the body to send. This is the body that was received or set. Without one, it is an object with the message in
    /// the field that clients of the API read first.
    #[cfg(feature = "server")]
    pub(crate) fn body(&self, api: Option<&Api>) -> Bytes {
        let Parts { message, details, raw, .. } = &*self.0;
        let Some(message) = message.as_ref().filter(|_| raw.is_empty()) else { return raw.clone() };
        let path = api.and_then(|api| api.message_fields.first()).and_then(|path| path.split_first());
        let (first, inner) = path.unwrap_or((&"message", &[]));
        let object = |value: Value, field: &&str| Value::Object(Map::from_iter([((*field).to_owned(), value)]));
        let value = inner.iter().rev().fold(Value::String(message.clone()), object);
        let mut fields = Map::from_iter([((*first).to_owned(), value)]);
        if let Some(details) = details {
            // An API may use this field for its message, which contains everything that the details contain.
            fields.entry("details").or_insert_with(|| details.clone());
        }
        Value::Object(fields).to_string().into()
    }

    /// Creates an error response with any JSON body, for servers.
    pub fn from_json(body: &Value) -> Self {
        Self(Arc::new(Parts { raw: body.to_string().into(), ..Parts::default() }))
    }

    /// Adds a header, for servers, such as the `Location` of a redirection.
    #[must_use]
    pub fn with_header(mut self, name: HeaderName, value: HeaderValue) -> Self {
        let headers = &mut Arc::make_mut(&mut self.0).headers;
        if headers.is_empty() && name != CONTENT_TYPE {
            // The server sets the content type only if there are no headers.
            headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        }
        headers.append(name, value);
        self
    }

    /// Creates an error response from a received response.
    #[cfg(feature = "client")]
    pub(crate) fn from_parts(api: &Api, status: StatusCode, headers: HeaderMap, raw: Bytes, extent: Extent) -> Self {
        Self(Arc::new(Parts {
            status,
            headers,
            message: error_message::find(&raw, api.message_fields),
            #[cfg(feature = "server")]
            details: None,
            raw,
            is_truncated: extent == Extent::Truncated,
        }))
    }

    /// Creates an error response from a response that means success but cannot be used. Its body is not searched for a
    /// message.
    #[cfg(feature = "client")]
    pub(crate) fn without_message(status: StatusCode, headers: HeaderMap, raw: Bytes) -> Self {
        Self(Arc::new(Parts { status, headers, raw, ..Parts::default() }))
    }

    /// Returns the status code.
    pub fn status(&self) -> StatusCode {
        self.0.status
    }

    /// Returns the headers.
    pub fn headers(&self) -> &HeaderMap {
        &self.0.headers
    }

    /// Returns the service's error message, if the body contains one. A truncated body may contain it, too.
    pub fn message(&self) -> Option<&str> {
        self.0.message.as_deref()
    }

    /// Returns `true` if [`raw`](Self::raw) is only the beginning of the body: the body was longer than the client's limit,
    /// or the connection failed.
    pub fn is_truncated(&self) -> bool {
        self.0.is_truncated
    }

    /// Returns the body as it was received. It is empty if a server created the response from a message.
    pub fn raw(&self) -> &Bytes {
        &self.0.raw
    }

    /// Parses the body as it was received.
    ///
    /// # Errors
    /// If the body is not JSON, as most truncated bodies are not.
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
    /// Omits headers and raw body, because both may contain secrets.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ErrorResponse")
            .field("status", &self.status())
            .field("message", &self.message())
            .field("is_truncated", &self.is_truncated())
            .finish_non_exhaustive()
    }
}

/// The variants of an error enum with their status codes, in ascending order.
pub type Codes<E> = &'static [(u16, E)];

/// The documented errors of a route: an enum with one variant per status code.
///
/// `Display` shows the status code and the documented description, as in "404 Not Found: the user does not exist".
pub trait RouteError: std::error::Error + Copy + PartialEq + Send + Sync + 'static {
    /// Every variant with its status code.
    const CODES: Codes<Self>;

    /// Returns the status code.
    fn status(&self) -> StatusCode {
        let code = Self::CODES.iter().find(|(_, known)| known == self).map(|(code, _)| *code);
        code.and_then(|code| StatusCode::from_u16(code).ok()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
    }
}

/// Implements [`RouteError`] and its supertraits for an enum.
#[doc(hidden)]
#[macro_export]
macro_rules! impl_route_error {
    ($type:ident { $($variant:ident($code:literal, $description:literal)),* $(,)? }) => {
        impl $crate::RouteError for $type {
            const CODES: $crate::Codes<Self> = &[$(($code, Self::$variant)),*];
        }

        impl $type {
            /// Returns the status code.
            pub fn status(&self) -> $crate::StatusCode {
                $crate::RouteError::status(self)
            }
        }

        impl ::core::fmt::Display for $type {
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                let description = match self {
                    $(Self::$variant => $description,)*
                };
                $crate::fmt_route_error(self.status(), description, f)
            }
        }

        impl ::core::error::Error for $type {}
    };
}

/// Formats a documented error.
#[doc(hidden)]
pub fn fmt_route_error(status: StatusCode, description: &str, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    write!(f, "{status}: {description}")
}

/// Returns the variant for a status code, or `None` if the status code is not documented.
#[cfg(feature = "client")]
pub(crate) fn documented<E: RouteError>(status: StatusCode) -> Option<E> {
    E::CODES.iter().find(|(code, _)| *code == status.as_u16()).map(|(_, error)| *error)
}

/// The error enum of a route without documented errors. It has no variants.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum NoDocumentedError {}

impl RouteError for NoDocumentedError {
    const CODES: Codes<Self> = &[];
}

impl fmt::Display for NoDocumentedError {
    fn fmt(&self, _: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {}
    }
}

impl std::error::Error for NoDocumentedError {}
