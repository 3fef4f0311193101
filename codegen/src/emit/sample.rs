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
    // There always is one: `check` takes no type that requires itself.
    inside(of, Style::Awkward, api, &mut Vec::new()).unwrap_or_default()
}

/// Returns a value of a type that a reader can start from.
pub fn example(of: &Type, api: &Api) -> Value {
    inside(of, Style::Plain, api, &mut Vec::new()).unwrap_or_default()
}

/// Returns a value of a type inside the types that are open, or nothing if every value would have to hold one of these
/// again.
fn inside(of: &Type, style: Style, api: &Api, open: &mut Vec<TypeId>) -> Option<Value> {
    Some(match of {
        Type::Array(of) => inside(of, style, api, open).into_iter().collect(),
        Type::Map(of) => inside(of, style, api, open).map(|value| (key(style).to_owned(), value)).into_iter().collect(),
        Type::Named(id) if open.contains(id) => return None,
        Type::Named(id) => return named(*id, api.type_def(*id)?, style, api, open),
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
    })
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

fn named(id: TypeId, def: &TypeDef, style: Style, api: &Api, open: &mut Vec<TypeId>) -> Option<Value> {
    Some(match (&def.kind, style) {
        (TypeKind::Enum(known), Style::Awkward) => {
            known.variants.last().map_or(json!(AWKWARD), |variant| json!(variant.wire))
        }
        (TypeKind::Enum(known), Style::Plain) => {
            known.variants.first().map_or(json!("string"), |variant| json!(variant.wire))
        }
        (TypeKind::Object(object), _) => {
            open.push(id);
            let fields = fields(object, def, style, api, open);
            open.pop();
            let mut fields = fields?;
            match style {
                Style::Awkward if def.usage.answer => {
                    fields.insert("not documented".to_owned(), json!({ "kept": [true] }));
                }
                Style::Awkward | Style::Plain => {}
            }
            Value::Object(fields)
        }
    })
}

fn fields(
    object: &Object,
    def: &TypeDef,
    style: Style,
    api: &Api,
    open: &mut Vec<TypeId>,
) -> Option<Map<String, Value>> {
    let mut fields = Map::new();
    for field in &object.fields {
        let can_be_left_out = match field.presence {
            Presence::Required => def.usage.answer,
            Presence::Optional | Presence::Default { .. } => true,
        };
        let value = match (style, field.presence.default()) {
            (Style::Plain, Some(default)) => Some(default.clone()),
            (Style::Plain, None) | (Style::Awkward, _) => inside(&field.of, style, api, open),
        };
        match value {
            Some(value) => drop(fields.insert(field.wire.clone(), value)),
            None if can_be_left_out => {}
            None => return None,
        }
    }
    Some(fields)
}
