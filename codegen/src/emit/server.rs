//! The server's trait, and the way from requests to its methods.

use proc_macro2::TokenStream;
use quote::quote;

use super::tokens::{Import, Uses};
use super::{docs, errors, operations, tokens};
use crate::ir::{Api, Auth, Namespace, Operation, Payload, Type};

/// How many arguments the runtime takes in one tuple.
const LONGEST_TUPLE: usize = 8;

/// The trait of a namespace and the function that serves it.
pub fn emit(namespace: &Namespace, api: &Api, uses: &mut Uses) -> Vec<TokenStream> {
    if namespace.operations.is_empty() {
        return Vec::new();
    }
    for name in ["Context", "Endpoints", "HandlerFuture"] {
        uses.add(Import::Server(name));
    }
    uses.add(Import::Server("Arc"));
    let name = tokens::ident(&namespace.server);
    let doc = docs::outer(&[
        format!("Answers the operations of {}.", docs::code(&namespace.dotted())),
        "`P` is the principal that the server's authenticator tells. Methods that are not written answer 501."
            .to_owned(),
    ]);
    let endpoints_doc = docs::outer(&[format!("The routes of {}, served by a stub.", docs::code(&namespace.dotted()))]);
    let methods: Vec<TokenStream> = namespace.operations.iter().map(|operation| method(operation, api, uses)).collect();
    let routes: Vec<TokenStream> = namespace.operations.iter().map(|operation| route(operation, uses)).collect();
    let allow = tokens::allow_names(namespace.operations.iter().map(|operation| &operation.function));
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
            pub fn endpoints<P: Send + 'static, S: #name<P>>(stub: Arc<S>) -> Endpoints<P> {
                routegen_runtime::server::Routes::new(stub) #(#routes)* .into_endpoints()
            }
        },
    ]
}

fn method(operation: &Operation, api: &Api, uses: &mut Uses) -> TokenStream {
    let name = tokens::ident(&operation.function);
    let doc = docs::sentence(&format!("`{} {}`", operation.method, operation.path));
    let principal = match operation.auth {
        Auth::Required => quote!(P),
        Auth::Optional => quote!(Option<P>),
        Auth::None => quote!(()),
    };
    let mut arguments = Vec::new();
    for argument in &operation.path_arguments {
        let (name, of) = (tokens::ident(&argument.name), tokens::rust_type(&argument.of, api, uses));
        arguments.push((quote!(#name), of));
    }
    if let Some(query) = operation.query {
        arguments.push((quote!(query), tokens::rust_type(&Type::Named(query), api, uses)));
    }
    if let Some(body) = &operation.body {
        arguments.push((quote!(body), tokens::rust_type(body, api, uses)));
    }
    let (names, types): (Vec<_>, Vec<_>) = arguments.into_iter().unzip();
    let answer = operations::payload(operation, api, uses);
    let error = errors::type_name(operation, uses);
    let allow = tokens::allow_arguments(names.len() + 2, "the path has that many parameters");
    let unused = match names.as_slice() {
        [name] => name.clone(),
        names => quote!((#(#names),*)),
    };
    quote! {
        #doc
        #allow
        fn #name(
            &self, context: Context<#principal>, #(#names: #types),*
        ) -> impl HandlerFuture<#answer, #error> {
            context.not_implemented(#unused)
        }
    }
}

/// What calls the stub's method with what was read of a request: by its path, because `stub.clone()` is `Arc`'s.
fn route(operation: &Operation, uses: &mut Uses) -> TokenStream {
    let (name, constant) = (tokens::ident(&operation.function), tokens::ident(&operation.constant));
    let mut names: Vec<TokenStream> = operation
        .path_arguments
        .iter()
        .map(|argument| tokens::ident(&argument.name))
        .map(|name| quote!(#name))
        .collect();
    let mut read = names.clone();
    if operation.query.is_some() {
        uses.add(Import::Server("QueryArg"));
        names.push(quote!(query));
        read.push(quote!(QueryArg(query)));
    }
    if operation.body.is_some() {
        uses.add(Import::Server("BodyArg"));
        names.push(quote!(body));
        read.push(quote!(BodyArg(body)));
    }
    let read = tuple(&read, uses);
    let sends = match operation.payload {
        Payload::Json(_) => "json",
        Payload::Nothing => "empty",
        Payload::File => "file",
    };
    let sends = tokens::name(sends);
    let context = match operation.auth {
        Auth::Required => quote!(required),
        Auth::Optional => quote!(optional),
        Auth::None => quote!(anonymous),
    };
    quote! {
        .#sends(&#constant, |stub, call, #read| async move {
            S::#name(&stub, call.#context()?, #(#names),*).await
        })
    }
}

/// A tuple of any length, out of tuples as long as the runtime knows them.
fn tuple(items: &[TokenStream], uses: &mut Uses) -> TokenStream {
    match items {
        [item] => quote!((#item,)),
        items if items.len() <= LONGEST_TUPLE => quote!((#(#items),*)),
        items => {
            uses.add(Import::Server("RestArgs"));
            let (first, rest) = items.split_at(LONGEST_TUPLE - 1);
            let rest = tuple(rest, uses);
            quote!((#(#first,)* RestArgs(#rest)))
        }
    }
}
