//! Fields and bodies: names, types, nested objects and enums, presence.

use std::collections::BTreeMap;

use super::names::{self, NameKind, NameScope};
use super::{Cx, defaults, strings, type_expr};
use crate::facts::wire_name;
use crate::ident::RustIdent;
use crate::ir::{Enum, Field, Module, Object, Presence, Storage, Type, TypeKind, Variant};
use crate::spec::{BodySpec, Cursor, FieldSpec, Fields, Reporter, ValueSpec};

/// How types that are written inline are named and documented.
#[derive(Debug, Clone)]
pub struct InlineTypeContext {
    /// The name of the enclosing type or operation.
    pub prefix: String,
    /// The doc comment of the type.
    pub description: String,
    /// The module of the type.
    pub module: Module,
}

impl InlineTypeContext {
    fn nested(&self, field: &str, description: Option<&str>) -> Self {
        let description = description.map_or_else(|| format!("The value of `{field}`."), str::to_owned);
        Self { prefix: format!("{}_{field}", self.prefix), description, module: self.module.clone() }
    }
}

/// A checked body.
pub struct Body {
    pub ty: Type,
    pub doc: Option<String>,
}

/// Checks a body: a type expression, or the fields of an object.
pub fn body(body: &BodySpec, context: &InlineTypeContext, cursor: &Cursor<'_>, cx: &mut Cx<'_>) -> Option<Body> {
    match body {
        BodySpec::Type(ty) => {
            let ty = type_expr::check(ty, &context.module, &cursor.child("type"), cx)?;
            Some(Body { ty, doc: None })
        }
        BodySpec::LongType { ty: text, description } => {
            let ty = type_expr::check(text, &context.module, &cursor.child("type"), cx);
            let label = match description.as_deref() {
                None if ty.as_ref().is_some_and(|ty| is_single_value(ty, cx)) => "a single value, or a field `type`",
                Some(description) if type_expr::is_type(description, &context.module, cx) => "also a type",
                Some(_) | None => {
                    let doc = strings::optional(description.as_deref(), "description", cursor, cx.reporter);
                    return Some(Body { ty: ty?, doc });
                }
            };
            let at = cursor.child(if description.is_some() { "description" } else { "type" }).value();
            let message = "ambiguous body: either a type, or an object with a field `type`";
            let text = text.trim();
            let help = format!("write `body: {text}` for the type, or `type: {{ type: {text} }}` for the field");
            cx.reporter.error(&at, message, label, help);
            None
        }
        BodySpec::Fields(fields) if fields.is_empty() => {
            if !cx.reporter.is_invalid(cursor) {
                let help = "add fields or a type, or remove `body`";
                cx.reporter.error(&cursor.key(), "`body` must not be empty", "no fields and no type", help);
            }
            None
        }
        BodySpec::Fields(fields) => {
            if let Some(name) = json_schema_reference(fields) {
                let help = format!("write `body: {name}`");
                cx.reporter.error(&cursor.child("$ref").key(), "unknown key `$ref`", "not supported", help);
                return None;
            }
            let name = RustIdent::upper_camel(&context.prefix);
            let reserved = cx.arena.reserve(None, name, &context.module, cursor.key(), cx.reporter);
            let kind = object(fields, context, cursor, cx);
            Some(Body { ty: Type::Named(cx.arena.define(&reserved, context.description.clone(), kind)), doc: None })
        }
    }
}

/// Returns `true` for a type that is rarely a body but often a field called `type`.
fn is_single_value(ty: &Type, cx: &Cx<'_>) -> bool {
    match ty {
        Type::Scalar(_) => true,
        Type::Json | Type::Object | Type::Array(_) | Type::Map(_) => false,
        Type::Named(_) => cx.arena.string_enum(ty).is_some(),
    }
}

/// Returns the type name in a reference of JSON Schema. Its path is not a type expression, so that it cannot be the type of a
/// field called `$ref`.
fn json_schema_reference(fields: &Fields) -> Option<&str> {
    let reference = fields.get("$ref").filter(|_| fields.len() == 1)?.ty.as_deref()?;
    reference.rsplit_once('/').map(|(_, name)| name).filter(|name| !name.is_empty())
}

/// Checks the fields of an object.
pub fn object(fields: &Fields, context: &InlineTypeContext, cursor: &Cursor<'_>, cx: &mut Cx<'_>) -> TypeKind {
    let mut scope = NameScope::default();
    check_duplicates(fields, cursor, cx.reporter);
    let fields: Vec<Field> = fields
        .iter()
        // A duplicate is already reported.
        .filter(|(key, _)| !key.ends_with('?') || !fields.contains_key(wire_name(key).0))
        .filter_map(|(key, spec)| {
            let cursor = cursor.child(key.as_str());
            let field = field(key, spec, context, &cursor, cx)?;
            scope.claim(&field.name, cursor.key(), NameKind::Field, cx.reporter);
            Some(field)
        })
        .collect();
    let other = scope.free_other(RustIdent::snake("other"));
    TypeKind::Object(Object { fields, other })
}

/// Reports `name` and `name?` in one mapping: they are different keys in YAML, but the same field.
pub fn check_duplicates(fields: &Fields, cursor: &Cursor<'_>, reporter: &mut Reporter) {
    let mut seen: BTreeMap<&str, &str> = BTreeMap::new();
    for key in fields.keys() {
        let (name, _) = wire_name(key);
        if name.is_empty() {
            continue;
        }
        if let Some(first) = seen.insert(name, key) {
            let (location, other) = (cursor.child(key.as_str()).key(), cursor.child(first).key());
            reporter.duplicate(&location, &other, format!("duplicate field `{name}`"), "remove one of them");
        }
    }
}

/// Checks one field or parameter.
pub fn field(
    key: &str,
    spec: &FieldSpec,
    context: &InlineTypeContext,
    cursor: &Cursor<'_>,
    cx: &mut Cx<'_>,
) -> Option<Field> {
    let FieldSpec { ty, description, default, fields, values, rust } = spec;
    let (wire_name, is_optional) = wire_name(key);
    let name = rust_name(wire_name, rust.as_deref(), cursor, cx.reporter)?;
    let description = strings::optional(description.as_deref(), "description", cursor, cx.reporter);
    let nested = context.nested(rust.as_deref().unwrap_or(wire_name), description.as_deref());
    let ty = field_type(ty.as_deref(), fields, values, &nested, cursor, cx)?;
    let presence = match default {
        None if is_optional => Presence::Optional,
        None => Presence::Required,
        Some(default) => {
            let value = defaults::check(default, &ty, &cursor.child("default"), cx)?;
            Presence::Default { value, required: !is_optional }
        }
    };
    Some(Field { wire_name: wire_name.to_owned(), name, ty, presence, storage: Storage::Inline, description })
}

fn rust_name(wire_name: &str, rust: Option<&str>, cursor: &Cursor<'_>, reporter: &mut Reporter) -> Option<RustIdent> {
    if wire_name.is_empty() {
        reporter.error(&cursor.key(), "missing field name", "expected a name", "name the field, or remove it");
        return None;
    }
    if let Some(rust) = rust {
        let is_valid = names::validate_rust_name(rust, &cursor.child("rust").value(), reporter);
        return is_valid.then(|| RustIdent::snake(rust));
    }
    let help = "set a Rust name: `{ type: …, rust: a_name }`";
    names::check_has_words(wire_name, &cursor.key(), help, reporter).then(|| RustIdent::snake(wire_name))
}

/// The kind of type that is written inside a field.
#[derive(Debug, Clone, Copy)]
enum InlineKind {
    Fields,
    Values,
}

impl InlineKind {
    fn key(self) -> &'static str {
        match self {
            Self::Fields => "fields",
            Self::Values => "values",
        }
    }

    /// Returns the name of the type that the fields or values define.
    fn type_name(self) -> &'static str {
        match self {
            Self::Fields => "object",
            Self::Values => "string",
        }
    }
}

/// Checks the type of a field: its expression, with the object or the enum that is written inline.
fn field_type(
    expression: Option<&str>,
    fields: &Fields,
    values: &[ValueSpec],
    context: &InlineTypeContext,
    cursor: &Cursor<'_>,
    cx: &mut Cx<'_>,
) -> Option<Type> {
    let inline = match (fields.is_empty(), values.is_empty()) {
        (true, true) => None,
        (false, true) => Some(InlineKind::Fields),
        (true, false) => Some(InlineKind::Values),
        (false, false) => {
            let location = cursor.child("values").key();
            let message = "`fields` and `values` are mutually exclusive";
            cx.reporter.error(&location, message, "conflicts with `fields`", "remove one of the two");
            return None;
        }
    };
    let Some(text) = expression.or(inline.map(InlineKind::type_name)) else {
        let is_invalid = |key| cx.reporter.is_invalid(&cursor.child(key));
        if !is_invalid("fields") && !is_invalid("values") {
            cx.reporter.missing(cursor, "type", "`type: …`");
        }
        return None;
    };
    let at = cursor.child("type");
    if let (Some(inline), Some(collection)) = (inline, type_expr::collection(text))
        && !cx.reporter.is_invalid(&at)
    {
        let (key, expected) = (inline.key(), inline.type_name());
        let message = format!("missing item type of a field with `{key}`");
        let help = format!("write `{collection} of {expected}`");
        cx.reporter.error(&at.value(), message, format!("expected `{collection} of {expected}`"), help);
        return None;
    }
    let ty = type_expr::check(text, &context.module, &at, cx)?;
    let Some(inline) = inline else { return Some(ty) };
    let (key, expected) = (inline.key(), inline.type_name());
    let found = text.split_whitespace().last().unwrap_or_default();
    if found != expected {
        let message = format!("expected type `{expected}` for a field with `{key}`, found `{found}`");
        let help = match text.trim_end().rsplit_once(' ') {
            Some((prefix, _)) => format!("write `{prefix} {expected}`, or remove `{key}`"),
            None => format!("write `{expected}`, or remove `{key}`"),
        };
        cx.reporter.error(&at.value(), message, "mismatched type", help);
        return None;
    }
    let name = RustIdent::upper_camel(&context.prefix);
    let reserved = cx.arena.reserve(None, name, &context.module, cursor.key(), cx.reporter);
    let kind = match inline {
        InlineKind::Fields => object(fields, context, &cursor.child("fields"), cx),
        InlineKind::Values => string_enum(values, &cursor.child("values"), cx.reporter),
    };
    let id = cx.arena.define(&reserved, context.description.clone(), kind);
    Some(ty.with_innermost(Type::Named(id)))
}

/// Checks the values of a string enum.
pub fn string_enum(values: &[ValueSpec], cursor: &Cursor<'_>, reporter: &mut Reporter) -> TypeKind {
    let mut seen: BTreeMap<&str, usize> = BTreeMap::new();
    let mut scope = NameScope::default();
    let mut variants = Vec::new();
    for (index, ValueSpec { value, description, rust }) in values.iter().enumerate() {
        let at = cursor.item(index);
        let location = at.child("value").value();
        let Some(value) = strings::required_name(value.as_deref(), "value", &at, reporter) else { continue };
        if let Some(first) = seen.insert(value, index) {
            let other = cursor.item(first).child("value").value();
            reporter.duplicate(&location, &other, format!("duplicate value `{value}`"), "remove one of them");
            continue;
        }
        let description = strings::optional(description.as_deref(), "description", &at, reporter);
        let is_valid = match rust {
            Some(rust) => names::validate_rust_name(rust, &at.child("rust").value(), reporter),
            None => {
                let help = format!("set a Rust name: `{{ value: \"{value}\", rust: AName }}`");
                names::check_has_words(value, &location, help, reporter)
            }
        };
        if is_valid {
            let name = RustIdent::upper_camel(rust.as_deref().unwrap_or(value));
            scope.claim(&name, location, NameKind::Value, reporter);
            variants.push(Variant { wire_name: value.to_owned(), name, description });
        }
    }
    let other = scope.free_other(RustIdent::upper_camel("other"));
    TypeKind::Enum(Enum { variants, other })
}
