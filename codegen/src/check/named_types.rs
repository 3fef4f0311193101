//! The types that the spec names: those of `api.yaml` for everyone, those of a page for that page.

use indexmap::IndexMap;

use super::arena::Reserved;
use super::fields::{self, Owner};
use super::{Cx, evidence, namespaces, prose};
use crate::ident::{self, RustIdent};
use crate::ir::Home;
use crate::spec::{ApiFile, Cursor, PageFile, Spec, TypeSpec};

/// Calls `each` for every list of types in the spec, with the module that they live in.
fn for_each_home(spec: &Spec, mut each: impl FnMut(&IndexMap<String, TypeSpec>, &Home, &Cursor<'_>)) {
    let ApiFile { types, .. } = &spec.api;
    each(types, &Home::Shared, &Cursor::root(&spec.api_source).child("types"));
    for page in &spec.pages {
        let PageFile { types, .. } = &page.file;
        let home = Home::Namespace(namespaces::modules(&page.stem));
        each(types, &home, &Cursor::root(&page.source).child("types"));
    }
}

/// Gives every named type its place in the arena and fills in their shapes, in an order that lets them name one another.
pub fn check(spec: &Spec, cx: &mut Cx<'_>) {
    let mut reserved = Vec::new();
    for_each_home(spec, |types, home, cursor| {
        for name in types.keys() {
            let place = cursor.child(name.as_str()).key();
            if !ident::is_valid(name) || RustIdent::pascal(name).bare() != name {
                let better = RustIdent::pascal(name);
                let message = format!("a type must be named like a Rust type, `{name}` is not");
                let help = match ident::has_words(name) {
                    true => format!("call it `{better}`"),
                    false => "use ASCII letters and digits, a capital letter first".to_owned(),
                };
                cx.reporter.error(&place, message, "not a type name", help);
            }
            reserved.push(cx.arena.reserve(Some(name), RustIdent::pascal(name), home, place, cx.reporter));
        }
    });
    // Enums first: a field's default may name a value of any of them.
    for pass in [Pass::Enums, Pass::Objects] {
        let mut reserved = reserved.iter();
        for_each_home(spec, |types, home, cursor| {
            for ((name, spec), reserved) in types.iter().zip(reserved.by_ref()) {
                if pass.takes(spec) {
                    define(name, spec, reserved, home, &cursor.child(name.as_str()), cx);
                }
            }
        });
    }
}

/// Which types a pass over the spec defines.
#[derive(Debug, Clone, Copy)]
enum Pass {
    Enums,
    Objects,
}

impl Pass {
    /// Every type belongs to exactly one pass, those that are neither object nor enum included.
    fn takes(self, spec: &TypeSpec) -> bool {
        match self {
            Self::Enums => spec.fields.is_empty(),
            Self::Objects => !spec.fields.is_empty(),
        }
    }
}

fn define(name: &str, spec: &TypeSpec, reserved: &Reserved, home: &Home, cursor: &Cursor<'_>, cx: &mut Cx<'_>) {
    let TypeSpec { description, fields, values, evidence } = spec;
    let description = prose::required(description.as_deref(), "description", cursor, cx.reporter).unwrap_or_default();
    let owner = Owner { prefix: name.to_owned(), description: description.clone(), home: home.clone() };
    let kind = match (fields.is_empty(), values.is_empty()) {
        (false, true) => fields::object(fields, &owner, &cursor.child("fields"), cx),
        (true, false) => fields::string_enum(values, &cursor.child("values"), cx.reporter),
        (has_no_fields, _) => {
            let is_invalid = |key| cx.reporter.is_invalid(&cursor.child(key));
            if !is_invalid("fields") && !is_invalid("values") {
                let help = "write the fields of an object, or the values of a string enum";
                let message = format!("`{name}` must have either `fields` or `values`");
                let label = if has_no_fields { "it has neither" } else { "it has both" };
                cx.reporter.error(&cursor.key(), message, label, help);
            }
            return;
        }
    };
    evidence::check_of_type(evidence, spec, cursor, cx.reporter);
    cx.arena.define(reserved, description, kind);
}
