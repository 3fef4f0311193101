//! Path and query parameters: declared exactly once, of types that fit into a URL.

use std::collections::{BTreeMap, HashMap, HashSet};
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
    fields::check_written_once(declared, &section, cx.reporter);
    let by_name: HashMap<&str, (&str, &FieldSpec)> =
        declared.iter().rev().map(|(key, spec)| (fields::wire_name(key).0, (key.as_str(), spec))).collect();
    let mut complete = must_agree(route, &names, declared, cursor, cx);
    let mut taken = Taken::default();
    let mut arguments = Vec::new();
    for (key, spec) in names.iter().filter_map(|name| by_name.get(name)) {
        let at = section.child(*key);
        let argument = argument(key, spec, owner, &at, cx);
        complete &= argument
            .as_ref()
            .is_some_and(|argument| taken.claim(&argument.name, at.key(), Named::PathParameter, cx.reporter));
        arguments.extend(argument);
    }
    complete.then_some(arguments)
}

/// Reports parameters that are only in the path or only under `path`. One of each that are alike, or the only ones, are one
/// parameter with two names.
fn must_agree(route: &str, names: &[&str], declared: &Fields, cursor: &Cursor<'_>, cx: &mut Cx<'_>) -> bool {
    let section = cursor.child("path");
    let in_path: HashSet<&str> = names.iter().copied().collect();
    let in_fields: HashSet<&str> = declared.keys().map(|key| fields::wire_name(key).0).collect();
    let surplus = declared.keys().filter(|key| !in_path.contains(fields::wire_name(key).0));
    let surplus: Vec<&str> = surplus.map(String::as_str).collect();
    let mut undeclared: Vec<&str> = names.iter().copied().filter(|name| !in_fields.contains(name)).collect();
    let complete = surplus.is_empty() && undeclared.is_empty();
    let is_reported = |key: &str| cx.reporter.is_invalid(&section.child(key));
    undeclared.retain(|name| !is_reported(name) && !is_reported(&format!("{name}?")));
    let mut left = Vec::new();
    for key in surplus {
        let (wire, _) = fields::wire_name(key);
        match suggest::closest_match(wire, &undeclared) {
            Some(name) if !cx.reporter.has_many_errors() => {
                undeclared.retain(|other| *other != name);
                report_two_names(route, (key, name), cursor, cx);
            }
            Some(_) | None => left.push(key),
        }
    }
    if let ([key], [name]) = (left.as_slice(), undeclared.as_slice()) {
        report_two_names(route, (key, name), cursor, cx);
        return false;
    }
    for key in left {
        let (wire, _) = fields::wire_name(key);
        let help = match names {
            [] => format!("remove it, or write `{{{wire}}}` into the path"),
            names => suggest::did_you_mean(wire, names.iter().copied(), "the path has"),
        };
        let message = format!("a path parameter must stand in the path, `{wire}` does not");
        cx.reporter.error(&section.child(key).key(), message, "not in the path", help);
    }
    for name in undeclared {
        let help = match declared.is_empty() {
            true => format!("add `path: {{ {name}: {{ type: string, description: … }} }}`"),
            false => format!("add `{name}: {{ type: string, description: … }}` under `path`"),
        };
        let message = format!("every parameter of a path must be declared, `{name}` is not");
        let place = cursor.child("route").within(characters(route, name));
        cx.reporter.error(&place, message, "undeclared parameter", help);
    }
    complete
}

/// Reports a parameter that is called one thing under `path` and another in the path.
fn report_two_names(route: &str, (key, name): (&str, &str), cursor: &Cursor<'_>, cx: &mut Cx<'_>) {
    let (wire, _) = fields::wire_name(key);
    let (place, in_route) = (cursor.child("path"), cursor.child("route").within(characters(route, name)));
    let place = place.child(key).key();
    let message = format!("a path parameter must stand in the path, `{wire}` does not");
    let help = match suggest::closest_match(wire, &[name]) {
        Some(name) => format!("did you mean `{name}`?"),
        None => format!("write `{name}` here, or `{{{wire}}}` in the path"),
    };
    let entries = [(&place, "not in the path"), (&in_route, "not declared")];
    cx.reporter.error_with_related(entries, message, help);
}

/// The characters of `{name}` in a route.
fn characters(route: &str, name: &str) -> Range<usize> {
    let parameter = format!("{{{name}}}");
    let before = route.find(&parameter).and_then(|byte| route.get(..byte)).unwrap_or_default().chars().count();
    before..before + parameter.chars().count()
}

fn argument(key: &str, spec: &FieldSpec, owner: &Owner, cursor: &Cursor<'_>, cx: &mut Cx<'_>) -> Option<Argument> {
    let Field { wire, mut name, of, presence, storage: _, description } = fields::field(key, spec, owner, cursor, cx)?;
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
    Some(Argument { wire, name, of, description })
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
    Some(cx.arena.define(&reserved, owner.description.clone(), kind))
}

fn fits_query(of: &Type, cx: &Cx<'_>) -> bool {
    match of {
        Type::Number | Type::Boolean | Type::DateTime => true,
        Type::Array(of) => is_scalar(of, cx) || matches!(**of, Type::Number | Type::Boolean | Type::DateTime),
        Type::String | Type::Integer | Type::Secret | Type::Named(_) => is_scalar(of, cx),
        Type::Json | Type::Object | Type::Map(_) => false,
    }
}
