//! Parses a file as YAML and reports syntax errors.

use std::sync::Arc;

use serde_yaml::Value;

use super::report::Reporter;
use super::{aliases, missing_values, source_map};
use crate::diagnostic::{Diagnostic, SourceFile, Span};

const CONTROL_CHARACTERS: &str = "control characters are not allowed";

/// Parts of the messages of `serde_yaml`, our message, and the help. `serde_yaml` has no typed errors, so `tests/diagnostics`
/// checks that its messages do not change. A message that is not listed is shown unchanged.
const KNOWN_MESSAGES: [(&str, &str, &str); 13] = [
    (
        "mapping values are not allowed in this context",
        "unquoted string contains `: `",
        "quote the string, or fix the indentation",
    ),
    (
        "found character that cannot start any token",
        "unexpected character at the start of a value",
        "quote the string; indent with spaces, not with tabs",
    ),
    (
        "did not find expected ',' or '}'",
        "expected `,` or `}`",
        "close the mapping with `}`; quote strings that contain `,`, `: `, `{` or `}`",
    ),
    (
        "did not find expected ',' or ']'",
        "expected `,` or `]`",
        "close the list with `]`; quote strings that contain `,`, `[` or `]`",
    ),
    ("repetition limit exceeded", "aliases expand to too many values", "write out the values instead of aliases"),
    ("recursion limit exceeded", "values are nested too deeply", "move the inner fields to named types"),
    (
        "deserializing from YAML containing more than one document is not supported",
        "expected a single YAML document",
        "remove the line `---`, or move the second document to a file of its own",
    ),
    (CONTROL_CHARACTERS, CONTROL_CHARACTERS, "remove the character; an editor may not show it"),
    ("expected any YAML value", "number does not fit into 64 bits", "quote the number to make it a string"),
    (
        "did not find expected node content",
        "expected a value",
        "write the value, or close the bracket that is open above",
    ),
    ("while scanning a quoted scalar", "unterminated quoted string", "add the closing quote"),
    (
        "did not find expected key",
        "expected a key",
        "indent the key like the keys above; quote strings that start with a special character",
    ),
    ("unknown anchor", "unknown anchor", "define the anchor above, or quote the string if it starts with `*`"),
];

/// The maximum depth of brackets, far beyond that of any spec. `serde_yaml` takes quadratic time to reject nested brackets.
const MAX_BRACKET_DEPTH: usize = 500;

/// Returns the byte of the first bracket that exceeds the maximum depth. Brackets in strings count too, because a string
/// is unlikely to have as many unclosed ones.
fn find_too_deep_bracket(text: &str) -> Option<usize> {
    let mut depth = 0_usize;
    text.bytes().position(|byte| {
        match byte {
            b'[' | b'{' => depth += 1,
            b']' | b'}' => depth = depth.saturating_sub(1),
            _ => {}
        }
        depth > MAX_BRACKET_DEPTH
    })
}

/// Parses a file. Reports an error and returns `None` if it is empty or not YAML.
pub(super) fn parse(file: &Arc<SourceFile>, reporter: &mut Reporter) -> Option<Value> {
    if let Some(at) = find_too_deep_bracket(&file.text) {
        let span = Span::within_line(file, at..at);
        reporter.push(Diagnostic::at(span, "brackets are nested too deeply", "", "close the open brackets"));
        return None;
    }
    if !aliases::check(file, reporter) {
        return None;
    }
    match serde_yaml::from_str::<Value>(&file.text) {
        Ok(Value::Null) => {
            let help = "add the keys that spec/README.md lists, or remove the file";
            reporter.push(Diagnostic::at(Span::within_line(file, 0..0), "spec file is empty", "", help));
            None
        }
        Ok(tree) => Some(tree),
        Err(error) => {
            report(file, &error, reporter);
            None
        }
    }
}

fn report(file: &Arc<SourceFile>, error: &serde_yaml::Error, reporter: &mut Reporter) {
    let text = error.to_string();
    // The rest of a string that a comma splits may occur twice.
    if text.contains("duplicate entry")
        && (missing_values::report_all(file, reporter) || reporter.report_duplicate_keys(file))
    {
        return;
    }
    let at = match error.location() {
        _ if text.contains(CONTROL_CHARACTERS) => file.text.find(is_control_character),
        Some(location) => Some(location.index()),
        None => source_map::second_document(&file.text),
    };
    let known = KNOWN_MESSAGES.iter().find(|(part, _, _)| text.contains(part));
    let (message, help) = match known {
        _ if at.is_some_and(|at| file.text.get(at..).is_some_and(|rest| rest.starts_with('\t'))) => {
            ("tabs are not allowed in indentation".to_owned(), "indent with spaces")
        }
        Some((_, message, help)) => ((*message).to_owned(), *help),
        None => {
            let reason = text.split(" at line ").next().unwrap_or(&text);
            (format!("invalid YAML: {reason}"), "fix the indentation, the quotes or the brackets")
        }
    };
    let label = if at.is_some() { "" } else { "in the lines below" };
    let span = Span::within_line(file, at.unwrap_or(0)..at.unwrap_or(0));
    let start = opening_delimiter(&text, file).filter(|start| start.bytes.start < span.bytes.start);
    let diagnostic = Diagnostic::at(span, message, label, help);
    reporter.push(match start {
        Some(start) => diagnostic.with_related(start, "unclosed delimiter"),
        None => diagnostic,
    });
}

fn is_control_character(c: char) -> bool {
    c.is_control() && !['\t', '\n', '\r', '\u{85}'].contains(&c)
}

/// Returns the start of the brackets or quotes that the parser was in: `while parsing a flow mapping at line 3 column 7`.
fn opening_delimiter(text: &str, file: &Arc<SourceFile>) -> Option<Span> {
    let (_, context) = text.split_once(", while ")?;
    if !["flow", "quoted"].iter().any(|bracket| context.contains(bracket)) {
        return None;
    }
    let (_, mark) = context.rsplit_once(" at line ")?;
    let (line, column) = mark.split_once(" column ")?;
    let (line, column) = (line.parse::<usize>().ok()?.checked_sub(1)?, column.parse::<usize>().ok()?.checked_sub(1)?);
    let before: usize = file.text.split_inclusive('\n').take(line).map(str::len).sum();
    let (byte, _) = file.text.get(before..)?.char_indices().nth(column)?;
    Some(Span::within_line(file, before + byte..before + byte))
}
