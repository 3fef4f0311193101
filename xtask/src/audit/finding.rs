//! What an audit finds, and how a remedy is written.

use routegen::spec::SourcePath;

/// Something that does not hold.
#[derive(Debug)]
pub struct Finding {
    /// Where in the spec; in the facts, where the spec has nothing to point at.
    pub place: SourcePath,
    /// What stands there.
    pub label: String,
    /// The other half of a difference, with what stands there.
    pub other: Option<(SourcePath, String)>,
    /// What must hold.
    pub message: String,
    /// What to do.
    pub help: String,
}

/// A text as it can stand in a YAML mapping in braces.
pub fn yaml(text: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || " ._-|/=?".contains(c);
    let starts_plain = text.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_' || c == '/');
    let is_word = ["yes", "no", "true", "false", "null"].contains(&text);
    if starts_plain && !is_word && text.chars().all(is_plain) { text.to_owned() } else { format!("{text:?}") }
}

/// An entry of `removed`, as it is written.
pub fn removal(name: &str) -> String {
    format!("{}: {{ version: …, because: … }}", yaml(name))
}
