//! Counts the values that the aliases of a file expand to, before they are expanded.

use std::collections::HashMap;
use std::sync::Arc;

use saphyr_parser::{Event, Parser};

use super::report::Reporter;
use super::source_map;
use crate::diagnostic::{Diagnostic, SourceFile, Span};

/// The maximum number of values that all aliases of a file expand to.
const MAX_ALIASED_VALUES: usize = 100_000;

/// Returns `false`, and reports an error, if an alias contains itself, or if the aliases expand to too many values.
pub(super) fn check(file: &Arc<SourceFile>, reporter: &mut Reporter) -> bool {
    // Most files have no alias and need not be parsed for this.
    if !file.text.contains('&') || alias_starts(&file.text).next().is_none() {
        return true;
    }
    let Some((at, error)) = find_error(&file.text) else { return true };
    let (message, label, help) = match error {
        AliasError::Recursive => {
            ("alias refers to a value that contains it", String::new(), "write out the value instead of the alias")
        }
        AliasError::TooManyValues => (
            "aliases expand to too many values",
            format!("the aliases up to here expand to more than {MAX_ALIASED_VALUES} values"),
            "write out the values instead of aliases",
        ),
    };
    reporter.push(Diagnostic::at(Span::within_line(file, at..at), message, label, help));
    false
}

enum AliasError {
    Recursive,
    TooManyValues,
}

/// Returns the bytes at which an alias may start.
fn alias_starts(text: &str) -> impl Iterator<Item = usize> {
    let before = std::iter::once(b'\n').chain(text.bytes());
    let is_start = |before: u8| before.is_ascii_whitespace() || b"[]{},:-?".contains(&before);
    let stars =
        text.bytes().zip(before).enumerate().filter(move |(_, (byte, before))| *byte == b'*' && is_start(*before));
    stars.map(|(at, _)| at)
}

/// Returns the byte of the first alias with an error.
fn find_error(text: &str) -> Option<(usize, AliasError)> {
    let mut sizes: HashMap<usize, usize> = HashMap::new();
    // The anchors of the open collections, and the number of values before them.
    let mut open: Vec<(usize, usize)> = Vec::new();
    let (mut values, mut expanded) = (0_usize, 0_usize);
    for event in Parser::new_from_str(text) {
        // `serde_yaml` accepts files that this parser rejects, so every possible alias of such a file counts.
        let Ok((event, span)) = event else {
            return alias_starts(text).nth(MAX_ALIASED_VALUES).map(|at| (at, AliasError::TooManyValues));
        };
        match event {
            Event::Alias(anchor) => {
                let at = || source_map::byte_of(text, span.start.index());
                if open.iter().any(|(open, _)| *open == anchor) {
                    return Some((at(), AliasError::Recursive));
                }
                // `serde_yaml` reports an unknown anchor.
                let size = sizes.get(&anchor).copied().unwrap_or(1);
                values = values.saturating_add(size);
                expanded = expanded.saturating_add(size);
                if expanded > MAX_ALIASED_VALUES {
                    return Some((at(), AliasError::TooManyValues));
                }
            }
            Event::Scalar(_, _, anchor, _) => {
                values = values.saturating_add(1);
                sizes.insert(anchor, 1);
            }
            Event::SequenceStart(anchor, _) | Event::MappingStart(anchor, _) => {
                open.push((anchor, values));
                values = values.saturating_add(1);
            }
            Event::SequenceEnd | Event::MappingEnd => {
                if let Some((anchor, before)) = open.pop() {
                    sizes.insert(anchor, values - before);
                }
            }
            Event::Nothing | Event::StreamStart | Event::StreamEnd | Event::DocumentStart(..) | Event::DocumentEnd => {}
        }
    }
    None
}
