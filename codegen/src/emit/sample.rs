//! Sample values for tests: JSON of a type, with texts that are awkward in a path, a query or a body.

use serde_json::{Map, Value, json};

use crate::ir::{Api, Object, Presence, Type, TypeDef, TypeId, TypeKind};

/// Blank, slash, percent sign, question mark, hash, ampersand, plus, quote, backslash and letters beyond ASCII.
const AWKWARD: &str = "a/b %?#&+=\"\\ü…";

/// A value of a type.
pub fn value(of: &Type, api: &Api) -> Value {
    inside(of, api, &mut Vec::new())
}

fn inside(of: &Type, api: &Api, open: &mut Vec<TypeId>) -> Value {
    match of {
        Type::String | Type::Secret => json!(AWKWARD),
        Type::Integer => json!(-7),
        Type::Number => json!(1.5),
        Type::Boolean => json!(true),
        Type::DateTime => json!("2024-02-29T23:59:59.125Z"),
        Type::Json => json!([AWKWARD, 1, null, { "a": false }]),
        Type::Object => json!({ AWKWARD: [1, { "b": null }] }),
        Type::Array(of) if is_open(of, open) => json!([]),
        Type::Array(of) => json!([inside(of, api, open)]),
        Type::Map(of) if is_open(of, open) => json!({}),
        Type::Map(of) => json!({ AWKWARD: inside(of, api, open) }),
        // A type that must hold itself has no value that ends; nobody could send one.
        Type::Named(id) if open.contains(id) => Value::Null,
        Type::Named(id) => api.type_def(*id).map_or(Value::Null, |def| named(*id, def, api, open)),
    }
}

/// True for a type that is being written already: it would never end.
fn is_open(of: &Type, open: &[TypeId]) -> bool {
    match of {
        Type::Named(id) => open.contains(id),
        Type::Array(of) | Type::Map(of) => is_open(of, open),
        Type::String
        | Type::Integer
        | Type::Number
        | Type::Boolean
        | Type::Secret
        | Type::DateTime
        | Type::Json
        | Type::Object => false,
    }
}

fn named(id: TypeId, def: &TypeDef, api: &Api, open: &mut Vec<TypeId>) -> Value {
    match &def.kind {
        TypeKind::Enum(known) => known.variants.last().map_or(json!(AWKWARD), |variant| json!(variant.wire)),
        TypeKind::Object(object) => {
            open.push(id);
            let mut fields = fields(object, def, api, open);
            if def.usage.answer {
                fields.insert("not documented".to_owned(), json!({ "kept": [true] }));
            }
            open.pop();
            Value::Object(fields)
        }
    }
}

fn fields(object: &Object, def: &TypeDef, api: &Api, open: &mut Vec<TypeId>) -> Map<String, Value> {
    let mut fields = Map::new();
    for field in &object.fields {
        let can_be_left_out = match field.presence {
            Presence::Required => def.usage.answer,
            Presence::Optional | Presence::Default { .. } => true,
        };
        if !(can_be_left_out && is_open(&field.of, open)) {
            fields.insert(field.wire.clone(), inside(&field.of, api, open));
        }
    }
    fields
}
