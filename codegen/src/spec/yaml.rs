//! A text into a YAML tree, with what is wrong with it as YAML.

use std::sync::Arc;

use serde_yaml::Value;

use super::report::Reporter;
use super::{aliases, bare_keys, source_map};
use crate::diagnostic::{Diagnostic, SourceFile, Span};

const CONTROL_CHARACTERS: &str = "control characters are not allowed";

/// What `serde_yaml` says, what we say instead, and the remedy. Its wording is held by the bad specs of the tests.
const KNOWN: [(&str, &str, &str); 13] = [
    (
        "mapping values are not allowed in this context",
        "a text without quotes must not hold `: `",
        "put the text in quotes, or mend the indentation",
    ),
    (
        "found character that cannot start any token",
        "a value must not start with this character",
        "put the text in quotes; indent with blanks, not with tabs",
    ),
    (
        "did not find expected ',' or '}'",
        "a mapping in braces must be `{ key: value, key: value }`",
        "close it with `}`; put texts that hold `,`, `: `, `{` or `}` in quotes",
    ),
    (
        "did not find expected ',' or ']'",
        "a list in brackets must be `[value, value]`",
        "close it with `]`; put texts that hold `,`, `[` or `]` in quotes",
    ),
    ("repetition limit exceeded", "aliases must not stand for so much", "write out what the aliases stand for"),
    (
        "recursion limit exceeded",
        "a spec file must not nest as deep as this",
        "give the inner parts types of their own",
    ),
    (
        "deserializing from YAML containing more than one document is not supported",
        "a spec file must hold one document",
        "remove the line `---`, or move what is below it to a file of its own",
    ),
    (CONTROL_CHARACTERS, "a spec file must not hold control characters", "remove it; an editor may not show it"),
    ("expected any YAML value", "a number must fit into 64 bits", "put it in quotes if it is meant as a text"),
    (
        "did not find expected node content",
        "a value must stand here",
        "write it, or close the bracket that is open above",
    ),
    ("while scanning a quoted scalar", "a text in quotes must be closed", "add the closing quote"),
    (
        "did not find expected key",
        "the keys of a mapping must start in the same column",
        "indent this like the keys above; put texts that start with a special character in quotes",
    ),
    ("unknown anchor", "an alias must stand for an anchor above it", "put the text in quotes if it starts with `*`"),
];

/// `serde_yaml` takes time in the square of the depth of brackets before it gives up; no spec is as deep as this.
const DEEPEST_BRACKETS: usize = 500;

/// The place of the bracket that is one too many. Those in texts count, too: there are never that many left open.
fn too_deep(text: &str) -> Option<usize> {
    let mut depth = 0_usize;
    text.bytes().position(|byte| {
        match byte {
            b'[' | b'{' => depth += 1,
            b']' | b'}' => depth = depth.saturating_sub(1),
            _ => {}
        }
        depth > DEEPEST_BRACKETS
    })
}

/// The tree of a file; reported where there is none.
pub(super) fn read(file: &Arc<SourceFile>, reporter: &mut Reporter) -> Option<Value> {
    if let Some(at) = too_deep(&file.text) {
        let place = Span::within_line(file, at..at);
        reporter.push(Diagnostic::at(
            place,
            "brackets must not nest as deep as this",
            "here",
            "close the brackets that are open",
        ));
        return None;
    }
    if !aliases::check(file, reporter) {
        return None;
    }
    match serde_yaml::from_str::<Value>(&file.text) {
        Ok(Value::Null) => {
            let help = "write its keys; spec/README.md lists them, or remove the file";
            let place = Span::within_line(file, 0..0);
            reporter.push(Diagnostic::at(place, "a spec file must not be empty", "nothing here", help));
            None
        }
        Ok(tree @ Value::Mapping(_)) => Some(tree),
        Ok(Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Sequence(_) | Value::Tagged(_)) => {
            let message = format!("`{}` must be a mapping, such as `summary: …`", file.name());
            let place = Span::within_line(file, 0..0);
            reporter.push(Diagnostic::at(place, message, "no mapping", "write its keys; spec/README.md lists them"));
            None
        }
        Err(error) => {
            report(file, &error, reporter);
            None
        }
    }
}

fn report(file: &Arc<SourceFile>, error: &serde_yaml::Error, reporter: &mut Reporter) {
    let text = error.to_string();
    if text.contains("duplicate entry") {
        // The rest of a text that a comma has cut may stand twice.
        if !bare_keys::report_all(file, reporter).is_empty() {
            return;
        }
        let twice = reporter.duplicate_keys(file);
        for (key, second, first) in &twice {
            let message = format!("a key must not stand twice in one mapping: `{key}`");
            let diagnostic = Diagnostic::at(second.clone(), message, "the second", "keep one of them, or rename one");
            reporter.push(diagnostic.with_related(first.clone(), "the first"));
        }
        if !twice.is_empty() {
            return;
        }
    }
    let at = match error.location() {
        _ if text.contains(CONTROL_CHARACTERS) => file.text.find(is_control_character),
        Some(location) => Some(location.index()),
        None => source_map::second_document(&file.text),
    };
    let known = KNOWN.iter().find(|(reason, _, _)| text.contains(reason));
    let (message, help) = match known {
        _ if at.is_some_and(|at| file.text.get(at..).is_some_and(|rest| rest.starts_with('\t'))) => {
            ("a line must be indented with blanks, not with tabs".to_owned(), "write blanks for the tab")
        }
        Some((_, message, help)) => ((*message).to_owned(), *help),
        None => {
            let reason = text.split(" at line ").next().unwrap_or(&text);
            let help = "mend the YAML; indentation, quotes and brackets are its pitfalls";
            (format!("a spec file must be valid YAML: {reason}"), help)
        }
    };
    let label = if at.is_some() { "here" } else { "somewhere below" };
    let place = Span::within_line(file, at.unwrap_or(0)..at.unwrap_or(0));
    let start = around(&text, file).filter(|start| start.bytes.start < place.bytes.start);
    let diagnostic = Diagnostic::at(place, message, label, help);
    reporter.push(match start {
        Some(start) => diagnostic.with_related(start, "what is not closed starts here"),
        None => diagnostic,
    });
}

fn is_control_character(c: char) -> bool {
    c.is_control() && !['\t', '\n', '\r', '\u{85}'].contains(&c)
}

/// The start of what the parser was in: `while parsing a flow mapping at line 3 column 7`.
fn around(text: &str, file: &Arc<SourceFile>) -> Option<Span> {
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
