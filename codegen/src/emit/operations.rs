//! The items of a route that client and server share: its constant, its response type and its error enum.

use proc_macro2::{Literal, TokenStream};
use quote::quote;

use super::quote_helpers::{Import, Imports};
use super::{docs, quote_helpers};
use crate::ir::{Api, ErrorStatus, Operation, Payload, TokenLocation};

/// Emits the constant of an operation.
pub fn emit_constant(operation: &Operation, api: &Api, imports: &mut Imports) -> TokenStream {
    for import in [Import::Service, Import::Runtime("Auth")] {
        imports.add(import);
    }
    let ty = quote_helpers::runtime("Operation", imports);
    let name = quote_helpers::ident(&operation.constant);
    let (id, path) = (operation.id.to_string(), operation.path.to_string());
    let visibility = api.is_internal_operation(&operation.id).then(|| quote!(pub(crate)));
    let method = quote_helpers::name(operation.method.as_str());
    let auth = quote_helpers::auth(operation.auth);
    let service = api.service(operation.service);
    let parameter = service.and_then(|service| {
        let path_param = &service.discovery.as_ref()?.path_param;
        operation.path_arguments.iter().position(|argument| argument.wire_name == *path_param)
    });
    let parameter = match parameter.map(Literal::usize_unsuffixed) {
        Some(position) => quote!(Some(#position)),
        None => quote!(None),
    };
    let service = service.map(|service| quote_helpers::ident(&service.variant));
    let token_in_query = match operation.token_location {
        TokenLocation::Header => false,
        TokenLocation::HeaderOrQuery => true,
    };
    let is_idempotent = operation.idempotency.is_idempotent();
    let success = Literal::u16_unsuffixed(operation.success.first().map_or(200, |success| success.code));
    quote! {
        #visibility static #name: #ty = #ty {
            api: &crate::api::API,
            id: #id,
            method: routegen_runtime::Method::#method,
            path: #path,
            service: Service::#service.id(),
            base_url_parameter: #parameter,
            auth: Auth::#auth,
            token_in_query: #token_in_query,
            is_idempotent: #is_idempotent,
            success: #success,
        };
    }
}

/// Returns the Rust type of the body of a success.
pub fn payload_type(operation: &Operation, api: &Api, imports: &mut Imports) -> TokenStream {
    match &operation.payload {
        Payload::Json(ty) => quote_helpers::rust_type(ty, api, imports),
        Payload::Empty => quote!(()),
        Payload::File => quote_helpers::runtime("Download", imports),
    }
}

/// Returns the Rust type of the errors of an operation.
pub fn error_type(operation: &Operation, imports: &mut Imports) -> TokenStream {
    match &operation.error_type {
        Some(name) => {
            let name = quote_helpers::ident(name);
            quote!(#name)
        }
        None => quote_helpers::runtime("NoDocumentedError", imports),
    }
}

/// Emits the error enum of an operation that has documented errors.
pub fn emit_error_enum(operation: &Operation) -> Vec<TokenStream> {
    let Some(name) = &operation.error_type else { return Vec::new() };
    let name = quote_helpers::ident(name);
    let doc = docs::outer(&[format!("The documented errors of {}.", docs::code(&operation.id.to_string()))]);
    let (mut variants, mut codes) = (Vec::new(), Vec::new());
    for ErrorStatus { code, variant, description } in &operation.errors {
        let doc = docs::sentence(&format!("{code}: {description}"));
        let description = docs::plain(description.trim_end_matches('.'));
        let (variant, code) = (quote_helpers::ident(variant), Literal::u16_unsuffixed(*code));
        variants.push(quote!(#doc #variant,));
        codes.push(quote!(#variant(#code, #description)));
    }
    vec![
        quote! {
            #doc
            #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
            #[non_exhaustive]
            pub enum #name { #(#variants)* }
        },
        quote! {
            routegen_runtime::impl_route_error!(#name { #(#codes),* });
        },
    ]
}
