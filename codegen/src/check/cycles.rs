//! Types that hold themselves: Rust needs a pointer on the way round.

use std::collections::BTreeSet;

use crate::ir::{Storage, Type, TypeDef, TypeId, TypeKind};

/// Boxes every field through which a type would hold itself.
pub fn break_up(types: &mut [TypeDef]) {
    let inside: Vec<Vec<TypeId>> = types.iter().map(held).collect();
    for (index, def) in types.iter_mut().enumerate() {
        let owner = TypeId::new(index);
        let TypeKind::Object(object) = &mut def.kind else { continue };
        for field in &mut object.fields {
            if let Type::Named(held) = field.of
                && reaches(held, owner, &inside)
            {
                field.storage = Storage::Boxed;
            }
        }
    }
}

/// The types that lie inside a type; lists and maps are pointers already.
fn held(def: &TypeDef) -> Vec<TypeId> {
    match &def.kind {
        TypeKind::Enum(_) => Vec::new(),
        TypeKind::Object(object) => object
            .fields
            .iter()
            .filter_map(|field| match field.of {
                Type::Named(id) => Some(id),
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
            })
            .collect(),
    }
}

fn reaches(from: TypeId, to: TypeId, inside: &[Vec<TypeId>]) -> bool {
    let mut seen = BTreeSet::new();
    let mut open = vec![from];
    while let Some(next) = open.pop() {
        if next == to {
            return true;
        }
        if seen.insert(next) {
            open.extend(inside.get(next.index()).into_iter().flatten());
        }
    }
    false
}
