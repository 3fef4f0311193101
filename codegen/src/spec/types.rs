//! Fields, bodies and named types: whatever has a shape.

use std::fmt;
use std::marker::PhantomData;

use indexmap::IndexMap;
use schemars::JsonSchema;
use serde::de::value::MapAccessDeserializer;
use serde::de::{Error, MapAccess, Visitor};
use serde::{Deserialize, Deserializer};

use super::collect;

/// Fields by their wire name; a `?` behind the name makes the field optional.
pub type Fields = IndexMap<String, FieldSpec>;

/// A field or a parameter: its type alone, or a mapping that says more.
#[derive(Debug, Default, JsonSchema)]
#[schemars(with = "ShortOr<LongField>")]
pub struct FieldSpec {
    /// The type expression; `object` where there are `fields`, `string` where there are `values`.
    pub ty: Option<String>,
    /// What the field is for.
    pub description: Option<String>,
    /// What the service takes where the field is absent.
    pub default: Option<serde_yaml::Value>,
    /// The fields of a nested object, or of the objects of an array or a map.
    pub fields: Fields,
    /// The values of a string enum.
    pub values: Vec<ValueSpec>,
    /// The Rust name, where the wire name makes a poor one.
    pub rust: Option<String>,
}

/// The long form of a field.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(super) struct LongField {
    /// The type expression, such as `string`, `array of integer` or the name of a type.
    r#type: Option<String>,
    /// What the field is for.
    description: Option<String>,
    /// What the service takes where the field is absent.
    #[schemars(with = "serde_json::Value")]
    default: Option<serde_yaml::Value>,
    /// The fields of a nested object, or of the objects of an array or a map.
    #[serde(deserialize_with = "collect::non_empty_map")]
    fields: Fields,
    /// The values of a string enum.
    #[serde(deserialize_with = "collect::non_empty_list")]
    values: Vec<ValueSpec>,
    /// The Rust name, where the wire name makes a poor one.
    rust: Option<String>,
}

impl FromShort for FieldSpec {
    const EXPECTED: &'static str = "a type or a mapping with `type`";
    type Long = LongField;

    fn from_short(text: &str) -> Self {
        Self { ty: Some(text.to_owned()), ..Self::default() }
    }

    fn from_long(long: LongField) -> Self {
        let LongField { r#type, description, default, fields, values, rust } = long;
        Self { ty: r#type, description, default, fields, values, rust }
    }
}

/// One value of a string enum: the wire text alone, or a mapping that says more.
#[derive(Debug, Default, JsonSchema)]
#[schemars(with = "ShortOr<LongValue>")]
pub struct ValueSpec {
    /// The text on the wire.
    pub value: Option<String>,
    /// What the value stands for.
    pub description: Option<String>,
    /// The Rust name of the variant, where the text makes a poor one.
    pub rust: Option<String>,
}

/// The long form of an enum's value.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
#[schemars(extend("required" = ["value"]))]
pub(super) struct LongValue {
    /// The text on the wire.
    #[schemars(required)]
    value: Option<String>,
    /// What the value stands for.
    description: Option<String>,
    /// The Rust name of the variant, where the text makes a poor one.
    rust: Option<String>,
}

impl FromShort for ValueSpec {
    const EXPECTED: &'static str = "a text or a mapping with `value`";
    type Long = LongValue;

    fn from_short(text: &str) -> Self {
        Self { value: Some(text.to_owned()), ..Self::default() }
    }

    fn from_long(long: LongValue) -> Self {
        let LongValue { value, description, rust } = long;
        Self { value, description, rust }
    }
}

/// A body: a type, or the fields of an object.
///
/// A mapping that has `type`, and perhaps `description`, as texts and nothing else is a type. Every other mapping lists fields.
#[derive(Debug, JsonSchema)]
#[schemars(with = "BodySchema")]
pub enum BodySpec {
    /// A type expression.
    Type(String),
    /// A type expression in a mapping.
    LongType {
        /// The type expression.
        ty: String,
        /// What the body is for.
        description: Option<String>,
    },
    /// An object's fields.
    Fields(Fields),
}

/// The forms of a body.
#[derive(JsonSchema)]
#[schemars(untagged)]
#[allow(dead_code, reason = "only its schema is used")]
enum BodySchema {
    Short(String),
    Type(BodyType),
    Fields(Fields),
}

/// The type of a body, with what it is for.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
#[allow(dead_code, reason = "only its schema is used")]
struct BodyType {
    /// The type expression.
    r#type: String,
    /// What the body is for.
    description: Option<String>,
}

struct BodyVisitor;

impl<'de> Visitor<'de> for BodyVisitor {
    type Value = BodySpec;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a type or a mapping of fields")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<BodySpec, E> {
        Ok(BodySpec::Type(text.to_owned()))
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<BodySpec, A::Error> {
        let mut entries: IndexMap<String, BodyEntry> = collect::map_entries(map)?;
        let is_type = entries.contains_key("type")
            && entries
                .iter()
                .all(|(key, entry)| matches!(key.as_str(), "type" | "description") && entry.text().is_some());
        let mut take = |key| entries.shift_remove(key).and_then(BodyEntry::into_text);
        match is_type.then(|| take("type")).flatten() {
            Some(ty) => Ok(BodySpec::LongType { ty, description: take("description") }),
            None => Ok(BodySpec::Fields(entries.into_iter().map(|(key, entry)| (key, entry.into_field())).collect())),
        }
    }
}

impl<'de> Deserialize<'de> for BodySpec {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(BodyVisitor)
    }
}

/// What stands behind a key of a body: a text, which may be a type or what `description` says, or the long form of a field.
enum BodyEntry {
    Text(String),
    Field(Box<LongField>),
}

impl BodyEntry {
    fn text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            Self::Field(_) => None,
        }
    }

    fn into_text(self) -> Option<String> {
        match self {
            Self::Text(text) => Some(text),
            Self::Field(_) => None,
        }
    }

    fn into_field(self) -> FieldSpec {
        match self {
            Self::Text(text) => FieldSpec::from_short(&text),
            Self::Field(long) => FieldSpec::from_long(*long),
        }
    }
}

impl FromShort for BodyEntry {
    const EXPECTED: &'static str = FieldSpec::EXPECTED;
    type Long = LongField;

    fn from_short(text: &str) -> Self {
        Self::Text(text.to_owned())
    }

    fn from_long(long: LongField) -> Self {
        Self::Field(Box::new(long))
    }
}

/// A named type: an object with `fields`, or a string enum with `values`.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
#[schemars(extend("required" = ["description"]))]
pub struct TypeSpec {
    /// What the type stands for.
    #[schemars(required)]
    pub description: Option<String>,
    /// The fields of an object.
    #[serde(deserialize_with = "collect::non_empty_map")]
    pub fields: Fields,
    /// The values of a string enum.
    #[serde(deserialize_with = "collect::non_empty_list")]
    pub values: Vec<ValueSpec>,
    /// Why the fields or the values are believed in, where no documentation page lists them.
    #[serde(deserialize_with = "collect::list")]
    pub evidence: Vec<EvidenceSpec>,
}

/// Fields or values that the documentation does not list, and how we know of them.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
#[schemars(extend("required" = ["because"]))]
pub struct EvidenceSpec {
    /// The fields with their types, in the words of the type's own `fields`.
    #[serde(deserialize_with = "collect::map")]
    pub fields: IndexMap<String, String>,
    /// The values of a string enum, in the order of the type's own `values`.
    #[serde(deserialize_with = "collect::list")]
    pub values: Vec<String>,
    /// Who reads or answers them.
    #[schemars(required)]
    pub because: Option<String>,
}

/// What can be written as a text or as a mapping.
pub(super) trait FromShort: Sized {
    /// What a message says was expected.
    const EXPECTED: &'static str;
    /// The mapping.
    type Long: for<'de> Deserialize<'de>;

    fn from_short(text: &str) -> Self;
    fn from_long(long: Self::Long) -> Self;
}

/// The JSON Schema of a [`FromShort`] type.
#[derive(JsonSchema)]
#[schemars(untagged)]
#[allow(dead_code, reason = "only its schema is used")]
pub(super) enum ShortOr<L> {
    Short(String),
    Long(L),
}

struct ShortOrLong<T>(PhantomData<T>);

impl<'de, T: FromShort> Visitor<'de> for ShortOrLong<T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(T::EXPECTED)
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<T, E> {
        Ok(T::from_short(text))
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<T, A::Error> {
        T::Long::deserialize(MapAccessDeserializer::new(map)).map(T::from_long)
    }
}

pub(super) fn short_or_long<'de, T: FromShort, D: Deserializer<'de>>(deserializer: D) -> Result<T, D::Error> {
    deserializer.deserialize_any(ShortOrLong(PhantomData))
}

macro_rules! deserialize_short_or_long {
    ($($name:ty),*) => {
        $(impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                short_or_long(deserializer)
            }
        })*
    };
}
pub(super) use deserialize_short_or_long;

deserialize_short_or_long!(FieldSpec, ValueSpec, BodyEntry);
