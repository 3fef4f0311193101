//! How much the aliases of a file stand for, counted before anything is built from them.

use std::collections::HashMap;
use std::sync::Arc;

use saphyr_parser::{Event, Parser};

use super::report::Reporter;
use super::source_map;
use crate::diagnostic::{Diagnostic, SourceFile, Span};

/// The most values that the aliases of a file may stand for in all: far more than a spec needs, and few enough to read.
const MAX_VALUES: usize = 100_000;

/// False where the aliases stand for too much, which is reported.
pub(super) fn check(file: &Arc<SourceFile>, reporter: &mut Reporter) -> bool {
    // Most files have no alias, and are not parsed twice.
    if !file.text.contains('&') || alias_starts(&file.text).next().is_none() {
        return true;
    }
    let Some(at) = one_too_many(&file.text) else { return true };
    let message = "aliases must not stand for so much";
    let label = format!("with this one for more than {MAX_VALUES} values");
    reporter.push(Diagnostic::at(
        Span::within_line(file, at..at),
        message,
        label,
        "write out what the aliases stand for",
    ));
    false
}

/// The bytes at which an alias may start.
fn alias_starts(text: &str) -> impl Iterator<Item = usize> {
    let before = std::iter::once(b'\n').chain(text.bytes());
    let is_start = |before: u8| before.is_ascii_whitespace() || b"[]{},:-?".contains(&before);
    let stars =
        text.bytes().zip(before).enumerate().filter(move |(_, (byte, before))| *byte == b'*' && is_start(*before));
    stars.map(|(at, _)| at)
}

/// The byte at which the aliases begin to stand for too much.
fn one_too_many(text: &str) -> Option<usize> {
    let mut sizes: HashMap<usize, usize> = HashMap::new();
    // The collections whose ends have not been seen yet: their anchors, and the values read before them.
    let mut open: Vec<(usize, usize)> = Vec::new();
    let (mut values, mut expanded) = (0_usize, 0_usize);
    for event in Parser::new_from_str(text) {
        // What is wrong with the file is reported where it is read. That parser takes what this one does not, so that every
        // alias counts.
        let Ok((event, span)) = event else { return alias_starts(text).nth(MAX_VALUES) };
        match event {
            Event::Alias(anchor) => {
                // An alias within its own anchor has no size yet; it is rejected where the file is read.
                let size = sizes.get(&anchor).copied().unwrap_or(1);
                values = values.saturating_add(size);
                expanded = expanded.saturating_add(size);
                if expanded > MAX_VALUES {
                    return Some(source_map::byte_of(text, span.start.index()));
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
