//! Default values of fields, as JSON.

use serde_json::{Number, Value};

use super::Cx;
use crate::ir::{Scalar, Type};
use crate::spec::Cursor;
use crate::suggest;

/// Converts a default to JSON and reports one that does not have the type of its field.
pub fn check(default: &serde_yaml::Value, ty: &Type, cursor: &Cursor<'_>, cx: &mut Cx<'_>) -> Option<Value> {
    let Some(value) = json(default) else {
        let help = "write a string, a number, a boolean or an array";
        cx.reporter.error(&cursor.value(), "invalid default", "not a JSON value of a supported type", help);
        return None;
    };
    if let Some(string_enum) = cx.arena.string_enum(ty) {
        let known: Vec<&str> = string_enum.variants.iter().map(|variant| variant.wire_name.as_str()).collect();
        if value.as_str().is_none_or(|text| !known.contains(&text)) {
            let help = suggest::did_you_mean(value.as_str().unwrap_or_default(), known, "the values are");
            cx.reporter.error(&cursor.value(), format!("unknown value `{}`", plain(&value)), "not in `values`", help);
            return None;
        }
        return Some(value);
    }
    match expected(ty) {
        None => {
            let help = "remove it, and mention the default in `description`";
            cx.reporter.error(&cursor.key(), "unsupported default", "not supported for this type", help);
            None
        }
        Some((_, has_type)) if has_type(&value) => Some(value),
        Some((expected, _)) => {
            let message = format!("expected {expected}, found `{value}`");
            let help = format!("write {expected}, or change the type of the field");
            cx.reporter.error(&cursor.value(), message, "mismatched type", help);
            None
        }
    }
}

fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

/// Tests whether a value has a JSON type.
type IsType = fn(&Value) -> bool;

/// Returns the name of the JSON type that a default must have, and its test. Returns `None` if defaults are not supported.
fn expected(ty: &Type) -> Option<(&'static str, IsType)> {
    match ty {
        Type::Scalar(Scalar::String) => Some(("a string", Value::is_string)),
        Type::Scalar(Scalar::Integer) => Some(("an integer of 64 bits", Value::is_i64)),
        Type::Scalar(Scalar::Number) => Some(("a number", Value::is_number)),
        Type::Scalar(Scalar::Boolean) => Some(("a boolean", Value::is_boolean)),
        Type::Scalar(Scalar::Secret | Scalar::DateTime)
        | Type::Json
        | Type::Object
        | Type::Array(_)
        | Type::Map(_)
        | Type::Named(_) => None,
    }
}

fn json(value: &serde_yaml::Value) -> Option<Value> {
    match value {
        serde_yaml::Value::Null => Some(Value::Null),
        serde_yaml::Value::Bool(boolean) => Some(Value::Bool(*boolean)),
        serde_yaml::Value::Number(number) => {
            let integer = number.as_i64().map(Number::from).or_else(|| number.as_u64().map(Number::from));
            integer.or_else(|| number.as_f64().and_then(Number::from_f64)).map(Value::Number)
        }
        serde_yaml::Value::String(text) => Some(Value::String(text.clone())),
        serde_yaml::Value::Sequence(items) => items.iter().map(json).collect::<Option<_>>().map(Value::Array),
        serde_yaml::Value::Mapping(_) | serde_yaml::Value::Tagged(_) => None,
    }
}
