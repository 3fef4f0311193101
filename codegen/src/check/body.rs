//! Bodies: a type expression, or an object that is written out.

use super::fields::{self, Owner};
use super::{Cx, prose, type_expr};
use crate::ident::RustIdent;
use crate::ir::{Type, TypeKind};
use crate::spec::{BodySpec, Cursor, Fields};

/// A checked body.
pub struct Body {
    /// Its type.
    pub ty: Type,
    /// What it is for.
    pub doc: Option<String>,
}

/// The type of a body, and what it is for.
pub fn check(body: &BodySpec, owner: &Owner, cursor: &Cursor<'_>, cx: &mut Cx<'_>) -> Option<Body> {
    match body {
        BodySpec::Type(of) => {
            let ty = type_expr::check(of, &owner.home, &cursor.child("type"), cx)?;
            Some(Body { ty, doc: None })
        }
        BodySpec::LongType { ty: of, description } => {
            let ty = type_expr::check(of, &owner.home, &cursor.child("type"), cx);
            let label = match description.as_deref() {
                None if ty.as_ref().is_some_and(|ty| is_single(ty, cx)) => "a single value, or a field called `type`",
                Some(description) if type_expr::is_type(description, &owner.home, cx) => "a type as well",
                Some(_) | None => {
                    let doc = prose::optional(description.as_deref(), "description", cursor, cx.reporter);
                    return Some(Body { ty: ty?, doc });
                }
            };
            let at = cursor.child(if description.is_some() { "description" } else { "type" }).value();
            let message = "a body must be clearly either a type or an object with a field `type`";
            let of = of.trim();
            let help = format!("write `body: {of}` for the type, or `type: {{ type: {of} }}` for the field");
            cx.reporter.error(&at, message, label, help);
            None
        }
        BodySpec::Fields(fields) if fields.is_empty() => {
            if !cx.reporter.is_invalid(cursor) {
                let help = "write its fields, or leave `body` out";
                cx.reporter.error(&cursor.key(), "a body must have fields or a type", "nothing here", help);
            }
            None
        }
        BodySpec::Fields(fields) if referred(fields).is_some() => {
            let help = format!("write `body: {}`", referred(fields).unwrap_or("T"));
            cx.reporter.error(&cursor.child("$ref").key(), "a body must not have a key `$ref`", "unknown key", help);
            None
        }
        BodySpec::Fields(fields) => {
            let name = RustIdent::pascal(&owner.prefix);
            let reserved = cx.arena.reserve(None, name, &owner.home, cursor.key(), cx.reporter);
            let kind = fields::object(fields, owner, cursor, cx);
            Some(Body { ty: Type::Named(cx.arena.define(&reserved, owner.description.clone(), kind)), doc: None })
        }
    }
}

/// True for a type whose values are no objects and no lists: hardly a body, but often a field called `type`.
fn is_single(ty: &Type, cx: &Cx<'_>) -> bool {
    match ty {
        Type::String | Type::Integer | Type::Number | Type::Boolean | Type::Secret | Type::DateTime => true,
        Type::Json | Type::Object | Type::Array(_) | Type::Map(_) => false,
        Type::Named(id) => matches!(cx.arena.get(*id).map(|def| &def.kind), Some(TypeKind::Enum(_))),
    }
}

/// The type of a body that is a reference in the way of JSON Schema. What is referred to is no type expression, so that it
/// cannot be a field called `$ref`.
fn referred(fields: &Fields) -> Option<&str> {
    let of = fields.get("$ref").filter(|_| fields.len() == 1)?.ty.as_deref()?;
    of.rsplit_once('/').map(|(_, name)| name).filter(|name| !name.is_empty())
}
