//! Sample values of a type as JSON: with special characters for tests, plain for examples.

use serde_json::{Map, Value, json};

use crate::ir::{Api, Object, Presence, Scalar, Type, TypeDef, TypeId, TypeKind};

/// A string with characters that URLs and JSON escape.
const AWKWARD: &str = "a/b %?#&+=\"\\ü…";

/// The purpose of a value.
#[derive(Debug, Clone, Copy)]
enum Style {
    /// A test: strings that must be escaped in a path, a query or a body, and undocumented fields.
    Awkward,
    /// An example: plain values, and documented defaults.
    Plain,
}

/// Returns a value of a type for a test.
pub fn value(ty: &Type, api: &Api) -> Value {
    // There is always one, because `check` rejects types that require themselves.
    sample(ty, Style::Awkward, api, &mut Vec::new()).unwrap_or_default()
}

/// Returns a value of a type for an example.
pub fn example(ty: &Type, api: &Api) -> Value {
    sample(ty, Style::Plain, api, &mut Vec::new()).unwrap_or_default()
}

/// Returns a value of a type, or `None` if every value contains a type of the stack again.
fn sample(ty: &Type, style: Style, api: &Api, stack: &mut Vec<TypeId>) -> Option<Value> {
    Some(match ty {
        Type::Array(ty) => sample(ty, style, api, stack).into_iter().collect(),
        Type::Map(ty) => {
            sample(ty, style, api, stack).map(|value| (key(style).to_owned(), value)).into_iter().collect()
        }
        Type::Named(id) if stack.contains(id) => return None,
        Type::Named(id) => return named(*id, api.type_def(*id)?, style, api, stack),
        Type::Scalar(_) | Type::Json | Type::Object => leaf(ty, style),
    })
}

/// Returns a value of a type that contains no other type.
fn leaf(ty: &Type, style: Style) -> Value {
    match (ty, style) {
        (Type::Scalar(Scalar::String | Scalar::Secret), Style::Awkward) => json!(AWKWARD),
        (Type::Scalar(Scalar::String | Scalar::Secret) | Type::Json, Style::Plain) => json!("string"),
        (Type::Scalar(Scalar::Integer), Style::Awkward) => json!(-7),
        (Type::Scalar(Scalar::Number), Style::Awkward) => json!(1.5),
        (Type::Scalar(Scalar::Integer | Scalar::Number), Style::Plain) => json!(1),
        (Type::Scalar(Scalar::Boolean), _) => json!(true),
        (Type::Scalar(Scalar::DateTime), Style::Awkward) => json!("2024-02-29T23:59:59.125Z"),
        (Type::Scalar(Scalar::DateTime), Style::Plain) => json!("2024-02-29T12:00:00Z"),
        (Type::Json, Style::Awkward) => json!([AWKWARD, 1, null, { "a": false }]),
        (Type::Object, Style::Awkward) => json!({ AWKWARD: [1, { "b": null }] }),
        (Type::Object, Style::Plain) => json!({ key(Style::Plain): "value" }),
        (Type::Array(_) | Type::Map(_) | Type::Named(_), _) => Value::Null,
    }
}

/// Returns a key for an object or a map without documented keys.
fn key(style: Style) -> &'static str {
    match style {
        Style::Awkward => AWKWARD,
        Style::Plain => "key",
    }
}

fn named(id: TypeId, def: &TypeDef, style: Style, api: &Api, stack: &mut Vec<TypeId>) -> Option<Value> {
    Some(match (&def.kind, style) {
        (TypeKind::Enum(known), Style::Awkward) => {
            known.variants.last().map_or(json!(AWKWARD), |variant| json!(variant.wire_name))
        }
        (TypeKind::Enum(known), Style::Plain) => {
            known.variants.first().map_or(json!("string"), |variant| json!(variant.wire_name))
        }
        (TypeKind::Object(object), _) => {
            stack.push(id);
            let fields = fields(object, def, style, api, stack);
            stack.pop();
            let mut fields = fields?;
            match style {
                Style::Awkward if def.usage.response => {
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
    stack: &mut Vec<TypeId>,
) -> Option<Map<String, Value>> {
    let mut fields = Map::new();
    for field in &object.fields {
        let is_optional = match field.presence {
            Presence::Required => def.usage.response,
            Presence::Optional | Presence::Default { .. } => true,
        };
        let value = match (style, field.presence.default()) {
            (Style::Plain, Some(default)) => Some(default.clone()),
            (Style::Plain, None) | (Style::Awkward, _) => sample(&field.ty, style, api, stack),
        };
        match value {
            Some(value) => drop(fields.insert(field.wire_name.clone(), value)),
            None if is_optional => {}
            None => return None,
        }
    }
    Some(fields)
}
