//! Values of enums that the documentation does not list: a client may send and receive them, a server stub refuses them.

#[cfg(feature = "server")]
use std::cell::Cell;

use serde::{Deserialize, Deserializer};

/// Reads the value of an enum that is none of those listed.
#[allow(dead_code, reason = "an API may have no such enum")]
pub(crate) fn text<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    #[cfg(feature = "server")]
    match READING.get() {
        Reading::Open => {}
        Reading::Closed => return Err(serde::de::Error::custom("not one of the documented values")),
        Reading::Noting { .. } => {
            READING.set(Reading::Noting { met: true });
            return serde::de::IgnoredAny::deserialize(deserializer).map(|_| String::new());
        }
    }
    String::deserialize(deserializer)
}

/// What becomes of such values. serde hands nothing down to the types that it reads, so this goes along by the side.
#[cfg(feature = "server")]
#[derive(Debug, Clone, Copy)]
enum Reading {
    /// They are kept.
    Open,
    /// They are an error.
    Closed,
    /// Reading goes on, and it is known that there was one.
    Noting { met: bool },
}

#[cfg(feature = "server")]
thread_local! {
    static READING: Cell<Reading> = const { Cell::new(Reading::Open) };
}

/// Reads something in which such values are an error.
#[cfg(feature = "server")]
pub(super) fn refused<T>(read: impl FnOnce() -> T) -> T {
    within(Reading::Closed, read)
}

/// Reads something in which such values are to be found.
#[cfg(feature = "server")]
pub(super) fn noted<T>(read: impl FnOnce() -> T) -> T {
    within(Reading::Noting { met: false }, read)
}

/// True where there was one since this was asked last.
#[cfg(feature = "server")]
pub(super) fn was_met() -> bool {
    match READING.get() {
        Reading::Noting { met } => {
            READING.set(Reading::Noting { met: false });
            met
        }
        Reading::Open | Reading::Closed => false,
    }
}

#[cfg(feature = "server")]
fn within<T>(reading: Reading, read: impl FnOnce() -> T) -> T {
    /// Puts back what was, also where reading panics.
    struct Before(Reading);
    impl Drop for Before {
        fn drop(&mut self) {
            READING.set(self.0);
        }
    }
    let _before = Before(READING.replace(reading));
    read()
}
