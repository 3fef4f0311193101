//! The types under construction: names are given out first, so that types can name one another in any order.

use std::collections::HashMap;

use indexmap::{IndexMap, IndexSet};

use super::names::{self, Named, Taken};
use crate::ident::RustIdent;
use crate::ir::{Home, TypeDef, TypeId, TypeKind, Usage};
use crate::spec::{Reporter, SourcePath};

/// The arena while it fills.
#[derive(Debug, Default)]
pub struct Arena {
    types: Vec<Option<TypeDef>>,
    places: Vec<SourcePath>,
    by_spec_name: IndexMap<(String, Option<String>), TypeId>,
    shared: Taken,
    scopes: HashMap<String, Taken>,
}

/// A name of the arena that has no shape yet.
#[derive(Debug, Clone)]
pub struct Reserved {
    id: TypeId,
    name: RustIdent,
    home: Home,
    spec_name: Option<String>,
}

impl Arena {
    /// Gives a type of the spec its name and its id.
    pub fn reserve(
        &mut self,
        spec_name: Option<&str>,
        name: RustIdent,
        home: &Home,
        place: SourcePath,
        reporter: &mut Reporter,
    ) -> Reserved {
        let id = TypeId::new(self.types.len());
        self.types.push(None);
        self.places.push(place.clone());
        let (named, help) = match spec_name {
            Some(_) => (Named::Type, "choose a name that says more"),
            None => (Named::InlineType, "give what it is named after another name with `rust: …`"),
        };
        names::must_not_be_reserved(&name, &place, help, reporter);
        self.claim(&name, home, place, named, reporter);
        if let Some(spec_name) = spec_name {
            self.by_spec_name.insert((spec_name.to_owned(), scope(home)), id);
        }
        Reserved { id, name, home: home.clone(), spec_name: spec_name.map(str::to_owned) }
    }

    /// Takes a name in a module's scope, shared names included.
    pub fn claim(
        &mut self,
        name: &RustIdent,
        home: &Home,
        place: SourcePath,
        named: Named,
        reporter: &mut Reporter,
    ) -> bool {
        match scope(home) {
            None => self.shared.claim(name, place, named, reporter),
            Some(scope) => {
                if self.shared.place_of(name).is_some() {
                    return self.shared.claim(name, place, named, reporter);
                }
                self.scopes.entry(scope).or_default().claim(name, place, named, reporter)
            }
        }
    }

    /// Gives a reserved name its shape.
    pub fn define(&mut self, reserved: &Reserved, description: String, kind: TypeKind) -> TypeId {
        let Reserved { id, name, home, spec_name } = reserved.clone();
        if let Some(slot) = self.types.get_mut(id.index()) {
            *slot = Some(TypeDef { name, home, description, spec_name, kind, usage: Usage::default() });
        }
        id
    }

    /// A type that is already defined.
    pub fn get(&self, id: TypeId) -> Option<&TypeDef> {
        self.types.get(id.index()).and_then(Option::as_ref)
    }

    /// All types; those that have no shape because of a mistake are absent.
    pub fn types(&self) -> &[Option<TypeDef>] {
        &self.types
    }

    /// The same, for what is known of them only once everything is read.
    pub fn types_mut(&mut self) -> &mut [Option<TypeDef>] {
        &mut self.types
    }

    /// What a type was reserved for.
    pub fn place(&self, id: TypeId) -> Option<&SourcePath> {
        self.places.get(id.index())
    }

    /// The type that a name in the spec means: one of the page, or a shared one.
    pub fn find(&self, spec_name: &str, home: &Home) -> Option<TypeId> {
        let local = self.by_spec_name.get(&(spec_name.to_owned(), scope(home)));
        local.or_else(|| self.by_spec_name.get(&(spec_name.to_owned(), None))).copied()
    }

    /// True for a type of some page, be it another than this one.
    pub fn is_of_a_page(&self, spec_name: &str) -> bool {
        self.by_spec_name.keys().any(|(name, scope)| name == spec_name && scope.is_some())
    }

    /// The names that [`Arena::find`] would find, in the order of the spec.
    pub fn visible(&self, home: &Home) -> Vec<&str> {
        let own = scope(home);
        let is_visible = |scope: &Option<String>| scope.is_none() || *scope == own;
        let visible = self.by_spec_name.keys().filter(|(_, scope)| is_visible(scope));
        let names: IndexSet<&str> = visible.map(|(name, _)| name.as_str()).collect();
        names.into_iter().collect()
    }

    /// All types, where each has its shape.
    pub fn finish(self) -> Option<Vec<TypeDef>> {
        self.types.into_iter().collect()
    }
}

fn scope(home: &Home) -> Option<String> {
    match home {
        Home::Shared => None,
        Home::Namespace(modules) => Some(modules.iter().map(RustIdent::bare).collect::<Vec<_>>().join(".")),
    }
}
