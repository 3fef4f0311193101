//! Schemas: named types become components, those written inline stay inline.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use crate::ident::RustIdent;
use crate::ir::{Api, Enum, Field, Home, Object, Presence, Type, TypeDef, TypeId, TypeKind, Variant};

/// The component for the body of every error.
pub const ERROR: &str = "ErrorResponse";

/// The field of an error's body that lists what is wrong with a request.
const DETAILS: &str = "details";

/// The components: every type that the spec names, and the body of errors.
pub fn components(api: &Api) -> Value {
    let mut components = Map::new();
    for def in &api.types {
        if let Some(name) = component_name(def) {
            components.insert(name, definition(def, api));
        }
    }
    let paths: Vec<&[String]> = api.message_fields.iter().map(Vec::as_slice).collect();
    let mut properties = messages(&paths);
    // Servers leave their own details out where a message has that place.
    let is_taken = paths.first().and_then(|path| path.first()).is_some_and(|first| first == DETAILS);
    match properties.remove(DETAILS) {
        Some(message) if is_taken => properties.insert(DETAILS.to_owned(), message),
        Some(message) => properties.insert(DETAILS.to_owned(), json!({ "anyOf": [message, details()] })),
        None => properties.insert(DETAILS.to_owned(), details()),
    };
    let error = json!({ "type": "object", "description": "What an error says of itself.", "properties": properties });
    components.insert(ERROR.to_owned(), error);
    Value::Object(components)
}

/// The fields that lie on the paths to a message.
fn messages(paths: &[&[String]]) -> Map<String, Value> {
    let mut properties = Map::new();
    for path in paths {
        let Some((name, _)) = path.split_first() else { continue };
        let below = paths.iter().filter_map(|path| path.split_first()).filter(|(first, _)| *first == name);
        let (ends, inner): (Vec<&[String]>, Vec<&[String]>) =
            below.map(|(_, rest)| rest).partition(|rest| rest.is_empty());
        let text = json!({ "type": "string", "description": "What went wrong." });
        let object = || json!({ "type": "object", "properties": messages(&inner) });
        let schema = match (ends.is_empty(), inner.is_empty()) {
            (_, true) => text,
            (true, false) => object(),
            (false, false) => json!({ "anyOf": [text, object()] }),
        };
        properties.insert(name.clone(), schema);
    }
    properties
}

/// What a server that refuses a request by itself says of each fault.
fn details() -> Value {
    let fault = json!({
        "type": "object",
        "properties": {
            "in": { "type": "string", "enum": ["path", "query", "body"], "description": "The part of the request." },
            "path": { "type": "string", "description": "The place in it; empty for all of it." },
            "problem": { "type": "string", "description": "What is wrong there." },
        },
    });
    json!({ "type": "array", "items": fault, "description": "Where a request is not as it has to be." })
}

/// The name of a type's component: shared types go by their own name, those of a page have its namespace before it.
fn component_name(def: &TypeDef) -> Option<String> {
    let name = def.spec_name.as_ref()?;
    Some(match &def.home {
        Home::Shared => name.clone(),
        Home::Namespace(modules) => {
            let modules: Vec<&str> = modules.iter().map(RustIdent::bare).collect();
            format!("{}.{name}", modules.join("."))
        }
    })
}

/// The schema of a type.
pub fn schema(of: &Type, api: &Api) -> Value {
    match of {
        Type::String => json!({ "type": "string" }),
        Type::Integer => json!({ "type": "integer", "format": "int64", "minimum": i64::MIN, "maximum": i64::MAX }),
        Type::Number => json!({ "type": "number", "format": "double" }),
        Type::Boolean => json!({ "type": "boolean" }),
        Type::Secret => json!({ "type": "string", "format": "password" }),
        Type::DateTime => json!({ "type": "string", "format": "date-time" }),
        Type::Json => json!({}),
        Type::Object => json!({ "type": "object" }),
        Type::Array(of) => json!({ "type": "array", "items": schema(of, api) }),
        Type::Map(of) => json!({ "type": "object", "additionalProperties": schema(of, api) }),
        Type::Named(id) => named(*id, api),
    }
}

/// The schema of a path parameter. A value that changes the path cannot be sent: an empty one, and what URLs take for a way
/// up or nowhere.
pub fn in_path(of: &Type, api: &Api) -> Value {
    let mut schema = schema(of, api);
    match of {
        Type::String | Type::Secret => {
            if let Some(fields) = schema.as_object_mut() {
                fields.insert("minLength".to_owned(), json!(1));
                fields.insert("not".to_owned(), json!({ "enum": [".", ".."] }));
            }
        }
        Type::Integer
        | Type::Number
        | Type::Boolean
        | Type::DateTime
        | Type::Json
        | Type::Object
        | Type::Array(_)
        | Type::Map(_)
        | Type::Named(_) => {}
    }
    schema
}

fn named(id: TypeId, api: &Api) -> Value {
    let Some(def) = api.type_def(id) else { return json!({}) };
    match component_name(def) {
        Some(name) => json!({ "$ref": format!("#/components/schemas/{name}") }),
        None => definition(def, api),
    }
}

fn definition(def: &TypeDef, api: &Api) -> Value {
    match &def.kind {
        TypeKind::Enum(known) => {
            let listed = listed(known);
            if def.usage.answer {
                // A service may answer what nobody has documented yet.
                json!({ "anyOf": [listed, { "type": "string" }], "description": def.description })
            } else {
                described(listed, Some(&def.description), None)
            }
        }
        TypeKind::Object(object) => {
            let ambiguous = ambiguous_names(object);
            let properties = object.fields.iter().map(|field| {
                let mut property = property(field, def, api);
                if ambiguous.contains(&in_words(field)) {
                    property = titled(property, title(field, api));
                }
                (field.wire.clone(), property)
            });
            let properties: Map<String, Value> = properties.collect();
            let mut schema = json!({ "type": "object", "description": def.description, "properties": properties });
            let required: Vec<&str> =
                object.fields.iter().filter(|field| is_required(field, def)).map(|field| field.wire.as_str()).collect();
            if let (false, Some(schema)) = (required.is_empty(), schema.as_object_mut()) {
                schema.insert("required".to_owned(), json!(required));
            }
            schema
        }
    }
}

/// Returns the schema of the values of an enum. Values that make no name, such as `>=`, get theirs from an extension that
/// several generators know.
fn listed(known: &Enum) -> Value {
    let values: Vec<&str> = known.variants.iter().map(|variant| variant.wire.as_str()).collect();
    let mut schema = json!({ "type": "string", "enum": values });
    let is_named = |variant: &Variant| variant.name != RustIdent::pascal(&variant.wire);
    if let (true, Some(schema)) = (known.variants.iter().any(is_named), schema.as_object_mut()) {
        let names: Vec<&str> = known.variants.iter().map(|variant| variant.name.bare()).collect();
        schema.insert("x-enum-varnames".to_owned(), json!(names));
    }
    schema
}

/// The schema of a field with its meaning and its default. Null in a field that may be absent is the same as its absence.
fn property(field: &Field, def: &TypeDef, api: &Api) -> Value {
    let schema = described(schema(&field.of, api), field.description.as_deref(), field.presence.default());
    if is_required(field, def) { schema } else { nullable(schema) }
}

/// What the service sends may lack any field; see the crate's own types. What has a default may be left out, whatever the
/// documentation calls it.
fn is_required(field: &Field, def: &TypeDef) -> bool {
    field.presence == Presence::Required && !def.usage.answer
}

/// Returns the name of a field in words, which is what generators make their own names from.
fn in_words(field: &Field) -> RustIdent {
    RustIdent::snake(&field.wire)
}

/// Returns the words that more than one field of an object has for its name, such as those of `due` and `_due`.
fn ambiguous_names(object: &Object) -> BTreeSet<RustIdent> {
    let mut seen = BTreeSet::new();
    object.fields.iter().map(in_words).filter(|words| !seen.insert(words.clone())).collect()
}

/// Returns a name that tells a field from its namesakes. Generators name the type of a field after its title, if it has one,
/// so a type that is written inline gives its own name, which is unique.
fn title(field: &Field, api: &Api) -> String {
    let inline = match &field.of {
        Type::Named(id) => api.type_def(*id).filter(|def| def.spec_name.is_none()),
        Type::String
        | Type::Integer
        | Type::Number
        | Type::Boolean
        | Type::Secret
        | Type::DateTime
        | Type::Json
        | Type::Object
        | Type::Array(_)
        | Type::Map(_) => None,
    };
    inline.map_or_else(|| RustIdent::pascal(field.name.bare()), |def| def.name.clone()).bare().to_owned()
}

fn titled(schema: Value, title: String) -> Value {
    let mut outer = extended(schema);
    outer.insert("title".to_owned(), Value::String(title));
    Value::Object(outer)
}

/// Returns a schema that takes null as well.
///
/// `nullable` counts only beside the `type` that it extends, and a reference inside of an `allOf` still rejects null, so
/// that null is an alternative of its own wherever there is no `type`.
fn nullable(schema: Value) -> Value {
    let mut outer = extended(schema);
    if outer.contains_key("type") {
        if let Some(Value::Array(values)) = outer.get_mut("enum") {
            values.push(Value::Null);
        }
        outer.insert("nullable".to_owned(), json!(true));
    } else if let Some(Value::Array(mut alternatives)) = outer.remove("allOf").or_else(|| outer.remove("anyOf")) {
        alternatives.push(json!({ "type": "object", "nullable": true, "enum": [null] }));
        outer.insert("anyOf".to_owned(), Value::Array(alternatives));
    }
    // A schema without any of these takes null already.
    Value::Object(outer)
}

/// The fields of a schema to which more is to be added. Beside a reference nothing else counts, so it goes into an `allOf`.
fn extended(schema: Value) -> Map<String, Value> {
    match schema {
        Value::Object(fields) if !fields.contains_key("$ref") => fields,
        reference => Map::from_iter([("allOf".to_owned(), json!([reference]))]),
    }
}

/// A schema with more said about it.
pub fn described(schema: Value, description: Option<&str>, default: Option<&Value>) -> Value {
    if description.is_none() && default.is_none() {
        return schema;
    }
    let mut outer = extended(schema);
    if let Some(description) = description {
        outer.insert("description".to_owned(), json!(description));
    }
    if let Some(default) = default {
        outer.insert("default".to_owned(), default.clone());
    }
    Value::Object(outer)
}
