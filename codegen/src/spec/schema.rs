//! `spec/schema.json`: the format as JSON Schema, for editors.

use schemars::generate::SchemaSettings;
use serde_json::{Value, json};

use super::api::ApiFile;
use super::page::PageFile;

/// The JSON Schema of both kinds of spec files.
pub fn json_schema() -> Value {
    let mut generator = SchemaSettings::draft07().into_generator();
    let api = generator.subschema_for::<ApiFile>();
    let page = generator.subschema_for::<PageFile>();
    json!({
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": "routegen spec file",
        "description": "Written by `cargo xtask gen` from codegen/src/spec; do not edit.",
        "if": { "required": ["namespace"] },
        "then": page,
        "else": api,
        "definitions": generator.take_definitions(true),
    })
}
