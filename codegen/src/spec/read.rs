//! One file's text into its struct, with every structural mistake reported: keys that do not exist, values of another kind.
//!
//! serde stops at the first mistake. So what is at fault is reported, cut out of the tree, and the rest is read again,
//! until it reads without one.

use std::sync::Arc;

use serde::de::DeserializeOwned;
use serde_path_to_error::{Path, Segment};
use serde_yaml::Value;

use super::locate::Reporter;
use super::place::Cursor;
use crate::diagnostic::{Diagnostic, SourceFile, Span};
use crate::suggest;

/// More mistakes than anyone reads in one go.
const MOST_MISTAKES: usize = 200;

/// Reads a file; what could be made sense of is returned even where mistakes were reported.
pub fn read<T: DeserializeOwned + Default>(file: &Arc<SourceFile>, reporter: &mut Reporter) -> Option<T> {
    let mut tree = match serde_yaml::from_str::<Value>(&file.text) {
        Ok(tree) => tree,
        Err(error) => {
            report_syntax(file, &error, reporter);
            return None;
        }
    };
    if tree.is_null() {
        let place = Span::start_of(file);
        let help = "write its keys; spec/README.md lists them, or remove the file";
        reporter.push(Diagnostic::at(place, "a spec file must not be empty", "nothing here", help));
        return None;
    }
    for _ in 0..MOST_MISTAKES {
        let error = match serde_path_to_error::deserialize::<_, T>(tree.clone()) {
            Ok(read) => return Some(read),
            Err(error) => error,
        };
        let mut steps = steps(error.path());
        let mistake = Mistake::of(&error.inner().to_string());
        if let Mistake::UnknownKey { key, .. } = &mistake
            && steps.last() != Some(key)
        {
            steps.push(key.clone());
        }
        mistake.report(file, &steps, reporter);
        if steps.is_empty() || !cut(&mut tree, &steps) {
            return None;
        }
    }
    None
}

fn report_syntax(file: &Arc<SourceFile>, error: &serde_yaml::Error, reporter: &mut Reporter) {
    let twice = reporter.duplicate_keys(file);
    for (key, second, first) in &twice {
        let message = format!("a key must not stand twice in one mapping: `{key}`");
        let help = "keep one of them, or rename one";
        let diagnostic = Diagnostic::at(second.clone(), message, "the second one", help);
        reporter.push(diagnostic.with_related(first.clone(), "the first one"));
    }
    if twice.is_empty() {
        let at = error.location().map_or(0, |location| location.index()).min(file.text.len());
        let bytes = if file.text.is_char_boundary(at) { at..at } else { 0..0 };
        let text = error.to_string();
        let reason = text.split(" at line ").next().unwrap_or(&text);
        let help = "mend the YAML; a text that holds `: `, ` #`, `{` or starts with a special character needs quotes";
        let place = Span { file: Arc::clone(file), bytes };
        reporter.push(Diagnostic::at(place, format!("a spec file must be valid YAML: {reason}"), "here", help));
    }
}

fn steps(path: &Path) -> Vec<String> {
    path.iter()
        .filter_map(|segment| match segment {
            Segment::Seq { index } => Some(index.to_string()),
            Segment::Map { key } => Some(key.clone()),
            Segment::Enum { .. } | Segment::Unknown => None,
        })
        .collect()
}

/// What serde says, taken apart. Its wording is held by the tests of this module.
enum Mistake {
    UnknownKey { key: String, known: Vec<String> },
    Other(String),
}

impl Mistake {
    fn of(message: &str) -> Self {
        let mut quoted = message.split('`').skip(1).step_by(2).map(str::to_owned);
        match quoted.next() {
            Some(key) if message.contains("unknown field") => Self::UnknownKey { key, known: quoted.collect() },
            Some(_) | None => Self::Other(message.to_owned()),
        }
    }

    fn report(&self, file: &Arc<SourceFile>, steps: &[String], reporter: &mut Reporter) {
        let root = Cursor::root(file);
        let place = super::place::Place {
            steps: steps.to_vec(),
            part: match self {
                Self::UnknownKey { .. } => super::place::Part::Key,
                Self::Other(_) => super::place::Part::Value,
            },
            ..root.key()
        };
        match self {
            Self::UnknownKey { key, known } => {
                let help = suggest::nearest(key, known.iter().map(String::as_str), "the keys here are");
                reporter.error(&place, format!("`{key}` is not a key that this mapping can have"), "unknown key", help);
            }
            Self::Other(message) => {
                let reason = message.rsplit(": ").next().filter(|_| message.contains(": invalid")).unwrap_or(message);
                let path = if steps.is_empty() { "the file".to_owned() } else { format!("`{}`", steps.join(".")) };
                let (found, expected) = found_and_expected(message).unwrap_or((reason, "what spec/README.md says"));
                let help = format!("write {expected} here; a text that YAML takes for something else needs quotes");
                reporter.error(&place, format!("{path} must be {expected}"), format!("this is {found}"), help);
            }
        }
    }
}

/// `invalid type: integer `5`, expected a string` into its two halves.
fn found_and_expected(message: &str) -> Option<(&str, &str)> {
    let start = ["invalid type: ", "invalid value: ", "unknown variant "]
        .iter()
        .find_map(|lead| message.find(lead).map(|at| at + lead.len()))?;
    let rest = message.get(start..)?;
    let (found, expected) = rest.split_once(", expected ")?;
    Some((found, expected.split(" at line ").next().unwrap_or(expected)))
}

/// Takes the entry at the end of the path out of the tree; false where there is none.
fn cut(tree: &mut Value, steps: &[String]) -> bool {
    let Some((last, above)) = steps.split_last() else { return false };
    let mut node = tree;
    for step in above {
        let next = match node {
            Value::Mapping(mapping) => match key_of(mapping, step) {
                Some(key) => mapping.get_mut(&key),
                None => None,
            },
            Value::Sequence(items) => step.parse::<usize>().ok().and_then(|index| items.get_mut(index)),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Tagged(_) => None,
        };
        match next {
            Some(next) => node = next,
            None => return false,
        }
    }
    match node {
        Value::Mapping(mapping) => key_of(mapping, last).is_some_and(|key| mapping.remove(&key).is_some()),
        Value::Sequence(items) => match last.parse::<usize>() {
            Ok(index) if index < items.len() => {
                items.remove(index);
                true
            }
            Ok(_) | Err(_) => false,
        },
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Tagged(_) => false,
    }
}

/// The key that is written like `step`, be it a text, a number or a truth value.
fn key_of(mapping: &serde_yaml::Mapping, step: &str) -> Option<Value> {
    let written = |key: &Value| match key {
        Value::String(text) => text == step,
        Value::Number(number) => number.to_string() == step,
        Value::Bool(truth) => truth.to_string() == step,
        Value::Null | Value::Sequence(_) | Value::Mapping(_) | Value::Tagged(_) => false,
    };
    mapping.keys().find(|key| written(key)).cloned()
}
