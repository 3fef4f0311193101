//! The sink for mistakes that are known by their key path.
//!
//! One mistake is one message: what reading has taken out of a file because it was at fault is not reported as missing, and
//! all that is missing from one mapping goes into one message.

use std::collections::HashMap;
use std::sync::Arc;

use super::invalid::{FaultKind, InvalidEntries};
use super::path::{self, Cursor, PathSegment, SourcePath};
use super::source_map::{self, BareKeys, Node};
use crate::diagnostic::{Diagnostic, Diagnostics, SourceFile, Span};

/// With more errors than this, few of those to come are among the ones that are shown.
const MAX_SUGGESTIONS: usize = 100;

/// Collects what is wrong with a spec.
#[derive(Debug, Default)]
pub struct Reporter {
    found: Diagnostics,
    missing: Vec<Missing>,
    /// The place in `missing` of each owner, by file, byte and name.
    missing_by_owner: HashMap<(String, usize, String), usize>,
    /// What was reported while reading, and what checks see nothing of, by file.
    invalid: HashMap<String, InvalidEntries>,
    marked: HashMap<String, Option<Node>>,
}

/// The keys that a mapping lacks.
#[derive(Debug)]
struct Missing {
    span: Span,
    owner: String,
    keys: Vec<String>,
    remedies: Vec<String>,
}

impl Reporter {
    /// Adds a mistake; see [`Diagnostic::at`] for the texts.
    pub fn error(
        &mut self,
        place: &SourcePath,
        message: impl Into<String>,
        label: impl Into<String>,
        help: impl Into<String>,
    ) {
        let span = self.span(place);
        self.found.push(Diagnostic::at(span, message, label, help));
    }

    /// Adds a mistake of two entries that must not be alike; points at the one that stands behind the other.
    pub fn duplicate(
        &mut self,
        one: &SourcePath,
        other: &SourcePath,
        message: impl Into<String>,
        help: impl Into<String>,
    ) {
        let (first, second) = in_order(self.span(one), self.span(other), |span| span);
        self.found.push(Diagnostic::at(second, message, "the second", help).with_related(first, "the first"));
    }

    /// Adds a mistake of two entries of different kinds, each with its label; points at the one that stands behind.
    pub fn conflict(&mut self, entries: [(&SourcePath, &str); 2], message: impl Into<String>, help: impl Into<String>) {
        let [one, other] = entries.map(|(place, label)| (self.span(place), label));
        let (first, second) = in_order(one, other, |(span, _)| span);
        self.found.push(Diagnostic::at(second.0, message, second.1, help).with_related(first.0, first.1));
    }

    /// Adds a mistake at the first of two entries; the second is shown beside it.
    pub fn error_with_related(
        &mut self,
        entries: [(&SourcePath, &str); 2],
        message: impl Into<String>,
        help: impl Into<String>,
    ) {
        let [(place, label), (other, other_label)] = entries;
        let (span, other) = (self.span(place), self.span(other));
        self.found.push(Diagnostic::at(span, message, label, help).with_related(other, other_label));
    }

    /// The place that comes first in the order of the files and of the lines in them.
    pub fn first(&mut self, places: &[SourcePath]) -> Option<SourcePath> {
        let mut order = |place: &SourcePath| (place.file.path.clone(), self.span(place).bytes.start);
        places.iter().min_by_key(|place| order(place)).cloned()
    }

    /// Adds a key that a mapping lacks; `remedy` is how it is written, such as `` `description: …` ``.
    pub fn missing(&mut self, owner: &Cursor<'_>, key: &str, remedy: impl Into<String>) {
        if self.is_invalid(&owner.child(key)) {
            return;
        }
        let place = owner.key();
        let span = self.span(&place);
        let owner = self.name(&place.file, &place.segments);
        let (key, remedy) = (format!("`{key}`"), remedy.into());
        let id = (span.file.path.clone(), span.bytes.start, owner.clone());
        let known = self.missing_by_owner.get(&id).and_then(|known| self.missing.get_mut(*known));
        match known {
            Some(known) => {
                known.keys.push(key);
                known.remedies.push(remedy);
            }
            None => {
                self.missing_by_owner.insert(id, self.missing.len());
                self.missing.push(Missing { span, owner, keys: vec![key], remedies: vec![remedy] });
            }
        }
    }

    /// Adds a mistake that is already complete.
    pub fn push(&mut self, diagnostic: Diagnostic) {
        self.found.push(diagnostic);
    }

    /// True where something at, above or below this entry was reported while reading: that it is not there is no news.
    pub fn is_invalid(&self, cursor: &Cursor<'_>) -> bool {
        let place = cursor.key();
        let invalid = self.invalid.get(&place.file.path);
        invalid.is_some_and(|invalid| invalid.contains(&invalid.original_path(&place.segments)))
    }

    /// True where an entry of that path was reported while reading, in whatever file.
    pub fn is_invalid_anywhere(&self, keys: &[&str]) -> bool {
        self.invalid.values().any(|invalid| invalid.contains_key_path(keys))
    }

    /// True where so much was reported that searching all names for the best help is not worth the time.
    pub fn has_many_errors(&self) -> bool {
        self.found.len() > MAX_SUGGESTIONS
    }

    /// True where nothing was reported.
    pub fn is_empty(&self) -> bool {
        self.found.is_empty() && self.missing.is_empty()
    }

    /// What was found.
    pub fn into_diagnostics(self) -> Diagnostics {
        let Self { mut found, missing, missing_by_owner: _, invalid: _, marked: _ } = self;
        for Missing { span, owner, keys, remedies } in missing {
            let message = format!("{owner} must have {}", and(&keys));
            let label = format!("no {}", keys.join(", no "));
            found.push(Diagnostic::at(span, message, label, format!("add {}", and(&remedies))));
        }
        found
    }

    /// Remembers that entries are at fault. The paths lead to them in the tree as it is now.
    pub(super) fn at_fault(&mut self, file: &SourceFile, paths: &[Vec<PathSegment>], kind: FaultKind) {
        self.invalid.entry(file.path.clone()).or_default().extend(paths, kind);
    }

    /// The places of every key that stands twice in one mapping, each with the first one.
    pub(super) fn duplicate_keys(&mut self, file: &Arc<SourceFile>) -> Vec<(String, Span, Span)> {
        let mut pairs = Vec::new();
        if let Some(root) = self.marked(file) {
            root.duplicates(&mut pairs);
        }
        let span = |bytes| Span::within_line(file, bytes);
        pairs.into_iter().map(|(key, second, first)| (key, span(second), span(first))).collect()
    }

    /// True where something at or in an entry of the tree was reported while reading.
    pub(super) fn has_invalid(&self, file: &SourceFile, steps: &[PathSegment]) -> bool {
        self.invalid.get(&file.path).is_some_and(|invalid| invalid.contains(&invalid.original_path(steps)))
    }

    /// The keys in braces without a value.
    pub(super) fn bare_keys(&mut self, file: &Arc<SourceFile>) -> Vec<BareKeys> {
        let mut found = Vec::new();
        if let Some(root) = self.marked(file) {
            root.bare_keys(&file.text, &mut Vec::new(), &mut found);
        }
        found
    }

    /// The text of a place as it stands in the file; nothing where it is no scalar on one line.
    pub(super) fn source_text(&mut self, place: &SourcePath) -> Option<String> {
        let steps = self.as_written(&place.file, &place.segments);
        let bytes = self.marked(&place.file)?.scalar(&steps)?;
        let text = place.file.text.get(bytes)?;
        (!text.contains('\n')).then(|| text.to_owned())
    }

    /// What messages call the end of a path in the tree as it is now.
    pub(super) fn name(&self, file: &SourceFile, steps: &[PathSegment]) -> String {
        path::name(file, &self.as_written(file, steps))
    }

    /// The stretch of text that a key path means.
    pub fn span(&mut self, place: &SourcePath) -> Span {
        let steps = self.as_written(&place.file, &place.segments);
        let bytes = self.marked(&place.file).map_or(0..0, |root| root.find(&steps, &place.anchor));
        Span::within_line(&place.file, bytes)
    }

    /// The way in the file to what `steps` lead to in the tree: items that were taken out count again.
    fn as_written(&self, file: &SourceFile, steps: &[PathSegment]) -> Vec<PathSegment> {
        self.invalid.get(&file.path).map_or_else(|| steps.to_vec(), |invalid| invalid.original_path(steps))
    }

    fn marked(&mut self, file: &Arc<SourceFile>) -> Option<&Node> {
        self.marked.entry(file.path.clone()).or_insert_with(|| source_map::parse(&file.text)).as_ref()
    }
}

/// The two in the order of the files and of the lines in them.
fn in_order<T>(one: T, other: T, span: impl Fn(&T) -> &Span) -> (T, T) {
    let order = |entry: &T| (span(entry).file.path.clone(), span(entry).bytes.start);
    if order(&one) <= order(&other) { (one, other) } else { (other, one) }
}

/// `a`, `a and b`, `a, b and c`.
fn and(items: &[String]) -> String {
    match items {
        [] => String::new(),
        [one] => one.clone(),
        [most @ .., last] => format!("{} and {last}", most.join(", ")),
    }
}
