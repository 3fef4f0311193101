//! The API as the runtime sees it: its services, its tokens and the messages of its errors.

use proc_macro2::{Literal, TokenStream};
use quote::quote;

use super::{UnformattedFile, docs, quote_helpers};
use crate::ir::{Api, Discovery, OperationId, Refresh, Service};

/// Emits the file of the API.
pub fn emit(api: &Api) -> UnformattedFile {
    let variants = api.services.iter().map(|service| {
        let (doc, name) = (docs::sentence(&service.description), quote_helpers::ident(&service.variant));
        quote!(#doc #name,)
    });
    let names: Vec<_> = api.services.iter().map(|service| quote_helpers::ident(&service.variant)).collect();
    let urls = api.services.iter().map(|service| {
        let (name, url) = (quote_helpers::ident(&service.variant), &service.url);
        quote!(Self::#name => #url,)
    });
    let url_doc = match api.services.iter().any(|service| service.discovery.is_some()) {
        true => {
            " Returns the base URL. If it is discovered through an operation, this is the URL of the default service."
        }
        false => " Returns the base URL.",
    };
    let count = Literal::usize_unsuffixed(names.len());
    let items: Vec<TokenStream> = vec![
        quote!(
            use routegen_runtime::ServiceId;
        ),
        quote! {
            #[doc = " A service, which has its own base URL."]
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
    let head = docs::inner(&["The API as a whole.".to_owned()]);
    UnformattedFile::rust("src/api.rs", "spec/api.yaml", head, items)
}

/// Emits the static that every operation refers to.
fn declaration(api: &Api) -> TokenStream {
    let services = api.services.iter().map(|service| self::service(service, api));
    let refresh = refresh(api);
    let token = option(api.security.as_ref().and_then(|security| security.query.as_ref()));
    let messages = api.message_fields.iter().map(|path| quote!(&[#(#path),*]));
    quote! {
        #[doc = " The description of the API for the runtime."]
        pub(crate) static API: routegen_runtime::Api = routegen_runtime::Api {
            services: &[#(#services),*],
            refresh: #refresh,
            token_parameter: #token,
            message_fields: &[#(#messages),*],
            user_agent: concat!(env!("CARGO_PKG_NAME"), "/", env!("CARGO_PKG_VERSION")),
        };
    }
}

fn service(Service { wire_name, variant: _, url, discovery, description: _ }: &Service, api: &Api) -> TokenStream {
    let discovery = match discovery {
        Some(Discovery { operation, path_param: _, url }) => {
            let operation = constant(operation, api);
            quote!(Some(routegen_runtime::Discovery { operation: &#operation, base_url: &[#(#url),*] }))
        }
        None => quote!(None),
    };
    quote!(routegen_runtime::ApiService { name: #wire_name, base_url: #url, discovery: #discovery })
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

/// Returns the path of the constant of an operation.
fn constant(id: &OperationId, api: &Api) -> Option<TokenStream> {
    let (namespace, operation) = api.operation(id)?;
    let (modules, name) =
        (namespace.modules.iter().map(quote_helpers::ident), quote_helpers::ident(&operation.constant));
    Some(quote!(crate::#(#modules)::*::#name))
}
