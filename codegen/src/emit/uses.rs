//! The `use` lines of a file: exactly those that its items need.

use std::collections::{BTreeMap, BTreeSet};

use proc_macro2::TokenStream;
use quote::quote;

use super::tokens;
use crate::ident::RustIdent;

/// Something that an item names and that lives elsewhere.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Import {
    BTreeMap,
    Serde,
    Value,
    /// The service of an operation.
    Service,
    /// What operations refer to as their API.
    Api,
    /// A name of the runtime's root.
    Runtime(&'static str),
    /// A name of the runtime's client.
    Client(&'static str),
    /// A name of the runtime's server.
    Server(&'static str),
    /// A shared type.
    Shared(RustIdent),
}

impl Import {
    /// The module and the name in it.
    fn path(&self) -> (&'static str, String) {
        let (module, name) = match self {
            Self::BTreeMap => ("std::collections", "BTreeMap"),
            Self::Serde => ("serde", "Deserialize"),
            Self::Value => ("serde_json", "Value"),
            Self::Service => ("crate::api", "Service"),
            Self::Api => ("crate::api", "API"),
            Self::Runtime(name) => ("routegen_runtime", *name),
            Self::Client(name) => ("routegen_runtime::client", *name),
            Self::Server(name) => ("routegen_runtime::server", *name),
            Self::Shared(name) => return ("crate::types", name.to_string()),
        };
        (module, name.to_owned())
    }
}

/// The imports of one part of a file.
#[derive(Debug, Default)]
pub struct Uses(BTreeSet<Import>);

impl Uses {
    /// Notes that an item names something.
    pub fn add(&mut self, import: Import) {
        self.0.insert(import);
    }

    /// All but the shared types, for the module that they live in.
    pub fn without_shared(&self) -> Self {
        Self(self.0.iter().filter(|import| !matches!(import, Import::Shared(_))).cloned().collect())
    }

    /// What this part needs and the other does not have already.
    pub fn without(&self, other: &Self) -> Self {
        Self(self.0.difference(&other.0).cloned().collect())
    }

    /// What either part needs.
    pub fn and(&self, other: &Self) -> Self {
        Self(self.0.union(&other.0).cloned().collect())
    }

    /// What both parts need.
    pub fn common(&self, other: &Self) -> Self {
        Self(self.0.intersection(&other.0).cloned().collect())
    }

    /// The `use` lines, each with an attribute before it.
    pub fn lines(&self, attribute: &TokenStream) -> Vec<TokenStream> {
        let mut modules: BTreeMap<&str, BTreeSet<String>> = BTreeMap::new();
        for import in &self.0 {
            let (module, name) = import.path();
            let names = modules.entry(module).or_default();
            names.insert(name);
            if *import == Import::Serde {
                names.insert("Serialize".to_owned());
            }
        }
        // The standard library first, then other crates, then this one: the order that rustfmt users are used to.
        let mut modules: Vec<(&str, BTreeSet<String>)> = modules.into_iter().collect();
        modules.sort_by_key(|(module, _)| (!module.starts_with("std"), module.starts_with("crate"), *module));
        modules
            .into_iter()
            .map(|(module, names)| {
                let path = tokens::path(module);
                let names: Vec<_> = names.iter().map(|name| tokens::name(name)).collect();
                match names.as_slice() {
                    [name] => quote!(#attribute use #path::#name;),
                    names => quote!(#attribute use #path::{#(#names),*};),
                }
            })
            .collect()
    }
}
