//! Where in the spec something stands, as a path of keys. Turned into a line only when there is something to report.

use std::borrow::Cow;
use std::fmt;
use std::ops::Range;
use std::sync::Arc;

use crate::diagnostic::SourceFile;

/// A key path under construction: a child borrows its parent, so walking a spec without mistakes allocates nothing.
#[derive(Debug, Clone)]
pub struct Cursor<'a> {
    file: &'a Arc<SourceFile>,
    parent: Option<&'a Cursor<'a>>,
    at: At<'a>,
}

#[derive(Debug, Clone)]
enum At<'a> {
    Top,
    Key(Cow<'a, str>),
    Item(usize),
}

impl<'a> Cursor<'a> {
    /// The top of a file.
    pub fn root(file: &'a Arc<SourceFile>) -> Self {
        Self { file, parent: None, at: At::Top }
    }

    /// The entry of a mapping.
    pub fn child<'b>(&'b self, key: impl Into<Cow<'b, str>>) -> Cursor<'b> {
        Cursor { file: self.file, parent: Some(self), at: At::Key(key.into()) }
    }

    /// The item of a list.
    pub fn item(&self, index: usize) -> Cursor<'_> {
        Cursor { file: self.file, parent: Some(self), at: At::Item(index) }
    }

    /// The name of the field whose type stands here, where a `?` may stand behind it: not that of a body or of a path
    /// parameter.
    pub fn field_name(&self) -> Option<&str> {
        let field = self.parent?;
        let section = field.parent.and_then(Cursor::own_key);
        field.own_key().filter(|name| *name != "body" && section != Some("path"))
    }

    fn own_key(&self) -> Option<&str> {
        match &self.at {
            At::Key(key) => Some(key.as_ref()),
            At::Top | At::Item(_) => None,
        }
    }

    /// The key itself.
    pub fn key(&self) -> SourcePath {
        self.place(Anchor::Key)
    }

    /// What stands behind the key.
    pub fn value(&self) -> SourcePath {
        self.place(Anchor::Value)
    }

    /// Some characters of the text that stands behind the key.
    pub fn within(&self, characters: Range<usize>) -> SourcePath {
        self.place(Anchor::Within(characters))
    }

    fn place(&self, part: Anchor) -> SourcePath {
        let mut steps = Vec::new();
        let mut next = Some(self);
        while let Some(cursor) = next {
            match &cursor.at {
                At::Top => {}
                At::Key(key) => steps.push(PathSegment::Key(key.to_string())),
                At::Item(index) => steps.push(PathSegment::Item(*index)),
            }
            next = cursor.parent;
        }
        steps.reverse();
        SourcePath { file: Arc::clone(self.file), segments: steps, anchor: part }
    }
}

/// A key path with the part of the entry that is meant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourcePath {
    /// The file.
    pub file: Arc<SourceFile>,
    /// The way from the top.
    pub segments: Vec<PathSegment>,
    /// The part of the entry.
    pub anchor: Anchor,
}

/// One step of a key path.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PathSegment {
    /// The entry of a mapping.
    Key(String),
    /// The item of a list, counted from zero.
    Item(usize),
}

/// What messages call the end of a path: the key, the number of the item, or the file.
pub(super) fn name(file: &SourceFile, steps: &[PathSegment]) -> String {
    match steps.split_last() {
        None => format!("`{}`", file.name()),
        Some((PathSegment::Key(key), _)) => format!("`{key}`"),
        Some((PathSegment::Item(index), above)) => format!("item {} of {}", index + 1, name(file, above)),
    }
}

impl fmt::Display for PathSegment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Key(key) => f.write_str(key),
            Self::Item(index) => write!(f, "{index}"),
        }
    }
}

/// The part of an entry that a message points at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Anchor {
    /// The key.
    Key,
    /// The value.
    Value,
    /// Characters of the value's text.
    Within(Range<usize>),
}
