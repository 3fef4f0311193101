//! Path and query parameters: declared exactly once, of types that fit into a URL.

use std::collections::BTreeMap;
use std::ops::Range;

use super::Cx;
use super::fields::{self, Owner};
use super::names::{Named, Taken};
use crate::ident::RustIdent;
use crate::ir::{Argument, Field, PathTemplate, Presence, Segment, Type, TypeId, TypeKind};
use crate::spec::{Cursor, FieldSpec, Fields};
use crate::suggest;

/// What generated methods and handlers call their own, and `null`, which is no name to the macro `json!`: names that a path
/// parameter must not take.
const METHOD_ARGUMENTS: [&str; 7] = ["body", "call", "context", "null", "query", "self", "stub"];

/// The path parameters in path order. `route` is the text that the template comes from.
pub fn path(
    (route, template): (&str, &PathTemplate),
    declared: &Fields,
    owner: &Owner,
    cursor: &Cursor<'_>,
    cx: &mut Cx<'_>,
) -> Option<Vec<Argument>> {
    let section = cursor.child("path");
    let names: Vec<&str> = template
        .0
        .iter()
        .filter_map(|segment| match segment {
            Segment::Parameter(name) => Some(name.as_str()),
            Segment::Text(_) => None,
        })
        .collect();
    let mut complete = true;
    fields::check_written_once(declared, &section, cx.reporter);
    for key in declared.keys() {
        let (wire, _) = fields::wire_name(key);
        if !names.contains(&wire) {
            let help = match names.as_slice() {
                [] => format!("remove it, or write `{{{wire}}}` into the path"),
                names => suggest::nearest(wire, names.iter().copied(), "the path has"),
            };
            let message = format!("a path parameter must stand in the path, `{wire}` does not");
            cx.reporter.error(&section.child(key.as_str()).key(), message, "not in the path", help);
            complete = false;
        }
    }
    let mut taken = Taken::default();
    let mut arguments = Vec::new();
    for name in names {
        match find(declared, name) {
            Some((key, spec)) => {
                let at = section.child(key);
                let argument = argument(key, spec, owner, &at, cx);
                complete &= argument
                    .as_ref()
                    .is_some_and(|argument| taken.claim(&argument.name, at.key(), Named::PathParameter, cx.reporter));
                arguments.extend(argument);
            }
            None => {
                complete = false;
                if !cx.reporter.is_at_fault(&section.child(name))
                    && !cx.reporter.is_at_fault(&section.child(format!("{name}?")))
                {
                    let help = format!("add `path: {{ {name}: {{ type: string, means: … }} }}`");
                    let message = format!("every parameter of a path must be declared, `{name}` is not");
                    let place = cursor.child("route").within(characters(route, name));
                    cx.reporter.error(&place, message, "undeclared parameter", help);
                }
            }
        }
    }
    complete.then_some(arguments)
}

/// The characters of `{name}` in a route.
fn characters(route: &str, name: &str) -> Range<usize> {
    let parameter = format!("{{{name}}}");
    let before = route.find(&parameter).and_then(|byte| route.get(..byte)).unwrap_or_default().chars().count();
    before..before + parameter.chars().count()
}

fn find<'a>(declared: &'a Fields, name: &str) -> Option<(&'a str, &'a FieldSpec)> {
    let found = declared.iter().find(|(key, _)| fields::wire_name(key).0 == name);
    found.map(|(key, spec)| (key.as_str(), spec))
}

fn argument(key: &str, spec: &FieldSpec, owner: &Owner, cursor: &Cursor<'_>, cx: &mut Cx<'_>) -> Option<Argument> {
    let Field { wire, mut name, of, presence, storage: _, means } = fields::field(key, spec, owner, cursor, cx)?;
    if presence != Presence::Required {
        let (place, help) = match presence.default() {
            Some(_) => (cursor.child("default").key(), "remove the default"),
            None => (cursor.key(), "remove the `?`"),
        };
        let message = "a path parameter must not be optional and must not have a default";
        cx.reporter.error(&place, message, "it is part of every path", help);
        return None;
    }
    if !is_scalar(&of, cx) {
        let message = "a path parameter must be a string, an integer, a secret or a string enum";
        cx.reporter.error(&cursor.child("type").value(), message, "no single text", "choose one of these types");
        return None;
    }
    if METHOD_ARGUMENTS.contains(&name.bare()) {
        name = name.with_underscore();
    }
    Some(Argument { wire, name, of, means })
}

fn is_scalar(of: &Type, cx: &Cx<'_>) -> bool {
    match of {
        Type::String | Type::Integer | Type::Secret => true,
        Type::Named(id) => match cx.arena.get(*id).map(|def| &def.kind) {
            Some(TypeKind::Enum(_)) => true,
            Some(TypeKind::Object(_)) | None => false,
        },
        Type::Number | Type::Boolean | Type::DateTime | Type::Json | Type::Object | Type::Array(_) | Type::Map(_) => {
            false
        }
    }
}

/// What can stand in a query.
const QUERY_TYPES: &str =
    "use `string`, `integer`, `number`, `boolean`, `datetime`, `secret`, a string enum, or an array of one";

/// The query parameters as the fields of one struct.
pub fn query(declared: &Fields, owner: &Owner, cursor: &Cursor<'_>, cx: &mut Cx<'_>) -> Option<TypeId> {
    if declared.is_empty() {
        return None;
    }
    let section = cursor.child("query");
    let reserved = cx.arena.reserve(None, RustIdent::pascal(&owner.prefix), &owner.home, section.key(), cx.reporter);
    let kind = fields::object(declared, owner, &section, cx);
    if let TypeKind::Object(object) = &kind {
        let keys: BTreeMap<&str, &String> = declared.keys().map(|key| (fields::wire_name(key).0, key)).collect();
        for field in &object.fields {
            if let Some(key) = keys.get(field.wire.as_str())
                && !fits_query(&field.of, cx)
            {
                let message = "a query parameter must be a single value, or an array of single values";
                let at = section.child(key.as_str());
                cx.reporter.error(&at.child("type").value(), message, "no single value", QUERY_TYPES);
            }
        }
    }
    Some(cx.arena.define(&reserved, owner.means.clone(), kind))
}

fn fits_query(of: &Type, cx: &Cx<'_>) -> bool {
    match of {
        Type::Number | Type::Boolean | Type::DateTime => true,
        Type::Array(of) => is_scalar(of, cx) || matches!(**of, Type::Number | Type::Boolean | Type::DateTime),
        Type::String | Type::Integer | Type::Secret | Type::Named(_) => is_scalar(of, cx),
        Type::Json | Type::Object | Type::Map(_) => false,
    }
}
