//! What the runtime needs to know of this API: its services and how its errors are written.

use proc_macro2::{Literal, TokenStream};
use quote::quote;

use super::{Content, Draft, docs, tokens};
use crate::ir::{Api, OperationId, Refresh, Resolution};

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
    let url_doc = match api.services.iter().any(|service| service.resolution.is_some()) {
        true => " The base URL where the service is provided; the default one's where another operation answers it.",
        false => " The base URL where the service is provided.",
    };
    let count = Literal::usize_unsuffixed(names.len());
    let messages = api.message_fields.iter().map(|path| quote!(&[#(#path),*]));
    let token = match api.security.as_ref().and_then(|security| security.query.as_ref()) {
        Some(parameter) => quote!(Some(#parameter)),
        None => quote!(None),
    };
    let (resolution, refresh) = (resolution(api), refresh(api));
    let default = api.services.first().map(|service| tokens::ident(&service.variant));
    let items: Vec<TokenStream> = vec![
        quote! {
            #[cfg(feature = "client")]
            use crate::runtime::{Refresh, Resolution};
        },
        quote! {
            #[doc = " The services that routes belong to; each has a base URL of its own."]
            #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
            pub enum Service { #(#variants)* }
        },
        quote! {
            impl Service {
                #[doc = " All services."]
                pub const ALL: [Self; #count] = [#(Self::#names),*];
                #[doc = " The service whose operations answer the base URLs of others."]
                #[cfg(feature = "client")]
                pub(crate) const DEFAULT: Self = Self::#default;
                #[doc = #url_doc]
                pub const fn url(self) -> &'static str {
                    match self { #(#urls)* }
                }
                #[doc = " How the base URL is found, where another operation answers it."]
                #[cfg(feature = "client")]
                pub(crate) fn resolution(self) -> Option<Resolution> { #resolution }
            }
        },
        quote! {
            #[doc = " How a refresh token becomes an access token, where there is a way."]
            #[cfg(feature = "client")]
            pub(crate) fn refresh() -> Option<Refresh> { #refresh }
        },
        quote! {
            #[doc = " The query parameter that may hold the token, on the routes that say so."]
            #[cfg(feature = "server")]
            pub(crate) const TOKEN_PARAMETER: Option<&str> = #token;
        },
        quote! {
            #[doc = " The fields of an error's body that may hold its message, each by its path, best first."]
            pub(crate) const MESSAGE_FIELDS: &[&[&str]] = &[#(#messages),*];
        },
    ];
    Draft {
        path: "src/api.rs".to_owned(),
        origin: "spec/api.yaml".to_owned(),
        content: Content::Items { head: docs::inner(&["The API as a whole.".to_owned()]), items },
    }
}

/// How each service is resolved; those that are not share an arm.
fn resolution(api: &Api) -> TokenStream {
    let resolved = api.services.iter().filter_map(|service| {
        let Resolution { operation, by, url } = service.resolution.as_ref()?;
        let (name, operation) = (tokens::ident(&service.variant), constant(operation, api));
        Some(quote!(Self::#name => Some(Resolution { operation: &#operation, by: #by, url: &[#(#url),*] }),))
    });
    let resolved: Vec<TokenStream> = resolved.collect();
    if resolved.is_empty() {
        return quote!(None);
    }
    let fixed = api.services.iter().filter(|service| service.resolution.is_none());
    let fixed = fixed.map(|service| tokens::ident(&service.variant));
    quote!(match self { #(#resolved)* #(Self::#fixed)|* => None, })
}

fn refresh(api: &Api) -> TokenStream {
    let declared = api.security.as_ref().and_then(|security| security.refresh.as_ref());
    let Some(Refresh { operation, token, send, access_token, refresh_token, expires_at }) = declared else {
        return quote!(None);
    };
    let operation = constant(operation, api);
    let send = send.iter().map(|(field, value)| quote!((#field, #value)));
    let [refresh_token, expires_at] = [refresh_token, expires_at].map(|field| match field {
        Some(field) => quote!(Some(#field)),
        None => quote!(None),
    });
    quote! {
        Some(Refresh {
            operation: &#operation,
            token: #token,
            send: &[#(#send),*],
            access_token: #access_token,
            refresh_token: #refresh_token,
            expires_at: #expires_at,
        })
    }
}

/// The path of the constant that describes an operation.
fn constant(id: &OperationId, api: &Api) -> Option<TokenStream> {
    let (namespace, operation) = api.operation(id)?;
    let (modules, name) = (namespace.modules.iter().map(tokens::ident), tokens::ident(&operation.constant));
    Some(quote!(crate::#(#modules)::*::#name))
}
