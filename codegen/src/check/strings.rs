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

/// Returns an optional URL of a page for readers. Reports one that is invalid.
pub fn optional_web_page(
    url: Option<&str>,
    key: &str,
    example: &str,
    cursor: &Cursor<'_>,
    reporter: &mut Reporter,
) -> Option<String> {
    let url = optional_name(url, key, cursor, reporter)?;
    if !is_web_page(url) {
        let help = format!("write it as in `{example}`");
        reporter.error(&cursor.child(key).value(), format!("invalid URL `{url}`"), "not an http or https URL", help);
    }
    Some(url.to_owned())
}

/// Returns true for a URL that a reader can open: `http` or `https`, a host, and only characters that are valid in a URL.
fn is_web_page(url: &str) -> bool {
    let rest = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://"));
    let authority = rest.and_then(|rest| rest.split(['/', '?', '#']).next()).unwrap_or_default();
    let (host, port) = authority.split_once(':').map_or((authority, None), |(host, port)| (host, Some(port)));
    let is_host = host.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '-'))
        && port.is_none_or(|port| port.parse::<u16>().is_ok());
    let is_allowed =
        |c: char| c.is_ascii_graphic() && !matches!(c, '"' | '<' | '>' | '\\' | '^' | '`' | '{' | '|' | '}');
    !host.is_empty() && is_host && url.chars().all(is_allowed)
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
