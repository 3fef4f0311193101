//! The keys of an object: how they are read, and which of them have been seen.

use std::borrow::Cow;
use std::cell::Cell;
use std::collections::BTreeMap;
use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error, Visitor};
use serde::forward_to_deserialize_any;

use super::error::Stop;
#[cfg(feature = "client")]
use super::state::Policy;
use super::state::State;

/// Reads a key as it is in the document.
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

/// Hands a key to a type, and notes whether the type takes it for the name of a field.
pub(super) struct KeyDecoder<'a, 'de> {
    pub(super) key: &'a Cow<'de, str>,
    pub(super) is_identifier: &'a Cell<bool>,
}

impl<'de> Deserializer<'de> for KeyDecoder<'_, 'de> {
    type Error = Stop;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Stop> {
        match self.key {
            Cow::Borrowed(key) => visitor.visit_borrowed_str(key),
            Cow::Owned(key) => visitor.visit_str(key),
        }
    }

    fn deserialize_identifier<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Stop> {
        self.is_identifier.set(true);
        self.deserialize_any(visitor)
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option unit unit_struct
        newtype_struct seq tuple tuple_struct map struct enum ignored_any
    }
}

/// Which keys of an object have been seen.
pub(super) enum Seen<'de> {
    /// It does not matter: serde reports the first duplicate of a documented field.
    #[cfg(feature = "client")]
    Untracked,
    /// Of these fields, those with `true`. Others are not read.
    Fields(&'static [&'static str], Vec<bool>),
    /// These, each with whether it is the name of a documented field.
    Keys(BTreeMap<Cow<'de, str>, bool>),
}

impl<'de> Seen<'de> {
    #[cfg_attr(not(feature = "client"), allow(unused_variables, reason = "a server tracks all keys"))]
    pub(super) fn new(fields: Option<&'static [&'static str]>, state: &State) -> Self {
        match fields {
            #[cfg(feature = "client")]
            _ if state.policy == Policy::Lenient => Self::Untracked,
            Some(fields) => Self::Fields(fields, vec![false; fields.len()]),
            None => Self::Keys(BTreeMap::new()),
        }
    }

    /// Notes a key; true where a documented field has been seen before.
    #[allow(clippy::ptr_arg, reason = "a borrowed key is kept without a copy")]
    pub(super) fn is_duplicate(&mut self, key: &Cow<'de, str>) -> bool {
        match self {
            #[cfg(feature = "client")]
            Self::Untracked => false,
            Self::Fields(fields, seen) => {
                let place = fields.iter().position(|field| field == key).and_then(|place| seen.get_mut(place));
                place.is_some_and(|seen| std::mem::replace(seen, true))
            }
            Self::Keys(keys) => *keys.entry(key.clone()).or_insert(false),
        }
    }

    /// Notes that a key is the name of a documented field.
    pub(super) fn mark_documented(&mut self, key: &str) {
        if let Self::Keys(keys) = self
            && let Some(is_documented) = keys.get_mut(key)
        {
            *is_documented = true;
        }
    }

    /// A field that has not been seen, which counts as seen from now on.
    #[cfg(feature = "server")]
    pub(super) fn next_missing(&mut self) -> Option<&'static str> {
        let Self::Fields(fields, seen) = self else { return None };
        let (field, seen) = fields.iter().zip(seen).find(|(_, seen)| !**seen)?;
        *seen = true;
        Some(field)
    }
}
