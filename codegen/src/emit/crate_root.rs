//! `lib.rs`: the front page of the documentation, and what users import.

use proc_macro2::TokenStream;
use quote::quote;

use super::{Content, Draft, client, docs, tokens};
use crate::ir::{Api, Home, Namespace};

/// The file.
pub fn emit(api: &Api) -> Draft {
    let top: Vec<&Namespace> = api.children(&[]).collect();
    let modules = top.iter().filter_map(|namespace| namespace.module()).map(|module| {
        let module = tokens::ident(module);
        quote!(pub mod #module;)
    });
    let types = api.types.iter().any(|def| def.home == Home::Shared).then(|| {
        quote!(
            pub mod types;
        )
    });
    let accessors = top.iter().map(|namespace| client::accessor(namespace, &quote!(self)));
    let mut items: Vec<TokenStream> = vec![
        quote!(
            mod api;
        ),
        quote!(
            mod runtime;
        ),
    ];
    items.extend(types);
    items.extend(modules);
    items.push(quote!(
        pub use api::Service;
    ));
    items.push(quote!(
        pub use runtime::{
            Auth, BoxError, Codes, Download, ErrorReply, JsonObject, Mismatch, NoDocumentedErrors, Nothing, Operation,
            Response, RouteError, Secret, Timestamp,
        };
    ));
    items.push(quote! {
        #[cfg(feature = "client")]
        pub use runtime::client::{
            ApiError, BuildError, Call, CallError, CallErrorKind, Client, ClientBuilder, Error, Receive, RequestBody, ResponseBody,
            Undocumented,
        };
    });
    items.push(quote! {
        #[cfg(feature = "server")]
        pub use runtime::server::{
            Anonymous, Authenticator, Context, Endpoints, Failure, FixedTokens, Refused, Reply, Replies, Server,
        };
    });
    items.push(quote! {
        #[cfg(feature = "client")]
        impl Client { #(#accessors)* }
    });
    let doc = docs::inner(&documentation(api, &top));
    let head = quote! {
        #doc
        #![forbid(unsafe_code)]
        #![deny(missing_docs)]
        #![cfg_attr(
            not(any(feature = "client", feature = "server")),
            allow(dead_code, unused_imports, reason = "the types alone need no route")
        )]
    };
    Draft { path: "src/lib.rs".to_owned(), origin: "spec/".to_owned(), content: Content::Items { head, items } }
}

fn documentation(api: &Api, top: &[&Namespace]) -> Vec<String> {
    let mut paragraphs = vec![docs::prose(&api.package.description), docs::prose(&api.summary)];
    paragraphs.push(format!(
        "Transcribed from version {} of the documentation: {} routes.",
        api.version,
        api.operations().count()
    ));
    let list: Vec<String> = top
        .iter()
        .filter_map(|namespace| {
            let module = namespace.module()?;
            let summary = match namespace.summary.as_str() {
                "" => format!("the namespaces below `{module}`."),
                summary => docs::prose(summary),
            };
            Some(format!("* [`{module}`]: {summary}"))
        })
        .collect();
    paragraphs.push("# Namespaces".to_owned());
    paragraphs.push(format!("{}\n", list.join("\n")));
    paragraphs
}
