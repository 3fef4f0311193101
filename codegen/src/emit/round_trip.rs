//! The round-trip tests, which send every route from the client through the server and back.

use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote};

use super::quote_helpers::Imports;
use super::{UnformattedFile, docs, operations, quote_helpers, sample};
use crate::ident::RustIdent;
use crate::ir::{Api, Argument, Auth, Module, Namespace, Operation, Payload, Scalar, Type};

/// Emits the tests.
pub fn emit(api: &Api) -> UnformattedFile {
    let krate = format_ident!("{}", api.package.name.replace('-', "_"));
    let mut items: Vec<TokenStream> = vec![
        quote!(
            use std::sync::Arc;
        ),
        // With `::`, because a namespace may have the name of the package.
        quote!(use ::#krate::*;),
        harness(api),
        quote! {
            #[doc = " A service that responds as the running test specifies."]
            struct Handler(Arc<ScriptedService>);
        },
        serve(),
    ];
    for namespace in api.namespaces.iter().filter(|namespace| !namespace.operations.is_empty()) {
        items.push(implementation(namespace, api));
        items.extend(namespace.operations.iter().map(|operation| test(operation, namespace, api)));
    }
    let head = docs::inner(&[
        "Sends every route from the client through the server and back, in one process and over a socket.".to_owned(),
    ]);
    UnformattedFile::rust("tests/round_trip/main.rs", "spec/", head, items)
}

/// Emits the imports of what the tests need from the harness.
fn harness(api: &Api) -> TokenStream {
    let mut names = vec!["Caller", "Route", "ScriptedService", "Service"];
    let arguments = || api.operations().flat_map(|operation| &operation.path_arguments);
    if arguments().any(|argument| argument.ty.is_string()) {
        names.extend(["AWKWARD", "rejected"]);
    }
    let has_samples = |operation: &Operation| operation.query.is_some() || operation.body.is_some();
    if api.operations().any(has_samples) || arguments().any(|argument| matches!(argument.ty, Type::Named(_))) {
        names.push("sample");
    }
    names.sort_unstable();
    let names = names.into_iter().map(quote_helpers::name);
    quote!(use routegen_runtime::round_trip::{#(#names),*};)
}

/// Emits the function that returns the routes of every namespace.
fn serve() -> TokenStream {
    quote! {
        fn handlers(service: Arc<ScriptedService>) -> Endpoints<Caller> {
            endpoints(Arc::new(Handler(service)))
        }
    }
}

/// Emits the implementation of a namespace's trait.
fn implementation(namespace: &Namespace, api: &Api) -> TokenStream {
    let module = quote_helpers::module_path(namespace);
    let name = quote_helpers::ident(&namespace.server);
    let methods = namespace.operations.iter().map(|operation| {
        let name = quote_helpers::ident(&operation.function);
        let principal = match operation.auth {
            Auth::Required => quote!(Caller),
            Auth::Optional => quote!(Option<Caller>),
            Auth::None => quote!(()),
        };
        let (mut names, mut types) = (Vec::new(), Vec::new());
        for (argument, ty) in arguments(operation) {
            names.push(argument);
            types.push(qualified_type(&ty, namespace, api));
        }
        let (response, error) = result_types(operation, namespace, api);
        let method = match operation.payload {
            Payload::Json(_) | Payload::Empty => quote!(respond),
            Payload::File => quote!(respond_with_file),
        };
        quote! {
            async fn #name(&self, context: Context<#principal>, #(#names: #types),*) -> HandlerResult<#response, #error> {
                self.0.#method(context.operation(), format!("{:?}", context.principal), serde_json::json!([#(#names),*]))
            }
        }
    });
    quote! {
        impl #module::#name<Caller> for Handler { #(#methods)* }
    }
}

/// Returns the arguments of a method of the trait with their types.
fn arguments(operation: &Operation) -> Vec<(TokenStream, Type)> {
    let mut arguments: Vec<(TokenStream, Type)> = operation
        .path_arguments
        .iter()
        .map(|argument| {
            let name = quote_helpers::ident(&argument.name);
            (quote!(#name), argument.ty.clone())
        })
        .collect();
    arguments.extend(operation.query.map(|id| (quote!(query), Type::Named(id))));
    arguments.extend(operation.body.clone().map(|ty| (quote!(body), ty)));
    arguments
}

/// Returns the Rust type for a type of the IR, with the path from the crate root.
fn qualified_type(ty: &Type, namespace: &Namespace, api: &Api) -> TokenStream {
    match ty {
        Type::Json => quote!(serde_json::Value),
        Type::Map(ty) => {
            let ty = qualified_type(ty, namespace, api);
            quote!(std::collections::BTreeMap<String, #ty>)
        }
        Type::Array(ty) => {
            let ty = qualified_type(ty, namespace, api);
            quote!(Vec<#ty>)
        }
        Type::Named(id) => {
            let Some(def) = api.type_def(*id) else { return quote!(()) };
            let name = quote_helpers::ident(&def.name);
            match def.module {
                Module::Shared => quote!(types::#name),
                Module::Namespace(_) => {
                    let module = quote_helpers::module_path(namespace);
                    quote!(#module::#name)
                }
            }
        }
        Type::Scalar(_) | Type::Object => quote_helpers::rust_type(ty, api, &mut Imports::default()),
    }
}

fn result_types(operation: &Operation, namespace: &Namespace, api: &Api) -> (TokenStream, TokenStream) {
    let response = match &operation.payload {
        Payload::Json(ty) => qualified_type(ty, namespace, api),
        Payload::Empty | Payload::File => operations::payload_type(operation, api, &mut Imports::default()),
    };
    let error = operations::error_type(operation, &mut Imports::default());
    match operation.error_type {
        Some(_) => {
            let module = quote_helpers::module_path(namespace);
            (response, quote!(#module::#error))
        }
        None => (response, error),
    }
}

/// Returns the name of a test: the modules and the function, which is unique and never a keyword.
fn test_name(operation: &Operation, namespace: &Namespace) -> Ident {
    let names = namespace.modules.iter().chain([&operation.function]).map(RustIdent::as_unescaped);
    format_ident!("{}", names.collect::<Vec<_>>().join("__"))
}

/// Emits the test of one operation.
fn test(operation: &Operation, namespace: &Namespace, api: &Api) -> TokenStream {
    let name = test_name(operation, namespace);
    let expect = operation
        .deprecated
        .as_ref()
        .map(|_| quote!(#[expect(deprecated, reason = "deprecated operations are tested as well")]));
    let mut samples = Vec::new();
    for (argument, ty) in arguments(operation).iter().skip(operation.path_arguments.len()) {
        let json = sample::value(ty, api).to_string();
        let ty = qualified_type(ty, namespace, api);
        samples.push(quote!(let #argument: #ty = sample(#json);));
    }
    let response = match &operation.payload {
        Payload::Json(ty) => sample::value(ty, api).to_string(),
        Payload::Empty | Payload::File => "null".to_owned(),
    };
    let string_arguments: Vec<&Argument> =
        operation.path_arguments.iter().filter(|argument| argument.ty.is_string()).collect();
    let call = call(operation, namespace, api, None);
    let sent = arguments(operation).into_iter().enumerate().map(|(index, (argument, _))| {
        match operation.path_arguments.get(index) {
            Some(argument) => path_value(argument, &quote!(value), api),
            None => quote!(#argument),
        }
    });
    let sent: Vec<TokenStream> = sent.collect();
    let rejections = string_arguments.iter().map(|argument| {
        let call = self::call(operation, namespace, api, Some(argument));
        quote!(rejected(|client: &Client, invalid| #call).await;)
    });
    let id = operation.id.to_string();
    let auth = quote_helpers::auth(operation.auth);
    let is_idempotent = operation.idempotency.is_idempotent();
    let compare = match operation.payload {
        Payload::Json(_) | Payload::Empty => quote!(routegen_runtime::round_trip::json),
        Payload::File => quote!(routegen_runtime::round_trip::file),
    };
    let round_trip = quote! {
        let arguments = serde_json::json!([#(#sent),*]);
        let route = Route { operation: #id, auth: Auth::#auth, is_idempotent: #is_idempotent, arguments, response: #response };
        service.round_trip(route, |client: &Client| #call, #compare).await;
    };
    let round_trip =
        if string_arguments.is_empty() { round_trip } else { quote!(for value in AWKWARD { #round_trip }) };
    quote! {
        #[test]
        #expect
        #[allow(non_snake_case, reason = "named after the operation")]
        fn #name() {
            routegen_runtime::round_trip::run(async {
                #(#samples)*
                let service = Service::start(handlers).await;
                #round_trip
                #(#rejections)*
            });
        }
    }
}

/// Emits the call of the client. If `invalid` is given, that parameter gets the invalid value of the harness.
fn call(operation: &Operation, namespace: &Namespace, api: &Api, invalid: Option<&&Argument>) -> TokenStream {
    let accessors = namespace.modules.iter().map(quote_helpers::ident);
    let name = quote_helpers::ident(&operation.function);
    let path = operation.path_arguments.iter().map(|argument| {
        let text = match invalid {
            Some(invalid) if invalid.wire_name == argument.wire_name => quote!(invalid),
            Some(_) => quote!("valid"),
            None => quote!(value),
        };
        match argument.ty {
            Type::Scalar(Scalar::String) => text,
            Type::Scalar(Scalar::Secret) => quote!(&Secret::from(#text)),
            Type::Scalar(Scalar::Integer) => path_value(argument, &text, api),
            Type::Scalar(Scalar::Number | Scalar::Boolean | Scalar::DateTime)
            | Type::Json
            | Type::Object
            | Type::Array(_)
            | Type::Map(_)
            | Type::Named(_) => {
                let (ty, json) =
                    (qualified_type(&argument.ty, namespace, api), sample::value(&argument.ty, api).to_string());
                quote!(&sample::<#ty>(#json))
            }
        }
    });
    let rest = arguments(operation).into_iter().skip(operation.path_arguments.len()).map(|(name, _)| quote!(&#name));
    quote!(client #(.#accessors())* .#name(#(#path,)* #(#rest),*))
}

/// Emits the value that the service must receive for a path parameter.
fn path_value(argument: &Argument, value: &TokenStream, api: &Api) -> TokenStream {
    match argument.ty {
        Type::Scalar(Scalar::String | Scalar::Secret) => value.clone(),
        Type::Scalar(Scalar::Integer) => quote!(-7),
        Type::Scalar(Scalar::Number | Scalar::Boolean | Scalar::DateTime)
        | Type::Json
        | Type::Object
        | Type::Array(_)
        | Type::Map(_)
        | Type::Named(_) => {
            let json = sample::value(&argument.ty, api);
            let text = json.as_str().unwrap_or_default();
            quote!(#text)
        }
    }
}
