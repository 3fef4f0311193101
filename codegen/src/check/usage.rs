//! Who sends what: spreads from the bodies of the operations to every type inside them.

use crate::ir::{Namespace, Payload, Type, TypeDef, TypeId, TypeKind, Usage};

/// Sets [`TypeDef::usage`] of every type.
pub fn spread(types: &mut [Option<TypeDef>], namespaces: &[Namespace]) {
    for operation in namespaces.iter().flat_map(|namespace| &namespace.operations) {
        for argument in &operation.path_arguments {
            mark(&argument.of, Usage::REQUEST, types);
        }
        if let Some(query) = operation.query {
            mark(&Type::Named(query), Usage::REQUEST, types);
        }
        if let Some(body) = &operation.body {
            mark(body, Usage::REQUEST, types);
        }
        match &operation.payload {
            Payload::Json(body) => mark(body, Usage::ANSWER, types),
            Payload::Nothing | Payload::File => {}
        }
    }
}

fn mark(of: &Type, usage: Usage, types: &mut [Option<TypeDef>]) {
    match of {
        Type::Array(of) | Type::Map(of) => mark(of, usage, types),
        Type::Named(id) => mark_named(*id, usage, types),
        Type::String
        | Type::Integer
        | Type::Number
        | Type::Boolean
        | Type::Secret
        | Type::DateTime
        | Type::Json
        | Type::Object => {}
    }
}

fn mark_named(id: TypeId, usage: Usage, types: &mut [Option<TypeDef>]) {
    let Some(Some(def)) = types.get_mut(id.index()) else { return };
    let merged = Usage { request: def.usage.request || usage.request, answer: def.usage.answer || usage.answer };
    // A type that was here before with the same usage has marked its fields already; so cycles end.
    if merged == def.usage {
        return;
    }
    def.usage = merged;
    let inside: Vec<Type> = match &def.kind {
        TypeKind::Object(object) => object.fields.iter().map(|field| field.of.clone()).collect(),
        TypeKind::Enum(_) => Vec::new(),
    };
    for of in &inside {
        mark(of, usage, types);
    }
}
