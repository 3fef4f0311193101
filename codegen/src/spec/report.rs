//! The error sink of all phases that read the spec.
//!
//! One error is one message. An error about an entry that was rejected before is dropped, and all keys that one mapping
//! lacks are reported together.

use std::collections::HashMap;
use std::sync::Arc;

use super::invalid::{InvalidEntries, Invalidity};
use super::path::{Cursor, SourcePath};
use super::source_map::SourceMap;
use crate::diagnostic::{Diagnostic, Diagnostics, SourceFile, Span};

/// The number of errors from which the best help is no longer searched for. Most further errors are not shown.
const MAX_SUGGESTIONS: usize = 100;

/// Collects the errors of a spec.
#[derive(Debug, Default)]
pub struct Reporter {
    errors: Diagnostics,
    missing: Vec<MissingKeys>,
    /// The index in `missing` of each mapping, by file, byte and name.
    missing_by_owner: HashMap<(String, usize, String), usize>,
    invalid: InvalidEntries,
    sources: SourceMap,
}

/// The keys that a mapping lacks.
#[derive(Debug)]
struct MissingKeys {
    span: Span,
    owner: String,
    keys: Vec<String>,
    examples: Vec<String>,
}

impl Reporter {
    /// Adds an error. See [`Diagnostic::at`] for the strings.
    pub fn error(
        &mut self,
        path: &SourcePath,
        message: impl Into<String>,
        label: impl Into<String>,
        help: impl Into<String>,
    ) {
        if !self.invalid.is_rejected(path) {
            let span = self.span(path);
            self.errors.push(Diagnostic::at(span, message, label, help));
        }
    }

    /// Adds an error about two entries that must be one. It points at the second one in the file.
    pub fn duplicate(
        &mut self,
        one: &SourcePath,
        other: &SourcePath,
        message: impl Into<String>,
        help: impl Into<String>,
    ) {
        let (first, second) = in_order(self.span(one), self.span(other), |span| span);
        self.push_related([one, other], Diagnostic::at(second, message, DUPLICATE, help).with_related(first, FIRST));
    }

    /// Adds an error about two entries that exclude each other, each with its label. It points at the second one in the file.
    pub fn conflict(&mut self, entries: [(&SourcePath, &str); 2], message: impl Into<String>, help: impl Into<String>) {
        let [one, other] = entries.map(|(path, label)| (self.span(path), label));
        let (first, second) = in_order(one, other, |(span, _)| span);
        let diagnostic = Diagnostic::at(second.0, message, second.1, help).with_related(first.0, first.1);
        self.push_related(entries.map(|(path, _)| path), diagnostic);
    }

    /// Adds an error about the first of two entries. The second one is shown with it.
    pub fn error_with_related(
        &mut self,
        entries: [(&SourcePath, &str); 2],
        message: impl Into<String>,
        help: impl Into<String>,
    ) {
        let [(span, label), (related, related_label)] = entries.map(|(path, label)| (self.span(path), label));
        let diagnostic = Diagnostic::at(span, message, label, help).with_related(related, related_label);
        self.push_related(entries.map(|(path, _)| path), diagnostic);
    }

    fn push_related(&mut self, paths: [&SourcePath; 2], diagnostic: Diagnostic) {
        if !paths.into_iter().any(|path| self.invalid.is_rejected(path)) {
            self.errors.push(diagnostic);
        }
    }

    /// Returns the path that comes first in the order of the files and of the lines in them.
    pub fn first(&mut self, paths: &[SourcePath]) -> Option<SourcePath> {
        let mut order = |path: &SourcePath| (path.file.path.clone(), self.span(path).bytes.start);
        paths.iter().min_by_key(|path| order(path)).cloned()
    }

    /// Adds a key that a mapping lacks. `example` shows how to write it, such as `` `description: …` ``.
    pub fn missing(&mut self, owner: &Cursor<'_>, key: &str, example: impl Into<String>) {
        if self.is_invalid(&owner.child(key)) {
            return;
        }
        let path = owner.key();
        let span = self.span(&path);
        let owner = owner.name();
        let id = (span.file.path.clone(), span.bytes.start, owner.clone());
        let index = *self.missing_by_owner.entry(id).or_insert(self.missing.len());
        if index == self.missing.len() {
            self.missing.push(MissingKeys { span, owner, keys: Vec::new(), examples: Vec::new() });
        }
        if let Some(missing) = self.missing.get_mut(index) {
            missing.keys.push(format!("`{key}`"));
            missing.examples.push(example.into());
        }
    }

    /// Adds a complete diagnostic.
    pub fn push(&mut self, diagnostic: Diagnostic) {
        self.errors.push(diagnostic);
    }

    /// Returns `true` if something at, above or below this entry was reported while the file was decoded. A missing
    /// entry is then not an error in itself.
    pub fn is_invalid(&self, cursor: &Cursor<'_>) -> bool {
        self.invalid.affects(&cursor.key())
    }

    /// Returns `true` if an entry with these keys was reported while any file was decoded.
    pub fn is_invalid_anywhere(&self, keys: &[&str]) -> bool {
        self.invalid.affects_in_any_file(keys)
    }

    /// Returns `true` if there are so many errors that a search through all names for the best help is not worth its time.
    pub fn has_many_errors(&self) -> bool {
        self.errors.len() > MAX_SUGGESTIONS
    }

    /// Returns `true` if nothing was reported.
    pub fn is_empty(&self) -> bool {
        self.errors.is_empty() && self.missing.is_empty()
    }

    /// Returns all errors.
    pub fn into_diagnostics(self) -> Diagnostics {
        let Self { mut errors, missing, missing_by_owner: _, invalid: _, sources: _ } = self;
        for MissingKeys { span, owner, keys, examples } in missing {
            let noun = if keys.len() == 1 { "key" } else { "keys" };
            let keys = list(&keys, "and");
            let message = format!("missing {noun} {keys} in {owner}");
            errors.push(Diagnostic::at(
                span,
                message,
                format!("missing {keys}"),
                format!("add {}", list(&examples, "and")),
            ));
        }
        errors
    }

    /// Returns the bytes that a path stands for.
    pub fn span(&mut self, path: &SourcePath) -> Span {
        self.sources.span(path)
    }

    pub(super) fn mark_invalid(&mut self, path: &SourcePath, invalidity: Invalidity) {
        self.invalid.insert(path, invalidity);
    }

    pub(super) fn is_rejected(&self, cursor: &Cursor<'_>) -> bool {
        self.invalid.is_rejected(&cursor.key())
    }

    pub(super) fn sources(&mut self) -> &mut SourceMap {
        &mut self.sources
    }

    /// Reports every key that occurs twice in one mapping. Returns `true` if there is one.
    pub(super) fn report_duplicate_keys(&mut self, file: &Arc<SourceFile>) -> bool {
        let duplicates = self.sources.duplicate_keys(file);
        for (key, second, first) in &duplicates {
            let message = format!("duplicate key `{key}`");
            let diagnostic = Diagnostic::at(second.clone(), message, DUPLICATE, "remove or rename one of them");
            self.errors.push(diagnostic.with_related(first.clone(), FIRST));
        }
        !duplicates.is_empty()
    }
}

/// The label of the second of two entries.
const DUPLICATE: &str = "second occurrence";

/// The label of the first of two entries.
const FIRST: &str = "first occurrence";

/// Returns the two in the order of the files and of the lines in them.
fn in_order<T>(one: T, other: T, span: impl Fn(&T) -> &Span) -> (T, T) {
    let order = |entry: &T| (span(entry).file.path.clone(), span(entry).bytes.start);
    if order(&one) <= order(&other) { (one, other) } else { (other, one) }
}

/// Returns `a`, `a and b` or `a, b and c`, with the given conjunction.
pub(super) fn list(items: &[String], conjunction: &str) -> String {
    match items {
        [] => String::new(),
        [one] => one.clone(),
        [first @ .., last] => format!("{} {conjunction} {last}", first.join(", ")),
    }
}
