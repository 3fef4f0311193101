//! Sample values: JSON of a type, awkward for tests and plain for examples.

use serde_json::{Map, Value, json};

use crate::ir::{Api, Object, Presence, Type, TypeDef, TypeId, TypeKind};

/// Blank, slash, percent sign, question mark, hash, ampersand, plus, quote, backslash and letters beyond ASCII.
const AWKWARD: &str = "a/b %?#&+=\"\\ü…";

/// Who a value is for.
#[derive(Debug, Clone, Copy)]
enum Style {
    /// A test: strings that are awkward in a path, a query or a body, and fields that nobody documented.
    Awkward,
    /// A reader: plain values, and defaults where they are documented.
    Plain,
}

/// Returns a value of a type for a test.
pub fn value(of: &Type, api: &Api) -> Value {
    inside(of, Style::Awkward, api, &mut Vec::new())
}

/// Returns a value of a type that a reader can start from.
pub fn example(of: &Type, api: &Api) -> Value {
    inside(of, Style::Plain, api, &mut Vec::new())
}

fn inside(of: &Type, style: Style, api: &Api, open: &mut Vec<TypeId>) -> Value {
    match of {
        Type::Array(of) if is_open(of, open) => json!([]),
        Type::Array(of) => json!([inside(of, style, api, open)]),
        Type::Map(of) if is_open(of, open) => json!({}),
        Type::Map(of) => json!({ key(style): inside(of, style, api, open) }),
        // A type that must hold itself has no value that ends; nobody could send one.
        Type::Named(id) if open.contains(id) => Value::Null,
        Type::Named(id) => api.type_def(*id).map_or(Value::Null, |def| named(*id, def, style, api, open)),
        Type::String
        | Type::Secret
        | Type::Integer
        | Type::Number
        | Type::Boolean
        | Type::DateTime
        | Type::Json
        | Type::Object => match style {
            Style::Awkward => awkward(of),
            Style::Plain => plain(of),
        },
    }
}

/// Returns a value of a type that holds no other type, for a test.
fn awkward(of: &Type) -> Value {
    match of {
        Type::String | Type::Secret => json!(AWKWARD),
        Type::Integer => json!(-7),
        Type::Number => json!(1.5),
        Type::Boolean => json!(true),
        Type::DateTime => json!("2024-02-29T23:59:59.125Z"),
        Type::Json => json!([AWKWARD, 1, null, { "a": false }]),
        Type::Object => json!({ AWKWARD: [1, { "b": null }] }),
        Type::Array(_) | Type::Map(_) | Type::Named(_) => Value::Null,
    }
}

/// Returns a value of a type that holds no other type, for a reader.
fn plain(of: &Type) -> Value {
    match of {
        Type::String | Type::Secret | Type::Json => json!("string"),
        Type::Integer | Type::Number => json!(1),
        Type::Boolean => json!(true),
        Type::DateTime => json!("2024-02-29T12:00:00Z"),
        Type::Object => json!({ key(Style::Plain): "value" }),
        Type::Array(_) | Type::Map(_) | Type::Named(_) => Value::Null,
    }
}

/// Returns a key of an object or a map whose keys are not documented.
fn key(style: Style) -> &'static str {
    match style {
        Style::Awkward => AWKWARD,
        Style::Plain => "key",
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

fn named(id: TypeId, def: &TypeDef, style: Style, api: &Api, open: &mut Vec<TypeId>) -> Value {
    match (&def.kind, style) {
        (TypeKind::Enum(known), Style::Awkward) => {
            known.variants.last().map_or(json!(AWKWARD), |variant| json!(variant.wire))
        }
        (TypeKind::Enum(known), Style::Plain) => {
            known.variants.first().map_or(json!("string"), |variant| json!(variant.wire))
        }
        (TypeKind::Object(object), _) => {
            open.push(id);
            let mut fields = fields(object, def, style, api, open);
            match style {
                Style::Awkward if def.usage.answer => {
                    fields.insert("not documented".to_owned(), json!({ "kept": [true] }));
                }
                Style::Awkward | Style::Plain => {}
            }
            open.pop();
            Value::Object(fields)
        }
    }
}

fn fields(object: &Object, def: &TypeDef, style: Style, api: &Api, open: &mut Vec<TypeId>) -> Map<String, Value> {
    let mut fields = Map::new();
    for field in &object.fields {
        let can_be_left_out = match field.presence {
            Presence::Required => def.usage.answer,
            Presence::Optional | Presence::Default { .. } => true,
        };
        if can_be_left_out && is_open(&field.of, open) {
            continue;
        }
        let value = match (style, field.presence.default()) {
            (Style::Plain, Some(default)) => default.clone(),
            (Style::Plain, None) | (Style::Awkward, _) => inside(&field.of, style, api, open),
        };
        fields.insert(field.wire.clone(), value);
    }
    fields
}
