//! What the runtime needs to know of this API: its services, its tokens and how its errors are written.

use proc_macro2::{Literal, TokenStream};
use quote::quote;

use super::{Content, Draft, docs, tokens};
use crate::ir::{Api, OperationId, Refresh, Resolution, Service};

/// The file with the services.
pub fn emit(api: &Api) -> Draft {
    let variants = api.services.iter().map(|service| {
        let (doc, name) = (docs::sentence(&service.description), tokens::ident(&service.variant));
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
    let items: Vec<TokenStream> = vec![
        quote!(
            use routegen_runtime::ServiceId;
        ),
        quote! {
            #[doc = " The services that routes belong to; each has a base URL of its own."]
            #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
            pub enum Service { #(#variants)* }
        },
        quote! {
            impl Service {
                #[doc = " All services."]
                pub const ALL: [Self; #count] = [#(Self::#names),*];
                #[doc = #url_doc]
                pub const fn url(self) -> &'static str {
                    match self { #(#urls)* }
                }
                pub(crate) const fn id(self) -> ServiceId { ServiceId(self as usize) }
            }
        },
        quote! {
            impl From<Service> for ServiceId {
                fn from(service: Service) -> Self { service.id() }
            }
        },
        declaration(api),
    ];
    Draft {
        path: "src/api.rs".to_owned(),
        origin: "spec/api.yaml".to_owned(),
        content: Content::Items { head: docs::inner(&["The API as a whole.".to_owned()]), items },
    }
}

/// The one static that every operation refers to.
fn declaration(api: &Api) -> TokenStream {
    let services = api.services.iter().map(|service| self::service(service, api));
    let refresh = refresh(api);
    let token = option(api.security.as_ref().and_then(|security| security.query.as_ref()));
    let messages = api.message_fields.iter().map(|path| quote!(&[#(#path),*]));
    quote! {
        #[doc = " What the runtime knows of the API."]
        pub(crate) static API: routegen_runtime::Api = routegen_runtime::Api {
            services: &[#(#services),*],
            refresh: #refresh,
            token_parameter: #token,
            message_fields: &[#(#messages),*],
            user_agent: concat!(env!("CARGO_PKG_NAME"), "/", env!("CARGO_PKG_VERSION")),
        };
    }
}

fn service(Service { wire, url, resolution, .. }: &Service, api: &Api) -> TokenStream {
    let discovery = match resolution {
        Some(Resolution { operation, by: _, url }) => {
            let operation = constant(operation, api);
            quote!(Some(routegen_runtime::Discovery { operation: &#operation, base_url: &[#(#url),*] }))
        }
        None => quote!(None),
    };
    quote!(routegen_runtime::ApiService { name: #wire, base_url: #url, discovery: #discovery })
}

fn refresh(api: &Api) -> TokenStream {
    let declared = api.security.as_ref().and_then(|security| security.refresh.as_ref());
    let Some(Refresh { operation, token, send, access_token, refresh_token, expires_at }) = declared else {
        return quote!(None);
    };
    let operation = constant(operation, api);
    let send = send.iter().map(|(field, value)| quote!((#field, #value)));
    let (refresh_token, expires_at) = (option(refresh_token.as_ref()), option(expires_at.as_ref()));
    quote! {
        Some(routegen_runtime::Refresh {
            operation: &#operation,
            token: #token,
            send: &[#(#send),*],
            access_token: #access_token,
            refresh_token: #refresh_token,
            expires_at: #expires_at,
        })
    }
}

fn option(text: Option<&String>) -> TokenStream {
    match text {
        Some(text) => quote!(Some(#text)),
        None => quote!(None),
    }
}

/// The path of the constant that describes an operation.
fn constant(id: &OperationId, api: &Api) -> Option<TokenStream> {
    let (namespace, operation) = api.operation(id)?;
    let (modules, name) = (namespace.modules.iter().map(tokens::ident), tokens::ident(&operation.constant));
    Some(quote!(crate::#(#modules)::*::#name))
}
