//! What serde says of a tree, taken apart and said again in the words of YAML. Its wording is held by the bad specs of the
//! tests.

use std::sync::Arc;

use super::invalid::FaultKind;
use super::place::{Part, Place, Step};
use super::report::Reporter;
use crate::diagnostic::SourceFile;
use crate::suggest;

/// Reports what serde found at the end of a path.
pub(super) fn report(mistake: &Mistake<'_>, file: &Arc<SourceFile>, steps: &[Step], reporter: &mut Reporter) {
    let place = |part| Place { file: Arc::clone(file), steps: steps.to_vec(), part };
    let above = steps.split_last().map_or(steps, |(_, above)| above);
    match mistake {
        Mistake::UnknownKey { key, known } => {
            let help = suggest::nearest(key, known.iter().copied(), "the keys here are");
            let message = format!("{} must not have a key `{key}`", reporter.name(file, above));
            reporter.error(&place(Part::Key), message, "unknown key", help);
            if let Some(meant) = suggest::guess(key, known) {
                let mut steps = above.to_vec();
                steps.push(Step::Key(meant.to_owned()));
                reporter.at_fault(file, &[steps], FaultKind::Garbled);
            }
        }
        Mistake::UnknownWord { word, known } => {
            let words = or(known);
            let help = match suggest::guess(word, known) {
                Some(guess) => format!("did you mean `{guess}`?"),
                None => format!("write {words}"),
            };
            let message = format!("{} must be {words}", reporter.name(file, steps));
            reporter.error(&place(Part::Value), message, "another word", help);
        }
        Mistake::WrongKind { found, expected } => {
            let written = reporter.source_text(&place(Part::Value));
            let help = match (found, written) {
                (Found::Number | Found::Truth, Some(written)) if *expected == TEXT => {
                    format!("put it in quotes if it is meant as a text: `\"{written}\"`")
                }
                (Found::Nothing, _) => format!("write {expected}, or remove the key"),
                (_, _) => {
                    format!("write {expected}")
                }
            };
            let message = format!("{} must be {expected}", reporter.name(file, steps));
            reporter.error(&place(Part::Value), message, found.label(), help);
        }
        Mistake::Other(said) => {
            let message = format!("{} cannot be read: {said}", reporter.name(file, steps));
            reporter.error(&place(Part::Value), message, "here", "spec/README.md says what can stand here");
        }
    }
}

/// What serde calls a string.
const TEXT: &str = "a text";

/// What serde found.
pub(super) enum Mistake<'a> {
    UnknownKey { key: &'a str, known: Vec<&'a str> },
    UnknownWord { word: &'a str, known: Vec<&'a str> },
    WrongKind { found: Found, expected: &'a str },
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
