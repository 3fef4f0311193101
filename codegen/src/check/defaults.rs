//! Defaults: a value of the field's own type, as JSON.

use serde_json::{Number, Value};

use super::Cx;
use crate::ir::{Type, TypeKind};
use crate::spec::Cursor;
use crate::suggest;

/// The default as JSON, reported where it is not of the field's type.
pub fn check(default: &serde_yaml::Value, of: &Type, cursor: &Cursor<'_>, cx: &mut Cx<'_>) -> Option<Value> {
    let Some(value) = json(default) else {
        let message = "a default must be a value that JSON can hold";
        cx.reporter.error(&cursor.value(), message, "not JSON", "write a text, a number, a truth value or a list");
        return None;
    };
    if let Type::Named(id) = of
        && let Some(TypeKind::Enum(known)) = cx.arena.get(*id).map(|def| &def.kind)
    {
        let texts: Vec<&str> = known.variants.iter().map(|variant| variant.wire.as_str()).collect();
        if value.as_str().is_none_or(|text| !texts.contains(&text)) {
            let help = suggest::did_you_mean(value.as_str().unwrap_or_default(), texts, "the values are");
            cx.reporter.error(&cursor.value(), "a default must be one of the values", "not one of them", help);
            return None;
        }
        return Some(value);
    }
    match expected(of) {
        None => {
            let message = "a field of this type must not have a default";
            cx.reporter.error(&cursor.key(), message, "not built for this type", "say it in `description`");
            None
        }
        Some((_, fits)) if fits(&value) => Some(value),
        Some((expected, _)) => {
            let help = format!("write {expected}, or change the field's type");
            let message = format!("this field's default must be {expected}");
            cx.reporter.error(&cursor.value(), message, format!("this is `{value}`"), help);
            None
        }
    }
}

/// Tells a value of a type from others.
type Fits = fn(&Value) -> bool;

/// What the default of a type is called, and how it is known; nothing where there can be none.
fn expected(of: &Type) -> Option<(&'static str, Fits)> {
    match of {
        Type::String => Some(("a text", Value::is_string)),
        Type::Integer => Some(("a whole number of 64 bits", Value::is_i64)),
        Type::Number => Some(("a number", Value::is_number)),
        Type::Boolean => Some(("true or false", Value::is_boolean)),
        Type::Secret | Type::DateTime | Type::Json | Type::Object | Type::Array(_) | Type::Map(_) | Type::Named(_) => {
            None
        }
    }
}

fn json(value: &serde_yaml::Value) -> Option<Value> {
    match value {
        serde_yaml::Value::Null => Some(Value::Null),
        serde_yaml::Value::Bool(truth) => Some(Value::Bool(*truth)),
        serde_yaml::Value::Number(number) => {
            let whole = number.as_i64().map(Number::from).or_else(|| number.as_u64().map(Number::from));
            whole.or_else(|| number.as_f64().and_then(Number::from_f64)).map(Value::Number)
        }
        serde_yaml::Value::String(text) => Some(Value::String(text.clone())),
        serde_yaml::Value::Sequence(items) => items.iter().map(json).collect::<Option<_>>().map(Value::Array),
        serde_yaml::Value::Mapping(_) | serde_yaml::Value::Tagged(_) => None,
    }
}
