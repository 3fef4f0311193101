//! What the runtime needs to know of this API: its services and how its errors are written.

use proc_macro2::{Literal, TokenStream};
use quote::quote;

use super::{Content, Draft, docs, tokens};
use crate::ir::Api;

/// The file with the services.
pub fn emit(api: &Api) -> Draft {
    let variants = api.services.iter().map(|service| {
        let (doc, name) = (docs::sentence(&service.means), tokens::ident(&service.variant));
        quote!(#doc #name,)
    });
    let names: Vec<_> = api.services.iter().map(|service| tokens::ident(&service.variant)).collect();
    let urls = api.services.iter().map(|service| {
        let (name, url) = (tokens::ident(&service.variant), &service.url);
        quote!(Self::#name => #url,)
    });
    let count = Literal::usize_unsuffixed(names.len());
    let messages = &api.message_fields;
    let token = match api.security.as_ref().and_then(|security| security.query.as_ref()) {
        Some(parameter) => quote!(Some(#parameter)),
        None => quote!(None),
    };
    let items: Vec<TokenStream> = vec![
        quote! {
            #[doc = " The services that routes belong to; each has a base URL of its own."]
            #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
            pub enum Service { #(#variants)* }
        },
        quote! {
            impl Service {
                #[doc = " All services."]
                pub const ALL: [Self; #count] = [#(Self::#names),*];
                #[doc = " The base URL where the service is provided."]
                pub const fn url(self) -> &'static str {
                    match self { #(#urls)* }
                }
            }
        },
        quote! {
            #[doc = " The query parameter that may hold the token, on the routes that say so."]
            #[cfg(feature = "server")]
            pub(crate) const TOKEN_PARAMETER: Option<&str> = #token;
        },
        quote! {
            #[doc = " The fields of an error's body that may hold its message, best first."]
            pub(crate) const MESSAGE_FIELDS: &[&str] = &[#(#messages),*];
        },
    ];
    Draft {
        path: "src/api.rs".to_owned(),
        origin: "spec/api.yaml".to_owned(),
        content: Content::Items { head: docs::inner(&["The API as a whole.".to_owned()]), items },
    }
}
