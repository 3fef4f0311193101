//! Why a value could not be decoded, without a word of what serde or a value says.

use std::fmt;

use serde::de::{Error, Expected, Unexpected};

use crate::JsonType;

/// The error type of the deserializer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stop {
    /// The value does not match. All of it has been consumed, so that reading can go on behind it.
    Mismatch(Reason),
    /// Reading cannot go on: the document is not JSON, or too much of it does not match.
    Fatal,
}

/// What a type says about a value that it rejects.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reason {
    /// The mismatch has been recorded.
    Recorded,
    Type(JsonType),
    OutOfRange,
    UndocumentedValue,
    MissingField(&'static str),
    DuplicateField(&'static str),
    /// The value is one of several of a field.
    #[cfg(feature = "server")]
    Repeated,
    Other,
}

/// What a type makes of a value. It is fatal until there is one.
pub(super) type Out<T> = Result<T, Stop>;

/// Turns a fatal error into that of the inner deserializer, which is why there is one, or there were too many mismatches.
pub(super) fn settle<T, E: Error>(out: &Out<T>, fatal: Option<E>) -> Result<(), E> {
    match (out, fatal) {
        (_, Some(error)) => Err(error),
        (Err(Stop::Fatal), None) => Err(E::custom("too many mismatches")),
        (Ok(_) | Err(Stop::Mismatch(_)), None) => Ok(()),
    }
}

impl Stop {
    pub(super) const RECORDED: Self = Self::Mismatch(Reason::Recorded);
}

impl fmt::Display for Stop {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the value does not match the documented type")
    }
}

impl std::error::Error for Stop {}

/// Messages are dropped: they may quote the value.
impl Error for Stop {
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

    fn unknown_variant(_: &str, _: &'static [&'static str]) -> Self {
        Self::Mismatch(Reason::UndocumentedValue)
    }

    fn missing_field(name: &'static str) -> Self {
        Self::Mismatch(Reason::MissingField(name))
    }

    fn duplicate_field(name: &'static str) -> Self {
        Self::Mismatch(Reason::DuplicateField(name))
    }
}
