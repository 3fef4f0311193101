//! A successful answer: the typed body, and all else that came with it.

use std::fmt;
use std::ops::{Deref, DerefMut};

use bytes::Bytes;
use http::{HeaderMap, HeaderValue, StatusCode};
use serde_json::Value;

use super::{Nothing, Operation, SchemaMismatch};

/// A successful response. Dereferences to its body.
///
/// A service may send something else than it documents. A body of another JSON type fails the call. A part of the body that
/// does not match does not: it is left out, listed in [`mismatches`](Self::mismatches), logged as a warning, and still there
/// in [`json`](Self::json). Whoever must not act on a part of the data uses `checked`, or `ClientBuilder::strict`.
///
/// Of several fields with one name, the first is kept, and the others are listed as mismatches. In parts that are any JSON,
/// in maps, and among fields that are not documented, the last one is kept.
#[derive(Clone)]
pub struct Response<T> {
    pub(super) status: Option<StatusCode>,
    pub(super) headers: HeaderMap,
    pub(super) body: T,
    pub(super) raw: Bytes,
    /// Nothing where there are none, so that most responses stay small.
    pub(super) mismatches: Option<Box<Mismatches>>,
}

/// The mismatches of a response, and the call that it is from.
#[derive(Clone)]
#[cfg_attr(not(feature = "client"), allow(dead_code, reason = "only a client receives responses"))]
pub(crate) struct Mismatches {
    pub(super) operation: &'static Operation,
    pub(super) path: String,
    pub(super) list: Vec<SchemaMismatch>,
}

impl<T> Response<T> {
    /// An answer with that body and the route's own status code, for server stubs.
    pub fn new(body: T) -> Self {
        Self { status: None, headers: HeaderMap::new(), body, raw: Bytes::new(), mismatches: None }
    }

    /// The same answer with another status code.
    #[must_use]
    pub fn with_status(mut self, status: StatusCode) -> Self {
        self.status = Some(status);
        self
    }

    /// The same answer with one more header.
    #[must_use]
    pub fn with_header(mut self, name: http::HeaderName, value: HeaderValue) -> Self {
        self.headers.append(name, value);
        self
    }

    /// The status code; of an answer that a stub has made without one, 200.
    pub fn status(&self) -> StatusCode {
        self.status.unwrap_or(StatusCode::OK)
    }

    /// The headers.
    pub fn headers(&self) -> &HeaderMap {
        &self.headers
    }

    /// The body.
    pub fn body(&self) -> &T {
        &self.body
    }

    /// The body alone.
    pub fn into_inner(self) -> T {
        self.body
    }

    /// The body as it was received.
    pub fn raw(&self) -> &Bytes {
        &self.raw
    }

    /// The body as it was received, as JSON.
    ///
    /// # Errors
    /// Where it is not JSON.
    pub fn json(&self) -> Result<Value, serde_json::Error> {
        serde_json::from_slice(&self.raw)
    }

    /// The parts of the body that do not match the documentation; empty for most responses.
    pub fn mismatches(&self) -> &[SchemaMismatch] {
        self.mismatches.as_ref().map_or(&[], |mismatches| &mismatches.list)
    }
}

impl Response<Nothing> {
    /// The same answer with a body that the documentation says nothing of, for server stubs.
    #[must_use]
    pub fn with_json(mut self, body: &Value) -> Self {
        self.raw = body.to_string().into();
        self
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
    /// Leaves out headers and raw body: both may hold secrets.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = f.debug_struct("Response");
        shown.field("status", &self.status()).field("body", &self.body);
        if !self.mismatches().is_empty() {
            shown.field("mismatches", &self.mismatches());
        }
        shown.finish_non_exhaustive()
    }
}
