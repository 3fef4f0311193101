//! Unquoted strings that a comma splits: in `{ description: Who owns it, such as octocat. }`, YAML finds a second key that has
//! no value.

use std::ops::Range;
use std::sync::Arc;

use serde_yaml::Value;

use super::invalid::Invalidity;
use super::report::Reporter;
use super::source_map::KeysWithoutValue;
use crate::diagnostic::{Diagnostic, SourceFile, Span};

/// The maximum length of a string that a help text repeats.
const MAX_QUOTED: usize = 200;

/// Reports and rejects the keys in braces that have no value.
pub(super) fn report(file: &Arc<SourceFile>, tree: &Value, reporter: &mut Reporter) {
    if has_null(tree) {
        report_all(file, reporter);
    }
}

/// Reports the keys of a file that has no tree. Returns `true` if there is such a key.
pub(super) fn report_all(file: &Arc<SourceFile>, reporter: &mut Reporter) -> bool {
    let found = reporter.sources().keys_without_value(file);
    let has_any = !found.is_empty();
    for KeysWithoutValue { keys, first, string, is_sentence } in found {
        let quoted = quoted(file, string);
        let (message, label, help) = match keys.first() {
            Some((key, _)) if !is_sentence => (
                format!("missing value of `{key}`"),
                "expected `:` and a value",
                match quoted {
                    Some(quoted) => format!("write `{key}: …`, or quote the string before it: `{quoted}`"),
                    None => format!("write `{key}: …`, or remove the key"),
                },
            ),
            Some(_) | None => (
                "unquoted string contains a comma".to_owned(),
                "parsed as a key",
                match quoted {
                    Some(quoted) => format!("quote the string: `{quoted}`"),
                    None => "quote the string".to_owned(),
                },
            ),
        };
        reporter.push(Diagnostic::at(Span::within_line(file, first), message, label, help));
        for (_, path) in &keys {
            reporter.mark_invalid(path, Invalidity::Rejected);
        }
    }
    has_any
}

/// Returns the string in quotes and on one line, unless it is too long to repeat.
fn quoted(file: &SourceFile, bytes: Option<Range<usize>>) -> Option<String> {
    let text = file.text.get(bytes?)?;
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
