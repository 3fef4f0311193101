//! The test that sends each route through client, router, stub and back.

use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote};

use super::tokens::Uses;
use super::{Content, Draft, docs, errors, operations, sample, tokens};
use crate::ident::RustIdent;
use crate::ir::{Api, Argument, Auth, Home, Namespace, Operation, Payload, Type};

/// The file.
pub fn emit(api: &Api) -> Draft {
    let krate = format_ident!("{}", api.package.name.replace('-', "_"));
    let mut items: Vec<TokenStream> = vec![
        quote!(
            use std::sync::Arc;
        ),
        // From the root: a namespace may be called like the package.
        quote!(use ::#krate::*;),
        harness(api),
        quote! {
            #[doc = " Handles every operation as the test of the operation wants it."]
            struct Handler(Arc<Stub>);
        },
        serve(),
    ];
    for namespace in api.namespaces.iter().filter(|namespace| !namespace.operations.is_empty()) {
        items.push(stub(namespace, api));
        items.extend(namespace.operations.iter().map(|operation| test(operation, namespace, api)));
    }
    let head = docs::inner(&[
        "Sends each route through client, router, stub and back, in one process and over a socket.".to_owned(),
    ]);
    Draft {
        path: "tests/round_trip/main.rs".to_owned(),
        origin: "spec/".to_owned(),
        content: Content::Items { head, items },
    }
}

/// What the tests of this API need of the harness.
fn harness(api: &Api) -> TokenStream {
    let mut names = vec!["Caller", "Route", "Service", "Stub"];
    let arguments = || api.operations().flat_map(|operation| &operation.path_arguments);
    if arguments().any(|argument| is_text(&argument.of)) {
        names.extend(["AWKWARD", "refused"]);
    }
    let has_samples = |operation: &Operation| operation.query.is_some() || operation.body.is_some();
    if api.operations().any(has_samples) || arguments().any(|argument| matches!(argument.of, Type::Named(_))) {
        names.push("sample");
    }
    names.sort_unstable();
    let names = names.into_iter().map(tokens::name);
    quote!(use routegen_runtime::round_trip::{#(#names),*};)
}

/// The routes of every namespace, with the stub behind them.
fn serve() -> TokenStream {
    quote! {
        fn handlers(stub: Arc<Stub>) -> Endpoints<Caller> {
            endpoints(Arc::new(Handler(stub)))
        }
    }
}

/// The stub answers every operation of a namespace as the test of the operation wants it.
fn stub(namespace: &Namespace, api: &Api) -> TokenStream {
    let module = tokens::module_path(namespace);
    let name = tokens::ident(&namespace.server);
    let methods = namespace.operations.iter().map(|operation| {
        let name = tokens::ident(&operation.function);
        let principal = match operation.auth {
            Auth::Required => quote!(Caller),
            Auth::Optional => quote!(Option<Caller>),
            Auth::None => quote!(()),
        };
        let (mut names, mut types) = (Vec::new(), Vec::new());
        for (argument, of) in arguments(operation) {
            names.push(argument);
            types.push(outside(&of, namespace, api));
        }
        let (answer, error) = results(operation, namespace, api);
        let answers = match operation.payload {
            Payload::Json(_) | Payload::Nothing => quote!(answer),
            Payload::File => quote!(answer_file),
        };
        quote! {
            async fn #name(&self, context: Context<#principal>, #(#names: #types),*) -> HandlerResult<#answer, #error> {
                self.0.#answers(context.operation(), format!("{:?}", context.principal), serde_json::json!([#(#names),*]))
            }
        }
    });
    quote! {
        impl #module::#name<Caller> for Handler { #(#methods)* }
    }
}

/// The arguments of a method with their types, as the server's trait has them.
fn arguments(operation: &Operation) -> Vec<(TokenStream, Type)> {
    let mut arguments: Vec<(TokenStream, Type)> = operation
        .path_arguments
        .iter()
        .map(|argument| {
            let name = tokens::ident(&argument.name);
            (quote!(#name), argument.of.clone())
        })
        .collect();
    arguments.extend(operation.query.map(|id| (quote!(query), Type::Named(id))));
    arguments.extend(operation.body.clone().map(|of| (quote!(body), of)));
    arguments
}

/// A type as it is written outside of its module.
fn outside(of: &Type, namespace: &Namespace, api: &Api) -> TokenStream {
    match of {
        Type::Json => quote!(serde_json::Value),
        Type::Map(of) => {
            let of = outside(of, namespace, api);
            quote!(std::collections::BTreeMap<String, #of>)
        }
        Type::Array(of) => {
            let of = outside(of, namespace, api);
            quote!(Vec<#of>)
        }
        Type::Named(id) => {
            let Some(def) = api.type_def(*id) else { return quote!(()) };
            let name = tokens::ident(&def.name);
            match def.home {
                Home::Shared => quote!(types::#name),
                Home::Namespace(_) => {
                    let module = tokens::module_path(namespace);
                    quote!(#module::#name)
                }
            }
        }
        Type::String | Type::Integer | Type::Number | Type::Boolean | Type::Secret | Type::DateTime | Type::Object => {
            tokens::rust_type(of, api, &mut Uses::default())
        }
    }
}

fn results(operation: &Operation, namespace: &Namespace, api: &Api) -> (TokenStream, TokenStream) {
    let answer = match &operation.payload {
        Payload::Json(of) => outside(of, namespace, api),
        Payload::Nothing | Payload::File => operations::payload(operation, api, &mut Uses::default()),
    };
    let error = errors::type_name(operation, &mut Uses::default());
    match operation.error_type {
        Some(_) => {
            let module = tokens::module_path(namespace);
            (answer, quote!(#module::#error))
        }
        None => (answer, error),
    }
}

/// The modules and the function: what is unique in the crate is unique among its tests, and never a keyword.
fn test_name(operation: &Operation, namespace: &Namespace) -> Ident {
    let steps = namespace.modules.iter().chain([&operation.function]).map(RustIdent::bare);
    format_ident!("{}", steps.collect::<Vec<_>>().join("__"))
}

/// The test of one operation.
fn test(operation: &Operation, namespace: &Namespace, api: &Api) -> TokenStream {
    let name = test_name(operation, namespace);
    let expect = operation.deprecated.as_ref().map(|_| quote!(#[expect(deprecated, reason = "it is still a route")]));
    let mut given = Vec::new();
    for (argument, of) in arguments(operation).iter().skip(operation.path_arguments.len()) {
        let json = sample::value(of, api).to_string();
        let of = outside(of, namespace, api);
        given.push(quote!(let #argument: #of = sample(#json);));
    }
    let answer = match &operation.payload {
        Payload::Json(of) => sample::value(of, api).to_string(),
        Payload::Nothing | Payload::File => "null".to_owned(),
    };
    let texts: Vec<&Argument> = operation.path_arguments.iter().filter(|argument| is_text(&argument.of)).collect();
    let call = call(operation, namespace, api, None);
    let sent = arguments(operation).into_iter().enumerate().map(|(index, (argument, _))| {
        match operation.path_arguments.get(index) {
            Some(argument) => path_value(argument, &quote!(value), api),
            None => quote!(#argument),
        }
    });
    let sent: Vec<TokenStream> = sent.collect();
    let refusals = texts.iter().map(|argument| {
        let call = self::call(operation, namespace, api, Some(argument));
        quote!(refused(|client: &Client, unfit| #call).await;)
    });
    let id = operation.id.to_string();
    let auth = match operation.auth {
        Auth::Required => quote!(Required),
        Auth::Optional => quote!(Optional),
        Auth::None => quote!(None),
    };
    let is_idempotent = operation.effect.is_idempotent();
    let compare = match operation.payload {
        Payload::Json(_) | Payload::Nothing => quote!(routegen_runtime::round_trip::json),
        Payload::File => quote!(routegen_runtime::round_trip::file),
    };
    let round_trip = quote! {
        let arguments = serde_json::json!([#(#sent),*]);
        let route = Route { operation: #id, auth: Auth::#auth, is_idempotent: #is_idempotent, arguments, answer: #answer };
        service.round_trip(route, |client: &Client| #call, #compare).await;
    };
    let round_trip = if texts.is_empty() { round_trip } else { quote!(for value in AWKWARD { #round_trip }) };
    quote! {
        #[test]
        #expect
        #[allow(non_snake_case, reason = "named after the operation")]
        fn #name() {
            routegen_runtime::round_trip::run(async {
                #(#given)*
                let service = Service::start(handlers).await;
                #round_trip
                #(#refusals)*
            });
        }
    }
}

fn is_text(of: &Type) -> bool {
    matches!(of, Type::String | Type::Secret)
}

/// The client's call; the parameter `unfit` gets a value that no path may hold.
fn call(operation: &Operation, namespace: &Namespace, api: &Api, unfit: Option<&&Argument>) -> TokenStream {
    let accessors = namespace.modules.iter().map(tokens::ident);
    let name = tokens::ident(&operation.function);
    let path = operation.path_arguments.iter().map(|argument| {
        let text = match unfit {
            Some(unfit) if unfit.wire == argument.wire => quote!(unfit),
            Some(_) => quote!("fit"),
            None => quote!(value),
        };
        match argument.of {
            Type::String => text,
            Type::Secret => quote!(&Secret::from(#text)),
            Type::Integer => path_value(argument, &text, api),
            Type::Number
            | Type::Boolean
            | Type::DateTime
            | Type::Json
            | Type::Object
            | Type::Array(_)
            | Type::Map(_)
            | Type::Named(_) => {
                let (of, json) = (outside(&argument.of, namespace, api), sample::value(&argument.of, api).to_string());
                quote!(&sample::<#of>(#json))
            }
        }
    });
    let rest = arguments(operation).into_iter().skip(operation.path_arguments.len()).map(|(name, _)| quote!(&#name));
    quote!(client #(.#accessors())* .#name(#(#path,)* #(#rest),*))
}

/// What the stub must see of a path parameter.
fn path_value(argument: &Argument, value: &TokenStream, api: &Api) -> TokenStream {
    match argument.of {
        Type::String | Type::Secret => value.clone(),
        Type::Integer => quote!(-7),
        Type::Number
        | Type::Boolean
        | Type::DateTime
        | Type::Json
        | Type::Object
        | Type::Array(_)
        | Type::Map(_)
        | Type::Named(_) => {
            let json = sample::value(&argument.of, api);
            let text = json.as_str().unwrap_or_default();
            quote!(#text)
        }
    }
}
