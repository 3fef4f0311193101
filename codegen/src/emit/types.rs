//! Objects as structs, string enums as enums.

use std::f64::consts;

use proc_macro2::TokenStream;
use quote::quote;
use serde_json::Value;

use super::tokens::{Import, Uses};
use super::{docs, tokens};
use crate::ident::RustIdent;
use crate::ir::{Api, Enum, Field, Object, Presence, Storage, Type, TypeDef, TypeKind};

/// The constants of mathematics that clippy knows.
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

/// The items of a type.
pub fn emit(def: &TypeDef, api: &Api, uses: &mut Uses) -> Vec<TokenStream> {
    match &def.kind {
        TypeKind::Object(object) => emit_object(def, object, api, uses),
        TypeKind::Enum(variants) => emit_enum(def, variants),
    }
}

fn emit_object(def: &TypeDef, object: &Object, api: &Api, uses: &mut Uses) -> Vec<TokenStream> {
    uses.add(Import::Serde);
    let name = tokens::ident(&def.name);
    let doc = docs::sentence(&def.description);
    let default = object.fields.iter().all(|field| is_option(field, def)).then(|| quote!(Default,));
    let fields: Vec<TokenStream> = object.fields.iter().map(|field| emit_field(field, def, api, uses)).collect();
    let other = def.usage.answer.then(|| {
        let (other, of) = (tokens::ident(&object.other), tokens::runtime("JsonObject", uses));
        quote!(#[doc = " All other fields."] #[serde(flatten)] pub #other: #of,)
    });
    let mut items = vec![quote! {
        #doc
        #[derive(Debug, Clone, PartialEq, #default Serialize, Deserialize)]
        pub struct #name { #(#fields)* #other }
    }];
    let functions: Vec<TokenStream> =
        emit_new(def, object, api, uses).into_iter().chain(emit_defaults(def, object, api, uses)).collect();
    if !functions.is_empty() {
        items.push(quote!(impl #name { #(#functions)* }));
    }
    items
}

/// What the service sends may lack any field: the documentation promises none. A type that goes both ways is no exception;
/// an answer must not be lost because a request would need more.
fn is_option(field: &Field, def: &TypeDef) -> bool {
    match field.presence {
        Presence::Required => def.usage.answer,
        Presence::Optional | Presence::Default { .. } => true,
    }
}

fn emit_field(field: &Field, def: &TypeDef, api: &Api, uses: &mut Uses) -> TokenStream {
    let name = tokens::ident(&field.name);
    let of = field_type(field, def, api, uses);
    let mut attributes = Vec::new();
    if field.name.bare() != field.wire {
        let wire = &field.wire;
        attributes.push(quote!(rename = #wire));
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
    quote!(#doc #serde pub #name: #of,)
}

fn field_doc(field: &Field) -> String {
    let description = field.description.as_deref().map_or_else(|| format!("{}.", docs::code(&field.wire)), docs::prose);
    match field.presence.default() {
        Some(Value::String(text)) => format!("{description} Default: {}.", docs::code(text)),
        Some(value) => format!("{description} Default: {value}."),
        None => description,
    }
}

fn field_type(field: &Field, def: &TypeDef, api: &Api, uses: &mut Uses) -> TokenStream {
    let of = tokens::rust_type(&field.of, api, uses);
    let of = match field.storage {
        Storage::Inline => of,
        Storage::Boxed => quote!(Box<#of>),
    };
    if is_option(field, def) { quote!(Option<#of>) } else { of }
}

/// The function that fills a field in where a request leaves it out; the service does so, and stubs stand in for it.
fn default_function(field: &Field, def: &TypeDef) -> Option<RustIdent> {
    let fills_in = field.presence.default().is_some() && def.usage.request;
    fills_in.then(|| RustIdent::snake(&format!("default_{}", field.name.bare())))
}

fn emit_defaults(def: &TypeDef, object: &Object, api: &Api, uses: &mut Uses) -> Vec<TokenStream> {
    let mut functions = Vec::new();
    for field in &object.fields {
        let (Some(function), Some(value)) = (default_function(field, def), field.presence.default()) else { continue };
        let function = tokens::ident(&function);
        let of = field_type(field, def, api, uses);
        let value = default_value(value, &field.of, api);
        let value = if is_option(field, def) { quote!(Some(#value)) } else { value };
        let allow = field
            .presence
            .default()
            .is_some_and(is_like_a_constant)
            .then(|| quote!(#[allow(clippy::approx_constant, reason = "the documentation has this very number")]));
        functions.push(quote!(#allow fn #function() -> #of { #value }));
    }
    functions
}

/// True for a number that clippy takes for a constant of mathematics that was cut short.
fn is_like_a_constant(value: &Value) -> bool {
    let Some(number) = value.as_f64() else { return false };
    CONSTANTS.iter().any(|constant| (number.abs() - constant).abs() < 0.01)
}

fn default_value(value: &Value, of: &Type, api: &Api) -> TokenStream {
    if let Type::Named(id) = of
        && let Some(def) = api.type_def(*id)
        && let TypeKind::Enum(known) = &def.kind
        && let Some(variant) = known.variants.iter().find(|variant| Some(variant.wire.as_str()) == value.as_str())
    {
        let (name, variant) = (tokens::ident(&def.name), tokens::ident(&variant.name));
        return quote!(#name::#variant);
    }
    match value {
        Value::String(text) => quote!(#text.to_owned()),
        Value::Bool(truth) => quote!(#truth),
        Value::Number(number) if *of == Type::Number => {
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

/// `new` takes what must be there and leaves the rest out.
fn emit_new(def: &TypeDef, object: &Object, api: &Api, uses: &mut Uses) -> Option<TokenStream> {
    let is_argument = |field: &Field| field.presence == Presence::Required;
    let has_new = def.usage.request && object.fields.iter().any(|field| !is_option(field, def));
    if !has_new {
        return None;
    }
    let mut arguments = Vec::new();
    let mut values = Vec::new();
    for field in &object.fields {
        let name = tokens::ident(&field.name);
        if is_argument(field) {
            let of = field_type(field, def, api, uses);
            let converts = matches!(field.of, Type::String | Type::Secret) && field.storage == Storage::Inline;
            arguments.push(if converts { quote!(#name: impl Into<#of>) } else { quote!(#name: #of) });
            values.push(if converts { quote!(#name: #name.into()) } else { quote!(#name) });
        } else if let (Some(function), true) =
            (default_function(field, def), field.presence.is_documented_as_required())
        {
            // Documented as required and with a default: the service wants to see it.
            let function = tokens::ident(&function);
            values.push(quote!(#name: Self::#function()));
        } else {
            values.push(quote!(#name: None));
        }
    }
    let allow = tokens::allow_arguments(arguments.len(), "the service wants them all");
    Some(quote! {
        #[doc = " With the fields that must be there, and no other."]
        #allow
        pub fn new(#(#arguments),*) -> Self { Self { #(#values),* } }
    })
}

fn emit_enum(def: &TypeDef, known: &Enum) -> Vec<TokenStream> {
    let name = tokens::ident(&def.name);
    let doc = docs::sentence(&def.description);
    let variants = known.variants.iter().map(|variant| {
        let (name, wire) = (tokens::ident(&variant.name), &variant.wire);
        let doc = docs::outer(&[match &variant.description {
            Some(description) => format!("{}: {}", docs::code(wire), docs::prose(description)),
            None => docs::code(wire),
        }]);
        quote!(#doc #name,)
    });
    let values = known.variants.iter().map(|variant| {
        let (name, wire) = (tokens::ident(&variant.name), &variant.wire);
        quote!(#name(#wire))
    });
    let other = tokens::ident(&known.other);
    // A service may answer what nobody has documented yet. What it is asked has to be documented.
    let (other_doc, direction) = if def.usage.answer {
        (quote!(#[doc = " Any other text."]), quote!(response))
    } else {
        (quote!(#[doc = " Any other text; server stubs refuse it."]), quote!(request))
    };
    vec![
        quote! {
            #doc
            #[derive(Debug, Clone, PartialEq, Eq)]
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
