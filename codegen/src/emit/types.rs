//! Named types: objects become structs, string enums become enums.

use std::f64::consts;

use proc_macro2::TokenStream;
use quote::quote;
use serde_json::Value;

use super::quote_helpers::{Import, Imports};
use super::{UnformattedFile, docs, quote_helpers};
use crate::ident::RustIdent;
use crate::ir::{Api, Enum, Field, Module, Object, Presence, Scalar, Storage, Type, TypeDef, TypeKind};

/// The mathematical constants that clippy knows.
const CONSTANTS: [f64; 19] = [
    consts::E,
    consts::PI,
    consts::TAU,
    consts::FRAC_1_PI,
    consts::FRAC_1_SQRT_2,
    consts::FRAC_2_PI,
    consts::FRAC_2_SQRT_PI,
    consts::FRAC_PI_2,
    consts::FRAC_PI_3,
    consts::FRAC_PI_4,
    consts::FRAC_PI_6,
    consts::FRAC_PI_8,
    consts::LN_2,
    consts::LN_10,
    consts::LOG2_10,
    consts::LOG2_E,
    consts::LOG10_2,
    consts::LOG10_E,
    consts::SQRT_2,
];

/// Emits the file of the shared types, if there are any.
pub fn emit_shared(api: &Api) -> Option<UnformattedFile> {
    let mut imports = Imports::default();
    let shared = api.types.iter().filter(|def| def.module == Module::Shared);
    let definitions: Vec<TokenStream> = shared.flat_map(|def| emit(def, api, &mut imports)).collect();
    if definitions.is_empty() {
        return None;
    }
    let mut items = imports.without_shared().items(&TokenStream::new());
    items.extend(definitions);
    let head = docs::inner(&["Types that several namespaces share.".to_owned()]);
    Some(UnformattedFile::rust("src/types.rs", "spec/api.yaml", head, items))
}

/// Emits the items of a type.
pub fn emit(def: &TypeDef, api: &Api, imports: &mut Imports) -> Vec<TokenStream> {
    match &def.kind {
        TypeKind::Object(object) => emit_object(def, object, api, imports),
        TypeKind::Enum(variants) => emit_enum(def, variants),
    }
}

fn emit_object(def: &TypeDef, object: &Object, api: &Api, imports: &mut Imports) -> Vec<TokenStream> {
    imports.add(Import::Serde);
    let name = quote_helpers::ident(&def.name);
    let doc = docs::sentence(&def.description);
    let has_default = constructor(def, object) == Constructor::Empty;
    let default = has_default.then(|| quote!(Default,));
    let fields: Vec<TokenStream> = object.fields.iter().map(|field| emit_field(field, def, api, imports)).collect();
    let other = def.usage.response.then(|| {
        let (other, ty) = (quote_helpers::ident(&object.other), quote_helpers::runtime("JsonObject", imports));
        quote!(#[doc = " All other fields."] #[serde(flatten)] pub #other: #ty,)
    });
    let mut items = vec![quote! {
        #doc
        #[derive(Debug, Clone, PartialEq, #default Serialize, Deserialize)]
        pub struct #name { #(#fields)* #other }
    }];
    let functions: Vec<TokenStream> =
        emit_new(def, object, api, imports).into_iter().chain(emit_defaults(def, object, api, imports)).collect();
    if !functions.is_empty() {
        items.push(quote!(impl #name { #(#functions)* }));
    }
    items.extend(emit_setters(def, object, api, imports));
    if constructor(def, object) == Constructor::Defaults {
        items.push(quote! {
            impl Default for #name {
                fn default() -> Self { Self::new() }
            }
        });
    }
    items
}

/// Returns `true` if the Rust type of a field is an `Option`. Every field of a response may be absent, because services omit
/// fields that their documentation lists. This includes types that are also part of a request.
fn is_option(field: &Field, def: &TypeDef) -> bool {
    match field.presence {
        Presence::Required => def.usage.response,
        Presence::Optional | Presence::Default { .. } => true,
    }
}

fn emit_field(field: &Field, def: &TypeDef, api: &Api, imports: &mut Imports) -> TokenStream {
    let name = quote_helpers::ident(&field.name);
    let ty = field_type(field, def, api, imports);
    let mut attributes = Vec::new();
    if field.name.as_unescaped() != field.wire_name {
        let wire_name = &field.wire_name;
        attributes.push(quote!(rename = #wire_name));
    }
    if let Some(function) = default_function(field, def) {
        let path = format!("{}::{function}", def.name);
        attributes.push(quote!(default = #path));
    }
    if is_option(field, def) {
        attributes.push(quote!(skip_serializing_if = "Option::is_none"));
    }
    let serde = (!attributes.is_empty()).then(|| quote!(#[serde(#(#attributes),*)]));
    let doc = docs::outer(&[field_doc(field)]);
    quote!(#doc #serde pub #name: #ty,)
}

fn field_doc(field: &Field) -> String {
    let description = field
        .description
        .as_deref()
        .map_or_else(|| format!("The field {}.", docs::code(&field.wire_name)), docs::prose);
    match field.presence.default() {
        Some(Value::String(text)) => format!("{description} The default is {}.", docs::code(text)),
        Some(value) => format!("{description} The default is `{value}`."),
        None => description,
    }
}

/// Returns the type of a field's value.
fn value_type(field: &Field, api: &Api, imports: &mut Imports) -> TokenStream {
    let ty = quote_helpers::rust_type(&field.ty, api, imports);
    match field.storage {
        Storage::Inline => ty,
        Storage::Boxed => quote!(Box<#ty>),
    }
}

fn field_type(field: &Field, def: &TypeDef, api: &Api, imports: &mut Imports) -> TokenStream {
    let ty = value_type(field, api, imports);
    if is_option(field, def) { quote!(Option<#ty>) } else { ty }
}

/// Returns the name of the function that sets a field to its default if a request omits it. Handlers then see what the
/// service would use.
fn default_function(field: &Field, def: &TypeDef) -> Option<RustIdent> {
    let has_default = field.presence.default().is_some() && def.usage.request;
    has_default.then(|| RustIdent::snake(&format!("default_{}", field.name.as_unescaped())))
}

fn emit_defaults(def: &TypeDef, object: &Object, api: &Api, imports: &mut Imports) -> Vec<TokenStream> {
    let mut functions = Vec::new();
    for field in &object.fields {
        let (Some(function), Some(value)) = (default_function(field, def), field.presence.default()) else { continue };
        let function = quote_helpers::ident(&function);
        let ty = field_type(field, def, api, imports);
        let value = default_value(value, &field.ty, api);
        let value = if is_option(field, def) { quote!(Some(#value)) } else { value };
        let allow = field
            .presence
            .default()
            .is_some_and(resembles_constant)
            .then(|| quote!(#[allow(clippy::approx_constant, reason = "the number in the documentation")]));
        functions.push(quote!(#allow fn #function() -> #ty { #value }));
    }
    functions
}

/// Returns `true` for a number that clippy takes for an imprecise mathematical constant.
fn resembles_constant(value: &Value) -> bool {
    let Some(number) = value.as_f64() else { return false };
    CONSTANTS.iter().any(|constant| (number.abs() - constant).abs() < 0.01)
}

fn default_value(value: &Value, ty: &Type, api: &Api) -> TokenStream {
    if let Type::Named(id) = ty
        && let Some(def) = api.type_def(*id)
        && let TypeKind::Enum(known) = &def.kind
        && let Some(variant) = known.variants.iter().find(|variant| Some(variant.wire_name.as_str()) == value.as_str())
    {
        let (name, variant) = (quote_helpers::ident(&def.name), quote_helpers::ident(&variant.name));
        return quote!(#name::#variant);
    }
    match value {
        Value::String(text) => quote!(#text.to_owned()),
        Value::Bool(boolean) => quote!(#boolean),
        Value::Number(number) if *ty == Type::Scalar(Scalar::Number) => {
            let number = proc_macro2::Literal::f64_unsuffixed(number.as_f64().unwrap_or_default());
            quote!(#number)
        }
        Value::Number(number) => {
            let number = proc_macro2::Literal::i64_unsuffixed(number.as_i64().unwrap_or_default());
            quote!(#number)
        }
        Value::Null | Value::Array(_) | Value::Object(_) => quote!(Default::default()),
    }
}

/// What the constructor of a struct needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Constructor {
    /// Values of the required fields.
    Required,
    /// Nothing, but some fields have a value: the documentation calls them required and states their default.
    Defaults,
    /// Nothing, and no field has a value.
    Empty,
}

fn constructor(def: &TypeDef, object: &Object) -> Constructor {
    let is_sent = |field: &Field| default_function(field, def).is_some() && field.presence.is_documented_as_required();
    if object.fields.iter().any(|field| !is_option(field, def)) {
        Constructor::Required
    } else if !def.usage.response && object.fields.iter().any(is_sent) {
        Constructor::Defaults
    } else {
        Constructor::Empty
    }
}

/// Emits a setter for each field that `new` does not set, and `new` if it takes no arguments and sets nothing.
fn emit_setters(def: &TypeDef, object: &Object, api: &Api, imports: &mut Imports) -> Option<TokenStream> {
    let defaults: Vec<RustIdent> = object.fields.iter().filter_map(|field| default_function(field, def)).collect();
    // A field with the name of another function has no setter, but it is public.
    let has_setter = |name: &RustIdent| name.as_unescaped() != "new" && !defaults.contains(name);
    let mut setters = Vec::new();
    for field in object.fields.iter().filter(|field| is_option(field, def) && has_setter(&field.name)) {
        let (name, ty) = (quote_helpers::ident(&field.name), value_type(field, api, imports));
        setters.push(quote!(#name: #ty));
    }
    let other = (def.usage.response && has_setter(&object.other)).then(|| {
        let (other, ty) = (quote_helpers::ident(&object.other), quote_helpers::runtime("JsonObject", imports));
        quote!(#other: #ty)
    });
    let new = (constructor(def, object) == Constructor::Empty).then(|| quote!(new));
    if setters.is_empty() && other.is_none() && new.is_none() {
        return None;
    }
    let name = quote_helpers::ident(&def.name);
    Some(quote!(routegen_runtime::impl_setters!(#new #name { #(#setters),*; #other });))
}

/// Emits `new`, whose arguments are the required fields.
fn emit_new(def: &TypeDef, object: &Object, api: &Api, imports: &mut Imports) -> Option<TokenStream> {
    let doc = match constructor(def, object) {
        Constructor::Required => " Creates a value with the required fields.",
        Constructor::Defaults => " Creates a value with the defaults of the documentation.",
        Constructor::Empty => return None,
    };
    let mut arguments = Vec::new();
    let mut values = Vec::new();
    for field in &object.fields {
        let name = quote_helpers::ident(&field.name);
        if !is_option(field, def) {
            let ty = field_type(field, def, api, imports);
            let converts = field.ty.is_string() && field.storage == Storage::Inline;
            arguments.push(if converts { quote!(#name: impl Into<#ty>) } else { quote!(#name: #ty) });
            values.push(if converts { quote!(#name: #name.into()) } else { quote!(#name) });
        } else if let (Some(function), true) =
            (default_function(field, def), field.presence.is_documented_as_required())
        {
            // The documentation calls the field required, so it is always sent.
            let function = quote_helpers::ident(&function);
            values.push(quote!(#name: Self::#function()));
        } else {
            values.push(quote!(#name: None));
        }
    }
    let allow = quote_helpers::allow_arguments(arguments.len(), "one argument per required field");
    Some(quote! {
        #[doc = #doc]
        #allow
        pub fn new(#(#arguments),*) -> Self { Self { #(#values),* } }
    })
}

fn emit_enum(def: &TypeDef, known: &Enum) -> Vec<TokenStream> {
    let name = quote_helpers::ident(&def.name);
    let doc = docs::sentence(&def.description);
    let variants = known.variants.iter().map(|variant| {
        let (name, wire_name) = (quote_helpers::ident(&variant.name), &variant.wire_name);
        let doc = docs::outer(&[match &variant.description {
            Some(description) => format!("{}: {}", docs::code(wire_name), docs::prose(description)),
            None => docs::code(wire_name),
        }]);
        quote!(#doc #name,)
    });
    let values = known.variants.iter().map(|variant| {
        let (name, wire_name) = (quote_helpers::ident(&variant.name), &variant.wire_name);
        quote!(#name(#wire_name))
    });
    let other = quote_helpers::ident(&known.other);
    // Responses may contain undocumented values, requests may not.
    let (other_doc, direction) = if def.usage.response {
        (quote!(#[doc = " Any other value."]), quote!(response))
    } else {
        (quote!(#[doc = " Any other value. Servers reject it."]), quote!(request))
    };
    vec![
        quote! {
            #doc
            #[derive(Debug, Clone, PartialEq, Eq, Hash)]
            pub enum #name {
                #(#variants)*
                #other_doc
                #other(String),
            }
        },
        quote! {
            routegen_runtime::impl_string_enum!(#direction #name { #(#values),*; #other });
        },
    ]
}
