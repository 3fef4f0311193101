//! Tokens that several emitters need, and the imports for the names in them.

use std::collections::{BTreeMap, BTreeSet};

use proc_macro2::{Ident, Span, TokenStream};
use quote::quote;

use crate::ident::RustIdent;
use crate::ir::{Api, Auth, Module, Namespace, Scalar, Type};

/// Converts a name to an identifier.
pub fn ident(name: &RustIdent) -> Ident {
    if name.is_keyword() {
        Ident::new_raw(name.as_unescaped(), Span::call_site())
    } else {
        name_of(name.as_unescaped())
    }
}

/// Converts a name to an identifier; only a name with `r#` may be a keyword.
pub fn name(name: &str) -> Ident {
    match name.strip_prefix("r#") {
        Some(unescaped) => Ident::new_raw(unescaped, Span::call_site()),
        None => name_of(name),
    }
}

fn name_of(name: &str) -> Ident {
    Ident::new(name, Span::call_site())
}

/// The number of arguments from which clippy warns, without the receiver.
const MAX_ARGUMENTS: usize = 6;

/// Returns the `allow` attribute of a function with many arguments.
pub fn allow_arguments(count: usize, reason: &str) -> Option<TokenStream> {
    (count > MAX_ARGUMENTS).then(|| quote!(#[allow(clippy::too_many_arguments, reason = #reason)]))
}

/// Returns the `allow` attribute for methods whose names have a conventional signature according to clippy.
pub fn allow_names<'a>(mut names: impl Iterator<Item = &'a RustIdent>) -> Option<TokenStream> {
    let is_conventional =
        |name: &str| matches!(name, "clone" | "cmp" | "new") || name.starts_with("from_") || name.starts_with("into_");
    names.any(|name| is_conventional(name.as_unescaped())).then(|| {
        quote! {
            #[allow(
                clippy::new_ret_no_self, clippy::should_implement_trait, clippy::wrong_self_convention,
                reason = "methods are named like operations"
            )]
        }
    })
}

/// Returns the `mod` item of a namespace in the file of its parent.
pub fn module(child: &Namespace, parent: Option<&RustIdent>) -> Option<TokenStream> {
    let module = child.module()?;
    let allow = (Some(module) == parent)
        .then(|| quote!(#[allow(clippy::module_inception, reason = "the API uses the same name twice")]));
    let module = ident(module);
    Some(quote!(#allow pub mod #module;))
}

/// Returns the path of a namespace's module from the crate root, such as `user::otp`.
pub fn module_path(namespace: &Namespace) -> TokenStream {
    let modules = namespace.modules.iter().map(ident);
    quote!(#(#modules)::*)
}

/// Returns a module path such as `crate::types`.
fn path(text: &str) -> TokenStream {
    let names: Vec<Ident> = text.split("::").map(name_of).collect();
    quote!(#(#names)::*)
}

/// Returns the Rust type for a type of the IR.
pub fn rust_type(ty: &Type, api: &Api, imports: &mut Imports) -> TokenStream {
    match ty {
        Type::Scalar(Scalar::String) => quote!(String),
        Type::Scalar(Scalar::Integer) => quote!(i64),
        Type::Scalar(Scalar::Number) => quote!(f64),
        Type::Scalar(Scalar::Boolean) => quote!(bool),
        Type::Scalar(Scalar::Secret) => runtime("Secret", imports),
        Type::Scalar(Scalar::DateTime) => runtime("Timestamp", imports),
        Type::Object => runtime("JsonObject", imports),
        Type::Json => {
            imports.add(Import::Value);
            quote!(Value)
        }
        Type::Array(ty) => {
            let ty = rust_type(ty, api, imports);
            quote!(Vec<#ty>)
        }
        Type::Map(ty) => {
            imports.add(Import::BTreeMap);
            let ty = rust_type(ty, api, imports);
            quote!(BTreeMap<String, #ty>)
        }
        Type::Named(id) => match api.type_def(*id) {
            Some(def) => {
                if def.module == Module::Shared {
                    imports.add(Import::Shared(def.name.clone()));
                }
                let name = ident(&def.name);
                quote!(#name)
            }
            None => quote!(()),
        },
    }
}

/// Returns the runtime's `Auth` variant of an operation.
pub fn auth(auth: Auth) -> Ident {
    name_of(match auth {
        Auth::Required => "Required",
        Auth::Optional => "Optional",
        Auth::None => "None",
    })
}

/// Imports a name of the runtime and returns it.
pub fn runtime(name: &'static str, imports: &mut Imports) -> TokenStream {
    imports.add(Import::Runtime(name));
    let name = name_of(name);
    quote!(#name)
}

/// A name from another module.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Import {
    BTreeMap,
    Serde,
    Value,
    /// The enum of services.
    Service,
    /// A name of the runtime.
    Runtime(&'static str),
    /// A name of the runtime's client.
    Client(&'static str),
    /// A name of the runtime's server.
    Server(&'static str),
    /// A shared type.
    Shared(RustIdent),
}

impl Import {
    /// Returns the module and the name in it.
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
pub struct Imports(BTreeSet<Import>);

impl Imports {
    /// Adds a name.
    pub fn add(&mut self, import: Import) {
        self.0.insert(import);
    }

    /// Returns the imports without shared types, for the module of the shared types.
    pub fn without_shared(&self) -> Self {
        Self(self.0.iter().filter(|import| !matches!(import, Import::Shared(_))).cloned().collect())
    }

    /// Returns the imports of this part that the other one does not have.
    pub fn difference(&self, other: &Self) -> Self {
        Self(self.0.difference(&other.0).cloned().collect())
    }

    /// Returns the imports of both parts.
    pub fn union(&self, other: &Self) -> Self {
        Self(self.0.union(&other.0).cloned().collect())
    }

    /// Returns the imports that both parts have.
    pub fn intersection(&self, other: &Self) -> Self {
        Self(self.0.intersection(&other.0).cloned().collect())
    }

    /// Returns the `use` items, each with an attribute.
    pub fn items(&self, attribute: &TokenStream) -> Vec<TokenStream> {
        let mut modules: BTreeMap<&str, BTreeSet<String>> = BTreeMap::new();
        for import in &self.0 {
            let (module, name) = import.path();
            let names = modules.entry(module).or_default();
            names.insert(name);
            if *import == Import::Serde {
                names.insert("Serialize".to_owned());
            }
        }
        // The conventional order: the standard library, other crates, this crate.
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
