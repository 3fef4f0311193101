//! The one description of a route that client and server share.

use proc_macro2::{Literal, TokenStream};
use quote::quote;

use super::tokens;
use super::tokens::{Import, Uses};
use crate::ir::{Api, Auth, Effect, Operation, Payload, TokenPlace};

/// The constant of an operation.
pub fn emit(operation: &Operation, api: &Api, uses: &mut Uses) -> TokenStream {
    for import in [Import::Service, Import::Runtime("Auth")] {
        uses.add(import);
    }
    let of = tokens::runtime("Operation", uses);
    let name = tokens::ident(&operation.constant);
    let (id, path) = (operation.id.to_string(), operation.path.to_string());
    let visibility = api.calls_by_itself(&operation.id).then(|| quote!(pub(crate)));
    let method = tokens::name(&operation.method.to_string());
    let auth = match operation.auth {
        Auth::Required => quote!(Required),
        Auth::Optional => quote!(Optional),
        Auth::None => quote!(None),
    };
    let service = api.service(operation.service);
    let parameter = service.and_then(|service| {
        let by = &service.resolution.as_ref()?.by;
        operation.path_arguments.iter().position(|argument| argument.wire == *by)
    });
    let parameter = match parameter.map(Literal::usize_unsuffixed) {
        Some(position) => quote!(Some(#position)),
        None => quote!(None),
    };
    let service = service.map(|service| tokens::ident(&service.variant));
    let token_in_query = match operation.token {
        TokenPlace::Header => false,
        TokenPlace::HeaderOrQuery => true,
    };
    let is_idempotent = match operation.effect {
        Effect::Idempotent => true,
        Effect::OneTime => false,
    };
    let success = Literal::u16_unsuffixed(operation.success.first().map_or(200, |success| success.code));
    quote! {
        #visibility static #name: #of = #of {
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

/// The Rust type of what success answers.
pub fn payload(operation: &Operation, api: &Api, uses: &mut Uses) -> TokenStream {
    match &operation.payload {
        Payload::Json(of) => tokens::rust_type(of, api, uses),
        Payload::Nothing => tokens::runtime("Nothing", uses),
        Payload::File => tokens::runtime("Download", uses),
    }
}
