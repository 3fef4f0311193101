//! Values in paths and queries: text, percent-encoded.

use std::borrow::Cow;

use memchr::memchr;
use percent_encoding::percent_decode_str;
use serde::de::value::{CowStrDeserializer, Error};
use serde::de::{Deserializer, Error as _, IntoDeserializer, Visitor};
use serde::forward_to_deserialize_any;
use serde_json::{Map, Value};

/// The text that is meant, or what is wrong with its encoding.
pub(super) fn decoded(raw: &str) -> Result<Cow<'_, str>, &'static str> {
    // Most values are written as they are.
    if memchr(b'%', raw.as_bytes()).is_none() {
        return Ok(raw.into());
    }
    let mut rest = raw;
    while let Some((_, after)) = rest.split_once('%') {
        if !after.get(..2).is_some_and(|digits| digits.bytes().all(|digit| digit.is_ascii_hexdigit())) {
            return Err("holds a `%` that two hexadecimal digits do not follow");
        }
        rest = after;
    }
    percent_decode_str(raw).decode_utf8().map_err(|_| "is not UTF-8")
}

/// The names in a query that is encoded wrongly, each with what is wrong.
pub(super) fn malformed(query: &str) -> impl Iterator<Item = (String, &'static str)> {
    let fault = |pair: &str| {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        let problem = decoded(name).err().or_else(|| decoded(value).err())?;
        Some((percent_decode_str(name).decode_utf8_lossy().into_owned(), problem))
    };
    query.split('&').filter_map(fault)
}

/// A query as an object: for each name, an array of the values that it is given.
pub(super) fn tree(query: &str) -> Value {
    let pairs: Vec<(String, String)> = serde_html_form::from_str(query).unwrap_or_default();
    let mut tree = Map::new();
    for (name, text) in pairs {
        if let Value::Array(texts) = tree.entry(name).or_insert_with(|| Value::Array(Vec::new())) {
            texts.push(Value::String(text));
        }
    }
    Value::Object(tree)
}

/// Reads a type from one text.
pub(super) struct Text<'a>(pub(super) Cow<'a, str>);

impl<'de> Text<'de> {
    fn inner(self) -> CowStrDeserializer<'de, Error> {
        self.0.into_deserializer()
    }
}

impl<'de> Deserializer<'de> for Text<'de> {
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
