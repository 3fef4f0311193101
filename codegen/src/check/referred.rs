//! Operations that `api.yaml` names: they must be there, and the client must be able to call them by itself.

use super::arena::Arena;
use crate::ir::{Field, Namespace, Object, Operation, Presence, Type, TypeKind};
use crate::spec::{Cursor, Reporter, Spec};
use crate::suggest;

/// What can be named.
pub struct Operations<'a> {
    /// The spec as written.
    pub spec: &'a Spec,
    /// The operations without mistakes.
    pub namespaces: &'a [Namespace],
    /// Whether their types have every field.
    pub fields: Completeness,
}

/// Whether every field is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Completeness {
    /// They all are.
    Complete,
    /// Some may have mistakes of their own and were left out, so that a field that is not there is no news.
    Unknown,
}

impl<'a> Operations<'a> {
    /// The operation that the key `operation` of a mapping names; nothing where it is unknown or has mistakes of its own.
    pub fn find(&self, name: &str, cursor: &Cursor<'_>, reporter: &mut Reporter) -> Option<&'a Operation> {
        let mut all = self.namespaces.iter().flat_map(|namespace| &namespace.operations);
        if let Some(found) = all.find(|operation| operation.id.0 == name) {
            return Some(found);
        }
        let pages = self.spec.pages.iter();
        let known = pages.flat_map(|page| page.file.routes.keys().map(move |wire| format!("{}.{wire}", page.stem)));
        let known: Vec<String> = known.collect();
        let (namespace, wire) = name.rsplit_once('.').unwrap_or_default();
        let is_reported = known.iter().any(|known| known == name)
            || self.spec.unparsed_pages.iter().any(|stem| stem == namespace)
            || reporter.is_invalid_anywhere(&["routes", wire]);
        if !is_reported {
            let help = suggest::did_you_mean(name, known.iter().map(String::as_str), "the operations are");
            let message = format!("an operation must be one that a page lists, `{name}` is not");
            reporter.error(&cursor.child("operation").value(), message, "unknown operation", help);
        }
        None
    }
}

/// The object that a type is, if it is one with known fields.
pub fn object<'a>(of: &Type, arena: &'a Arena) -> Option<&'a Object> {
    match of {
        Type::Named(id) => match &arena.get(*id)?.kind {
            TypeKind::Object(object) => Some(object),
            TypeKind::Enum(_) => None,
        },
        Type::String
        | Type::Integer
        | Type::Number
        | Type::Boolean
        | Type::Secret
        | Type::DateTime
        | Type::Json
        | Type::Object
        | Type::Array(_)
        | Type::Map(_) => None,
    }
}

/// The fields that must be there.
pub fn required_fields(object: &Object) -> impl Iterator<Item = &Field> {
    object.fields.iter().filter(|field| field.presence == Presence::Required)
}

/// Reports query parameters that would have to be there: nothing fills them. `who` is what needs the operation.
pub fn must_need_no_query(
    operation: &Operation,
    who: &str,
    cursor: &Cursor<'_>,
    arena: &Arena,
    reporter: &mut Reporter,
) {
    let query = operation.query.and_then(|id| object(&Type::Named(id), arena));
    if let Some(field) = query.and_then(|query| required_fields(query).next()) {
        let message = format!("{who} must need no query, `{}` needs `{}`", operation.id, field.wire);
        let place = cursor.child("operation").value();
        reporter.error(&place, message, "needs a query", "name another operation, or make the parameter optional");
    }
}
