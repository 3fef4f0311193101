//! Content of a page that was not understood. It is reported, so that missing facts cannot go unnoticed.

use std::fmt;

/// Unrecognized content of a page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unrecognized {
    /// The page, as in [`DocRoute::page`](super::documentation::DocRoute::page).
    pub page: String,
    /// The line in the page's file.
    pub line: usize,
    /// The location on the page: the name of the heading and the caption below it, if there is one.
    pub location: String,
    /// What was found.
    pub what: String,
}

impl Unrecognized {
    /// Returns whether the other finding is the same one, in another copy of the same content.
    pub(super) fn repeats(&self, other: &Self) -> bool {
        let Self { page, line: _, location, what } = self;
        (page, location, what) == (&other.page, &other.location, &other.what)
    }
}

impl fmt::Display for Unrecognized {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { page, line, location, what } = self;
        write!(f, "{page}, line {line}, {location}: {what}")
    }
}

/// Collects unrecognized content. Each report knows the location that is being read.
pub struct Report<'a> {
    page: &'a str,
    location: String,
    found: &'a mut Vec<Unrecognized>,
}

impl<'a> Report<'a> {
    /// Returns a report for a location on a page.
    pub fn new(page: &'a str, location: impl Into<String>, found: &'a mut Vec<Unrecognized>) -> Self {
        Self { page, location: location.into(), found }
    }

    /// Returns the same report for a location within this one.
    pub fn nested(&mut self, inner: &str) -> Report<'_> {
        let inner = inner.strip_suffix(':').unwrap_or(inner);
        Report { page: self.page, location: format!("{}, {inner}", self.location), found: self.found }
    }

    /// Adds a finding.
    pub fn add(&mut self, line: usize, what: impl Into<String>) {
        let (page, location) = (self.page.to_owned(), self.location.clone());
        self.found.push(Unrecognized { page, line, location, what: what.into() });
    }
}
