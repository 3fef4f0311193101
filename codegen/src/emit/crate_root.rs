//! `lib.rs`: the front page of the documentation and the public names.

use proc_macro2::TokenStream;
use quote::quote;

use super::{UnformattedFile, client, docs, quote_helpers};
use crate::ident::RustIdent;
use crate::ir::{Api, Method, Module, Namespace, Operation, Payload};

/// Emits the file.
pub fn emit(api: &Api) -> UnformattedFile {
    let top: Vec<&Namespace> = api.children(&[]).collect();
    let modules = top.iter().filter_map(|namespace| namespace.module()).map(|module| {
        let module = quote_helpers::ident(module);
        quote!(pub mod #module;)
    });
    let types = api.types.iter().any(|def| def.module == Module::Shared).then(|| {
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
            NoDocumentedError, Operation, Response, RouteError, SchemaMismatch, Secret, SignedDuration, StatusCode,
            Timestamp,
        };
    ));
    items.push(quote! {
        #[cfg(feature = "client")]
        pub use routegen_runtime::client::{
            AccessToken, BuildError, Call, CallFuture, Error, ErrorKind, FromResponse, RequestBody,
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
    let allow = quote_helpers::allow_names(top.iter().filter_map(|namespace| namespace.module()));
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
        #![cfg_attr(docsrs, feature(doc_cfg))]
        #![cfg_attr(
            not(any(feature = "client", feature = "server")),
            allow(dead_code, unused_imports, reason = "without a client or a server, only the types are used")
        )]
    };
    UnformattedFile::rust("src/lib.rs", "spec/", head, items)
}

/// Emits the function that returns the routes of all namespaces. Its bounds make a missing namespace a compile error.
fn endpoints(api: &Api) -> Option<TokenStream> {
    let namespaces: Vec<&Namespace> =
        api.namespaces.iter().filter(|namespace| !namespace.operations.is_empty()).collect();
    if namespaces.is_empty() {
        return None;
    }
    let modules: Vec<TokenStream> = namespaces.iter().map(|namespace| quote_helpers::module_path(namespace)).collect();
    let traits = namespaces.iter().map(|namespace| quote_helpers::ident(&namespace.server));
    Some(quote! {
        /// Returns the routes of every namespace, handled by one service.
        ///
        /// The service must implement the trait of each namespace. If the API gains a namespace, the program does not
        /// compile until the service implements the new trait.
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

/// Emits the client type, which wraps the client of the runtime.
fn client() -> [TokenStream; 4] {
    [
        quote! {
            #[doc = " The client. Clones are cheap and share connections, tokens and base URLs."]
            #[cfg(feature = "client")]
            #[derive(Debug, Clone)]
            pub struct Client(routegen_runtime::client::Client);
        },
        quote! {
            #[doc = " The builder of a [`Client`]."]
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
                #[doc = " Returns a builder."]
                pub fn builder() -> ClientBuilder { ClientBuilder::default() }
                #[doc = " Returns a client with a fixed token that shares connections and discovered base URLs with this one."]
                #[must_use]
                pub fn with_access_token(&self, token: impl Into<AccessToken>) -> Self {
                    Self(self.0.with_access_token(token))
                }
                #[doc = " Returns the base URL of a service without a trailing slash. If the base URL is discovered through an"]
                #[doc = " operation, this is the one that is used when discovery is disabled."]
                pub fn base_url(&self, service: Service) -> &str { self.0.base_url(service) }
                #[doc = " Returns how far the clock of the service was ahead of the local clock at the last response, in"]
                #[doc = " seconds. Returns `None` before the first response."]
                pub fn clock_offset(&self) -> Option<SignedDuration> { self.0.clock_offset() }
            }
        },
    ]
}

/// Returns the front page: what the API is, how to make calls, and the namespaces.
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
    paragraphs
        .push(format!("Generated from a transcription of version {version} of the documentation, with {routes}."));
    paragraphs.extend(calls(api));
    paragraphs.extend(GENERAL.map(str::to_owned));
    paragraphs.push("# Namespaces".to_owned());
    let list: Vec<String> =
        api.namespaces.iter().filter(|namespace| !namespace.operations.is_empty()).map(entry).collect();
    paragraphs.push(format!("{}\n", list.join("\n")));
    paragraphs
}

fn can_refresh(api: &Api) -> bool {
    api.security.as_ref().is_some_and(|security| security.refresh.is_some())
}

/// The paragraphs on clients and servers that are the same for every API.
const GENERAL: [&str; 5] = [
    "A method takes the path parameters in the order of the path, then a struct for the query, then the body. Structs have \
     public fields, a function `new` that takes the required ones, and a method for each optional one that sets it. A response \
     dereferences to its body and keeps status, headers and raw JSON ([`Response`]). The field `other` contains the fields \
     that the documentation does not list. An error contains the route's own enum and the response (`Error`).",
    "If the body of a response does not have the documented JSON type, the call fails with an error that keeps the response. \
     A part of a body that does not match is omitted, logged as a warning and listed in [`Response::mismatches`]. An array \
     can therefore lack an element. Programs that delete or create things because they are missing should call \
     `Response::checked` or enable `ClientBuilder::strict`. Both turn every mismatch into an error.",
    "A call is sent when it is awaited, and canceled when it is dropped. It has a configurable timeout and is retried after \
     transient failures if the request may be repeated. If configured, the client fetches tokens and discovers base URLs \
     itself, once for all calls that wait for them. The size of responses is limited, and redirects are never followed. \
     Each call has a `tracing` span with the attribute names of OpenTelemetry. The span contains no values of arguments. \
     `ClientBuilder` has all settings.",
    "# Server",
    "With the feature `server`, each namespace has a trait with a method for each operation, and a function `endpoints` that \
     returns the routes of an implementation. `Server` combines them into an `axum::Router`. `Server::with_all` takes a type \
     that implements all of these traits. The default implementation of each method responds with status 501. Requests that \
     do not match the documentation are rejected before a method is called.",
];

/// Returns the section on calls, with an operation without arguments as the example.
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
             let response = client.{}.{}().await?;\n\
             println!(\"{{}}: {{:?}}\", response.status(), response.body());\n\
             // `checked` returns an error if any part of the response does not match the documentation.\n\
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

/// Returns a line of the table of contents.
fn entry(namespace: &Namespace) -> String {
    let path: Vec<&str> = namespace.modules.iter().map(RustIdent::as_unescaped).collect();
    // rustdoc takes the `#` of `r#match` for an anchor.
    let has_keyword = namespace.modules.iter().any(RustIdent::is_keyword);
    let name = docs::code(&path.join("::"));
    // `mod@`, because a primitive type or a macro may have the same name.
    let name = if has_keyword { name } else { format!("[{name}](mod@{})", path.join("::")) };
    format!("* {name}: {}", docs::prose(&namespace.summary))
}
