//! Types that hold themselves: Rust needs a pointer on the way round, and values must be able to end.

use std::collections::BTreeSet;

use super::Cx;
use crate::ir::{Presence, Storage, Type, TypeDef, TypeId, TypeKind, Usage};

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
        TypeKind::Object(object) => object.fields.iter().filter_map(|field| named(&field.of)).collect(),
    }
}

/// The type that a value of a type is, without a list or a map around it.
fn named(of: &Type) -> Option<TypeId> {
    match of {
        Type::Named(id) => Some(*id),
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

/// Reports types of requests that require themselves: no value of such a type ends, so none can ever be sent. In a type that
/// is also answered each field may be absent, whatever the documentation says.
pub fn check(cx: &mut Cx<'_>) {
    let types = cx.arena.types();
    let mut reports = Vec::new();
    for cycle in Requirements::of(types).cycles() {
        let named = cycle.iter().position(|(id, _)| cx.arena.get(*id).is_some_and(|def| def.spec_name.is_some()));
        let (before, from_named) = cycle.split_at(named.unwrap_or_default());
        let cycle = [from_named, before].concat();
        let first = cycle.first().map(|(id, _)| *id);
        let Some((def, place)) = first.and_then(|id| cx.arena.get(id).zip(cx.arena.place(id))) else { continue };
        let message = format!("a type in a request must not require itself: a value of `{}` would never end", def.name);
        reports.push((place.clone(), message, explanation(&cycle, types)));
    }
    for (place, message, label) in reports {
        cx.reporter.error(&place, message, label, "make one of these fields optional with `?`");
    }
}

/// Each step of a cycle in words. Types without a name in the spec go by the way to them.
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

/// Which types each type cannot do without, and by which fields.
struct Requirements<'a> {
    fields: Vec<Vec<(TypeId, &'a str)>>,
    /// The types that require a type, once for each field that does.
    required_by: Vec<Vec<TypeId>>,
    /// How many fields of a type require one of which no finite value is known.
    open: Vec<usize>,
}

impl<'a> Requirements<'a> {
    fn of(types: &'a [Option<TypeDef>]) -> Self {
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

    /// The cycles, none of which shares a type with another: each type on the way round, with the field that leads on.
    fn cycles(mut self) -> Vec<Vec<(TypeId, &'a str)>> {
        let ids: Vec<TypeId> = (0..self.fields.len()).map(TypeId::new).collect();
        self.settle(ids.iter().copied().filter(|id| !self.is_open(*id)).collect());
        let mut cycles = Vec::new();
        for start in ids {
            while self.is_open(start) {
                let cycle = self.cycle_behind(start);
                self.settle(cycle.iter().map(|(id, _)| *id).collect());
                cycles.push(cycle);
            }
        }
        cycles
    }

    /// The first cycle on a way from an open type. There is one: each open type requires another.
    fn cycle_behind(&self, start: TypeId) -> Vec<(TypeId, &'a str)> {
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

    /// Marks types as finite or reported, and with them every type that requires nothing else.
    fn settle(&mut self, mut settled: Vec<TypeId>) {
        for id in &settled {
            self.open.get_mut(id.index()).into_iter().for_each(|open| *open = 0);
        }
        while let Some(id) = settled.pop() {
            for source in self.required_by.get_mut(id.index()).map(std::mem::take).unwrap_or_default() {
                let Some(open) = self.open.get_mut(source.index()) else { continue };
                if *open > 0 {
                    *open -= 1;
                    if *open == 0 {
                        settled.push(source);
                    }
                }
            }
        }
    }
}

/// The fields of a type of requests that must hold another; lists and maps may be empty.
fn required(def: Option<&TypeDef>) -> Vec<(TypeId, &str)> {
    let Some(TypeDef { kind: TypeKind::Object(object), usage: Usage::REQUEST, .. }) = def else { return Vec::new() };
    let required = object.fields.iter().filter(|field| field.presence == Presence::Required);
    required.filter_map(|field| Some((named(&field.of)?, field.wire.as_str()))).collect()
}
