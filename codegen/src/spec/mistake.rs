//! What serde says of a tree, taken apart and said again in the words of YAML. Its wording is held by the bad specs of the
//! tests.

use std::sync::Arc;

use super::invalid::FaultKind;
use super::openapi_words;
use super::path::{Anchor, PathSegment, SourcePath};
use super::report::Reporter;
use super::types::{FieldSpec, FromShort, ValueSpec};
use crate::diagnostic::SourceFile;
use crate::suggest;

/// Reports what serde found at the end of a path.
pub(super) fn report(mistake: &Mistake<'_>, file: &Arc<SourceFile>, steps: &[PathSegment], reporter: &mut Reporter) {
    let place = |part| SourcePath { file: Arc::clone(file), segments: steps.to_vec(), anchor: part };
    match mistake {
        Mistake::UnknownKey { key, known } => unknown_key((key, None), known, file, steps, reporter),
        Mistake::UnknownWord { word, known } => {
            let words = or(known);
            let help = match suggest::closest_match(word, known) {
                Some(guess) => format!("did you mean `{guess}`?"),
                None => format!("write {words}"),
            };
            let message = format!("{} must be {words}", reporter.name(file, steps));
            reporter.error(&place(Anchor::Value), message, "another word", help);
        }
        Mistake::WrongKind { found, expected } => {
            let written = reporter.source_text(&place(Anchor::Value));
            let last = steps.last();
            let is_item = matches!(last, Some(PathSegment::Item(_)));
            let foreign = match last {
                Some(PathSegment::Key(key)) if *expected == FieldSpec::EXPECTED => openapi_words::help_for_field(key),
                Some(PathSegment::Key(_) | PathSegment::Item(_)) | None => None,
            };
            // The text that is meant may be written like something else, as `1` and `null` are.
            let takes_text = *expected == TEXT || *expected == ValueSpec::EXPECTED;
            let help = match (found, written.filter(|written| !written.is_empty())) {
                (_, _) if foreign.is_some() => foreign.unwrap_or_default().to_owned(),
                (Found::Number | Found::Truth, Some(written)) if takes_text => {
                    format!("put it in quotes if it is meant as a text: `\"{written}\"`")
                }
                (Found::Nothing, Some(written)) if takes_text && is_item => {
                    format!("put it in quotes if it is meant as a text: `\"{written}\"`; else remove it")
                }
                (Found::Nothing, _) if is_item => format!("write {expected}, or remove the item"),
                (Found::Nothing, _) => format!("write {expected}, or remove the key"),
                (_, _) => format!("write {expected}"),
            };
            let message = format!("{} must be {expected}", reporter.name(file, steps));
            reporter.error(&place(Anchor::Value), message, found.label(), help);
        }
        // Items that were taken out are reported already.
        Mistake::Empty if reporter.has_invalid(file, steps) => {}
        Mistake::Empty => {
            let message = format!("{} must not be empty", reporter.name(file, steps));
            let help = match steps.last() {
                Some(PathSegment::Key(key)) => format!("list the {key}, or remove the key"),
                Some(PathSegment::Item(_)) | None => "write an entry".to_owned(),
            };
            reporter.error(&place(Anchor::Key), message, "nothing in it", help);
        }
        Mistake::Other(said) => {
            let message = format!("{} cannot be read: {said}", reporter.name(file, steps));
            reporter.error(&place(Anchor::Value), message, "here", "spec/README.md says what can stand here");
        }
    }
}

/// Reports a key of another format that was taken for a field, whose own keys are unknown; false where it is none.
pub(super) fn report_foreign_field(
    known: &[&str],
    file: &Arc<SourceFile>,
    steps: &[PathSegment],
    reporter: &mut Reporter,
) -> bool {
    let Some(PathSegment::Key(key)) = steps.last() else { return false };
    // A named type may be called like that, and has other keys.
    let Some(help) = openapi_words::help_for_field(key).filter(|_| known.contains(&"type")) else { return false };
    let place = SourcePath { file: Arc::clone(file), segments: steps.to_vec(), anchor: Anchor::Key };
    reporter.error(&place, format!("a field `{key}` must have a type"), "taken for a field", help);
    true
}

/// Reports a key that does not exist; `named` is the type that its value names, if it names one.
pub(super) fn unknown_key(
    (key, named): (&str, Option<&str>),
    known: &[&str],
    file: &Arc<SourceFile>,
    steps: &[PathSegment],
    reporter: &mut Reporter,
) {
    let place = |part| SourcePath { file: Arc::clone(file), segments: steps.to_vec(), anchor: part };
    let above = steps.split_last().map_or(steps, |(_, above)| above);
    let foreign = openapi_words::help(key, known, named);
    let meant = match &foreign {
        Some((ours, _)) => Some(*ours),
        None => suggest::closest_match(key, known),
    };
    let help = match foreign {
        Some((_, help)) => help,
        None if key.contains(' ') => "put the text before it in quotes, if this belongs to it".to_owned(),
        None => suggest::did_you_mean(key, known.iter().copied(), "the keys here are"),
    };
    let message = format!("{} must not have a key `{key}`", reporter.name(file, above));
    reporter.error(&place(Anchor::Key), message, "unknown key", help);
    if let Some(meant) = meant {
        let steps = [above, &[PathSegment::Key(meant.to_owned())]].concat();
        reporter.at_fault(file, &[steps], FaultKind::Garbled);
    }
}

/// What serde calls a string.
const TEXT: &str = "a text";

/// What serde found.
pub(super) enum Mistake<'a> {
    UnknownKey { key: &'a str, known: Vec<&'a str> },
    UnknownWord { word: &'a str, known: Vec<&'a str> },
    WrongKind { found: Found, expected: &'a str },
    Empty,
    Other(&'a str),
}

impl<'a> Mistake<'a> {
    /// Takes the words of serde apart.
    pub(super) fn of(said: &'a str) -> Self {
        if let Some((key, known)) = unknown(said, "unknown field `") {
            return Self::UnknownKey { key, known };
        }
        if let Some((word, known)) = unknown(said, "unknown variant `") {
            return Self::UnknownWord { word, known };
        }
        if said.starts_with("invalid length 0") {
            return Self::Empty;
        }
        let kinds = said.split_once("invalid type: ").and_then(|(_, rest)| rest.rsplit_once(", expected "));
        match kinds {
            Some((found, expected)) => Self::WrongKind { found: Found::of(found), expected: in_yaml(expected) },
            None => Self::Other(said),
        }
    }
}

/// What is unknown and the names that are known: ``unknown field `x`, expected `a` or `b` ``.
fn unknown<'a>(said: &'a str, lead: &str) -> Option<(&'a str, Vec<&'a str>)> {
    let (_, rest) = said.split_once(lead)?;
    let (unknown, known) = rest.rsplit_once("`, expected ").or_else(|| rest.rsplit_once("`, there are no "))?;
    Some((unknown, known.split('`').skip(1).step_by(2).collect()))
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Found {
    Nothing,
    Truth,
    Number,
    Text,
    List,
    Mapping,
    Other,
}

impl Found {
    fn of(found: &str) -> Self {
        match found.split(' ').next() {
            Some("unit") => Self::Nothing,
            Some("boolean") => Self::Truth,
            Some("integer" | "floating") => Self::Number,
            Some("string") => Self::Text,
            Some("sequence") => Self::List,
            Some("map") => Self::Mapping,
            Some(_) | None => Self::Other,
        }
    }

    fn label(self) -> &'static str {
        match self {
            Self::Nothing => "nothing here",
            Self::Truth => "a truth value",
            Self::Number => "a number",
            Self::Text => "a text",
            Self::List => "a list",
            Self::Mapping => "a mapping",
            Self::Other => "something else",
        }
    }
}

/// What serde expects, in the words of YAML.
fn in_yaml(expected: &str) -> &str {
    match expected {
        "a string" => TEXT,
        "a boolean" => "`true` or `false`",
        "a sequence" => "a list",
        "a map" => "a mapping",
        other if other.starts_with("struct ") => "a mapping",
        other => other,
    }
}

/// `` `a` ``, `` `a` or `b` ``, `` `a`, `b` or `c` ``.
fn or(words: &[&str]) -> String {
    let quoted: Vec<String> = words.iter().map(|word| format!("`{word}`")).collect();
    match quoted.as_slice() {
        [] => "one of no words".to_owned(),
        [one] => one.clone(),
        [most @ .., last] => format!("{} or {last}", most.join(", ")),
    }
}
