//! A deserializer around another one that reports what does not match in terms of its own, and goes on behind it.
//!
//! It asks the inner deserializer for whatever there is, never for a certain type, so that a value of another type is no
//! error of the inner one. The visitor of the type decides; what it rejects is consumed all the same. So an error of the
//! inner deserializer means that the document is not JSON, and nothing else.
//!
//! Values do not travel through the inner deserializer but are written to a place of the one who asked (`out`): they can be
//! large, and each step on the way would copy them.

use std::borrow::Cow;
use std::cell::Cell;
use std::fmt;
use std::marker::PhantomData;

use serde::de::{Deserialize, DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde::forward_to_deserialize_any;
use serde_json::de::SliceRead;

use super::error::{Out, Reason, Stop, settle};
use super::keys::{KeyDecoder, KeySeed, Seen};
use super::scalar;
#[cfg(feature = "server")]
use super::state::{Encoding, Policy};
use super::state::{Expected, Key, Path, State};
use crate::JsonType;
#[cfg(feature = "server")]
use crate::string_enum;

pub(super) type Json<'de> = serde_json::Deserializer<SliceRead<'de>>;

/// Decodes a value with a seed. The result is that of the inner deserializer.
pub(super) fn read<'de, D: Deserializer<'de>, S: DeserializeSeed<'de>>(
    seed: S,
    source: D,
    at: &Path<'_>,
    state: &State,
    out: &mut Out<S::Value>,
) -> Result<(), D::Error> {
    let mut fatal = None;
    let decoder = Decoder { source: Source::Document(source), at, state, fatal: &mut fatal, is_optional: false };
    *out = seed.deserialize(decoder);
    if let Err(stop) = out {
        *stop = state.record(*stop, None, at);
    }
    settle(out, fatal)
}

/// Decodes a type from no document.
fn read_nothing<'de, T: Deserialize<'de>>(source: Source<&mut Json<'de>>, state: &State) -> Result<T, Stop> {
    T::deserialize(Decoder { source, at: &Path::Root, state, fatal: &mut None, is_optional: false })
}

/// The deserializer. `E` is the error of the inner one.
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
    /// It is missing.
    Absent,
    /// One is made up.
    #[cfg(feature = "server")]
    StandIn,
}

impl<'de, D: Deserializer<'de>> Decoder<'_, D, D::Error> {
    fn request<V: Visitor<'de>>(self, expected: Expected, visitor: V) -> Result<V::Value, Stop> {
        let Self { source, at, state, fatal, is_optional } = self;
        at.mark_typed();
        let mut out = Err(Stop::Fatal);
        let typed = Typed { visitor, expected, at, state, is_optional, out: &mut out };
        match source {
            Source::Document(source) => *fatal = source.deserialize_any(typed).err(),
            Source::Absent => return Err(Stop::RECORDED),
            #[cfg(feature = "server")]
            // It is JSON.
            Source::StandIn => drop(Json::from_slice(expected.stand_in()).deserialize_any(typed)),
        }
        match &mut out {
            Ok(_) if fatal.is_some() => Err(Stop::Fatal),
            Ok(_) => out,
            Err(stop) => Err(state.record(*stop, Some(expected), at)),
        }
    }
}

macro_rules! requests {
    ($($method:ident $expected:ident)*) => {
        $(fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Stop> {
            self.request(Expected::$expected, visitor)
        })*
    };
}

impl<'de, D: Deserializer<'de>> Deserializer<'de> for Decoder<'_, D, D::Error> {
    type Error = Stop;

    /// What takes any JSON is none of our business: the inner deserializer is faster.
    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Stop> {
        match self.source {
            Source::Document(source) => source.deserialize_any(visitor).map_err(|error| {
                *self.fatal = Some(error);
                Stop::Fatal
            }),
            Source::Absent => Err(Stop::RECORDED),
            #[cfg(feature = "server")]
            Source::StandIn => visitor.visit_unit(),
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Stop> {
        let Self { source, at, state, fatal, is_optional: _ } = self;
        at.mark_typed();
        let Source::Document(source) = source else { return visitor.visit_none() };
        let mut out = Err(Stop::Fatal);
        // What the type expects is asked for once it is known that there is something.
        let typed = Typed { visitor, expected: Expected::Map, at, state, is_optional: true, out: &mut out };
        *fatal = source.deserialize_option(typed).err();
        out
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Stop> {
        self.request(Expected::Struct(fields), visitor)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, _: &'static str, visitor: V) -> Result<V::Value, Stop> {
        visitor.visit_newtype_struct(self)
    }

    /// What is skipped is checked for nothing but being JSON.
    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Stop> {
        let Source::Document(source) = self.source else { return visitor.visit_unit() };
        source.deserialize_ignored_any(visitor).map_err(|error| {
            *self.fatal = Some(error);
            Stop::Fatal
        })
    }

    requests! {
        deserialize_i8 Integer deserialize_i16 Integer deserialize_i32 Integer deserialize_i64 Integer
        deserialize_u8 Integer deserialize_u16 Integer deserialize_u32 Integer deserialize_u64 Integer
        deserialize_i128 Integer deserialize_u128 Integer deserialize_f32 Number deserialize_f64 Number
        deserialize_bool Boolean deserialize_char String deserialize_str String deserialize_string String
        deserialize_seq Array deserialize_map Map
    }

    forward_to_deserialize_any! { bytes byte_buf unit unit_struct tuple tuple_struct enum identifier }
}

/// Hands a value to a type's visitor and keeps the visitor's error apart from those of the inner deserializer.
struct Typed<'a, V, T> {
    visitor: V,
    out: &'a mut Out<T>,
    expected: Expected,
    at: &'a Path<'a>,
    state: &'a State,
    #[cfg_attr(not(feature = "server"), allow(dead_code, reason = "only the text of a request can be empty"))]
    is_optional: bool,
}

#[cfg(feature = "server")]
impl<'de, V: Visitor<'de>> Typed<'_, V, V::Value> {
    /// The only element of an array, where one value is wanted and the names in a query can be repeated.
    fn only<A: SeqAccess<'de>>(self, mut values: A) -> Result<(), A::Error> {
        let Self { visitor, out, expected, at, state, is_optional } = self;
        let typed = Typed { visitor, out: &mut *out, expected, at, state, is_optional };
        if values.next_element_seed(typed)?.is_none() {
            *out = Err(Stop::Mismatch(Reason::Type(JsonType::Array)));
        }
        while values.next_element::<IgnoredAny>()?.is_some() {
            *out = Err(Stop::Mismatch(Reason::Repeated));
        }
        Ok(())
    }
}

#[cfg(feature = "server")]
impl<'de, V: Visitor<'de>> DeserializeSeed<'de> for Typed<'_, V, V::Value> {
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

impl<'de, V: Visitor<'de>> Visitor<'de> for Typed<'_, V, V::Value> {
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
        settle(out, fatal)
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<(), E> {
        #[cfg(feature = "server")]
        if self.state.encoding == Encoding::Text {
            *self.out = scalar::visit_text(self.visitor, self.expected, text, self.is_optional);
            return Ok(());
        }
        *self.out = self.visitor.visit_str(text);
        Ok(())
    }

    fn visit_borrowed_str<E: Error>(self, text: &'de str) -> Result<(), E> {
        #[cfg(feature = "server")]
        if self.state.encoding == Encoding::Text {
            return self.visit_str(text);
        }
        *self.out = self.visitor.visit_borrowed_str(text);
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, inner: A) -> Result<(), A::Error> {
        #[cfg(feature = "server")]
        if self.state.encoding == Encoding::Text && self.expected.is_scalar() {
            return self.only(inner);
        }
        let mut items = Items { inner, at: self.at, state: self.state, index: 0, is_done: false, fatal: None };
        *self.out = if self.expected.is_object() {
            // serde would take an array for a struct, field by field.
            Err(Stop::Mismatch(Reason::Type(JsonType::Array)))
        } else {
            self.visitor.visit_seq(&mut items)
        };
        settle(self.out, items.fatal.take())?;
        items.finish()
    }

    fn visit_map<A: MapAccess<'de>>(self, inner: A) -> Result<(), A::Error> {
        let mut entries = Entries::new(inner, self.expected.fields(), self.at, self.state);
        *self.out = if self.expected.is_number() {
            self.state.muted(|| scalar::visit_number(self.visitor, &mut entries))
        } else {
            self.visitor.visit_map(&mut entries)
        };
        settle(self.out, entries.fatal.take())?;
        entries.finish()
    }
}

/// A seed for the inner deserializer that decodes with this one.
struct Seed<'a, S, T> {
    seed: S,
    out: &'a mut Out<T>,
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
/// serde's collections ask for elements by type and not by seed, so an element that does not match can be left out here:
/// another one of the same type is read in its place.
struct Items<'a, A, E> {
    inner: A,
    at: &'a Path<'a>,
    state: &'a State,
    index: usize,
    is_done: bool,
    fatal: Option<E>,
}

impl<'de, A: SeqAccess<'de>> Items<'_, A, A::Error> {
    /// Consumes what the type has left.
    fn finish(mut self) -> Result<(), A::Error> {
        while !self.is_done {
            self.is_done = self.inner.next_element::<IgnoredAny>()?.is_none();
        }
        Ok(())
    }
}

impl<'de, A: SeqAccess<'de>> SeqAccess<'de> for Items<'_, A, A::Error> {
    type Error = Stop;

    fn next_element_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<Option<S::Value>, Stop> {
        let at = &Path::Item { parent: self.at, index: self.index };
        self.index += 1;
        let mut out = Err(Stop::Fatal);
        let read = self.inner.next_element_seed(Seed { seed, at, state: self.state, out: &mut out });
        self.is_done = matches!(read, Ok(None));
        match read {
            Ok(Some(())) => out.map(Some),
            Ok(None) => Ok(None),
            Err(error) => {
                self.fatal = Some(error);
                Err(Stop::Fatal)
            }
        }
    }

    fn next_element<T: Deserialize<'de>>(&mut self) -> Result<Option<T>, Stop> {
        loop {
            match self.next_element_seed(PhantomData) {
                Err(Stop::Mismatch(_)) => {}
                item => return item,
            }
        }
    }

    fn size_hint(&self) -> Option<usize> {
        self.inner.size_hint()
    }
}

/// The entries of an object. What is said of arrays goes for them, too; derived code asks for the fields of a struct by type.
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

/// What is to be read next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Next {
    Key,
    Value,
    /// The value of a field that is missing.
    #[cfg(feature = "server")]
    MissingValue,
    Nothing,
}

impl<'de, 'a, A: MapAccess<'de>> Entries<'a, 'de, A, A::Error> {
    fn new(inner: A, fields: Option<&'static [&'static str]>, at: &'a Path<'a>, state: &'a State) -> Self {
        let (seen, is_identifier) = (Seen::new(fields, state), Cell::new(false));
        Self { inner, at, state, fields, seen, is_identifier, key: Cow::Borrowed(""), next: Next::Key, fatal: None }
    }

    /// Consumes what the type has left.
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

    fn fail(&mut self, error: A::Error) -> Stop {
        self.fatal = Some(error);
        Stop::Fatal
    }

    /// The next key that counts.
    fn advance(&mut self) -> Result<bool, Stop> {
        loop {
            let Some(key) = self.inner.next_key_seed(KeySeed).map_err(|error| self.fail(error))? else {
                return Ok(self.advance_to_missing());
            };
            (self.key, self.next) = (key, Next::Value);
            if !self.seen.is_duplicate(&self.key) {
                return Ok(true);
            }
            if self.state.record_duplicate(&self.documented()) == Stop::Fatal {
                return Err(Stop::Fatal);
            }
            self.inner.next_value::<IgnoredAny>().map_err(|error| self.fail(error))?;
            self.next = Next::Key;
        }
    }

    fn advance_to_missing(&mut self) -> bool {
        self.next = Next::Nothing;
        #[cfg(feature = "server")]
        if self.state.policy == Policy::Collect
            && let Some(field) = self.seen.next_missing()
        {
            (self.key, self.next) = (Cow::Borrowed(field), Next::MissingValue);
            return true;
        }
        false
    }

    fn documented(&self) -> Path<'_> {
        let (is_identifier, is_typed) = (self.is_identifier.get(), Cell::new(true));
        Path::Key(Key { parent: self.at, name: &self.key, fields: self.fields, is_identifier, is_typed })
    }

    /// A value instead of one that does not match or is missing.
    fn replace<T: Deserialize<'de>>(&self) -> Result<T, Stop> {
        let absent = read_nothing(Source::Absent, self.state);
        #[cfg(feature = "server")]
        if absent.is_err() && self.state.policy == Policy::Collect {
            if self.next == Next::MissingValue && self.state.record_missing(&self.documented()) == Stop::Fatal {
                return Err(Stop::Fatal);
            }
            let stand_in = || string_enum::open(|| read_nothing(Source::StandIn, self.state));
            return self.state.stand_in(stand_in).unwrap_or(absent);
        }
        absent
    }
}

impl<'de, A: MapAccess<'de>> MapAccess<'de> for Entries<'_, 'de, A, A::Error> {
    type Error = Stop;

    fn next_key_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<Option<S::Value>, Stop> {
        if !self.advance()? {
            return Ok(None);
        }
        seed.deserialize(KeyDecoder { key: &self.key, is_identifier: &self.is_identifier }).map(Some)
    }

    fn next_value_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<S::Value, Stop> {
        if self.next != Next::Value {
            return Err(Stop::RECORDED);
        }
        self.next = Next::Key;
        let (is_identifier, is_typed) = (self.is_identifier.get(), Cell::new(false));
        let at = Path::Key(Key { parent: self.at, name: &self.key, fields: self.fields, is_identifier, is_typed });
        let mut out = Err(Stop::Fatal);
        let read = self.inner.next_value_seed(Seed { seed, at: &at, state: self.state, out: &mut out });
        if is_identifier && at.is_typed() {
            self.seen.mark_documented(&self.key);
        }
        match read {
            Ok(()) => out,
            Err(error) => Err(self.fail(error)),
        }
    }

    fn next_value<T: Deserialize<'de>>(&mut self) -> Result<T, Stop> {
        match self.next_value_seed(PhantomData) {
            Err(Stop::Mismatch(_)) => self.replace(),
            value => value,
        }
    }

    fn next_entry<K: Deserialize<'de>, V: Deserialize<'de>>(&mut self) -> Result<Option<(K, V)>, Stop> {
        while let Some(key) = self.next_key()? {
            match self.next_value_seed(PhantomData) {
                Err(Stop::Mismatch(_)) => {}
                value => return value.map(|value| Some((key, value))),
            }
        }
        Ok(None)
    }

    fn size_hint(&self) -> Option<usize> {
        self.inner.size_hint()
    }
}
