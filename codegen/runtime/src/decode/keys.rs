//! Reads the keys of an object, and tracks which of them have occurred.

use std::borrow::Cow;
use std::cell::Cell;
use std::collections::BTreeMap;
use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error, Visitor};
use serde::forward_to_deserialize_any;

use super::error::ValueError;
use super::state::State;

/// Reads a key as a string.
pub(super) struct KeySeed;

impl<'de> DeserializeSeed<'de> for KeySeed {
    type Value = Cow<'de, str>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl<'de> Visitor<'de> for KeySeed {
    type Value = Cow<'de, str>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a string")
    }

    fn visit_borrowed_str<E: Error>(self, key: &'de str) -> Result<Self::Value, E> {
        Ok(key.into())
    }

    fn visit_str<E: Error>(self, key: &str) -> Result<Self::Value, E> {
        Ok(key.to_owned().into())
    }
}

/// Decodes a key, and records whether the type treats it as the name of a field.
pub(super) struct KeyDecoder<'a, 'de> {
    pub(super) key: &'a Cow<'de, str>,
    pub(super) is_identifier: &'a Cell<bool>,
}

impl<'de> Deserializer<'de> for KeyDecoder<'_, 'de> {
    type Error = ValueError;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ValueError> {
        match self.key {
            Cow::Borrowed(key) => visitor.visit_borrowed_str(key),
            Cow::Owned(key) => visitor.visit_str(key),
        }
    }

    fn deserialize_identifier<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ValueError> {
        self.is_identifier.set(true);
        self.deserialize_any(visitor)
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option unit unit_struct
        newtype_struct seq tuple tuple_struct map struct enum ignored_any
    }
}

/// The keys of an object that have occurred.
pub(super) enum Seen<'de> {
    /// Keys are not tracked, because serde reports the first duplicate of a documented field.
    Untracked,
    /// The documented fields, each with whether it has occurred. Other keys are ignored.
    Fields(&'static [&'static str], Vec<bool>),
    /// All keys, each with whether it names a documented field.
    Keys(BTreeMap<Cow<'de, str>, bool>),
}

impl<'de> Seen<'de> {
    pub(super) fn new(fields: Option<&'static [&'static str]>, state: &State) -> Self {
        match fields {
            _ if !state.tracks_keys() => Self::Untracked,
            Some(fields) => Self::Fields(fields, vec![false; fields.len()]),
            None => Self::Keys(BTreeMap::new()),
        }
    }

    /// Adds a key. Returns `true` if it is a documented field that has occurred before.
    #[allow(clippy::ptr_arg, reason = "a borrowed key is stored without a copy")]
    pub(super) fn is_duplicate(&mut self, key: &Cow<'de, str>) -> bool {
        match self {
            Self::Untracked => false,
            Self::Fields(fields, seen) => {
                let index = fields.iter().position(|field| field == key);
                index.and_then(|index| seen.get_mut(index)).is_some_and(|seen| std::mem::replace(seen, true))
            }
            Self::Keys(keys) => *keys.entry(key.clone()).or_insert(false),
        }
    }

    /// Records that a key names a documented field.
    pub(super) fn mark_documented(&mut self, key: &str) {
        if let Self::Keys(keys) = self
            && let Some(is_documented) = keys.get_mut(key)
        {
            *is_documented = true;
        }
    }

    /// Returns a field that has not occurred, and counts it as one that has.
    #[cfg(feature = "server")]
    pub(super) fn next_missing(&mut self) -> Option<&'static str> {
        let Self::Fields(fields, seen) = self else { return None };
        let (field, seen) = fields.iter().zip(seen).find(|(_, seen)| !**seen)?;
        *seen = true;
        Some(field)
    }
}
