//! Schemas: named types become components, inline types stay inline.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use crate::ident::RustIdent;
use crate::ir::{Api, Enum, Field, Module, Object, Presence, Scalar, Type, TypeDef, TypeId, TypeKind, Variant};

/// The component for the body of errors.
pub const ERROR: &str = "ErrorResponse";

/// The field of an error that lists what is invalid in a request.
const DETAILS: &str = "details";

/// Emits the components: all named types, and the body of errors.
pub fn components(api: &Api) -> Value {
    let mut components = Map::new();
    for def in &api.types {
        if let Some(name) = component_name(def) {
            components.insert(name, definition(def, api));
        }
    }
    let paths: Vec<&[String]> = api.message_fields.iter().map(Vec::as_slice).collect();
    let mut properties = messages(&paths);
    // Servers omit their details if the message is there.
    let is_taken = paths.first().and_then(|path| path.first()).is_some_and(|first| first == DETAILS);
    match properties.remove(DETAILS) {
        Some(message) if is_taken => properties.insert(DETAILS.to_owned(), message),
        Some(message) => properties.insert(DETAILS.to_owned(), json!({ "anyOf": [message, details()] })),
        None => properties.insert(DETAILS.to_owned(), details()),
    };
    let error = json!({ "type": "object", "description": "The body of an error.", "properties": properties });
    components.insert(ERROR.to_owned(), error);
    Value::Object(components)
}

/// Returns the properties on the paths to a message.
fn messages(paths: &[&[String]]) -> Map<String, Value> {
    let mut properties = Map::new();
    for path in paths {
        let Some((name, _)) = path.split_first() else { continue };
        let with_name = paths.iter().filter_map(|path| path.split_first()).filter(|(first, _)| *first == name);
        let (ends, inner): (Vec<&[String]>, Vec<&[String]>) =
            with_name.map(|(_, rest)| rest).partition(|rest| rest.is_empty());
        let string = json!({ "type": "string", "description": "The error message." });
        let object = || json!({ "type": "object", "properties": messages(&inner) });
        let schema = match (ends.is_empty(), inner.is_empty()) {
            (_, true) => string,
            (true, false) => object(),
            (false, false) => json!({ "anyOf": [string, object()] }),
        };
        properties.insert(name.clone(), schema);
    }
    properties
}

/// Returns the schema of the list of errors in an invalid request, which generated servers send.
fn details() -> Value {
    let error = json!({
        "type": "object",
        "properties": {
            "in": { "type": "string", "enum": ["path", "query", "body"], "description": "The part of the request." },
            "path": { "type": "string", "description": "The path to the value in that part; empty for the whole part." },
            "problem": { "type": "string", "description": "The error in that value." },
        },
    });
    json!({ "type": "array", "items": error, "description": "The errors in an invalid request." })
}

/// Returns the name of a type's component: the name of a shared type, or the name with the namespace of its page.
fn component_name(def: &TypeDef) -> Option<String> {
    let name = def.spec_name.as_ref()?;
    Some(match &def.module {
        Module::Shared => name.clone(),
        Module::Namespace(modules) => {
            let modules: Vec<&str> = modules.iter().map(RustIdent::as_unescaped).collect();
            format!("{}.{name}", modules.join("."))
        }
    })
}

/// Returns the schema of a type.
pub fn schema(ty: &Type, api: &Api) -> Value {
    match ty {
        Type::Scalar(scalar) => scalar_schema(*scalar),
        Type::Json => json!({}),
        Type::Object => json!({ "type": "object" }),
        Type::Array(ty) => json!({ "type": "array", "items": schema(ty, api) }),
        Type::Map(ty) => json!({ "type": "object", "additionalProperties": schema(ty, api) }),
        Type::Named(id) => named(*id, api),
    }
}

fn scalar_schema(scalar: Scalar) -> Value {
    match scalar {
        Scalar::String => json!({ "type": "string" }),
        Scalar::Integer => json!({ "type": "integer", "format": "int64", "minimum": i64::MIN, "maximum": i64::MAX }),
        Scalar::Number => json!({ "type": "number", "format": "double" }),
        Scalar::Boolean => json!({ "type": "boolean" }),
        Scalar::Secret => json!({ "type": "string", "format": "password" }),
        Scalar::DateTime => json!({ "type": "string", "format": "date-time" }),
    }
}

/// Returns the schema of a path parameter. It excludes the strings that would change the path: the empty string, `.` and
/// `..`.
pub fn path_parameter_schema(ty: &Type, api: &Api) -> Value {
    let mut schema = schema(ty, api);
    if let (true, Some(fields)) = (ty.is_string(), schema.as_object_mut()) {
        fields.insert("minLength".to_owned(), json!(1));
        fields.insert("not".to_owned(), json!({ "enum": [".", ".."] }));
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
            if def.usage.response {
                // Responses may contain undocumented values.
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
                (field.wire_name.clone(), property)
            });
            let properties: Map<String, Value> = properties.collect();
            let mut schema = json!({ "type": "object", "description": def.description, "properties": properties });
            let required: Vec<&str> = object
                .fields
                .iter()
                .filter(|field| is_required(field, def))
                .map(|field| field.wire_name.as_str())
                .collect();
            if let (false, Some(schema)) = (required.is_empty(), schema.as_object_mut()) {
                schema.insert("required".to_owned(), json!(required));
            }
            schema
        }
    }
}

/// Returns the schema of the values of an enum. An extension that several generators support has the names of values that
/// are not names themselves, such as `>=`.
fn listed(known: &Enum) -> Value {
    let values: Vec<&str> = known.variants.iter().map(|variant| variant.wire_name.as_str()).collect();
    let mut schema = json!({ "type": "string", "enum": values });
    let is_named = |variant: &Variant| variant.name != RustIdent::upper_camel(&variant.wire_name);
    if let (true, Some(schema)) = (known.variants.iter().any(is_named), schema.as_object_mut()) {
        let names: Vec<&str> = known.variants.iter().map(|variant| variant.name.as_unescaped()).collect();
        schema.insert("x-enum-varnames".to_owned(), json!(names));
    }
    schema
}

/// Returns the schema of a field. An optional field may also be null, which means that it is absent.
fn property(field: &Field, def: &TypeDef, api: &Api) -> Value {
    let Field { wire_name: _, name: _, ty, presence, storage: _, description } = field;
    let schema = described(schema(ty, api), description.as_deref(), presence.default());
    if is_required(field, def) { schema } else { nullable(schema) }
}

/// Returns `true` for a field that must be present. Every field of a response may be absent, as in the Rust types. A field
/// with a default may be omitted even if the documentation calls it required.
fn is_required(field: &Field, def: &TypeDef) -> bool {
    field.presence == Presence::Required && !def.usage.response
}

/// Returns the words of a field's name, from which generators derive names.
fn in_words(field: &Field) -> RustIdent {
    RustIdent::snake(&field.wire_name)
}

/// Returns the words that several fields of an object have in common, as `due` and `_due` do.
fn ambiguous_names(object: &Object) -> BTreeSet<RustIdent> {
    let mut seen = BTreeSet::new();
    object.fields.iter().map(in_words).filter(|words| !seen.insert(words.clone())).collect()
}

/// Returns a title that distinguishes a field from others with the same words. Generators name the type of a field after its
/// title, so a type that is written inline provides its own name, which is unique.
fn title(field: &Field, api: &Api) -> String {
    let inline = field.ty.named().and_then(|id| api.type_def(id)).filter(|def| def.spec_name.is_none());
    let name = inline.map_or_else(|| RustIdent::upper_camel(field.name.as_unescaped()), |def| def.name.clone());
    name.as_unescaped().to_owned()
}

fn titled(schema: Value, title: String) -> Value {
    let mut outer = extended(schema);
    outer.insert("title".to_owned(), Value::String(title));
    Value::Object(outer)
}

/// Returns a schema that also accepts null.
///
/// `nullable` has an effect only next to `type`, and a reference in an `allOf` still rejects null. A schema without `type`
/// therefore gets null as an alternative.
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
    // A schema without any of these accepts null already.
    Value::Object(outer)
}

/// Returns the fields of a schema that can be extended. Fields next to a reference are ignored, so a reference is wrapped in
/// an `allOf`.
fn extended(schema: Value) -> Map<String, Value> {
    match schema {
        Value::Object(fields) if !fields.contains_key("$ref") => fields,
        reference => Map::from_iter([("allOf".to_owned(), json!([reference]))]),
    }
}

/// Adds a description and a default to a schema.
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
