//! Builds the path of a request. Each parameter becomes exactly one segment, even if its value contains `/`.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

/// Every character but those that RFC 3986 calls unreserved.
const ENCODED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// A path template whose parameters are set from left to right.
#[derive(Debug)]
pub(super) struct PathBuilder {
    template: &'static str,
    /// The part of the template that follows the latest parameter.
    rest: &'static str,
    encoded: String,
    /// How many parameters have been set.
    count: usize,
    has_secret: bool,
}

/// A complete path.
#[derive(Debug)]
pub(super) struct EncodedPath {
    /// The path as it is sent.
    pub(super) encoded: String,
    template: &'static str,
    has_secret: bool,
}

impl EncodedPath {
    /// Returns the path for messages: the template if a parameter is secret.
    pub(super) fn shown(&self) -> String {
        if self.has_secret { self.template.to_owned() } else { self.encoded.clone() }
    }
}

/// A value that cannot be a path segment. Servers and proxies remove empty and dot segments, so that another route would be
/// called.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct InvalidPathSegment {
    pub(super) parameter: &'static str,
}

impl PathBuilder {
    pub(super) fn new(template: &'static str) -> Self {
        let encoded = String::with_capacity(template.len() + 32);
        Self { template, rest: template, encoded, count: 0, has_secret: false }
    }

    /// Sets the next parameter and returns its index.
    pub(super) fn push(&mut self, value: &str) -> Result<usize, InvalidPathSegment> {
        let Some((literal, rest)) = self.rest.split_once('{') else { return Ok(self.count) };
        let (parameter, rest) = rest.split_once('}').unwrap_or((rest, ""));
        self.rest = rest;
        if matches!(value, "" | "." | "..") {
            return Err(InvalidPathSegment { parameter });
        }
        self.encoded.push_str(literal);
        self.encoded.extend(utf8_percent_encode(value, ENCODED));
        self.count += 1;
        Ok(self.count - 1)
    }

    /// Sets the next parameter to a value that messages must not show.
    pub(super) fn push_secret(&mut self, value: &str) -> Result<usize, InvalidPathSegment> {
        self.has_secret = true;
        self.push(value)
    }

    pub(super) fn finish(mut self) -> EncodedPath {
        self.encoded.push_str(self.rest);
        EncodedPath { encoded: self.encoded, template: self.template, has_secret: self.has_secret }
    }
}
