//! Schemas of an OpenAPI 3.0 document as JSON Schema, so that a validator can check values against them.

use jsonschema::{Draft, Validator};
use serde_json::{Map, Value, json};

/// Returns a validator for a schema of an OpenAPI document, references into its components included.
///
/// # Errors
/// Returns the reason why the schema is invalid.
pub fn validator(document: &Value, schema: &Value) -> Result<Validator, String> {
    let mut schema = without_nullable(schema);
    if let Some(schema) = schema.as_object_mut() {
        schema.insert("components".to_owned(), without_nullable(&document["components"]));
    }
    // OpenAPI 3.0 extends a subset of Wright draft 00, which is draft 5 under another name and validates like draft 4.
    jsonschema::options().with_draft(Draft::Draft4).build(&schema).map_err(|error| error.to_string())
}

/// Writes `nullable` as the JSON Schema that it stands for. OpenAPI 3.0.3 gives it a meaning beside `type` only.
fn without_nullable(schema: &Value) -> Value {
    match schema {
        Value::Object(entries) => {
            let mut rewritten: Map<String, Value> =
                entries.iter().map(|(key, value)| (key.clone(), without_nullable(value))).collect();
            if rewritten.get("nullable") == Some(&Value::Bool(true))
                && let Some(ty @ Value::String(_)) = rewritten.get_mut("type")
            {
                *ty = json!([&*ty, "null"]);
            }
            Value::Object(rewritten)
        }
        Value::Array(items) => items.iter().map(without_nullable).collect(),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => schema.clone(),
    }
}
