//! Path values: each is one segment, whatever it holds.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

/// Everything but the characters that RFC 3986 calls unreserved.
const ENCODED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// A path template that is filled from left to right.
#[derive(Debug)]
pub(super) struct PathWriter {
    template: &'static str,
    rest: &'static str,
    written: String,
    /// How many parameters have been filled.
    filled: usize,
    holds_secret: bool,
}

/// A whole path.
#[derive(Debug)]
pub(super) struct FilledPath {
    /// The path as it is sent.
    pub(super) sent: String,
    template: &'static str,
    holds_secret: bool,
}

impl FilledPath {
    /// The path as messages show it: only the template where a value is a secret.
    pub(super) fn shown(&self) -> String {
        if self.holds_secret { self.template.to_owned() } else { self.sent.clone() }
    }
}

/// A value that no segment can hold: servers and proxies drop empty and dotted segments, so another route would be called.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct UnfitValue {
    pub(super) parameter: &'static str,
}

impl PathWriter {
    pub(super) fn new(template: &'static str) -> Self {
        let written = String::with_capacity(template.len() + 32);
        Self { template, rest: template, written, filled: 0, holds_secret: false }
    }

    /// Fills the next parameter and tells its position.
    pub(super) fn push(&mut self, value: &str) -> Result<usize, UnfitValue> {
        let Some((text, rest)) = self.rest.split_once('{') else { return Ok(self.filled) };
        let (parameter, rest) = rest.split_once('}').unwrap_or((rest, ""));
        self.rest = rest;
        if matches!(value, "" | "." | "..") {
            return Err(UnfitValue { parameter });
        }
        self.written.push_str(text);
        self.written.extend(utf8_percent_encode(value, ENCODED));
        self.filled += 1;
        Ok(self.filled - 1)
    }

    /// Fills the next parameter with a value that messages must not show.
    pub(super) fn push_secret(&mut self, value: &str) -> Result<usize, UnfitValue> {
        self.holds_secret = true;
        self.push(value)
    }

    /// The whole path.
    pub(super) fn finish(mut self) -> FilledPath {
        self.written.push_str(self.rest);
        FilledPath { sent: self.written, template: self.template, holds_secret: self.holds_secret }
    }
}
