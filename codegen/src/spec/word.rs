//! Values that are one of a few words. Not derived: serde would say of a number that it wants "a Value::Tagged enum".

use std::fmt;
use std::marker::PhantomData;

use serde::Deserializer;
use serde::de::{Error, Visitor};

/// What is one of a few words.
pub(super) trait Word: Sized + Copy + 'static {
    /// What a message says was expected.
    const EXPECTED: &'static str;
    /// The words, as serde wants them.
    const WORDS: &'static [&'static str];
    /// What they stand for.
    const VALUES: &'static [Self];
}

struct OneOf<T>(PhantomData<T>);

impl<T: Word> Visitor<'_> for OneOf<T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(T::EXPECTED)
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<T, E> {
        let found = T::WORDS.iter().zip(T::VALUES).find(|(word, _)| **word == text);
        found.map(|(_, value)| *value).ok_or_else(|| E::unknown_variant(text, T::WORDS))
    }
}

pub(super) fn word<'de, T: Word, D: Deserializer<'de>>(deserializer: D) -> Result<T, D::Error> {
    deserializer.deserialize_any(OneOf(PhantomData))
}

macro_rules! deserialize_word {
    ($name:ty) => {
        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                word(deserializer)
            }
        }
    };
}
pub(super) use deserialize_word;
