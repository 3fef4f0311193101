//! Small pieces of tokens that several emitters need, and the `use` lines for what these pieces name.

use std::collections::{BTreeMap, BTreeSet};

use proc_macro2::{Ident, Span, TokenStream};
use quote::quote;

use crate::ident::RustIdent;
use crate::ir::{Api, Home, Namespace, Type};

/// An identifier.
pub fn ident(name: &RustIdent) -> Ident {
    if name.is_keyword() { Ident::new_raw(name.bare(), Span::call_site()) } else { name_of(name.bare()) }
}

/// A name that is no keyword, or one that is written `r#…`.
pub fn name(name: &str) -> Ident {
    match name.strip_prefix("r#") {
        Some(bare) => Ident::new_raw(bare, Span::call_site()),
        None => name_of(name),
    }
}

fn name_of(name: &str) -> Ident {
    Ident::new(name, Span::call_site())
}

/// More arguments than this make a call hard to read, and clippy say so.
const MOST_ARGUMENTS: usize = 6;

/// The permission that a function with that many arguments needs.
pub fn allow_arguments(count: usize, reason: &str) -> Option<TokenStream> {
    (count > MOST_ARGUMENTS).then(|| quote!(#[allow(clippy::too_many_arguments, reason = #reason)]))
}

/// The permission for methods that are named like operations or namespaces, where clippy expects something else of such a name.
pub fn allow_names<'a>(mut names: impl Iterator<Item = &'a RustIdent>) -> Option<TokenStream> {
    let is_odd =
        |name: &str| matches!(name, "clone" | "cmp" | "new") || name.starts_with("from_") || name.starts_with("into_");
    names.any(|name| is_odd(name.bare())).then(|| {
        quote! {
            #[allow(
                clippy::new_ret_no_self, clippy::should_implement_trait, clippy::wrong_self_convention,
                reason = "methods are named like operations"
            )]
        }
    })
}

/// The line for a namespace's module in the file of the one above it.
pub fn module(child: &Namespace, above: Option<&RustIdent>) -> Option<TokenStream> {
    let module = child.module()?;
    let allow = (Some(module) == above)
        .then(|| quote!(#[allow(clippy::module_inception, reason = "the API names it like the one around it")]));
    let module = ident(module);
    Some(quote!(#allow pub mod #module;))
}

/// The path of a namespace's module from the crate root, such as `user::otp`.
pub fn module_path(namespace: &Namespace) -> TokenStream {
    let modules = namespace.modules.iter().map(ident);
    quote!(#(#modules)::*)
}

/// A module path such as `crate::runtime`.
pub fn path(text: &str) -> TokenStream {
    let steps: Vec<Ident> = text.split("::").map(name_of).collect();
    quote!(#(#steps)::*)
}

/// The Rust type for a type of the IR.
pub fn rust_type(of: &Type, api: &Api, uses: &mut Uses) -> TokenStream {
    match of {
        Type::String => quote!(String),
        Type::Integer => quote!(i64),
        Type::Number => quote!(f64),
        Type::Boolean => quote!(bool),
        Type::Secret => runtime("Secret", uses),
        Type::DateTime => runtime("Timestamp", uses),
        Type::Object => runtime("JsonObject", uses),
        Type::Json => {
            uses.add(Import::Value);
            quote!(Value)
        }
        Type::Array(of) => {
            let of = rust_type(of, api, uses);
            quote!(Vec<#of>)
        }
        Type::Map(of) => {
            uses.add(Import::BTreeMap);
            let of = rust_type(of, api, uses);
            quote!(BTreeMap<String, #of>)
        }
        Type::Named(id) => match api.type_def(*id) {
            Some(def) => {
                if def.home == Home::Shared {
                    uses.add(Import::Shared(def.name.clone()));
                }
                let name = ident(&def.name);
                quote!(#name)
            }
            None => quote!(()),
        },
    }
}

/// A name of the runtime, imported.
pub fn runtime(name: &'static str, uses: &mut Uses) -> TokenStream {
    uses.add(Import::Runtime(name));
    let name = name_of(name);
    quote!(#name)
}

/// Something that an item names and that lives elsewhere.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Import {
    BTreeMap,
    Serde,
    Value,
    /// The service of an operation.
    Service,
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
                let path = path(module);
                let names: Vec<_> = names.iter().map(|text| name(text)).collect();
                match names.as_slice() {
                    [name] => quote!(#attribute use #path::#name;),
                    names => quote!(#attribute use #path::{#(#names),*};),
                }
            })
            .collect()
    }
}
