//! The client's methods: each states what is sent and of what type the answer is.

use proc_macro2::TokenStream;
use quote::quote;

use super::tokens::{Import, Uses};
use super::{docs, errors, operations, tokens};
use crate::ir::{Api, Argument, Erratum, Namespace, Operation, Type};

/// The client of a namespace.
pub fn emit(namespace: &Namespace, api: &Api, uses: &mut Uses) -> Vec<TokenStream> {
    uses.add(Import::Client("Client"));
    let name = tokens::ident(&namespace.client);
    let doc = docs::outer(&[format!("Calls the operations of {}.", docs::code(&namespace.dotted()))]);
    let accessors = api.children(&namespace.wire).map(|child| accessor(child, &quote!(self.0)));
    let methods = namespace.operations.iter().map(|operation| method(operation, api, uses));
    let children = api.children(&namespace.wire).filter_map(Namespace::module);
    let functions = namespace.operations.iter().map(|operation| &operation.function);
    let allow = tokens::allow_names(children.chain(functions));
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

/// The method that leads to the client of a namespace; `client` is what it wraps.
pub fn accessor(child: &Namespace, client: &TokenStream) -> TokenStream {
    let path: Vec<_> = child.modules.iter().map(tokens::ident).collect();
    let Some(name) = path.last() else { return TokenStream::new() };
    let of = tokens::ident(&child.client);
    let doc = docs::outer(&[format!("The operations of {}.", docs::code(&child.dotted()))]);
    let lifetime = if child.modules.len() == 1 { quote!('_) } else { quote!('a) };
    quote! {
        #doc
        pub fn #name(&self) -> #name::#of<#lifetime> {
            #name::#of(#client)
        }
    }
}

fn method(operation: &Operation, api: &Api, uses: &mut Uses) -> TokenStream {
    uses.add(Import::Client("Call"));
    let (name, constant) = (tokens::ident(&operation.function), tokens::ident(&operation.constant));
    let doc = docs::outer(&documentation(operation));
    let deprecated = operation.deprecated.as_ref().map(|note| {
        let note = docs::prose(note);
        quote!(#[deprecated = #note])
    });
    let mut arguments = vec![quote!(&self)];
    let mut parts = Vec::new();
    for argument in &operation.path_arguments {
        arguments.push(path_argument(argument, api, uses));
        parts.push(path_part(argument));
    }
    if let Some(query) = operation.query {
        let of = tokens::rust_type(&Type::Named(query), api, uses);
        arguments.push(quote!(query: &#of));
        parts.push(quote!(.query(query)));
    }
    if let Some(body) = &operation.body {
        let of = borrowed(body, api, uses);
        arguments.push(quote!(body: &#of));
        parts.push(quote!(.body(body)));
    }
    let answer = operations::payload(operation, api, uses);
    let error = errors::type_name(operation, uses);
    let allow = tokens::allow_arguments(arguments.len(), "the path has that many parameters");
    quote! {
        #doc
        #deprecated
        #allow
        pub fn #name(#(#arguments),*) -> Call<#answer, #error> {
            self.0.request(&#constant) #(#parts)* .call()
        }
    }
}

/// A type behind a reference: what can be a slice is one.
fn borrowed(of: &Type, api: &Api, uses: &mut Uses) -> TokenStream {
    match of {
        Type::String => quote!(str),
        Type::Array(of) => {
            let of = tokens::rust_type(of, api, uses);
            quote!([#of])
        }
        Type::Integer
        | Type::Number
        | Type::Boolean
        | Type::Secret
        | Type::DateTime
        | Type::Json
        | Type::Object
        | Type::Map(_)
        | Type::Named(_) => tokens::rust_type(of, api, uses),
    }
}

fn path_argument(argument: &Argument, api: &Api, uses: &mut Uses) -> TokenStream {
    let name = tokens::ident(&argument.name);
    match argument.of {
        Type::String => quote!(#name: &str),
        Type::Integer => quote!(#name: i64),
        Type::Number
        | Type::Boolean
        | Type::Secret
        | Type::DateTime
        | Type::Json
        | Type::Object
        | Type::Array(_)
        | Type::Map(_)
        | Type::Named(_) => {
            let of = tokens::rust_type(&argument.of, api, uses);
            quote!(#name: &#of)
        }
    }
}

fn path_part(argument: &Argument) -> TokenStream {
    let name = tokens::ident(&argument.name);
    match argument.of {
        Type::String => quote!(.path(#name)),
        Type::Integer => quote!(.path_value(&#name)),
        Type::Secret => quote!(.path_secret(#name)),
        Type::Number
        | Type::Boolean
        | Type::DateTime
        | Type::Json
        | Type::Object
        | Type::Array(_)
        | Type::Map(_)
        | Type::Named(_) => quote!(.path_value(#name)),
    }
}

/// What a method's documentation says: what it does, the route, what each code means, where the documentation is wrong.
fn documentation(operation: &Operation) -> Vec<String> {
    let mut paragraphs = vec![docs::prose(&operation.summary)];
    paragraphs.extend(operation.description.as_deref().map(docs::prose));
    for (part, doc) in [("Request body", &operation.body_doc), ("Response body", &operation.payload_doc)] {
        paragraphs.extend(doc.as_deref().map(|doc| format!("{part}: {}", docs::prose(doc))));
    }
    let codes: Vec<String> = operation
        .answers()
        .iter()
        .map(|answer| format!("{}: {}", answer.code, docs::prose(answer.description)))
        .collect();
    paragraphs.push(format!("`{} {}`. {}", operation.method, operation.path, codes.join(" ")));
    let errata: Vec<String> =
        operation.errata.iter().filter(|erratum| erratum.concerns_callers()).map(correction).collect();
    if !errata.is_empty() {
        paragraphs.push(format!("Unlike the documentation: {}.", errata.join("; ")));
    }
    paragraphs
}

fn correction(erratum: &Erratum) -> String {
    let Erratum { fact, documented, actual, because } = erratum;
    let (fact, actual, documented) = (docs::code(fact), docs::code(actual), docs::code(documented));
    format!("{fact} is {actual}, not {documented} ({})", docs::prose(because))
}
