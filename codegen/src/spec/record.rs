//! The metadata of a struct of the format: its keys and its JSON Schema.

use serde_json::{Map, Value, json};

use super::path::Cursor;
use super::report::Reporter;

/// A struct whose fields are the keys of a mapping. The macro `record!` implements it.
pub(super) trait Record: Default {
    /// The name of the struct.
    const NAME: &'static str;
    /// The lines of its doc comment.
    const DOC: &'static [&'static str];
    /// The keys, in the order of the fields.
    const KEYS: &'static [KeyInfo];
    /// The short form, if a string can stand for the mapping.
    const STRING_FORM: Option<StringForm> = None;

    /// Decodes the value of a field.
    fn set(&mut self, field: &str, value: serde_yaml::Value, at: &Cursor<'_>, reporter: &mut Reporter);

    /// Returns the struct that a string stands for, or the string if there is no short form.
    fn from_string(text: String) -> Result<Self, String> {
        Err(text)
    }

    /// Returns the JSON Schema of each key.
    fn key_schemas(definitions: &mut Definitions) -> Vec<Value>;
}

/// The short form of a mapping.
#[derive(Debug, Clone, Copy)]
pub(super) struct StringForm {
    /// The meaning of the string.
    pub kind: StringKind,
    /// The description of both forms in messages.
    pub expected: &'static str,
}

/// The meaning of a string that stands for a mapping.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum StringKind {
    /// The name of a type, or an expression of several.
    Type,
    /// Any string, even one that looks like a number or a boolean.
    Text,
}

/// A key of a mapping.
#[derive(Debug)]
pub(super) struct KeyInfo {
    /// The name of the struct's field.
    pub field: &'static str,
    /// The lines of its doc comment.
    pub doc: &'static [&'static str],
    /// Its other properties.
    pub flags: &'static [Flag],
}

/// A property of a key.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Flag {
    /// The key, if it differs from the name of the field.
    Key(&'static str),
    /// The key must be present. `check` reports a missing key, because its help depends on the context.
    Required,
    /// The list or the mapping must not be empty.
    NonEmpty,
}

impl KeyInfo {
    /// Returns the key as it is written.
    pub(super) fn name(&self) -> &'static str {
        let renamed = self.flags.iter().find_map(|flag| match flag {
            Flag::Key(name) => Some(*name),
            Flag::Required | Flag::NonEmpty => None,
        });
        renamed.unwrap_or(self.field)
    }

    pub(super) fn is_required(&self) -> bool {
        self.flags.contains(&Flag::Required)
    }

    pub(super) fn is_non_empty(&self) -> bool {
        self.flags.contains(&Flag::NonEmpty)
    }
}

/// The JSON Schemas that are referenced by name.
#[derive(Debug, Default)]
pub(super) struct Definitions(Map<String, Value>);

impl Definitions {
    /// Returns a reference to the schema of a struct.
    pub(super) fn reference<T: Record>(&mut self) -> Value {
        self.define(T::NAME, |definitions| {
            let mut schema = object::<T>(definitions);
            if T::STRING_FORM.is_some() {
                schema = json!({ "anyOf": [{ "type": "string" }, schema] });
            }
            describe(schema, T::DOC)
        })
    }

    /// Returns a reference to a schema. Creates the schema unless it exists.
    pub(super) fn define(&mut self, name: &str, create: impl FnOnce(&mut Self) -> Value) -> Value {
        if !self.0.contains_key(name) {
            // A schema may refer to itself.
            self.0.insert(name.to_owned(), Value::Null);
            let schema = create(self);
            self.0.insert(name.to_owned(), schema);
        }
        json!({ "$ref": format!("#/definitions/{name}") })
    }

    pub(super) fn into_json(self) -> Value {
        Value::Object(self.0)
    }
}

fn object<T: Record>(definitions: &mut Definitions) -> Value {
    let schemas = T::key_schemas(definitions);
    let properties = T::KEYS.iter().zip(schemas).map(|(key, mut schema)| {
        if key.is_non_empty()
            && let Value::Object(schema) = &mut schema
        {
            let is_list = schema.get("type") == Some(&json!("array"));
            schema.insert(if is_list { "minItems" } else { "minProperties" }.to_owned(), json!(1));
        }
        (key.name().to_owned(), describe(schema, key.doc))
    });
    let properties: Map<String, Value> = properties.collect();
    let mut schema = json!({ "type": "object", "properties": properties, "additionalProperties": false });
    let required: Vec<&str> = T::KEYS.iter().filter(|key| key.is_required()).map(KeyInfo::name).collect();
    if let (false, Value::Object(schema)) = (required.is_empty(), &mut schema) {
        schema.insert("required".to_owned(), json!(required));
    }
    schema
}

/// Adds a description to a schema. Draft 07 ignores keys next to `$ref`.
pub(super) fn describe(schema: Value, doc: &[&str]) -> Value {
    let mut schema = match schema {
        Value::Object(schema) if !schema.contains_key("$ref") => schema,
        other => Map::from_iter([("allOf".to_owned(), json!([other]))]),
    };
    schema.insert("description".to_owned(), json!(paragraphs(doc)));
    Value::Object(schema)
}

/// Joins the lines of a doc comment to paragraphs.
fn paragraphs(doc: &[&str]) -> String {
    let mut text = String::new();
    for line in doc.iter().map(|line| line.trim()) {
        match line {
            "" => text.push_str("\n\n"),
            line => {
                if !text.is_empty() && !text.ends_with('\n') {
                    text.push(' ');
                }
                text.push_str(line);
            }
        }
    }
    text
}
