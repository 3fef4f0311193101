//! The server of a namespace: a trait, and the routes that call its methods.

use proc_macro2::TokenStream;
use quote::quote;

use super::quote_helpers::{Import, Imports};
use super::{docs, operations, quote_helpers};
use crate::ir::{Api, Auth, Namespace, Operation, Payload, Type};

/// The maximum length of a tuple of arguments in the runtime.
const MAX_TUPLE_LENGTH: usize = 8;

/// Emits the trait of a namespace and the function that returns its routes.
pub fn emit(namespace: &Namespace, api: &Api, imports: &mut Imports) -> Vec<TokenStream> {
    if namespace.operations.is_empty() {
        return Vec::new();
    }
    for name in ["Context", "Endpoints", "HandlerFuture"] {
        imports.add(Import::Server(name));
    }
    imports.add(Import::Server("Arc"));
    let name = quote_helpers::ident(&namespace.server);
    let doc = docs::outer(&[
        format!("Handles the operations of {}.", docs::code(&namespace.dotted())),
        "`P` is the principal that the authenticator returns. The default implementation of each method responds with \
         status 501."
            .to_owned(),
    ]);
    let endpoints_doc =
        docs::outer(&[format!("Returns the routes of {}, handled by a service.", docs::code(&namespace.dotted()))]);
    let methods: Vec<TokenStream> =
        namespace.operations.iter().map(|operation| method(operation, api, imports)).collect();
    let routes: Vec<TokenStream> = namespace.operations.iter().map(|operation| route(operation, imports)).collect();
    let allow = quote_helpers::allow_names(namespace.operations.iter().map(|operation| &operation.function));
    vec![
        quote! {
            #doc
            #[cfg(feature = "server")]
            #allow
            pub trait #name<P: Send + 'static>: Send + Sync + 'static { #(#methods)* }
        },
        quote! {
            #endpoints_doc
            #[cfg(feature = "server")]
            pub fn endpoints<P: Send + 'static, S: #name<P>>(service: Arc<S>) -> Endpoints<P> {
                routegen_runtime::server::Routes::new(service) #(#routes)* .into_endpoints()
            }
        },
    ]
}

fn method(operation: &Operation, api: &Api, imports: &mut Imports) -> TokenStream {
    let name = quote_helpers::ident(&operation.function);
    let doc = docs::sentence(&format!("`{} {}`", operation.method, operation.path));
    let principal = match operation.auth {
        Auth::Required => quote!(P),
        Auth::Optional => quote!(Option<P>),
        Auth::None => quote!(()),
    };
    let mut arguments = Vec::new();
    for argument in &operation.path_arguments {
        let (name, ty) = (quote_helpers::ident(&argument.name), quote_helpers::rust_type(&argument.ty, api, imports));
        arguments.push((quote!(#name), ty));
    }
    if let Some(query) = operation.query {
        arguments.push((quote!(query), quote_helpers::rust_type(&Type::Named(query), api, imports)));
    }
    if let Some(body) = &operation.body {
        arguments.push((quote!(body), quote_helpers::rust_type(body, api, imports)));
    }
    let (names, types): (Vec<_>, Vec<_>) = arguments.into_iter().unzip();
    let response = operations::payload_type(operation, api, imports);
    let error = operations::error_type(operation, imports);
    let allow = quote_helpers::allow_arguments(names.len() + 2, "one argument per path parameter");
    let unused = match names.as_slice() {
        [name] => name.clone(),
        names => quote!((#(#names),*)),
    };
    quote! {
        #doc
        #allow
        fn #name(
            &self, context: Context<#principal>, #(#names: #types),*
        ) -> impl HandlerFuture<#response, #error> {
            context.not_implemented(#unused)
        }
    }
}

/// Emits the registration of a route. It calls the method by its path, because `service.clone()` would call that of `Arc`.
fn route(operation: &Operation, imports: &mut Imports) -> TokenStream {
    let (name, constant) = (quote_helpers::ident(&operation.function), quote_helpers::ident(&operation.constant));
    let mut names: Vec<TokenStream> = operation
        .path_arguments
        .iter()
        .map(|argument| quote_helpers::ident(&argument.name))
        .map(|name| quote!(#name))
        .collect();
    let mut read = names.clone();
    if operation.query.is_some() {
        imports.add(Import::Server("QueryArg"));
        names.push(quote!(query));
        read.push(quote!(QueryArg(query)));
    }
    if operation.body.is_some() {
        imports.add(Import::Server("BodyArg"));
        names.push(quote!(body));
        read.push(quote!(BodyArg(body)));
    }
    let read = tuple(&read, imports);
    let sends = match operation.payload {
        Payload::Json(_) => "json",
        Payload::Empty => "empty",
        Payload::File => "file",
    };
    let sends = quote_helpers::name(sends);
    let context = match operation.auth {
        Auth::Required => quote!(required),
        Auth::Optional => quote!(optional),
        Auth::None => quote!(anonymous),
    };
    quote! {
        .#sends(&#constant, |service, call, #read| async move {
            S::#name(&service, call.#context()?, #(#names),*).await
        })
    }
}

/// Emits a tuple of any length, which consists of nested tuples if the runtime does not support its length.
fn tuple(items: &[TokenStream], imports: &mut Imports) -> TokenStream {
    match items {
        [item] => quote!((#item,)),
        items if items.len() <= MAX_TUPLE_LENGTH => quote!((#(#items),*)),
        items => {
            imports.add(Import::Server("RestArgs"));
            let (first, rest) = items.split_at(MAX_TUPLE_LENGTH - 1);
            let rest = tuple(rest, imports);
            quote!((#(#first,)* RestArgs(#rest)))
        }
    }
}
