//! References from `api.yaml` to operations, which the client calls without arguments from its caller.

use super::arena::Arena;
use crate::ir::{Namespace, Operation, Type};
use crate::spec::{Cursor, Reporter, Spec};
use crate::suggest;

/// The operations that can be referred to.
pub struct Operations<'a> {
    /// The raw spec.
    pub spec: &'a Spec,
    /// The operations without errors.
    pub namespaces: &'a [Namespace],
    /// Whether their types have all fields.
    pub fields: Completeness,
}

/// Whether types have all their fields.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Completeness {
    /// All fields are present.
    Complete,
    /// Fields with errors are missing, so a missing field must not be reported.
    Unknown,
}

impl<'a> Operations<'a> {
    /// Resolves the key `operation` of a mapping. Returns `None` for an unknown operation and for one with errors.
    pub fn find(&self, name: &str, cursor: &Cursor<'_>, reporter: &mut Reporter) -> Option<&'a Operation> {
        let mut all = self.namespaces.iter().flat_map(|namespace| &namespace.operations);
        if let Some(found) = all.find(|operation| operation.id.0 == name) {
            return Some(found);
        }
        let known: Vec<String> = self
            .spec
            .pages
            .iter()
            .flat_map(|page| page.file.routes.keys().map(move |route| format!("{}.{route}", page.stem)))
            .collect();
        let (namespace, route) = name.rsplit_once('.').unwrap_or_default();
        let is_reported = known.iter().any(|known| known == name)
            || self.spec.unparsed_pages.iter().any(|stem| stem == namespace)
            || reporter.is_invalid_anywhere(&["routes", route]);
        if !is_reported {
            let help = suggest::did_you_mean(name, known.iter().map(String::as_str), "the operations are");
            let location = cursor.child("operation").value();
            reporter.error(&location, format!("unknown operation `{name}`"), "not on any page", help);
        }
        None
    }
}

/// Reports required query parameters, because the client has no values for them.
pub fn check_needs_no_query(operation: &Operation, cursor: &Cursor<'_>, arena: &Arena, reporter: &mut Reporter) {
    let query = operation.query.and_then(|id| arena.object(&Type::Named(id)));
    if let Some(field) = query.and_then(|query| query.required_fields().next()) {
        let message = format!("unexpected required query parameter `{}` of `{}`", field.wire_name, operation.id);
        let help = "name another operation, or make the parameter optional";
        reporter.error(&cursor.child("operation").value(), message, "the client has no value for it", help);
    }
}
