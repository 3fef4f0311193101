//! Decodes percent-encoded values in paths and queries.

use std::borrow::Cow;

use memchr::memchr;
use percent_encoding::percent_decode_str;
use serde::de::value::{CowStrDeserializer, Error};
use serde::de::{Deserializer, Error as _, IntoDeserializer, Visitor};
use serde::forward_to_deserialize_any;
use serde_json::{Map, Value};

/// Decodes a value.
///
/// # Errors
/// Returns the problem if the encoding is invalid.
pub(super) fn percent_decode(encoded: &str) -> Result<Cow<'_, str>, &'static str> {
    // Most values contain no escapes.
    if memchr(b'%', encoded.as_bytes()).is_none() {
        return Ok(encoded.into());
    }
    let mut rest = encoded;
    while let Some((_, after)) = rest.split_once('%') {
        if !after.get(..2).is_some_and(|digits| digits.bytes().all(|digit| digit.is_ascii_hexdigit())) {
            return Err("contains a `%` that is not followed by two hexadecimal digits");
        }
        rest = after;
    }
    percent_decode_str(encoded).decode_utf8().map_err(|_| "is not UTF-8")
}

/// Returns the names whose encoding, or that of their values, is invalid, each with the problem.
pub(super) fn invalid_pairs(query: &str) -> impl Iterator<Item = (String, &'static str)> {
    let error = |pair: &str| {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        let problem = percent_decode(name).err().or_else(|| percent_decode(value).err())?;
        Some((percent_decode_str(name).decode_utf8_lossy().into_owned(), problem))
    };
    query.split('&').filter_map(error)
}

/// Converts a query to an object with an array of values for each name.
pub(super) fn query_to_json(query: &str) -> Value {
    let pairs: Vec<(String, String)> = serde_html_form::from_str(query).unwrap_or_default();
    let mut object = Map::new();
    for (name, value) in pairs {
        if let Value::Array(values) = object.entry(name).or_insert_with(|| Value::Array(Vec::new())) {
            values.push(Value::String(value));
        }
    }
    Value::Object(object)
}

/// Deserializes a type from a string.
pub(super) struct StringDeserializer<'a>(pub(super) Cow<'a, str>);

impl<'de> StringDeserializer<'de> {
    fn inner(self) -> CowStrDeserializer<'de, Error> {
        self.0.into_deserializer()
    }
}

impl<'de> Deserializer<'de> for StringDeserializer<'de> {
    type Error = Error;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        self.inner().deserialize_any(visitor)
    }

    fn deserialize_i64<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_i64(self.0.parse().map_err(Error::custom)?)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        name: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        self.inner().deserialize_enum(name, variants, visitor)
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option unit unit_struct
        newtype_struct seq tuple tuple_struct map struct identifier ignored_any
    }
}
