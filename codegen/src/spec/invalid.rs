//! The entries that were reported while a file was decoded, so that the checks do not report what follows from them.
//!
//! The paths form a tree, so that a lookup takes as long as its path, regardless of the number of reported entries.

use std::collections::HashMap;

use super::path::{PathSegment, SourcePath};

/// How a reported entry is invalid.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Invalidity {
    /// The value is missing from the decoded spec or replaced by an empty one.
    Rejected,
    /// The value is complete, except for keys that may have been written elsewhere.
    Ambiguous,
}

/// The invalid entries of all files.
#[derive(Debug, Default)]
pub(super) struct InvalidEntries {
    files: HashMap<String, Node>,
}

#[derive(Debug, Default)]
struct Node {
    is_rejected: bool,
    is_ambiguous: bool,
    /// Whether this entry or one below it is rejected.
    has_rejected: bool,
    children: HashMap<PathSegment, Node>,
}

impl InvalidEntries {
    /// Adds an entry.
    pub(super) fn insert(&mut self, path: &SourcePath, invalidity: Invalidity) {
        let is_rejected = invalidity == Invalidity::Rejected;
        let mut node = self.files.entry(path.file.path.clone()).or_default();
        node.has_rejected |= is_rejected;
        for segment in &path.segments {
            node = node.children.entry(segment.clone()).or_default();
            node.has_rejected |= is_rejected;
        }
        match invalidity {
            Invalidity::Rejected => node.is_rejected = true,
            Invalidity::Ambiguous => node.is_ambiguous = true,
        }
    }

    /// Returns `true` if this entry or one above it is rejected.
    pub(super) fn is_rejected(&self, path: &SourcePath) -> bool {
        self.files.get(&path.file.path).is_some_and(|root| root.walk(&path.segments, |node| node.is_rejected).0)
    }

    /// Returns `true` if this entry or one above it is invalid, or if one below it is rejected.
    pub(super) fn affects(&self, path: &SourcePath) -> bool {
        self.files.get(&path.file.path).is_some_and(|root| {
            let (is_invalid, end) = root.walk(&path.segments, Node::is_invalid);
            is_invalid || end.is_some_and(|end| end.has_rejected)
        })
    }

    /// Returns `true` if the entry with these keys or one above it is invalid in any file.
    pub(super) fn affects_in_any_file(&self, keys: &[&str]) -> bool {
        let segments: Vec<PathSegment> = keys.iter().map(|key| PathSegment::Key((*key).to_owned())).collect();
        self.files.values().any(|root| root.walk(&segments, Node::is_invalid).0)
    }
}

impl Node {
    fn is_invalid(&self) -> bool {
        self.is_rejected || self.is_ambiguous
    }

    /// Returns whether `test` is true for a node on the path, and the node at the end of the path.
    fn walk(&self, segments: &[PathSegment], test: impl Fn(&Self) -> bool) -> (bool, Option<&Self>) {
        let mut node = self;
        for segment in segments {
            if test(node) {
                return (true, None);
            }
            let Some(child) = node.children.get(segment) else { return (false, None) };
            node = child;
        }
        (test(node), Some(node))
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::diagnostic::SourceFile;
    use crate::spec::Anchor;

    fn path(keys: &[&str]) -> SourcePath {
        let file = Arc::new(SourceFile { path: "spec/book.yaml".to_owned(), text: String::new() });
        let segments = keys.iter().map(|key| PathSegment::Key((*key).to_owned())).collect();
        SourcePath { file, segments, anchor: Anchor::Key }
    }

    #[test]
    fn an_invalid_entry_affects_what_is_below_and_above_it() {
        let mut entries = InvalidEntries::default();
        entries.insert(&path(&["a", "b"]), Invalidity::Rejected);
        entries.insert(&path(&["c", "d"]), Invalidity::Ambiguous);
        assert!(entries.affects(&path(&["a"])) && entries.affects(&path(&["a", "b", "x"])));
        assert!(!entries.affects(&path(&["a", "x"])));
        assert!(!entries.affects(&path(&["c"])) && entries.affects(&path(&["c", "d", "x"])));
        assert!(entries.is_rejected(&path(&["a", "b", "x"])) && !entries.is_rejected(&path(&["a"])));
        assert!(!entries.is_rejected(&path(&["c", "d"])));
        assert!(entries.affects_in_any_file(&["a", "b", "x"]) && !entries.affects_in_any_file(&["a"]));
    }
}
