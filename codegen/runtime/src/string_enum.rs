//! Conversions of string enums from and to strings and JSON, and whether they accept values that the documentation does not list.
//!
//! A client sends and receives such values; a server rejects them in requests.

#[cfg(feature = "server")]
use std::cell::Cell;
use std::fmt;

use serde::de::{Deserializer, Error, Visitor};

/// Implements the conversions of a string enum. A server rejects undocumented values of a `request` enum.
#[doc(hidden)]
#[macro_export]
macro_rules! impl_string_enum {
    ($direction:ident $type:ident { $($variant:ident($value:literal)),*; $other:ident }) => {
        impl $type {
            /// Returns the value as it is sent.
            pub fn as_str(&self) -> &str {
                match self {
                    $(Self::$variant => $value,)*
                    Self::$other(value) => value,
                }
            }

            fn documented(value: &str) -> ::core::option::Option<Self> {
                match value {
                    $($value => ::core::option::Option::Some(Self::$variant),)*
                    _ => ::core::option::Option::None,
                }
            }
        }

        impl ::core::fmt::Display for $type {
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                f.pad(self.as_str())
            }
        }

        impl ::core::convert::From<&str> for $type {
            fn from(value: &str) -> Self {
                Self::documented(value).unwrap_or_else(|| Self::$other(::std::string::ToString::to_string(value)))
            }
        }

        impl ::core::convert::From<::std::string::String> for $type {
            fn from(value: ::std::string::String) -> Self {
                Self::documented(&value).unwrap_or_else(|| Self::$other(value))
            }
        }

        impl ::core::str::FromStr for $type {
            type Err = ::core::convert::Infallible;

            fn from_str(value: &str) -> ::core::result::Result<Self, ::core::convert::Infallible> {
                ::core::result::Result::Ok(::core::convert::From::from(value))
            }
        }

        impl ::serde::Serialize for $type {
            fn serialize<S: ::serde::Serializer>(&self, serializer: S) -> ::core::result::Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }
        }

        impl<'de> ::serde::Deserialize<'de> for $type {
            fn deserialize<D: ::serde::Deserializer<'de>>(
                deserializer: D,
            ) -> ::core::result::Result<Self, D::Error> {
                $crate::string_enum::$direction(deserializer, Self::documented, Self::$other, &[$($value),*])
            }
        }
    };
}

/// Deserializes an enum of a request. A server accepts documented values only.
pub fn request<'de, D: Deserializer<'de>, T>(
    deserializer: D,
    known: fn(&str) -> Option<T>,
    other: fn(String) -> T,
    documented: &'static [&'static str],
) -> Result<T, D::Error> {
    deserializer.deserialize_str(EnumVisitor { known, other, documented, accepts_unknown: accepts_unknown() })
}

/// Deserializes an enum of a response, which may have values that are not documented yet.
pub fn response<'de, D: Deserializer<'de>, T>(
    deserializer: D,
    known: fn(&str) -> Option<T>,
    other: fn(String) -> T,
    documented: &'static [&'static str],
) -> Result<T, D::Error> {
    deserializer.deserialize_str(EnumVisitor { known, other, documented, accepts_unknown: true })
}

struct EnumVisitor<T> {
    known: fn(&str) -> Option<T>,
    other: fn(String) -> T,
    documented: &'static [&'static str],
    accepts_unknown: bool,
}

impl<T> Visitor<'_> for EnumVisitor<T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a string")
    }

    fn visit_str<E: Error>(self, value: &str) -> Result<T, E> {
        match (self.known)(value) {
            Some(known) => Ok(known),
            None if self.accepts_unknown => Ok((self.other)(value.to_owned())),
            // The error omits the value, which may be a secret.
            None => Err(E::unknown_variant("", self.documented)),
        }
    }
}

#[cfg(not(feature = "server"))]
fn accepts_unknown() -> bool {
    true
}

#[cfg(feature = "server")]
fn accepts_unknown() -> bool {
    ACCEPTS_UNKNOWN.get()
}

#[cfg(feature = "server")]
thread_local! {
    /// serde passes no context to the types that it deserializes, so the setting is kept per thread.
    static ACCEPTS_UNKNOWN: Cell<bool> = const { Cell::new(true) };
}

/// Runs a function that deserializes, and rejects undocumented values of request enums.
#[cfg(feature = "server")]
pub(super) fn reject_unknown<T>(run: impl FnOnce() -> T) -> T {
    with_setting(false, run)
}

/// Runs a function that deserializes, and accepts undocumented values.
#[cfg(feature = "server")]
pub(super) fn accept_unknown<T>(run: impl FnOnce() -> T) -> T {
    with_setting(true, run)
}

#[cfg(feature = "server")]
fn with_setting<T>(accepts_unknown: bool, run: impl FnOnce() -> T) -> T {
    /// Restores the setting, even after a panic.
    struct Restore(bool);
    impl Drop for Restore {
        fn drop(&mut self) {
            ACCEPTS_UNKNOWN.set(self.0);
        }
    }
    let _restore = Restore(ACCEPTS_UNKNOWN.replace(accepts_unknown));
    run()
}
