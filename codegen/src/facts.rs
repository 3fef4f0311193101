//! Conventions of the spec that the checks and the audit share.

/// The facts that only evidence can name, because documentation never states them.
pub const UNDOCUMENTED: [&str; 2] = ["idempotent", "token_in_query"];

/// Splits the key of a field into the name on the wire and whether the field is optional.
pub fn wire_name(key: &str) -> (&str, bool) {
    key.strip_suffix('?').map_or((key, false), |name| (name, true))
}

/// Replaces every run of whitespace with one space and trims the ends.
pub fn collapse_whitespace(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
