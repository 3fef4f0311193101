//! Finds the message in the body of an error response, without parsing the whole body into a tree.

#[cfg(test)]
mod tests;

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};

/// The names of the fields that lead to a message, starting at the outermost object.
pub(super) type FieldPath<'p> = &'p [&'p str];

/// Returns the string at the first of `paths` that leads to one. The order of the fields in the body does not matter.
///
/// If a field occurs more than once, its last string counts. A message before a syntax error, or before the end of a
/// truncated body, is found as well.
pub(super) fn find(body: &[u8], paths: &[FieldPath<'_>]) -> Option<String> {
    let mut best = None;
    let mut reader = serde_json::Deserializer::from_slice(body);
    // A syntax error ends the search. A message that was found before is still useful.
    let _ = Value { paths, prefix: &[], best: &mut best }.deserialize(&mut reader);
    best.map(|Candidate { message, rank: _ }| message)
}

/// The best message so far.
struct Candidate {
    /// The index of its path.
    rank: usize,
    message: String,
}

/// Visits the value at `prefix`.
struct Value<'a, 'p> {
    paths: &'a [FieldPath<'p>],
    prefix: FieldPath<'p>,
    best: &'a mut Option<Candidate>,
}

impl<'de> DeserializeSeed<'de> for Value<'_, '_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

macro_rules! ignore {
    ($($method:ident $type:ty)*) => {
        $(fn $method<E>(self, _: $type) -> Result<(), E> {
            Ok(())
        })*
    };
}

impl<'de> Visitor<'de> for Value<'_, '_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any JSON")
    }

    fn visit_str<E>(self, message: &str) -> Result<(), E> {
        if let Some(rank) = self.paths.iter().position(|path| *path == self.prefix)
            && self.best.as_ref().is_none_or(|best| rank <= best.rank)
        {
            *self.best = Some(Candidate { rank, message: message.to_owned() });
        }
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let Self { paths, prefix, best } = self;
        while let Some(field) = map.next_key_seed(Field { paths, prefix })? {
            match field {
                Some(prefix) => map.next_value_seed(Value { paths, prefix, best: &mut *best })?,
                None => map.next_value::<IgnoredAny>().map(drop)?,
            }
        }
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, items: A) -> Result<(), A::Error> {
        IgnoredAny.visit_seq(items).map(drop)
    }

    ignore! { visit_bool bool visit_i64 i64 visit_u64 u64 visit_f64 f64 }

    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }
}

/// Visits the name of a field of the object at `prefix`. Returns the prefix of the field, or `None` if no path leads there.
struct Field<'a, 'p> {
    paths: &'a [FieldPath<'p>],
    prefix: FieldPath<'p>,
}

impl<'de, 'p> DeserializeSeed<'de> for Field<'_, 'p> {
    type Value = Option<FieldPath<'p>>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl<'p> Visitor<'_> for Field<'_, 'p> {
    type Value = Option<FieldPath<'p>>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the name of a field")
    }

    fn visit_str<E>(self, name: &str) -> Result<Self::Value, E> {
        let depth = self.prefix.len();
        let leads_on = |path: &&FieldPath<'p>| path.starts_with(self.prefix) && path.get(depth) == Some(&name);
        Ok(self.paths.iter().find(leads_on).and_then(|path| path.get(..=depth)))
    }
}
