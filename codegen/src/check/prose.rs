//! Texts for people: they must be there and hold something.

use crate::spec::{Cursor, Reporter};

/// A text that must be there. `what` names it in the message.
pub fn required(text: Option<&str>, key: &str, cursor: &Cursor<'_>, reporter: &mut Reporter) -> Option<String> {
    match text {
        None => {
            let owner = cursor.last();
            let message = if owner.is_empty() {
                format!("a key `{key}` must be here")
            } else {
                format!("`{owner}` must have `{key}`")
            };
            reporter.error(&cursor.key(), message, format!("no `{key}`"), format!("add `{key}: …`"));
            None
        }
        Some(text) => optional(Some(text), key, cursor, reporter),
    }
}

/// A text that may be absent but not empty. White space is folded: where a line ends is the business of the YAML file.
pub fn optional(text: Option<&str>, key: &str, cursor: &Cursor<'_>, reporter: &mut Reporter) -> Option<String> {
    let folded = text?.split_whitespace().collect::<Vec<_>>().join(" ");
    if folded.is_empty() {
        let message = format!("`{key}` must not be empty");
        reporter.error(&cursor.child(key).value(), message, "nothing here", "write it, or remove the key");
        return None;
    }
    Some(folded)
}
