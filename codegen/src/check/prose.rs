//! Texts for people: they must be there and hold something.

use crate::spec::{Cursor, Reporter};

/// A text that must be there under a key.
pub fn required(text: Option<&str>, key: &str, cursor: &Cursor<'_>, reporter: &mut Reporter) -> Option<String> {
    match text {
        None => {
            reporter.missing(cursor, key, format!("`{key}: …`"));
            None
        }
        Some(text) => not_empty(text, key, "write it", cursor, reporter),
    }
}

/// A name that must be there under a key, as it is written: blanks count on the wire.
pub fn required_name<'a>(
    text: Option<&'a str>,
    key: &str,
    cursor: &Cursor<'_>,
    reporter: &mut Reporter,
) -> Option<&'a str> {
    required(text, key, cursor, reporter).and(text)
}

/// The same, of one that may be absent.
pub fn optional_name<'a>(
    text: Option<&'a str>,
    key: &str,
    cursor: &Cursor<'_>,
    reporter: &mut Reporter,
) -> Option<&'a str> {
    optional(text, key, cursor, reporter).and(text)
}

/// A text that may be absent but not empty.
pub fn optional(text: Option<&str>, key: &str, cursor: &Cursor<'_>, reporter: &mut Reporter) -> Option<String> {
    not_empty(text?, key, "write it, or remove the key", cursor, reporter)
}

/// White space is folded: where a line ends is the business of the YAML file.
fn not_empty(text: &str, key: &str, help: &str, cursor: &Cursor<'_>, reporter: &mut Reporter) -> Option<String> {
    let folded = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if folded.is_empty() {
        let message = format!("`{key}` must not be empty");
        reporter.error(&cursor.child(key).value(), message, "nothing here", help);
        return None;
    }
    Some(folded)
}
