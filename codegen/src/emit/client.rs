//! The client of a namespace, with one method per operation.

use proc_macro2::TokenStream;
use quote::quote;

use super::quote_helpers::{Import, Imports};
use super::{docs, operations, quote_helpers};
use crate::ir::{Api, Argument, Namespace, Operation, Outcome, Scalar, Type};

/// Emits the client of a namespace.
pub fn emit(namespace: &Namespace, api: &Api, imports: &mut Imports) -> Vec<TokenStream> {
    imports.add(Import::Client("Client"));
    let name = quote_helpers::ident(&namespace.client);
    let doc = docs::outer(&[format!("Calls the operations of {}.", docs::code(&namespace.dotted()))]);
    let accessors = api.children(&namespace.path).map(|child| accessor(child, &quote!(self.0)));
    let methods = namespace.operations.iter().map(|operation| method(operation, api, imports));
    let children = api.children(&namespace.path).filter_map(Namespace::module);
    let functions = namespace.operations.iter().map(|operation| &operation.function);
    let allow = quote_helpers::allow_names(children.chain(functions));
    let methods: Vec<TokenStream> = accessors.chain(methods).collect();
    vec![
        quote! {
            #doc
            #[cfg(feature = "client")]
            #[derive(Debug, Clone, Copy)]
            pub struct #name<'a>(pub(crate) &'a Client);
        },
        quote! {
            #[cfg(feature = "client")]
            #allow
            impl<'a> #name<'a> { #(#methods)* }
        },
    ]
}

/// Emits the method that returns the client of a namespace. `client` is the client that it wraps.
pub fn accessor(child: &Namespace, client: &TokenStream) -> TokenStream {
    let path: Vec<_> = child.modules.iter().map(quote_helpers::ident).collect();
    let Some(name) = path.last() else { return TokenStream::new() };
    let ty = quote_helpers::ident(&child.client);
    let doc = docs::outer(&[format!("Returns the client for the operations of {}.", docs::code(&child.dotted()))]);
    let lifetime = if child.modules.len() == 1 { quote!('_) } else { quote!('a) };
    quote! {
        #doc
        pub fn #name(&self) -> #name::#ty<#lifetime> {
            #name::#ty(#client)
        }
    }
}

fn method(operation: &Operation, api: &Api, imports: &mut Imports) -> TokenStream {
    imports.add(Import::Client("Call"));
    let (name, constant) = (quote_helpers::ident(&operation.function), quote_helpers::ident(&operation.constant));
    let doc = docs::outer(&documentation(operation));
    let deprecated = operation.deprecated.as_ref().map(|note| {
        let note = docs::prose(note);
        quote!(#[deprecated = #note])
    });
    let mut arguments = vec![quote!(&self)];
    let mut parts = Vec::new();
    for argument in &operation.path_arguments {
        let (parameter, part) = path_argument(argument, api, imports);
        arguments.push(parameter);
        parts.push(part);
    }
    if let Some(query) = operation.query {
        let ty = quote_helpers::rust_type(&Type::Named(query), api, imports);
        arguments.push(quote!(query: &#ty));
        parts.push(quote!(.query(query)));
    }
    if let Some(body) = &operation.body {
        let ty = borrowed(body, api, imports);
        arguments.push(quote!(body: &#ty));
        parts.push(quote!(.body(body)));
    }
    let response = operations::payload_type(operation, api, imports);
    let error = operations::error_type(operation, imports);
    let allow = quote_helpers::allow_arguments(arguments.len(), "one argument per path parameter");
    quote! {
        #doc
        #deprecated
        #allow
        pub fn #name(#(#arguments),*) -> Call<#response, #error> {
            self.0.request(&#constant) #(#parts)* .call()
        }
    }
}

/// Returns the type behind a reference to a value. Strings and arrays become slices.
fn borrowed(ty: &Type, api: &Api, imports: &mut Imports) -> TokenStream {
    match ty {
        Type::Scalar(Scalar::String) => quote!(str),
        Type::Array(ty) => {
            let ty = quote_helpers::rust_type(ty, api, imports);
            quote!([#ty])
        }
        Type::Scalar(_) | Type::Json | Type::Object | Type::Map(_) | Type::Named(_) => {
            quote_helpers::rust_type(ty, api, imports)
        }
    }
}

/// Returns the parameter of a method for a path parameter, and the call that passes it on.
fn path_argument(argument: &Argument, api: &Api, imports: &mut Imports) -> (TokenStream, TokenStream) {
    let name = quote_helpers::ident(&argument.name);
    match argument.ty {
        Type::Scalar(Scalar::String) => (quote!(#name: &str), quote!(.path(#name))),
        Type::Scalar(Scalar::Integer) => (quote!(#name: i64), quote!(.path_value(&#name))),
        Type::Scalar(Scalar::Secret) => {
            let ty = quote_helpers::rust_type(&argument.ty, api, imports);
            (quote!(#name: &#ty), quote!(.path_secret(#name)))
        }
        Type::Scalar(Scalar::Number | Scalar::Boolean | Scalar::DateTime)
        | Type::Json
        | Type::Object
        | Type::Array(_)
        | Type::Map(_)
        | Type::Named(_) => {
            let ty = quote_helpers::rust_type(&argument.ty, api, imports);
            (quote!(#name: &#ty), quote!(.path_value(#name)))
        }
    }
}

/// Documents a method: what it does, the route, the responses, and the errors of the documentation.
fn documentation(operation: &Operation) -> Vec<String> {
    let mut paragraphs = vec![docs::prose(&operation.summary)];
    paragraphs.extend(operation.description.as_deref().map(docs::prose));
    for (part, doc) in [("Request body", &operation.body_doc), ("Response body", &operation.payload_doc)] {
        paragraphs.extend(doc.as_deref().map(|doc| format!("{part}: {}", docs::prose(doc))));
    }
    paragraphs.push(format!("`{} {}`", operation.method, operation.path));
    let responses = operation.responses();
    let statuses = |outcome| {
        responses
            .iter()
            .filter(move |response| response.outcome == outcome)
            .map(|response| format!("{}: {}", response.code, docs::prose(response.description)))
    };
    match statuses(Outcome::Success).collect::<Vec<_>>().as_slice() {
        [status] => paragraphs.push(format!("On success, the service responds with {status}")),
        many => paragraphs
            .extend(["On success, the service responds with one of:".to_owned(), docs::list(many.iter().cloned())]),
    }
    if !operation.errors.is_empty() {
        paragraphs.extend(["# Errors".to_owned(), docs::list(statuses(Outcome::Error))]);
    }
    let mut deviations = operation.deviations().map(|erratum| docs::prose(&docs::deviation(erratum))).peekable();
    if deviations.peek().is_some() {
        paragraphs.extend(["# Deviations from the documentation".to_owned(), docs::list(deviations)]);
    }
    paragraphs
}
