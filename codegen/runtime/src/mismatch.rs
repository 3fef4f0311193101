//! Differences between a JSON document and its documentation. They never contain a value of the document.

use std::fmt;

/// The maximum number of documented values that an error lists.
const MAX_DOCUMENTED_VALUES: usize = 10;
/// The maximum number of characters of the values that an error lists, so that an error remains a short sentence.
const MAX_DOCUMENTED_LENGTH: usize = 150;

/// A part of a response that does not match the documentation.
///
/// It consists of a path and of types. It never contains a value of the response.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SchemaMismatch {
    path: String,
    kind: MismatchKind,
}

impl SchemaMismatch {
    #[cfg(any(feature = "client", feature = "server"))]
    pub(super) fn new(path: String, kind: MismatchKind) -> Self {
        Self { path, kind }
    }

    /// Returns the path to the part, such as `[2].node.endpoints`, or an empty string for the whole body. The keys of a map
    /// are shown as `*`, because they are values from the service, unlike the names of documented fields.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// Returns the kind of the mismatch.
    pub fn kind(&self) -> &MismatchKind {
        &self.kind
    }
}

impl fmt::Display for SchemaMismatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.path.as_str() {
            "" => self.kind.fmt(f),
            path => write!(f, "`{path}`: {}", self.kind),
        }
    }
}

/// How a part of a JSON document does not match its documentation.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum MismatchKind {
    /// The value has another type.
    WrongType {
        /// The documented type.
        expected: JsonType,
        /// The type of the value.
        found: JsonType,
    },
    /// The number does not fit into the documented type.
    OutOfRange,
    /// The string does not have the documented format, such as that of a date.
    InvalidFormat,
    /// The string is not one of the documented values.
    UndocumentedValue {
        /// The documented values.
        documented: &'static [&'static str],
    },
    /// An object lacks a required field.
    MissingField(String),
    /// An object has the same field more than once; the first one counts.
    DuplicateField(String),
    /// The value does not match in another way.
    Invalid,
}

impl fmt::Display for MismatchKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::WrongType { expected: JsonType::Integer, found: JsonType::Number } => {
                f.write_str("expected an integer, found another number")
            }
            Self::WrongType { expected, found } => write!(f, "expected {expected}, found {found}"),
            Self::OutOfRange => f.write_str("number out of range"),
            Self::InvalidFormat => f.write_str("the string is not in the documented format"),
            Self::UndocumentedValue { documented } => write_documented(f, documented),
            Self::MissingField(name) => write!(f, "missing field `{name}`"),
            Self::DuplicateField(name) => write!(f, "duplicate field `{name}`"),
            Self::Invalid => f.write_str("the value does not match the documented type"),
        }
    }
}

/// Writes the documented values of a string, or the first of them and the number of the others.
fn write_documented(f: &mut fmt::Formatter<'_>, documented: &[&str]) -> fmt::Result {
    let mut length = 0;
    let fits = |value: &&&str| {
        // Each value is followed by a comma and written in backticks.
        length += value.chars().count() + 4;
        length <= MAX_DOCUMENTED_LENGTH
    };
    // At least one value is listed, however long it is.
    let count = documented.iter().take(MAX_DOCUMENTED_VALUES).take_while(fits).count().max(1);
    let (listed, others) = documented.split_at(count.min(documented.len()));
    match listed {
        [] => return f.write_str("expected a documented value, but no value is documented"),
        [only] if others.is_empty() => return write!(f, "expected `{only}`"),
        [first, rest @ ..] => {
            write!(f, "expected one of `{first}`")?;
            rest.iter().try_for_each(|value| write!(f, ", `{value}`"))?;
        }
    }
    match others.len() {
        0 => Ok(()),
        others => write!(f, " and {others} more"),
    }
}

/// A type of JSON values. Integers are distinguished from other numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum JsonType {
    /// `null`.
    Null,
    /// `true` or `false`.
    Boolean,
    /// A number without a fraction or an exponent.
    Integer,
    /// Any number.
    Number,
    /// A string.
    String,
    /// An array.
    Array,
    /// An object.
    Object,
}

impl fmt::Display for JsonType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Null => "null",
            Self::Boolean => "a boolean",
            Self::Integer => "an integer",
            Self::Number => "a number",
            Self::String => "a string",
            Self::Array => "an array",
            Self::Object => "an object",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_undocumented_value_is_reported_with_a_bounded_list_of_documented_values() {
        let message = |documented| MismatchKind::UndocumentedValue { documented }.to_string();
        assert_eq!(message(&["a"]), "expected `a`");
        assert_eq!(message(&["a", "b"]), "expected one of `a`, `b`");
        let ten = "expected one of `1`, `2`, `3`, `4`, `5`, `6`, `7`, `8`, `9`, `10`";
        assert_eq!(message(&["1", "2", "3", "4", "5", "6", "7", "8", "9", "10"]), ten);
        assert_eq!(
            message(&["1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11", "12"]),
            format!("{ten} and 2 more")
        );
        const LONG: &str = "a value of forty characters, or about so";
        assert_eq!(message(&[LONG; 10]), format!("expected one of `{LONG}`, `{LONG}`, `{LONG}` and 7 more"));
        const LONGER: &str = "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\
                              xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx";
        assert_eq!(message(&[LONGER, "b"]), format!("expected one of `{LONGER}` and 1 more"));
    }
}
