//! Paths to the entries of a spec file.
//!
//! A path is turned into a line and a column only when there is something to report.

use std::borrow::Cow;
use std::ops::Range;
use std::sync::Arc;

use crate::diagnostic::SourceFile;

/// The path to the current entry while a spec is walked. A child borrows its parent, so that no memory is allocated for a
/// spec without errors.
#[derive(Debug, Clone)]
pub struct Cursor<'a> {
    file: &'a Arc<SourceFile>,
    parent: Option<&'a Cursor<'a>>,
    last: Last<'a>,
}

/// The last segment of a cursor's path.
#[derive(Debug, Clone)]
enum Last<'a> {
    Root,
    Key(Cow<'a, str>),
    Item(usize),
}

impl<'a> Cursor<'a> {
    /// Returns the path of the root of a file.
    pub fn root(file: &'a Arc<SourceFile>) -> Self {
        Self { file, parent: None, last: Last::Root }
    }

    /// Returns the path of an entry of this mapping.
    pub fn child<'b>(&'b self, key: impl Into<Cow<'b, str>>) -> Cursor<'b> {
        Cursor { file: self.file, parent: Some(self), last: Last::Key(key.into()) }
    }

    /// Returns the path of an item of this list.
    pub fn item(&self, index: usize) -> Cursor<'_> {
        Cursor { file: self.file, parent: Some(self), last: Last::Item(index) }
    }

    /// Returns the name of the field whose type this is, where the name may end in `?`. The names of bodies and of path
    /// parameters may not.
    pub fn field_name(&self) -> Option<&str> {
        let field = self.parent?;
        let section = field.parent.and_then(Cursor::last_key);
        field.last_key().filter(|name| *name != "body" && section != Some("path"))
    }

    /// Returns the last segment if it is a key.
    pub(super) fn last_key(&self) -> Option<&str> {
        match &self.last {
            Last::Key(key) => Some(key.as_ref()),
            Last::Root | Last::Item(_) => None,
        }
    }

    /// Returns `true` for the item of a list.
    pub(super) fn is_item(&self) -> bool {
        matches!(self.last, Last::Item(_))
    }

    /// Returns what messages call this entry: its key, the number of the item, or the name of the file.
    pub(super) fn name(&self) -> String {
        match (&self.last, self.parent) {
            (Last::Key(key), _) => format!("`{key}`"),
            (Last::Item(index), Some(list)) => format!("item {} of {}", index + 1, list.name()),
            (Last::Root, _) | (Last::Item(_), None) => format!("`{}`", self.file.name()),
        }
    }

    /// Returns the path with the key as its anchor.
    pub fn key(&self) -> SourcePath {
        self.path(Anchor::Key)
    }

    /// Returns the path with the value as its anchor.
    pub fn value(&self) -> SourcePath {
        self.path(Anchor::Value)
    }

    /// Returns the path with some characters of the value, a string, as its anchor.
    pub fn within(&self, characters: Range<usize>) -> SourcePath {
        self.path(Anchor::Within(characters))
    }

    fn path(&self, anchor: Anchor) -> SourcePath {
        let mut segments = Vec::new();
        let mut next = Some(self);
        while let Some(cursor) = next {
            match &cursor.last {
                Last::Root => {}
                Last::Key(key) => segments.push(PathSegment::Key(key.to_string())),
                Last::Item(index) => segments.push(PathSegment::Item(*index)),
            }
            next = cursor.parent;
        }
        segments.reverse();
        SourcePath { file: Arc::clone(self.file), segments, anchor }
    }
}

/// A path to an entry of a file, and the part of the entry that a diagnostic points at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourcePath {
    /// The file.
    pub file: Arc<SourceFile>,
    /// The path from the root of the file.
    pub segments: Vec<PathSegment>,
    /// The part of the entry.
    pub anchor: Anchor,
}

/// One segment of a path.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PathSegment {
    /// A key of a mapping.
    Key(String),
    /// An index into a list, counted from zero.
    Item(usize),
}

/// The part of an entry that a diagnostic points at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Anchor {
    /// The key.
    Key,
    /// The value.
    Value,
    /// A range of characters of the value, a string.
    Within(Range<usize>),
}
