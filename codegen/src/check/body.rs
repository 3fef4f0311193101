//! Bodies: a type expression, or an object that is written out.

use super::fields::{self, Owner};
use super::{Cx, type_expr};
use crate::ident::RustIdent;
use crate::ir::Type;
use crate::spec::{BodySpec, Cursor};

/// The type of a body.
pub fn check(body: &BodySpec, owner: &Owner, cursor: &Cursor<'_>, cx: &mut Cx<'_>) -> Option<Type> {
    match body {
        BodySpec::Type(text) => type_expr::check(text, &owner.home, cursor, cx),
        BodySpec::Fields(fields) if fields.is_empty() => {
            if !cx.reporter.is_at_fault(cursor) {
                let help = "write its fields, or leave `body` out";
                cx.reporter.error(&cursor.key(), "a body must have fields or a type", "nothing here", help);
            }
            None
        }
        BodySpec::Fields(fields) => {
            let name = RustIdent::pascal(&owner.prefix);
            let reserved = cx.arena.reserve(None, name, &owner.home, cursor.key(), cx.reporter);
            let kind = fields::object(fields, owner, cursor, cx);
            Some(Type::Named(cx.arena.define(&reserved, owner.means.clone(), kind)))
        }
    }
}
