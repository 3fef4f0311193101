//! `lib.rs`: the front page of the documentation, and what users import.

use proc_macro2::TokenStream;
use quote::quote;

use super::{Content, Draft, client, docs, tokens};
use crate::ident::RustIdent;
use crate::ir::{Api, Home, Method, Namespace, Operation, Payload};

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
    let accessors = top.iter().map(|namespace| client::accessor(namespace, &quote!(&self.0)));
    let mut items: Vec<TokenStream> = vec![quote!(
        mod api;
    )];
    items.extend(types);
    items.extend(modules);
    items.push(quote!(
        pub use api::Service;
    ));
    items.push(quote!(
        pub use routegen_runtime::{
            Auth, BoxError, Codes, Download, ErrorResponse, JsonObject, JsonType, Method, MismatchKind,
            NoDocumentedError, Nothing, Operation, Response, RouteError, SchemaMismatch, Secret, SignedDuration,
            Timestamp,
        };
    ));
    items.push(quote! {
        #[cfg(feature = "client")]
        pub use routegen_runtime::client::{
            AccessToken, ApiError, BuildError, Call, CallError, CallErrorKind, CallFuture, Error, FromResponse, RequestBody,
            ResponseBody, TokenSource, Tokens, AnyApiError,
        };
    });
    items.push(quote! {
        #[cfg(feature = "server")]
        pub use routegen_runtime::server::{
            AnyToken, Authenticator, Context, Endpoints, HandlerError, FixedTokens, AuthRejection, HandlerResult, HandlerFuture, Server,
        };
    });
    items.extend(client());
    let allow = tokens::allow_names(top.iter().filter_map(|namespace| namespace.module()));
    items.push(quote! {
        #[cfg(feature = "client")]
        #allow
        impl Client { #(#accessors)* }
    });
    items.extend(endpoints(api));
    let doc = docs::inner(&documentation(api));
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

/// The function that serves all namespaces by one type. Its bounds make the compiler find a missing namespace.
fn endpoints(api: &Api) -> Option<TokenStream> {
    let namespaces: Vec<&Namespace> =
        api.namespaces.iter().filter(|namespace| !namespace.operations.is_empty()).collect();
    if namespaces.is_empty() {
        return None;
    }
    let modules: Vec<TokenStream> = namespaces.iter().map(|namespace| tokens::module_path(namespace)).collect();
    let traits = namespaces.iter().map(|namespace| tokens::ident(&namespace.server));
    Some(quote! {
        /// The routes of every namespace, served by one type.
        ///
        /// The type must implement the trait of each namespace. When the API gains a namespace, the program does not
        /// compile until it implements that one, too.
        #[cfg(feature = "server")]
        pub fn endpoints<P, S>(service: std::sync::Arc<S>) -> Endpoints<P>
        where
            P: Send + 'static,
            S: #(#modules::#traits<P>)+*,
        {
            [#(#modules::endpoints(service.clone())),*].into_iter().collect()
        }
    })
}

/// The client's own type: what it does is in the runtime, what it can call is in this crate.
fn client() -> [TokenStream; 4] {
    [
        quote! {
            #[doc = " The client. Cheap to clone; clones share connections, tokens and base URLs."]
            #[cfg(feature = "client")]
            #[derive(Debug, Clone)]
            pub struct Client(routegen_runtime::client::Client);
        },
        quote! {
            #[doc = " Settings for a [`Client`]."]
            #[cfg(feature = "client")]
            pub type ClientBuilder = routegen_runtime::client::ClientBuilder<Client>;
        },
        quote! {
            #[cfg(feature = "client")]
            impl routegen_runtime::client::ApiClient for Client {
                type Service = Service;
                const API: &'static routegen_runtime::Api = &api::API;
                fn from_client(client: routegen_runtime::client::Client) -> Self { Self(client) }
            }
        },
        quote! {
            #[cfg(feature = "client")]
            impl Client {
                #[doc = " Returns the settings for a client."]
                pub fn builder() -> ClientBuilder { ClientBuilder::default() }
                #[doc = " Returns the base URL of a service, without a slash at its end. Where it is found through another"]
                #[doc = " operation, this is the one that is used if that is switched off."]
                pub fn base_url(&self, service: Service) -> &str { self.0.base_url(service) }
                #[doc = " Returns how far the service's clock was ahead of this machine's when it last responded, to the"]
                #[doc = " second; `None` before the first response."]
                pub fn clock_offset(&self) -> Option<SignedDuration> { self.0.clock_offset() }
            }
        },
    ]
}

/// The front page: what the API is, how calls are made, where everything is.
fn documentation(api: &Api) -> Vec<String> {
    let mut paragraphs = vec![docs::prose(&api.package.description), docs::prose(&api.summary)];
    if api.summary.starts_with(&api.package.description) {
        paragraphs.remove(0);
    }
    let routes = match api.operations().count() {
        1 => "1 route".to_owned(),
        count => format!("{count} routes"),
    };
    let version = docs::prose(&api.version);
    paragraphs.push(format!("Transcribed from version {version} of the documentation: {routes}."));
    paragraphs.extend(calls(api));
    paragraphs.extend(SIDES.map(str::to_owned));
    paragraphs.push("# Namespaces".to_owned());
    let list: Vec<String> =
        api.namespaces.iter().filter(|namespace| !namespace.operations.is_empty()).map(entry).collect();
    paragraphs.push(format!("{}\n", list.join("\n")));
    paragraphs
}

fn can_refresh(api: &Api) -> bool {
    api.security.as_ref().is_some_and(|security| security.refresh.is_some())
}

/// What holds for the client and for the server of every API.
const SIDES: [&str; 5] = [
    "Arguments come in the order of the path, then one struct for the query, then one for the body. Structs have public \
     fields, `new` with those that must be there, and `Default` where none must. An answer dereferences to its body and \
     keeps status, headers and raw JSON ([`Response`]); fields that the documentation does not list are in \
     `other`. An error is the route's own enum with what the service said (`Error`).",
    "A response whose body has another JSON type than documented is an error that keeps the response. A part of a body that \
     does not match is left out, logged as a warning and listed in [`Response::mismatches`]: an entry of a list can be \
     missing. A program that deletes or creates things because they are missing should ask for `Response::checked` or set \
     `ClientBuilder::strict`; both make every mismatch an error.",
    "A call is sent when it is awaited; dropping it gives it up. It ends after a time that can be set, and is sent again where \
     a failure may pass and the request may be repeated. The client fetches tokens and base URLs by itself where it is told \
     how, each once for all calls that wait for it. Answers that are too large end early, and redirections are never \
     followed. Each call has a `tracing` span with OpenTelemetry's names and no value of an argument. All settings are in \
     `ClientBuilder`.",
    "# Server",
    "With the feature `server`, each namespace has a trait with a method for each operation, and a function `endpoints` that \
     serves an implementation of it; `Server` joins them into an `axum::Router`. `Server::with_all` takes one type that \
     implements all of these traits. Methods that are not written answer 501. \
     Requests that are not as documented are refused before a method sees them.",
];

/// How calls are made, on an operation that needs no arguments.
fn calls(api: &Api) -> Vec<String> {
    let mut paragraphs = vec!["# Calls".to_owned()];
    let is_simple = |operation: &&Operation| {
        let has_arguments =
            !operation.path_arguments.is_empty() || operation.query.is_some() || operation.body.is_some();
        !has_arguments
            && operation.method == Method::Get
            && operation.deprecated.is_none()
            && operation.payload != Payload::File
    };
    let example =
        api.namespaces.iter().find_map(|namespace| Some((namespace, namespace.operations.iter().find(is_simple)?)));
    if let Some((namespace, operation)) = example {
        let accessors: Vec<String> = namespace.modules.iter().map(|module| format!("{module}()")).collect();
        let krate = api.package.name.replace('-', "_");
        let credentials = if can_refresh(api) { "refresh_token" } else { "access_token" };
        paragraphs.push(format!(
            "```no_run\n\
             # async fn example() -> Result<(), Box<dyn std::error::Error>> {{\n\
             let client = {krate}::Client::builder().{credentials}(\"…\").build()?;\n\
             let answer = client.{}.{}().await?;\n\
             println!(\"{{}}: {{:?}}\", answer.status(), answer.body());\n\
             // An error where any part of the response does not match the documentation.\n\
             let complete = client.{}.{}().await?.checked()?;\n\
             println!(\"{{:?}}\", complete.body());\n\
             # Ok(())\n\
             # }}\n\
             ```\n",
            accessors.join("."),
            operation.function,
            accessors.join("."),
            operation.function
        ));
    }
    paragraphs
}

/// A line of the table of contents.
fn entry(namespace: &Namespace) -> String {
    let path: Vec<&str> = namespace.modules.iter().map(RustIdent::bare).collect();
    // rustdoc takes the `#` of `r#match` for an anchor.
    let has_keyword = namespace.modules.iter().any(RustIdent::is_keyword);
    let name = docs::code(&path.join("::"));
    // `mod@`, because a primitive type or a macro may have the same name.
    let name = if has_keyword { name } else { format!("[{name}](mod@{})", path.join("::")) };
    format!("* {name}: {}", docs::prose(&namespace.summary))
}
