//! The documented errors of a route as an enum.

use proc_macro2::{Literal, TokenStream};
use quote::quote;

use super::tokens::{Import, Uses};
use super::{docs, tokens};
use crate::ir::Operation;

/// The error enum of an operation; none where no error is documented.
pub fn emit(operation: &Operation, uses: &mut Uses) -> Vec<TokenStream> {
    let Some(name) = &operation.error_type else { return Vec::new() };
    uses.add(Import::Runtime("Codes"));
    uses.add(Import::Runtime("RouteError"));
    let name = tokens::ident(name);
    let doc = docs::outer(&[format!("The documented errors of {}.", docs::code(&operation.id.to_string()))]);
    let variants = operation.errors.iter().map(|error| {
        let doc = docs::sentence(&format!("{}: {}", error.code, error.description));
        let variant = tokens::ident(&error.variant);
        quote!(#doc #variant,)
    });
    let codes = operation.errors.iter().map(|error| {
        let (variant, code) = (tokens::ident(&error.variant), Literal::u16_unsuffixed(error.code));
        quote!((#code, Self::#variant))
    });
    vec![
        quote! {
            #doc
            #[derive(Debug, Clone, Copy, PartialEq, Eq)]
            pub enum #name { #(#variants)* }
        },
        quote! {
            impl RouteError for #name {
                const CODES: Codes<Self> = &[#(#codes),*];
            }
        },
    ]
}

/// The type that stands for the errors of an operation.
pub fn type_name(operation: &Operation, uses: &mut Uses) -> TokenStream {
    match &operation.error_type {
        Some(name) => {
            let name = tokens::ident(name);
            quote!(#name)
        }
        None => tokens::runtime("NoDocumentedError", uses),
    }
}
