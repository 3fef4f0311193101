//! String enums: what becomes of a value that the documentation does not list.
//!
//! A client may send and receive such a value, a server stub rejects it.

#[cfg(feature = "server")]
use std::cell::Cell;
use std::fmt;

use serde::de::{Deserializer, Error, Visitor};

/// Makes an enum of strings one for serde. A server stub rejects a value of a `request` that is not listed.
#[doc(hidden)]
#[macro_export]
macro_rules! impl_string_enum {
    ($direction:ident $type:ident { $($variant:ident($value:literal)),*; $other:ident }) => {
        impl ::serde::Serialize for $type {
            fn serialize<S: ::serde::Serializer>(&self, serializer: S) -> ::core::result::Result<S::Ok, S::Error> {
                serializer.serialize_str(match self {
                    $(Self::$variant => $value,)*
                    Self::$other(value) => value,
                })
            }
        }

        impl<'de> ::serde::Deserialize<'de> for $type {
            fn deserialize<D: ::serde::Deserializer<'de>>(
                deserializer: D,
            ) -> ::core::result::Result<Self, D::Error> {
                let known = |value: &str| match value {
                    $($value => ::core::option::Option::Some(Self::$variant),)*
                    _ => ::core::option::Option::None,
                };
                $crate::string_enum::$direction(deserializer, known, Self::$other)
            }
        }
    };
}

/// Decodes an enum of a request. A server stub knows the documented values and no other.
pub fn request<'de, D: Deserializer<'de>, T>(
    deserializer: D,
    known: fn(&str) -> Option<T>,
    other: fn(String) -> T,
) -> Result<T, D::Error> {
    deserializer.deserialize_str(EnumVisitor { known, other, is_open: is_open() })
}

/// Decodes an enum of a response, which may have values that are not documented yet.
pub fn response<'de, D: Deserializer<'de>, T>(
    deserializer: D,
    known: fn(&str) -> Option<T>,
    other: fn(String) -> T,
) -> Result<T, D::Error> {
    deserializer.deserialize_str(EnumVisitor { known, other, is_open: true })
}

struct EnumVisitor<T> {
    known: fn(&str) -> Option<T>,
    other: fn(String) -> T,
    is_open: bool,
}

impl<T> Visitor<'_> for EnumVisitor<T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a string")
    }

    fn visit_str<E: Error>(self, value: &str) -> Result<T, E> {
        match (self.known)(value) {
            Some(known) => Ok(known),
            None if self.is_open => Ok((self.other)(value.to_owned())),
            // The value is not part of the message: it may be a secret.
            None => Err(E::unknown_variant("", &[])),
        }
    }
}

#[cfg(not(feature = "server"))]
fn is_open() -> bool {
    true
}

#[cfg(feature = "server")]
fn is_open() -> bool {
    IS_OPEN.get()
}

#[cfg(feature = "server")]
thread_local! {
    /// serde hands nothing down to the types that it decodes, so this goes along beside it.
    static IS_OPEN: Cell<bool> = const { Cell::new(true) };
}

/// Reads something in which values that are not documented are errors.
#[cfg(feature = "server")]
pub(super) fn closed<T>(read: impl FnOnce() -> T) -> T {
    with_open(false, read)
}

/// Reads something in which such values are kept, within something in which they are not.
#[cfg(feature = "server")]
pub(super) fn open<T>(read: impl FnOnce() -> T) -> T {
    with_open(true, read)
}

#[cfg(feature = "server")]
fn with_open<T>(is_open: bool, read: impl FnOnce() -> T) -> T {
    /// Restores the setting, also where reading panics.
    struct Restore(bool);
    impl Drop for Restore {
        fn drop(&mut self) {
            IS_OPEN.set(self.0);
        }
    }
    let _restore = Restore(IS_OPEN.replace(is_open));
    read()
}
