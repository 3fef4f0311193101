//! The findings of an audit, and how their help texts quote YAML.

use routegen::spec::SourcePath;

/// An unexplained difference, or wrong evidence or errata.
#[derive(Debug)]
pub struct Finding {
    /// The primary location, in the spec if possible, otherwise in the facts.
    pub source: SourcePath,
    /// The label of the primary location.
    pub label: String,
    /// The other side of a difference, with its label.
    pub other: Option<(SourcePath, String)>,
    /// The problem.
    pub message: String,
    /// The fix.
    pub help: String,
}

/// Returns a string as a scalar of a YAML flow mapping.
pub fn yaml_scalar(text: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || " ._-|/=?".contains(c);
    let starts_plain = text.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_' || c == '/');
    let is_keyword = ["yes", "no", "true", "false", "null"].contains(&text);
    if starts_plain && !is_keyword && text.chars().all(is_plain) { text.to_owned() } else { format!("{text:?}") }
}

/// Returns an entry of `removed` as it is written in api.yaml.
pub fn removed_entry(name: &str) -> String {
    format!("{}: {{ version: …, because: … }}", yaml_scalar(name))
}
