//! The arena of types under construction. Names are reserved first, so that types can refer to each other in any order.

use std::collections::HashMap;

use indexmap::{IndexMap, IndexSet};

use super::names::{self, NameKind, NameScope};
use crate::ident::RustIdent;
use crate::ir::{Enum, Module, Object, Type, TypeDef, TypeId, TypeKind, Usage};
use crate::spec::{Reporter, SourcePath};

/// The types that were found so far.
#[derive(Debug, Default)]
pub struct Arena {
    types: Vec<Option<TypeDef>>,
    locations: Vec<SourcePath>,
    by_spec_name: IndexMap<(String, Option<String>), TypeId>,
    shared: NameScope,
    scopes: HashMap<String, NameScope>,
}

/// The name of a type that has no shape yet.
#[derive(Debug, Clone)]
pub struct Reserved {
    id: TypeId,
    name: RustIdent,
    module: Module,
    spec_name: Option<String>,
}

impl Arena {
    /// Reserves the name and the id of a type.
    pub fn reserve(
        &mut self,
        spec_name: Option<&str>,
        name: RustIdent,
        module: &Module,
        location: SourcePath,
        reporter: &mut Reporter,
    ) -> Reserved {
        let id = TypeId::new(self.types.len());
        self.types.push(None);
        self.locations.push(location.clone());
        let (kind, help) = match spec_name {
            Some(_) => (NameKind::Type, "rename the type"),
            None => (NameKind::InlineType, "set another Rust name for what the type is named after with `rust: …`"),
        };
        names::check_not_reserved(&name, &location, help, reporter);
        self.claim(&name, module, location, kind, reporter);
        if let Some(spec_name) = spec_name {
            self.by_spec_name.insert((spec_name.to_owned(), scope(module)), id);
        }
        Reserved { id, name, module: module.clone(), spec_name: spec_name.map(str::to_owned) }
    }

    /// Adds a name to the scope of a module. Shared names are in scope everywhere.
    pub fn claim(
        &mut self,
        name: &RustIdent,
        module: &Module,
        location: SourcePath,
        kind: NameKind,
        reporter: &mut Reporter,
    ) -> bool {
        match scope(module) {
            Some(scope) if self.shared.location_of(name).is_none() => {
                self.scopes.entry(scope).or_default().claim(name, location, kind, reporter)
            }
            Some(_) | None => self.shared.claim(name, location, kind, reporter),
        }
    }

    /// Sets the shape of a reserved type.
    pub fn define(&mut self, reserved: &Reserved, description: String, kind: TypeKind) -> TypeId {
        let Reserved { id, name, module, spec_name } = reserved.clone();
        if let Some(slot) = self.types.get_mut(id.index()) {
            *slot = Some(TypeDef { name, module, description, spec_name, kind, usage: Usage::default() });
        }
        id
    }

    /// Returns a type that has a shape.
    pub fn get(&self, id: TypeId) -> Option<&TypeDef> {
        self.types.get(id.index()).and_then(Option::as_ref)
    }

    /// Returns the shape of a named type.
    pub fn kind(&self, ty: &Type) -> Option<&TypeKind> {
        ty.named().and_then(|id| self.get(id)).map(|def| &def.kind)
    }

    /// Returns the shape of a type that is a string enum.
    pub fn string_enum(&self, ty: &Type) -> Option<&Enum> {
        match self.kind(ty)? {
            TypeKind::Enum(string_enum) => Some(string_enum),
            TypeKind::Object(_) => None,
        }
    }

    /// Returns the shape of a type that is an object with known fields.
    pub fn object(&self, ty: &Type) -> Option<&Object> {
        match self.kind(ty)? {
            TypeKind::Object(object) => Some(object),
            TypeKind::Enum(_) => None,
        }
    }

    /// Returns all types. Types without a shape because of an error are `None`.
    pub fn types(&self) -> &[Option<TypeDef>] {
        &self.types
    }

    /// Returns all types for changes that need the whole spec.
    pub fn types_mut(&mut self) -> &mut [Option<TypeDef>] {
        &mut self.types
    }

    /// Returns the location that a type was reserved for.
    pub fn location(&self, id: TypeId) -> Option<&SourcePath> {
        self.locations.get(id.index())
    }

    /// Resolves a type name of the spec: to a type of the page, or to a shared type.
    pub fn find(&self, spec_name: &str, module: &Module) -> Option<TypeId> {
        let local = self.by_spec_name.get(&(spec_name.to_owned(), scope(module)));
        local.or_else(|| self.by_spec_name.get(&(spec_name.to_owned(), None))).copied()
    }

    /// Returns `true` if any page has a type of that name.
    pub fn is_page_type(&self, spec_name: &str) -> bool {
        self.by_spec_name.keys().any(|(name, scope)| name == spec_name && scope.is_some())
    }

    /// Returns the names that [`Arena::find`] resolves, in the order of the spec.
    pub fn visible(&self, module: &Module) -> IndexSet<&str> {
        let own = scope(module);
        let is_visible = |scope: &Option<String>| scope.is_none() || *scope == own;
        let visible = self.by_spec_name.keys().filter(|(_, scope)| is_visible(scope));
        visible.map(|(name, _)| name.as_str()).collect()
    }

    /// Returns all types, or `None` if one has no shape.
    pub fn finish(self) -> Option<Vec<TypeDef>> {
        self.types.into_iter().collect()
    }
}

fn scope(module: &Module) -> Option<String> {
    match module {
        Module::Shared => None,
        Module::Namespace(modules) => Some(modules.iter().map(RustIdent::as_unescaped).collect::<Vec<_>>().join(".")),
    }
}
