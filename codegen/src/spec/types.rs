//! Fields, bodies and named types.

use indexmap::IndexMap;
use serde_yaml::Value;

use super::declare::record;
use super::decode::{self, Decode, decode};
use super::path::Cursor;
use super::record::{Definitions, describe};
use super::report::Reporter;

/// Fields by their wire names. A `?` after the name makes the field optional.
pub type Fields = IndexMap<String, FieldSpec>;

record! {
    /// A field or a parameter: its type, or a mapping.
    #[string_form(ty, Type, "a type or a mapping with `type`")]
    pub struct FieldSpec {
        /// The type expression, such as `string`, `array of integer` or the name of a type. The default is `object` if there
        /// are `fields`, and `string` if there are `values`.
        #[yaml(key = "type")]
        pub ty: Option<String>,
        /// The purpose of the field.
        pub description: Option<String>,
        /// The value that the service assumes if the field is absent.
        pub default: Option<Value>,
        /// The fields of a nested object, or of the objects in an array or a map.
        #[yaml(non_empty)]
        pub fields: Fields,
        /// The values of a string enum.
        #[yaml(non_empty)]
        pub values: Vec<ValueSpec>,
        /// The Rust name, if the wire name is unsuitable.
        pub rust: Option<String>,
    }
}

record! {
    /// A value of a string enum: the string on the wire, or a mapping.
    #[string_form(value, Text, "a string or a mapping with `value`")]
    pub struct ValueSpec {
        /// The string on the wire.
        #[yaml(required)]
        pub value: Option<String>,
        /// The meaning of the value.
        pub description: Option<String>,
        /// The Rust name of the variant, if the string is unsuitable.
        pub rust: Option<String>,
    }
}

record! {
    /// A named type: an object with `fields`, or a string enum with `values`.
    pub struct TypeSpec {
        /// What the type represents.
        #[yaml(required)]
        pub description: Option<String>,
        /// The fields of an object.
        #[yaml(non_empty)]
        pub fields: Fields,
        /// The values of a string enum.
        #[yaml(non_empty)]
        pub values: Vec<ValueSpec>,
        /// The evidence for fields or values that no documentation page lists.
        pub evidence: Vec<EvidenceSpec>,
    }
}

record! {
    /// Evidence for fields or values that the documentation does not list.
    pub struct EvidenceSpec {
        /// The fields with their types, written as in the `fields` of the type.
        pub fields: IndexMap<String, String>,
        /// The values of a string enum, in the order of the `values` of the type.
        pub values: Vec<String>,
        /// The source of the evidence: who reads or sends them.
        #[yaml(required)]
        pub because: Option<String>,
    }
}

/// A body: a type, or the fields of an object.
///
/// A mapping with only the key `type`, and optionally `description`, is a type if both are strings. Every other mapping
/// lists fields.
#[derive(Debug)]
pub enum BodySpec {
    /// A type expression.
    Type(String),
    /// A type expression in a mapping.
    LongType {
        /// The type expression.
        ty: String,
        /// The purpose of the body.
        description: Option<String>,
    },
    /// The fields of an object.
    Fields(Fields),
}

impl Decode for BodySpec {
    fn expected() -> String {
        "a type or a mapping of fields".to_owned()
    }

    fn from_yaml(value: Value, at: &Cursor<'_>, reporter: &mut Reporter) -> Option<Self> {
        match value {
            Value::String(ty) => Some(Self::Type(ty)),
            Value::Mapping(mut mapping) => {
                let is_type = mapping.contains_key("type")
                    && mapping
                        .iter()
                        .all(|(key, value)| matches!(key.as_str(), Some("type" | "description")) && value.is_string());
                let mut take = |key| mapping.remove(key).and_then(|value| decode(value, &at.child(key), reporter));
                match is_type.then(|| take("type")).flatten() {
                    Some(ty) => Some(Self::LongType { ty, description: take("description") }),
                    None => Fields::from_yaml(Value::Mapping(mapping), at, reporter).map(Self::Fields),
                }
            }
            other => decode::mismatch(&other, None, at, reporter),
        }
    }

    fn schema(definitions: &mut Definitions) -> serde_json::Value {
        definitions.define("BodySpec", |definitions| {
            let string = String::schema(definitions);
            let long_type = serde_json::json!({
                "type": "object",
                "properties": {
                    "type": describe(string.clone(), &["The type expression."]),
                    "description": describe(string.clone(), &["The purpose of the body."]),
                },
                "required": ["type"],
                "additionalProperties": false,
            });
            let forms = serde_json::json!({ "anyOf": [string, long_type, Fields::schema(definitions)] });
            describe(
                forms,
                &[
                    "A body: a type, or the fields of an object.",
                    "",
                    "A mapping with only the key `type`, and optionally `description`, is a type if both are strings.",
                    "Every other mapping lists fields.",
                ],
            )
        })
    }
}
