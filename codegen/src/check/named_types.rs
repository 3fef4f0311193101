//! The types that the spec names: those of `api.yaml` for everyone, those of a page for that page.

use std::collections::BTreeMap;

use super::fields::{self, Owner};
use super::{Cx, namespaces, prose};
use crate::ident::{self, RustIdent};
use crate::ir::Home;
use crate::spec::{ApiFile, Cursor, EvidenceSpec, Fields, PageFile, Spec, TypeSpec};
use crate::suggest;

/// Calls `each` for every list of types in the spec, with the module that they live in.
fn for_each_home(spec: &Spec, mut each: impl FnMut(&BTreeMap<String, TypeSpec>, &Home, &Cursor<'_>)) {
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
                cx.reporter.error(&place, message, "not a type name", format!("call it `{better}`"));
            }
            reserved.push(cx.arena.reserve(Some(name), RustIdent::pascal(name), home, place, cx.reporter));
        }
    });
    let mut reserved = reserved.into_iter();
    for_each_home(spec, |types, home, cursor| {
        for (name, spec) in types {
            let cursor = cursor.child(name.as_str());
            let reserved = reserved.next();
            let TypeSpec { means, fields, values, evidence } = spec;
            let means = prose::required(means.as_deref(), "means", &cursor, cx.reporter).unwrap_or_default();
            let owner = Owner { prefix: name.clone(), means: means.clone(), home: home.clone() };
            let kind = match (fields.is_empty(), values.is_empty()) {
                (false, true) => fields::object(fields, &owner, &cursor.child("fields"), cx),
                (true, false) => fields::string_enum(values, &cursor.child("values"), cx.reporter),
                (true, true) | (false, false) => {
                    let help = "write the fields of an object, or the values of a string enum";
                    let message = format!("type `{name}` must have either `fields` or `values`");
                    cx.reporter.error(&cursor.key(), message, "has both or neither", help);
                    continue;
                }
            };
            check_evidence(evidence, fields, &cursor.child("evidence"), cx);
            if let Some(reserved) = reserved {
                cx.arena.define(reserved, means, kind);
            }
        }
    });
}

/// Evidence names fields that are there. Whether their types agree is for the audit, which knows the documentation.
fn check_evidence(evidence: &[EvidenceSpec], fields: &Fields, cursor: &Cursor<'_>, cx: &mut Cx<'_>) {
    let known = field_paths(fields, "");
    for (index, EvidenceSpec { fields, because }) in evidence.iter().enumerate() {
        let cursor = cursor.item(index);
        prose::required(because.as_deref(), "because", &cursor, cx.reporter);
        let named = cursor.child("fields");
        for key in fields.keys().filter(|key| !known.contains(key)) {
            let help = suggest::nearest(key, known.iter().map(String::as_str), "the fields are");
            let message = format!("evidence must be of a field of the type, `{key}` is none");
            cx.reporter.error(&named.child(key.as_str()).key(), message, "no such field", help);
        }
    }
}

/// The fields with those inside them, as the documentation would write them: `data.process[].pm_id?`.
fn field_paths(fields: &Fields, lead: &str) -> Vec<String> {
    let mut paths = Vec::new();
    for (key, spec) in fields {
        paths.push(format!("{lead}{key}"));
        let (wire, _) = fields::wire_name(key);
        let brackets = if spec.of.as_deref().is_some_and(|of| of.starts_with("array of")) { "[]" } else { "" };
        paths.extend(field_paths(&spec.fields, &format!("{lead}{wire}{brackets}.")));
    }
    paths
}
