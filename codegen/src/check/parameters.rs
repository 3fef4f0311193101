//! Path and query parameters: each is declared exactly once, with a type that a URL can contain.

use std::collections::{HashMap, HashSet};
use std::ops::Range;

use super::Cx;
use super::fields::{self, InlineTypeContext};
use super::names::{NameKind, NameScope};
use crate::facts::wire_name;
use crate::ident::RustIdent;
use crate::ir::{Argument, Field, PathTemplate, Presence, Scalar, Type, TypeId, TypeKind};
use crate::spec::{Cursor, FieldSpec, Fields};
use crate::suggest;

/// Names that generated methods and handlers use, and `null`, which the macro `json!` does not accept as a name.
const METHOD_ARGUMENTS: [&str; 7] = ["body", "call", "context", "null", "query", "self", "service"];

/// Checks the path parameters and returns them in the order of the path. `route` is the route as text with its path.
pub fn path(
    (route, template): (&str, &PathTemplate),
    declared: &Fields,
    context: &InlineTypeContext,
    cursor: &Cursor<'_>,
    cx: &mut Cx<'_>,
) -> Option<Vec<Argument>> {
    let section = cursor.child("path");
    let names: Vec<&str> = template.parameters().collect();
    fields::check_duplicates(declared, &section, cx.reporter);
    let by_name: HashMap<&str, (&str, &FieldSpec)> =
        declared.iter().rev().map(|(key, spec)| (wire_name(key).0, (key.as_str(), spec))).collect();
    let mut is_complete = check_declared(route, &names, declared, cursor, cx);
    let mut scope = NameScope::default();
    let mut arguments = Vec::new();
    for (key, spec) in names.iter().filter_map(|name| by_name.get(name)) {
        let at = section.child(*key);
        let argument = argument(key, spec, context, &at, cx);
        is_complete &= argument
            .as_ref()
            .is_some_and(|argument| scope.claim(&argument.name, at.key(), NameKind::PathParameter, cx.reporter));
        arguments.extend(argument);
    }
    is_complete.then_some(arguments)
}

/// Reports parameters that are only in the path or only under `path`. One of each with similar names, or the only one of
/// each, is reported as one misspelled parameter.
fn check_declared(route: &str, names: &[&str], declared: &Fields, cursor: &Cursor<'_>, cx: &mut Cx<'_>) -> bool {
    let section = cursor.child("path");
    let in_path: HashSet<&str> = names.iter().copied().collect();
    let in_fields: HashSet<&str> = declared.keys().map(|key| wire_name(key).0).collect();
    let unused = declared.keys().filter(|key| !in_path.contains(wire_name(key).0));
    let unused: Vec<&str> = unused.map(String::as_str).collect();
    let mut undeclared: Vec<&str> = names.iter().copied().filter(|name| !in_fields.contains(name)).collect();
    let is_complete = unused.is_empty() && undeclared.is_empty();
    let is_reported = |key: &str| cx.reporter.is_invalid(&section.child(key));
    undeclared.retain(|name| !is_reported(name) && !is_reported(&format!("{name}?")));
    let mut remaining = Vec::new();
    for key in unused {
        match suggest::closest_match(wire_name(key).0, &undeclared) {
            Some(name) if !cx.reporter.has_many_errors() => {
                undeclared.retain(|other| *other != name);
                report_misspelled(route, (key, name), cursor, cx);
            }
            Some(_) | None => remaining.push(key),
        }
    }
    if let ([key], [name]) = (remaining.as_slice(), undeclared.as_slice()) {
        report_misspelled(route, (key, name), cursor, cx);
        return false;
    }
    for key in remaining {
        let (wire_name, _) = wire_name(key);
        let help = match names {
            [] => format!("remove it, or add `{{{wire_name}}}` to the path"),
            names => suggest::did_you_mean(wire_name, names.iter().copied(), "the path contains"),
        };
        let message = format!("unused path parameter `{wire_name}`");
        cx.reporter.error(&section.child(key).key(), message, "not in the path", help);
    }
    for name in undeclared {
        let help = match declared.is_empty() {
            true => format!("add `path: {{ {name}: {{ type: string, description: … }} }}`"),
            false => format!("add `{name}: {{ type: string, description: … }}` under `path`"),
        };
        let location = cursor.child("route").within(parameter_range(route, name));
        cx.reporter.error(&location, format!("undeclared path parameter `{name}`"), "not under `path`", help);
    }
    is_complete
}

/// Reports a parameter that has one name under `path` and another one in the path.
fn report_misspelled(route: &str, (key, name): (&str, &str), cursor: &Cursor<'_>, cx: &mut Cx<'_>) {
    let (wire_name, _) = wire_name(key);
    let (section, in_route) = (cursor.child("path"), cursor.child("route").within(parameter_range(route, name)));
    let location = section.child(key).key();
    let help = match suggest::closest_match(wire_name, &[name]) {
        Some(name) => format!("did you mean `{name}`?"),
        None => format!("write `{name}` here, or `{{{wire_name}}}` in the path"),
    };
    let entries = [(&location, "not in the path"), (&in_route, "not declared")];
    cx.reporter.error_with_related(entries, format!("unknown path parameter `{wire_name}`"), help);
}

/// Returns the range of characters of `{name}` in a route.
fn parameter_range(route: &str, name: &str) -> Range<usize> {
    let parameter = format!("{{{name}}}");
    let start = route.find(&parameter).and_then(|byte| route.get(..byte)).unwrap_or_default().chars().count();
    start..start + parameter.chars().count()
}

fn argument(
    key: &str,
    spec: &FieldSpec,
    context: &InlineTypeContext,
    cursor: &Cursor<'_>,
    cx: &mut Cx<'_>,
) -> Option<Argument> {
    let Field { wire_name, mut name, ty, presence, storage: _, description } =
        fields::field(key, spec, context, cursor, cx)?;
    if presence != Presence::Required {
        let (location, message, help) = match presence.default() {
            Some(_) => (cursor.child("default").key(), "path parameters cannot have a default", "remove the default"),
            None => (cursor.key(), "path parameters cannot be optional", "remove the `?`"),
        };
        cx.reporter.error(&location, message, "required in every path", help);
        return None;
    }
    if !is_path_type(&ty, cx) {
        let message = "unsupported type of a path parameter";
        let help = "use `string`, `integer`, `secret` or a string enum";
        cx.reporter.error(&cursor.child("type").value(), message, "not supported in a path", help);
        return None;
    }
    if METHOD_ARGUMENTS.contains(&name.as_unescaped()) {
        name = name.with_underscore();
    }
    Some(Argument { wire_name, name, ty, description })
}

fn is_path_type(ty: &Type, cx: &Cx<'_>) -> bool {
    match ty {
        Type::Scalar(Scalar::String | Scalar::Integer | Scalar::Secret) => true,
        Type::Named(_) => cx.arena.string_enum(ty).is_some(),
        Type::Scalar(_) | Type::Json | Type::Object | Type::Array(_) | Type::Map(_) => false,
    }
}

/// Checks the query parameters, which become the fields of one struct.
pub fn query(declared: &Fields, context: &InlineTypeContext, cursor: &Cursor<'_>, cx: &mut Cx<'_>) -> Option<TypeId> {
    if declared.is_empty() {
        return None;
    }
    let section = cursor.child("query");
    let name = RustIdent::upper_camel(&context.prefix);
    let reserved = cx.arena.reserve(None, name, &context.module, section.key(), cx.reporter);
    let kind = fields::object(declared, context, &section, cx);
    if let TypeKind::Object(object) = &kind {
        let keys: HashMap<&str, &String> = declared.keys().map(|key| (wire_name(key).0, key)).collect();
        for field in &object.fields {
            if let Some(key) = keys.get(field.wire_name.as_str())
                && !is_query_type(&field.ty, cx)
            {
                let help = "use `string`, `integer`, `number`, `boolean`, `datetime`, `secret`, a string enum, or an \
                            array of one of these";
                let location = section.child(key.as_str()).child("type").value();
                let message = "unsupported type of a query parameter";
                cx.reporter.error(&location, message, "not supported in a query", help);
            }
        }
    }
    Some(cx.arena.define(&reserved, context.description.clone(), kind))
}

fn is_query_type(ty: &Type, cx: &Cx<'_>) -> bool {
    let is_single = |ty: &Type| matches!(ty, Type::Scalar(_)) || cx.arena.string_enum(ty).is_some();
    match ty {
        Type::Array(ty) => is_single(ty),
        ty => is_single(ty),
    }
}
