//! Texts that a comma has cut in two: in `{ description: Who owns it, such as octocat. }` YAML finds a second key, without a value.

use std::sync::Arc;

use serde_yaml::Value;

use super::path::PathSegment;
use super::report::Reporter;
use super::source_map::BareKeys;
use crate::diagnostic::{Diagnostic, SourceFile, Span};

/// The longest text that a help repeats.
const MAX_QUOTED: usize = 200;

/// Reports the keys in braces that have no value, and returns their paths.
pub(super) fn report(file: &Arc<SourceFile>, tree: &Value, reporter: &mut Reporter) -> Vec<Vec<PathSegment>> {
    if has_null(tree) { report_all(file, reporter) } else { Vec::new() }
}

/// The same, of a file of which there is no tree.
pub(super) fn report_all(file: &Arc<SourceFile>, reporter: &mut Reporter) -> Vec<Vec<PathSegment>> {
    let mut paths = Vec::new();
    for found in reporter.bare_keys(file) {
        let BareKeys { above, keys, first, text } = found;
        let (message, label, help) = match keys.first() {
            Some(key) if !text.is_sentence => (
                format!("`{key}` must have a value"),
                "no value",
                match quoted(file, &text.bytes) {
                    Some(quoted) => format!("write `{key}: …`, or put the text before it in quotes: `{quoted}`"),
                    None => format!("write `{key}: …`, or remove it"),
                },
            ),
            Some(_) | None => (
                "a text with a comma must be in quotes".to_owned(),
                "taken for a key",
                match quoted(file, &text.bytes) {
                    Some(quoted) => format!("put the text in quotes: `{quoted}`"),
                    None => "put the text in quotes".to_owned(),
                },
            ),
        };
        reporter.push(Diagnostic::at(Span::within_line(file, first), message, label, help));
        paths.extend(keys.into_iter().map(|key| [above.as_slice(), &[PathSegment::Key(key)]].concat()));
    }
    paths
}

/// The text in quotes, on one line; nothing where there is none, or too much of it.
fn quoted(file: &SourceFile, bytes: &Option<std::ops::Range<usize>>) -> Option<String> {
    let text = file.text.get(bytes.clone()?)?;
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    (text.len() <= MAX_QUOTED && !text.contains('`'))
        .then(|| format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\"")))
}

fn has_null(tree: &Value) -> bool {
    match tree {
        Value::Null => true,
        Value::Bool(_) | Value::Number(_) | Value::String(_) => false,
        Value::Sequence(items) => items.iter().any(has_null),
        Value::Mapping(mapping) => mapping.values().any(has_null),
        Value::Tagged(tagged) => has_null(&tagged.value),
    }
}
