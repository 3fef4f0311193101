//! The one description of a route that client and server share.

use proc_macro2::{Literal, TokenStream};
use quote::quote;

use super::tokens;
use super::uses::{Import, Uses};
use crate::ir::{Api, Auth, Effect, Method, Operation, Payload, TokenPlace};

/// The constant of an operation.
pub fn emit(operation: &Operation, api: &Api, uses: &mut Uses) -> TokenStream {
    uses.add(Import::Service);
    let of = tokens::runtime("Operation", uses);
    let name = tokens::ident(&operation.constant);
    let (id, path) = (operation.id.to_string(), operation.path.to_string());
    let visibility = api.calls_by_itself(&operation.id).then(|| quote!(pub(crate)));
    let constructor = constructor(operation.method, operation.effect);
    let auth = match operation.auth {
        Auth::Required => None,
        Auth::Optional => Some(quote!(Optional)),
        Auth::None => Some(quote!(None)),
    };
    let auth = auth.map(|auth| {
        uses.add(Import::Runtime("Auth"));
        quote!(.with_auth(Auth::#auth))
    });
    let service = api.service(operation.service).map(|service| tokens::ident(&service.variant));
    let token = match operation.token {
        TokenPlace::Header => None,
        TokenPlace::HeaderOrQuery => Some(quote!(.with_token_in_query())),
    };
    let success = operation.success.first().filter(|success| success.code != 200).map(|success| {
        let code = Literal::u16_unsuffixed(success.code);
        quote!(.with_success(#code))
    });
    quote! {
        #visibility static #name: #of = Service::#service.#constructor(#id, #path) #auth #token #success;
    }
}

fn constructor(method: Method, effect: Effect) -> TokenStream {
    match (method, effect) {
        (Method::Get, Effect::Idempotent | Effect::OneTime) => quote!(get),
        (Method::Post, Effect::OneTime) => quote!(post),
        (Method::Post, Effect::Idempotent) => quote!(idempotent_post),
        (Method::Put, Effect::Idempotent) => quote!(put),
        (Method::Put, Effect::OneTime) => quote!(one_time_put),
        (Method::Patch, Effect::OneTime) => quote!(patch),
        (Method::Patch, Effect::Idempotent) => quote!(idempotent_patch),
        (Method::Delete, Effect::Idempotent) => quote!(delete),
        (Method::Delete, Effect::OneTime) => quote!(one_time_delete),
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
