//! Named types: those of `api.yaml` are shared, those of a page are local to it.

use indexmap::IndexMap;

use super::arena::Reserved;
use super::fields::{self, InlineTypeContext};
use super::{Cx, evidence, namespaces, strings};
use crate::ident::{self, RustIdent};
use crate::ir::Module;
use crate::spec::{ApiFile, Cursor, PageFile, Spec, TypeSpec};

/// Calls a function with the types of each file and their module.
fn for_each_file(spec: &Spec, mut each: impl FnMut(&IndexMap<String, TypeSpec>, &Module, &Cursor<'_>)) {
    let ApiFile { types, .. } = &spec.api;
    each(types, &Module::Shared, &Cursor::root(&spec.api_source).child("types"));
    for page in &spec.pages {
        let PageFile { types, .. } = &page.file;
        let module = Module::Namespace(namespaces::modules(&page.stem));
        each(types, &module, &Cursor::root(&page.source).child("types"));
    }
}

/// Reserves all names first and then defines the shapes, so that types can refer to each other.
pub fn check(spec: &Spec, cx: &mut Cx<'_>) {
    let mut reserved = Vec::new();
    for_each_file(spec, |types, module, cursor| {
        for name in types.keys() {
            let location = cursor.child(name.as_str()).key();
            let rust_name = RustIdent::upper_camel(name);
            if !ident::is_valid(name) || rust_name.as_unescaped() != name {
                let help = match ident::has_words(name) {
                    true => format!("rename it to `{rust_name}`"),
                    false => "use ASCII letters and digits, and start with an upper-case letter".to_owned(),
                };
                cx.reporter.error(&location, format!("invalid type name `{name}`"), "not in upper camel case", help);
            }
            reserved.push(cx.arena.reserve(Some(name), rust_name, module, location, cx.reporter));
        }
    });
    // Enums first: the default of a field may be a value of any enum.
    for is_object_pass in [false, true] {
        let mut reserved = reserved.iter();
        for_each_file(spec, |types, module, cursor| {
            for ((name, spec), reserved) in types.iter().zip(reserved.by_ref()) {
                // A type that is neither an object nor an enum is reported in the first pass.
                if spec.fields.is_empty() != is_object_pass {
                    define(name, spec, reserved, module, &cursor.child(name.as_str()), cx);
                }
            }
        });
    }
}

fn define(name: &str, spec: &TypeSpec, reserved: &Reserved, module: &Module, cursor: &Cursor<'_>, cx: &mut Cx<'_>) {
    let TypeSpec { description, fields, values, evidence } = spec;
    let description = strings::required(description.as_deref(), "description", cursor, cx.reporter).unwrap_or_default();
    let context =
        InlineTypeContext { prefix: name.to_owned(), description: description.clone(), module: module.clone() };
    let kind = match (fields.is_empty(), values.is_empty()) {
        (false, true) => fields::object(fields, &context, &cursor.child("fields"), cx),
        (true, false) => fields::string_enum(values, &cursor.child("values"), cx.reporter),
        (has_neither, _) => {
            let is_invalid = |key| cx.reporter.is_invalid(&cursor.child(key));
            if !is_invalid("fields") && !is_invalid("values") {
                let message = format!("expected either `fields` or `values` in type `{name}`");
                let (label, help) = match has_neither {
                    true => ("found neither", "add the fields of an object, or the values of a string enum"),
                    false => ("found both", "remove one of the two"),
                };
                cx.reporter.error(&cursor.key(), message, label, help);
            }
            return;
        }
    };
    evidence::check_of_type(evidence, spec, cursor, cx.reporter);
    cx.arena.define(reserved, description, kind);
}
