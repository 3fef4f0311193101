//! A deserializer around that of serde_json. It records values that do not match a type, and continues after them.
//!
//! It always calls `deserialize_any` of the inner deserializer, so that a value of an unexpected type is not an error there.
//! The visitor of the type decides whether the value matches; a value that it rejects is consumed anyway. Therefore an
//! error of the inner deserializer always means that the document is not JSON.
//!
//! Decoded values are not returned through the inner deserializer but written to `out`, because they can be large and each
//! return would copy them.

use std::borrow::Cow;
use std::cell::Cell;
use std::fmt;
use std::marker::PhantomData;

use serde::de::{Deserialize, DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde::forward_to_deserialize_any;
use serde_json::de::SliceRead;

use super::error::{Reason, ValueError, ValueResult, propagate_fatal};
use super::keys::{KeyDecoder, KeySeed, Seen};
use super::scalar;
#[cfg(feature = "server")]
use super::state::{Encoding, Policy};
use super::state::{Expected, Key, Path, State};
use crate::JsonType;
#[cfg(feature = "server")]
use crate::string_enum;

pub(super) type Json<'de> = serde_json::Deserializer<SliceRead<'de>>;

/// Decodes a value with a seed and writes it to `out`. Returns the result of the inner deserializer.
pub(super) fn read<'de, D: Deserializer<'de>, S: DeserializeSeed<'de>>(
    seed: S,
    source: D,
    at: &Path<'_>,
    state: &State,
    out: &mut ValueResult<S::Value>,
) -> Result<(), D::Error> {
    let mut fatal = None;
    let decoder = Decoder { source: Source::Document(source), at, state, fatal: &mut fatal, is_optional: false };
    *out = seed.deserialize(decoder);
    if let Err(stop) = out {
        *stop = state.record(*stop, None, at);
    }
    propagate_fatal(out, fatal)
}

/// Decodes an absent value or a placeholder.
fn decode_without_document<'de, T: Deserialize<'de>>(
    source: Source<&mut Json<'de>>,
    state: &State,
) -> Result<T, ValueError> {
    T::deserialize(Decoder { source, at: &Path::Root, state, fatal: &mut None, is_optional: false })
}

/// The deserializer. `E` is the error type of the inner deserializer.
struct Decoder<'a, D, E> {
    source: Source<D>,
    at: &'a Path<'a>,
    state: &'a State,
    fatal: &'a mut Option<E>,
    /// Whether the value may be absent.
    is_optional: bool,
}

/// Where a value comes from.
enum Source<D> {
    Document(D),
    /// The value is missing.
    Absent,
    /// The value is a placeholder.
    #[cfg(feature = "server")]
    Placeholder,
}

impl<'de, D: Deserializer<'de>> Decoder<'_, D, D::Error> {
    fn decode_typed<V: Visitor<'de>>(self, expected: Expected, visitor: V) -> Result<V::Value, ValueError> {
        let Self { source, at, state, fatal, is_optional } = self;
        at.mark_typed();
        let mut out = Err(ValueError::Fatal);
        let typed = TypedVisitor { visitor, expected, at, state, is_optional, out: &mut out };
        match source {
            Source::Document(source) => *fatal = source.deserialize_any(typed).err(),
            Source::Absent => return Err(ValueError::RECORDED),
            #[cfg(feature = "server")]
            // A placeholder is valid JSON, so there is no error.
            Source::Placeholder => drop(Json::from_slice(expected.placeholder()).deserialize_any(typed)),
        }
        match &mut out {
            Ok(_) if fatal.is_some() => Err(ValueError::Fatal),
            Ok(_) => out,
            Err(stop) => Err(state.record(*stop, Some(expected), at)),
        }
    }
}

macro_rules! typed_methods {
    ($($method:ident $expected:ident)*) => {
        $(fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ValueError> {
            self.decode_typed(Expected::$expected, visitor)
        })*
    };
}

impl<'de, D: Deserializer<'de>> Deserializer<'de> for Decoder<'_, D, D::Error> {
    type Error = ValueError;

    /// A type that accepts any JSON has no mismatches, so the inner deserializer decodes it, which is faster.
    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ValueError> {
        match self.source {
            Source::Document(source) => source.deserialize_any(visitor).map_err(|error| {
                *self.fatal = Some(error);
                ValueError::Fatal
            }),
            Source::Absent => Err(ValueError::RECORDED),
            #[cfg(feature = "server")]
            Source::Placeholder => visitor.visit_unit(),
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ValueError> {
        let Self { source, at, state, fatal, is_optional: _ } = self;
        at.mark_typed();
        let Source::Document(source) = source else { return visitor.visit_none() };
        let mut out = Err(ValueError::Fatal);
        // `expected` is replaced once the value is known not to be null.
        let typed = TypedVisitor { visitor, expected: Expected::Map, at, state, is_optional: true, out: &mut out };
        *fatal = source.deserialize_option(typed).err();
        out
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, ValueError> {
        self.decode_typed(Expected::Struct(fields), visitor)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, _: &'static str, visitor: V) -> Result<V::Value, ValueError> {
        visitor.visit_newtype_struct(self)
    }

    /// Skips a value. Only its syntax is checked.
    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ValueError> {
        let Source::Document(source) = self.source else { return visitor.visit_unit() };
        source.deserialize_ignored_any(visitor).map_err(|error| {
            *self.fatal = Some(error);
            ValueError::Fatal
        })
    }

    typed_methods! {
        deserialize_i8 Integer deserialize_i16 Integer deserialize_i32 Integer deserialize_i64 Integer
        deserialize_u8 Integer deserialize_u16 Integer deserialize_u32 Integer deserialize_u64 Integer
        deserialize_i128 Integer deserialize_u128 Integer deserialize_f32 Number deserialize_f64 Number
        deserialize_bool Boolean deserialize_char String deserialize_str String deserialize_string String
        deserialize_seq Array deserialize_map Map
    }

    forward_to_deserialize_any! { bytes byte_buf unit unit_struct tuple tuple_struct enum identifier }
}

/// Passes a value to the visitor of a type. Separates the errors of the visitor from those of the inner deserializer.
struct TypedVisitor<'a, V, T> {
    visitor: V,
    out: &'a mut ValueResult<T>,
    expected: Expected,
    at: &'a Path<'a>,
    state: &'a State,
    is_optional: bool,
}

#[cfg(feature = "server")]
impl<'de, V: Visitor<'de>> TypedVisitor<'_, V, V::Value> {
    /// Decodes a scalar from an array of values with one name in a query. There must be exactly one.
    fn only<A: SeqAccess<'de>>(self, mut values: A) -> Result<(), A::Error> {
        let Self { visitor, out, expected, at, state, is_optional } = self;
        let typed = TypedVisitor { visitor, out: &mut *out, expected, at, state, is_optional };
        if values.next_element_seed(typed)?.is_none() {
            *out = Err(ValueError::Mismatch(Reason::Type(JsonType::Array)));
        }
        while values.next_element::<IgnoredAny>()?.is_some() {
            *out = Err(ValueError::Mismatch(Reason::Repeated));
        }
        Ok(())
    }
}

#[cfg(feature = "server")]
impl<'de, V: Visitor<'de>> DeserializeSeed<'de> for TypedVisitor<'_, V, V::Value> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

macro_rules! scalars {
    ($($method:ident $type:ty)*) => {
        $(fn $method<E: Error>(self, value: $type) -> Result<(), E> {
            *self.out = self.visitor.$method(value);
            Ok(())
        })*
    };
}

impl<'de, V: Visitor<'de>> Visitor<'de> for TypedVisitor<'_, V, V::Value> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.visitor.expecting(f)
    }

    scalars! { visit_bool bool visit_i64 i64 visit_u64 u64 visit_f64 f64 visit_string String }

    fn visit_unit<E: Error>(self) -> Result<(), E> {
        *self.out = self.visitor.visit_unit();
        Ok(())
    }

    fn visit_none<E: Error>(self) -> Result<(), E> {
        *self.out = self.visitor.visit_none();
        Ok(())
    }

    fn visit_some<D: Deserializer<'de>>(self, source: D) -> Result<(), D::Error> {
        let Self { visitor, out, at, state, .. } = self;
        let mut fatal = None;
        let source = Source::Document(source);
        *out = visitor.visit_some(Decoder { source, at, state, fatal: &mut fatal, is_optional: true });
        propagate_fatal(out, fatal)
    }

    fn visit_str<E: Error>(self, value: &str) -> Result<(), E> {
        *self.out = scalar::visit_str(self.visitor, value, self.expected, self.is_optional, self.state);
        Ok(())
    }

    fn visit_borrowed_str<E: Error>(self, value: &'de str) -> Result<(), E> {
        #[cfg(feature = "server")]
        if self.state.encoding == Encoding::Strings {
            return self.visit_str(value);
        }
        *self.out = self.visitor.visit_borrowed_str(value);
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, inner: A) -> Result<(), A::Error> {
        #[cfg(feature = "server")]
        if self.state.encoding == Encoding::Strings && self.expected.is_scalar() {
            return self.only(inner);
        }
        let mut items = Elements { inner, at: self.at, state: self.state, index: 0, is_done: false, fatal: None };
        *self.out = if self.expected.is_object() {
            // serde would accept an array of the values of the fields.
            Err(ValueError::Mismatch(Reason::Type(JsonType::Array)))
        } else {
            self.visitor.visit_seq(&mut items)
        };
        propagate_fatal(self.out, items.fatal.take())?;
        items.finish()
    }

    fn visit_map<A: MapAccess<'de>>(self, inner: A) -> Result<(), A::Error> {
        let mut entries = Entries::new(inner, self.expected.fields(), self.at, self.state);
        *self.out = if self.expected.is_number() {
            self.state.muted(|| scalar::visit_number(self.visitor, &mut entries))
        } else {
            self.visitor.visit_map(&mut entries)
        };
        propagate_fatal(self.out, entries.fatal.take())?;
        entries.finish()
    }
}

/// A seed that makes the inner deserializer decode a nested value with this deserializer.
struct Seed<'a, S, T> {
    seed: S,
    out: &'a mut ValueResult<T>,
    at: &'a Path<'a>,
    state: &'a State,
}

impl<'de, S: DeserializeSeed<'de>> DeserializeSeed<'de> for Seed<'_, S, S::Value> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, source: D) -> Result<(), D::Error> {
        read(self.seed, source, self.at, self.state, self.out)
    }
}

/// The elements of an array.
///
/// serde's collections call `next_element` and not `next_element_seed`. Therefore an element that does not match can be
/// omitted here: the next element is decoded as the same type instead.
struct Elements<'a, A, E> {
    inner: A,
    at: &'a Path<'a>,
    state: &'a State,
    index: usize,
    is_done: bool,
    fatal: Option<E>,
}

impl<'de, A: SeqAccess<'de>> Elements<'_, A, A::Error> {
    /// Consumes what the visitor has not read.
    fn finish(mut self) -> Result<(), A::Error> {
        while !self.is_done {
            self.is_done = self.inner.next_element::<IgnoredAny>()?.is_none();
        }
        Ok(())
    }
}

impl<'de, A: SeqAccess<'de>> SeqAccess<'de> for Elements<'_, A, A::Error> {
    type Error = ValueError;

    fn next_element_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<Option<S::Value>, ValueError> {
        let at = &Path::Element { parent: self.at, index: self.index };
        self.index += 1;
        let mut out = Err(ValueError::Fatal);
        let read = self.inner.next_element_seed(Seed { seed, at, state: self.state, out: &mut out });
        self.is_done = matches!(read, Ok(None));
        match read {
            Ok(Some(())) => out.map(Some),
            Ok(None) => Ok(None),
            Err(error) => {
                self.fatal = Some(error);
                Err(ValueError::Fatal)
            }
        }
    }

    fn next_element<T: Deserialize<'de>>(&mut self) -> Result<Option<T>, ValueError> {
        loop {
            match self.next_element_seed(PhantomData) {
                Err(ValueError::Mismatch(_)) => {}
                item => return item,
            }
        }
    }

    fn size_hint(&self) -> Option<usize> {
        self.inner.size_hint()
    }
}

/// The entries of an object. Derived code calls `next_value`, so that an entry can be omitted as in arrays.
struct Entries<'a, 'de, A, E> {
    inner: A,
    at: &'a Path<'a>,
    state: &'a State,
    fields: Option<&'static [&'static str]>,
    seen: Seen<'de>,
    is_identifier: Cell<bool>,
    key: Cow<'de, str>,
    next: Next,
    fatal: Option<E>,
}

/// The next part of an entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Next {
    Key,
    Value,
    /// The value of a missing field.
    #[cfg(feature = "server")]
    MissingValue,
    End,
}

impl<'de, 'a, A: MapAccess<'de>> Entries<'a, 'de, A, A::Error> {
    fn new(inner: A, fields: Option<&'static [&'static str]>, at: &'a Path<'a>, state: &'a State) -> Self {
        let (seen, is_identifier) = (Seen::new(fields, state), Cell::new(false));
        Self { inner, at, state, fields, seen, is_identifier, key: Cow::Borrowed(""), next: Next::Key, fatal: None }
    }

    /// Consumes what the visitor has not read.
    fn finish(mut self) -> Result<(), A::Error> {
        if self.next == Next::Value {
            self.inner.next_value::<IgnoredAny>()?;
            self.next = Next::Key;
        }
        if self.next == Next::Key {
            while self.inner.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        }
        Ok(())
    }

    fn fail(&mut self, error: A::Error) -> ValueError {
        self.fatal = Some(error);
        ValueError::Fatal
    }

    /// Reads the next key, and skips duplicate fields. Returns `false` at the end.
    fn advance(&mut self) -> Result<bool, ValueError> {
        loop {
            let Some(key) = self.inner.next_key_seed(KeySeed).map_err(|error| self.fail(error))? else {
                return Ok(self.advance_to_missing());
            };
            (self.key, self.next) = (key, Next::Value);
            if !self.seen.is_duplicate(&self.key) {
                return Ok(true);
            }
            if self.state.record_duplicate(&self.documented_path()) == ValueError::Fatal {
                return Err(ValueError::Fatal);
            }
            self.inner.next_value::<IgnoredAny>().map_err(|error| self.fail(error))?;
            self.next = Next::Key;
        }
    }

    fn advance_to_missing(&mut self) -> bool {
        self.next = Next::End;
        #[cfg(feature = "server")]
        if self.state.policy == Policy::Collect
            && let Some(field) = self.seen.next_missing()
        {
            (self.key, self.next) = (Cow::Borrowed(field), Next::MissingValue);
            return true;
        }
        false
    }

    /// Returns the path of the current entry as a documented field.
    fn documented_path(&self) -> Path<'_> {
        let (is_identifier, is_typed) = (self.is_identifier.get(), Cell::new(true));
        Path::Key(Key { parent: self.at, name: &self.key, fields: self.fields, is_identifier, is_typed })
    }

    /// Returns a value in place of one that does not match or is missing.
    fn replace<T: Deserialize<'de>>(&self) -> Result<T, ValueError> {
        let absent = decode_without_document(Source::Absent, self.state);
        #[cfg(feature = "server")]
        if absent.is_err() && self.state.policy == Policy::Collect {
            if self.next == Next::MissingValue
                && self.state.record_missing(&self.documented_path()) == ValueError::Fatal
            {
                return Err(ValueError::Fatal);
            }
            let placeholder =
                || string_enum::accept_unknown(|| decode_without_document(Source::Placeholder, self.state));
            return self.state.placeholder(placeholder).unwrap_or(absent);
        }
        absent
    }
}

impl<'de, A: MapAccess<'de>> MapAccess<'de> for Entries<'_, 'de, A, A::Error> {
    type Error = ValueError;

    fn next_key_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<Option<S::Value>, ValueError> {
        if !self.advance()? {
            return Ok(None);
        }
        seed.deserialize(KeyDecoder { key: &self.key, is_identifier: &self.is_identifier }).map(Some)
    }

    fn next_value_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<S::Value, ValueError> {
        if self.next != Next::Value {
            return Err(ValueError::RECORDED);
        }
        self.next = Next::Key;
        let (is_identifier, is_typed) = (self.is_identifier.get(), Cell::new(false));
        let at = Path::Key(Key { parent: self.at, name: &self.key, fields: self.fields, is_identifier, is_typed });
        let mut out = Err(ValueError::Fatal);
        let read = self.inner.next_value_seed(Seed { seed, at: &at, state: self.state, out: &mut out });
        if is_identifier && at.is_typed() {
            self.seen.mark_documented(&self.key);
        }
        match read {
            Ok(()) => out,
            Err(error) => Err(self.fail(error)),
        }
    }

    fn next_value<T: Deserialize<'de>>(&mut self) -> Result<T, ValueError> {
        match self.next_value_seed(PhantomData) {
            Err(ValueError::Mismatch(_)) => self.replace(),
            value => value,
        }
    }

    fn next_entry<K: Deserialize<'de>, V: Deserialize<'de>>(&mut self) -> Result<Option<(K, V)>, ValueError> {
        while let Some(key) = self.next_key()? {
            match self.next_value_seed(PhantomData) {
                Err(ValueError::Mismatch(_)) => {}
                value => return value.map(|value| Some((key, value))),
            }
        }
        Ok(None)
    }

    fn size_hint(&self) -> Option<usize> {
        self.inner.size_hint()
    }
}
