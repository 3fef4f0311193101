//! Successful responses: the typed body with status, headers and raw JSON.

use std::fmt;
use std::ops::{Deref, DerefMut};

use bytes::Bytes;
use http::{HeaderMap, HeaderValue, StatusCode};
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::SchemaMismatch;

/// A successful response. Dereferences to its body.
///
/// The body of a response may differ from its documentation. If it has another JSON type, the call fails. If only a part of
/// it does not match, the call succeeds. The client omits the part, lists it in [`mismatches`](Self::mismatches) and logs a
/// warning. [`json`](Self::json) still contains it. Programs that must not act on incomplete data use `checked` or
/// `ClientBuilder::strict`.
///
/// If an object has several fields with one name, the first one is kept and the others are listed as mismatches. In
/// free-form JSON, in maps and among undocumented fields, the last one is kept.
///
/// A route without a documented body returns `Response<()>`. The client accepts any body there, and [`raw`](Self::raw)
/// returns it. A route that documents a body of unknown shape returns `Response<Value>`, where an empty body is `null`. A body
/// that is not JSON makes such a call fail with `ErrorKind::Decode`; the error keeps status, headers and body.
#[derive(Clone)]
pub struct Response<T> {
    pub(crate) status: Option<StatusCode>,
    pub(crate) headers: HeaderMap,
    pub(crate) body: T,
    pub(crate) raw: Bytes,
    /// `None` if there are none, so that most responses stay small.
    #[cfg(feature = "client")]
    pub(crate) mismatches: Option<Box<Mismatches>>,
}

/// The mismatches of a response, and the call that it belongs to.
#[cfg(feature = "client")]
#[derive(Clone)]
pub(crate) struct Mismatches {
    pub(crate) operation: &'static crate::Operation,
    pub(crate) path: String,
    pub(crate) list: Vec<SchemaMismatch>,
}

impl<T> Response<T> {
    /// Creates a response with the route's own status code, for servers.
    pub fn new(body: T) -> Self {
        Self {
            status: None,
            headers: HeaderMap::new(),
            body,
            raw: Bytes::new(),
            #[cfg(feature = "client")]
            mismatches: None,
        }
    }

    /// Sets the status code.
    #[must_use]
    pub fn with_status(mut self, status: StatusCode) -> Self {
        self.status = Some(status);
        self
    }

    /// Adds a header.
    #[must_use]
    pub fn with_header(mut self, name: http::HeaderName, value: HeaderValue) -> Self {
        self.headers.append(name, value);
        self
    }

    /// Returns the status code, or 200 if a server has created the response without one.
    pub fn status(&self) -> StatusCode {
        self.status.unwrap_or(StatusCode::OK)
    }

    /// Returns the headers.
    pub fn headers(&self) -> &HeaderMap {
        &self.headers
    }

    /// Returns the body.
    pub fn body(&self) -> &T {
        &self.body
    }

    /// Returns the body and drops everything else.
    pub fn into_inner(self) -> T {
        self.body
    }

    /// Returns the body as it was received.
    pub fn raw(&self) -> &Bytes {
        &self.raw
    }

    /// Parses the body as it was received.
    ///
    /// # Errors
    /// If the body is not JSON.
    pub fn json(&self) -> Result<Value, serde_json::Error> {
        serde_json::from_slice(&self.raw)
    }

    /// Parses the body as it was received into another type, such as one with fields that the documentation does not list.
    ///
    /// # Errors
    /// If the body is not JSON of this type.
    pub fn parse<U: DeserializeOwned>(&self) -> Result<U, serde_json::Error> {
        serde_json::from_slice(&self.raw)
    }

    /// Converts the body and keeps everything else.
    pub fn map<U>(self, convert: impl FnOnce(T) -> U) -> Response<U> {
        Response {
            status: self.status,
            headers: self.headers,
            body: convert(self.body),
            raw: self.raw,
            #[cfg(feature = "client")]
            mismatches: self.mismatches,
        }
    }

    /// Returns the parts of the body that do not match the documentation. Most responses have none.
    pub fn mismatches(&self) -> &[SchemaMismatch] {
        #[cfg(feature = "client")]
        if let Some(mismatches) = &self.mismatches {
            return &mismatches.list;
        }
        &[]
    }
}

impl<T: IntoIterator> IntoIterator for Response<T> {
    type Item = T::Item;
    type IntoIter = T::IntoIter;

    fn into_iter(self) -> T::IntoIter {
        self.body.into_iter()
    }
}

impl<'a, T> IntoIterator for &'a Response<T>
where
    &'a T: IntoIterator,
{
    type Item = <&'a T as IntoIterator>::Item;
    type IntoIter = <&'a T as IntoIterator>::IntoIter;

    fn into_iter(self) -> Self::IntoIter {
        self.body.into_iter()
    }
}

impl<T> From<T> for Response<T> {
    fn from(body: T) -> Self {
        Self::new(body)
    }
}

impl<T> Deref for Response<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.body
    }
}

impl<T> DerefMut for Response<T> {
    fn deref_mut(&mut self) -> &mut T {
        &mut self.body
    }
}

impl<T: fmt::Debug> fmt::Debug for Response<T> {
    /// Omits headers and raw body, because both may contain secrets.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = f.debug_struct("Response");
        shown.field("status", &self.status()).field("body", &self.body);
        if !self.mismatches().is_empty() {
            shown.field("mismatches", &self.mismatches());
        }
        shown.finish_non_exhaustive()
    }
}
