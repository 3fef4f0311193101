//! The error type of the deserializer. It contains neither a message of serde nor a value.

use std::fmt;

use serde::de::{Error, Expected, Unexpected};

use crate::JsonType;

/// Why a value could not be decoded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ValueError {
    /// The value does not match. It has been consumed, so that decoding can continue after it.
    Mismatch(Reason),
    /// Decoding cannot continue: the document is not JSON, or it has too many mismatches.
    Fatal,
}

/// Why a type rejects a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reason {
    /// The mismatch has been recorded.
    Recorded,
    Type(JsonType),
    OutOfRange,
    /// The string is none of these values.
    UndocumentedValue(&'static [&'static str]),
    MissingField(&'static str),
    DuplicateField(&'static str),
    /// A field has several values.
    #[cfg(feature = "server")]
    Repeated,
    Other,
}

/// The result of decoding a value. It starts as a fatal error.
pub(super) type ValueResult<T> = Result<T, ValueError>;

/// Returns the error of the inner deserializer that caused a fatal error, or an error for too many mismatches.
pub(super) fn propagate_fatal<T, E: Error>(out: &ValueResult<T>, fatal: Option<E>) -> Result<(), E> {
    match (out, fatal) {
        (_, Some(error)) => Err(error),
        (Err(ValueError::Fatal), None) => Err(E::custom("too many mismatches")),
        (Ok(_) | Err(ValueError::Mismatch(_)), None) => Ok(()),
    }
}

impl ValueError {
    pub(super) const RECORDED: Self = Self::Mismatch(Reason::Recorded);
}

impl fmt::Display for ValueError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the value does not match the documented type")
    }
}

impl std::error::Error for ValueError {}

/// Drops all messages, because they may quote the value.
impl Error for ValueError {
    fn custom<T: fmt::Display>(_: T) -> Self {
        Self::Mismatch(Reason::Other)
    }

    fn invalid_type(found: Unexpected<'_>, _: &dyn Expected) -> Self {
        Self::Mismatch(match found {
            Unexpected::Bool(_) => Reason::Type(JsonType::Boolean),
            Unexpected::Unsigned(_) | Unexpected::Signed(_) => Reason::Type(JsonType::Integer),
            Unexpected::Float(_) => Reason::Type(JsonType::Number),
            Unexpected::Char(_) | Unexpected::Str(_) | Unexpected::Bytes(_) => Reason::Type(JsonType::String),
            Unexpected::Unit | Unexpected::Option => Reason::Type(JsonType::Null),
            Unexpected::Seq => Reason::Type(JsonType::Array),
            Unexpected::Map => Reason::Type(JsonType::Object),
            _ => Reason::Other,
        })
    }

    fn invalid_value(found: Unexpected<'_>, _: &dyn Expected) -> Self {
        Self::Mismatch(match found {
            Unexpected::Unsigned(_) | Unexpected::Signed(_) | Unexpected::Float(_) => Reason::OutOfRange,
            _ => Reason::Other,
        })
    }

    fn unknown_variant(_: &str, documented: &'static [&'static str]) -> Self {
        Self::Mismatch(Reason::UndocumentedValue(documented))
    }

    fn missing_field(name: &'static str) -> Self {
        Self::Mismatch(Reason::MissingField(name))
    }

    fn duplicate_field(name: &'static str) -> Self {
        Self::Mismatch(Reason::DuplicateField(name))
    }
}
