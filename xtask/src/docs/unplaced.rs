//! What stands on a page and was not understood: reported, so that nobody takes silence for agreement.

use std::fmt;

/// Something on a page that could not be placed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unplaced {
    /// The page, as in [`Route::page`](super::documented::Route::page).
    pub page: String,
    /// The line of the page's file.
    pub line: usize,
    /// Where on the page: the heading's name, and the caption below it where there is one.
    pub place: String,
    /// What it is.
    pub what: String,
}

impl Unplaced {
    /// Whether this is the other finding again, in another copy of the same content.
    pub(super) fn repeats(&self, other: &Self) -> bool {
        let Self { page, line: _, place, what } = self;
        (page, place, what) == (&other.page, &other.place, &other.what)
    }
}

impl fmt::Display for Unplaced {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { page, line, place, what } = self;
        write!(f, "{page}, line {line}, {place}: {what}")
    }
}

/// Collects what could not be placed, and knows the place that is being read.
pub struct Report<'a> {
    page: &'a str,
    place: String,
    found: &'a mut Vec<Unplaced>,
}

impl<'a> Report<'a> {
    /// A report on one part of a page.
    pub fn new(page: &'a str, place: impl Into<String>, found: &'a mut Vec<Unplaced>) -> Self {
        Self { page, place: place.into(), found }
    }

    /// The same report, for a place within this one.
    pub fn within(&mut self, inner: &str) -> Report<'_> {
        let inner = inner.strip_suffix(':').unwrap_or(inner);
        Report { page: self.page, place: format!("{}, {inner}", self.place), found: self.found }
    }

    /// Adds one finding.
    pub fn add(&mut self, line: usize, what: impl Into<String>) {
        let (page, place) = (self.page.to_owned(), self.place.clone());
        self.found.push(Unplaced { page, line, place, what: what.into() });
    }
}
