//! Strings of the spec: descriptions, names, and the words of expressions.

use std::ops::Range;

use crate::facts::collapse_whitespace;
use crate::spec::{Cursor, Reporter};

/// Returns a required description with collapsed whitespace.
pub fn required(text: Option<&str>, key: &str, cursor: &Cursor<'_>, reporter: &mut Reporter) -> Option<String> {
    match text {
        None => {
            reporter.missing(cursor, key, format!("`{key}: …`"));
            None
        }
        Some(text) => not_empty(text, key, "add a value", cursor, reporter),
    }
}

/// Returns an optional description with collapsed whitespace.
pub fn optional(text: Option<&str>, key: &str, cursor: &Cursor<'_>, reporter: &mut Reporter) -> Option<String> {
    not_empty(text?, key, "add a value, or remove the key", cursor, reporter)
}

/// Returns a required name unchanged, because whitespace is significant on the wire.
pub fn required_name<'a>(
    text: Option<&'a str>,
    key: &str,
    cursor: &Cursor<'_>,
    reporter: &mut Reporter,
) -> Option<&'a str> {
    required(text, key, cursor, reporter).and(text)
}

/// Returns an optional name unchanged.
pub fn optional_name<'a>(
    text: Option<&'a str>,
    key: &str,
    cursor: &Cursor<'_>,
    reporter: &mut Reporter,
) -> Option<&'a str> {
    optional(text, key, cursor, reporter).and(text)
}

fn not_empty(text: &str, key: &str, help: &str, cursor: &Cursor<'_>, reporter: &mut Reporter) -> Option<String> {
    let collapsed = collapse_whitespace(text);
    if collapsed.is_empty() {
        reporter.error(&cursor.child(key).value(), format!("`{key}` must not be empty"), "empty string", help);
        return None;
    }
    Some(collapsed)
}

/// Returns the words of a string, each with its range of characters.
pub fn words(text: &str) -> Vec<(&str, Range<usize>)> {
    let mut words = Vec::new();
    let mut character = 0;
    for piece in text.split_inclusive(char::is_whitespace) {
        let word = piece.trim_end();
        let length = word.chars().count();
        if length > 0 {
            words.push((word, character..character + length));
        }
        character += piece.chars().count();
    }
    words
}

#[cfg(test)]
mod tests {
    use super::words;

    #[test]
    fn ranges_of_words_count_characters() {
        assert_eq!(words("  é array\n of "), [("é", 2..3), ("array", 4..9), ("of", 11..13)]);
        assert!(words(" \n").is_empty());
    }
}
