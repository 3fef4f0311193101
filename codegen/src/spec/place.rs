//! Where in the spec something stands, as a path of keys. Turned into a line only when there is something to report.

use std::borrow::Cow;
use std::ops::Range;
use std::sync::Arc;

use crate::diagnostic::SourceFile;

/// A key path under construction: a child borrows its parent, so walking a spec without mistakes allocates nothing.
#[derive(Debug, Clone)]
pub struct Cursor<'a> {
    file: &'a Arc<SourceFile>,
    parent: Option<&'a Cursor<'a>>,
    step: Cow<'a, str>,
}

impl<'a> Cursor<'a> {
    /// The top of a file.
    pub fn root(file: &'a Arc<SourceFile>) -> Self {
        Self { file, parent: None, step: Cow::Borrowed("") }
    }

    /// One key further down; list items go by their number.
    pub fn child<'b>(&'b self, key: impl Into<Cow<'b, str>>) -> Cursor<'b> {
        Cursor { file: self.file, parent: Some(self), step: key.into() }
    }

    /// The last key of the path.
    pub fn last(&self) -> &str {
        &self.step
    }

    /// The key itself.
    pub fn key(&self) -> Place {
        self.place(Part::Key)
    }

    /// What stands behind the key.
    pub fn value(&self) -> Place {
        self.place(Part::Value)
    }

    /// Some characters of the text that stands behind the key.
    pub fn within(&self, characters: Range<usize>) -> Place {
        self.place(Part::Within(characters))
    }

    fn place(&self, part: Part) -> Place {
        let mut steps = Vec::new();
        let mut next = Some(self);
        while let Some(cursor) = next {
            if cursor.parent.is_some() {
                steps.push(cursor.step.to_string());
            }
            next = cursor.parent;
        }
        steps.reverse();
        Place { file: Arc::clone(self.file), steps, part }
    }
}

/// A key path with the part of the entry that is meant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// The file.
    pub file: Arc<SourceFile>,
    /// The keys from the top; list items go by their number.
    pub steps: Vec<String>,
    /// The part of the entry.
    pub part: Part,
}

/// The part of an entry that a message points at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Part {
    /// The key.
    Key,
    /// The value.
    Value,
    /// Characters of the value's text.
    Within(Range<usize>),
}
