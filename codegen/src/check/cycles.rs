//! Recursive types: fields that need a `Box`, and request types that no value can have.

use std::collections::BTreeSet;

use super::Cx;
use crate::ir::{Presence, Storage, TypeDef, TypeId, TypeKind, Usage};

/// Boxes every field through which a type contains itself. Arrays and maps need no box.
pub fn box_recursive_fields(types: &mut [TypeDef]) {
    let contained: Vec<Vec<TypeId>> = types.iter().map(contained_types).collect();
    for (index, def) in types.iter_mut().enumerate() {
        let TypeKind::Object(object) = &mut def.kind else { continue };
        for field in &mut object.fields {
            if field.ty.named().is_some_and(|id| is_reachable(id, TypeId::new(index), &contained)) {
                field.storage = Storage::Boxed;
            }
        }
    }
}

fn contained_types(def: &TypeDef) -> Vec<TypeId> {
    match &def.kind {
        TypeKind::Enum(_) => Vec::new(),
        TypeKind::Object(object) => object.fields.iter().filter_map(|field| field.ty.named()).collect(),
    }
}

fn is_reachable(from: TypeId, to: TypeId, contained: &[Vec<TypeId>]) -> bool {
    let mut seen = BTreeSet::new();
    let mut stack = vec![from];
    while let Some(next) = stack.pop() {
        if next == to {
            return true;
        }
        if seen.insert(next) {
            stack.extend(contained.get(next.index()).into_iter().flatten());
        }
    }
    false
}

/// Reports request types that require themselves: their values would have to be infinite. In a type that is also part of a
/// response every field may be absent.
pub fn check(cx: &mut Cx<'_>) {
    let types = cx.arena.types();
    let mut reports = Vec::new();
    for cycle in Requirements::new(types).cycles() {
        let named = cycle.iter().position(|(id, _)| cx.arena.get(*id).is_some_and(|def| def.spec_name.is_some()));
        let (before, from_named) = cycle.split_at(named.unwrap_or_default());
        let cycle = [from_named, before].concat();
        let first = cycle.first().map(|(id, _)| *id);
        let Some((def, location)) = first.and_then(|id| cx.arena.get(id).zip(cx.arena.location(id))) else { continue };
        let message = format!("request type `{}` requires itself and has no finite value", def.name);
        reports.push((location.clone(), message, explanation(&cycle, types)));
    }
    for (location, message, label) in reports {
        cx.reporter.error(&location, message, label, "make one of these fields optional with `?`");
    }
}

/// Describes each step of a cycle. A type without a name in the spec is described by the path of fields to it.
fn explanation(cycle: &[(TypeId, &str)], types: &[Option<TypeDef>]) -> String {
    let spec_name = |id: TypeId| types.get(id.index())?.as_ref()?.spec_name.as_deref();
    let mut steps = Vec::new();
    let mut path = String::new();
    let targets = cycle.iter().cycle().skip(1).map(|(id, _)| *id);
    for ((source, field), target) in cycle.iter().zip(targets) {
        if let Some(name) = spec_name(*source) {
            path = name.to_owned();
        }
        path = format!("{path}.{field}");
        if let Some(target) = spec_name(target) {
            steps.push(format!("`{path}` requires `{target}`"));
        }
    }
    steps.join(", ")
}

/// The types that each type requires, and through which fields.
struct Requirements<'a> {
    fields: Vec<Vec<(TypeId, &'a str)>>,
    /// The types that require a type, once for each field.
    required_by: Vec<Vec<TypeId>>,
    /// The number of fields that require a type for which no finite value is known.
    open: Vec<usize>,
}

impl<'a> Requirements<'a> {
    fn new(types: &'a [Option<TypeDef>]) -> Self {
        let fields: Vec<Vec<(TypeId, &str)>> = types.iter().map(|def| required(def.as_ref())).collect();
        let mut required_by = vec![Vec::new(); types.len()];
        for (index, fields) in fields.iter().enumerate() {
            for (target, _) in fields {
                if let Some(sources) = required_by.get_mut(target.index()) {
                    sources.push(TypeId::new(index));
                }
            }
        }
        let open = fields.iter().map(Vec::len).collect();
        Self { fields, required_by, open }
    }

    /// Returns disjoint cycles: each type with the field that leads to the next one.
    fn cycles(mut self) -> Vec<Vec<(TypeId, &'a str)>> {
        let ids: Vec<TypeId> = (0..self.fields.len()).map(TypeId::new).collect();
        self.mark_finite(ids.iter().copied().filter(|id| !self.is_open(*id)).collect());
        let mut cycles = Vec::new();
        for start in ids {
            while self.is_open(start) {
                let cycle = self.cycle_from(start);
                self.mark_finite(cycle.iter().map(|(id, _)| *id).collect());
                cycles.push(cycle);
            }
        }
        cycles
    }

    /// Returns the first cycle on a path from an open type. There is one, because every open type requires another one.
    fn cycle_from(&self, start: TypeId) -> Vec<(TypeId, &'a str)> {
        let mut path: Vec<(TypeId, &str)> = Vec::new();
        let mut seen = BTreeSet::new();
        let mut next = start;
        while seen.insert(next) {
            let fields = self.fields.get(next.index()).into_iter().flatten();
            let Some((target, field)) = fields.copied().find(|(target, _)| self.is_open(*target)) else { break };
            path.push((next, field));
            next = target;
        }
        let round = path.iter().position(|(id, _)| *id == next).unwrap_or_default();
        path.split_off(round)
    }

    fn is_open(&self, id: TypeId) -> bool {
        self.open.get(id.index()).is_some_and(|open| *open > 0)
    }

    /// Marks types as finite or reported, then every type that requires only such types.
    fn mark_finite(&mut self, mut finite: Vec<TypeId>) {
        for id in &finite {
            self.open.get_mut(id.index()).into_iter().for_each(|open| *open = 0);
        }
        while let Some(id) = finite.pop() {
            for source in self.required_by.get_mut(id.index()).map(std::mem::take).unwrap_or_default() {
                let Some(open) = self.open.get_mut(source.index()) else { continue };
                if *open > 0 {
                    *open -= 1;
                    if *open == 0 {
                        finite.push(source);
                    }
                }
            }
        }
    }
}

/// Returns the required fields of a request type with a named type. Arrays and maps may be empty.
fn required(def: Option<&TypeDef>) -> Vec<(TypeId, &str)> {
    let Some(TypeDef { kind: TypeKind::Object(object), usage: Usage::REQUEST, .. }) = def else { return Vec::new() };
    let required = object.fields.iter().filter(|field| field.presence == Presence::Required);
    required.filter_map(|field| Some((field.ty.named()?, field.wire_name.as_str()))).collect()
}
