//! The module of a namespace.

use proc_macro2::TokenStream;
use quote::quote;

use super::quote_helpers::{self, Imports};
use super::{UnformattedFile, client, docs, operations, server, types};
use crate::ident::RustIdent;
use crate::ir::{Api, Namespace};

/// Emits the file of a namespace: its routes, then the client, the types of its calls, and the server.
pub fn emit(api: &Api, namespace: &Namespace) -> UnformattedFile {
    let (mut shared, mut for_client, mut for_server) = (Imports::default(), Imports::default(), Imports::default());
    let client = client::emit(namespace, api, &mut for_client);
    let constants: Vec<TokenStream> =
        namespace.operations.iter().map(|operation| operations::emit_constant(operation, api, &mut shared)).collect();
    let mut definitions = Vec::new();
    for operation in &namespace.operations {
        definitions.extend(operations::emit_error_enum(operation));
    }
    for def in namespace.types.iter().filter_map(|id| api.type_def(*id)) {
        definitions.extend(types::emit(def, api, &mut shared));
    }
    let server = server::emit(namespace, api, &mut for_server);

    let mut items = imports(&shared, &for_client, &for_server);
    items.extend(api.children(&namespace.path).filter_map(|child| quote_helpers::module(child, namespace.module())));
    items.extend(constants.into_iter().chain(client).chain(definitions).chain(server));
    let path: Vec<&str> = namespace.modules.iter().map(RustIdent::as_unescaped).collect();
    let path = format!("src/{}.rs", path.join("/"));
    UnformattedFile::rust(path, source(namespace), docs::inner(&documentation(namespace)), items)
}

/// Returns the file of the page. Headers always call its folder `spec`, so that its name does not change the output.
fn source(namespace: &Namespace) -> String {
    let file = namespace.source.as_deref().and_then(|source| source.rsplit('/').next());
    format!("spec/{}", file.unwrap_or_default())
}

/// Returns the `use` items. Imports of only the client or the server depend on its feature.
fn imports(shared: &Imports, client: &Imports, server: &Imports) -> Vec<TokenStream> {
    let (client, server) = (client.difference(shared), server.difference(shared));
    let both = client.intersection(&server);
    let mut items = shared.union(&both).items(&TokenStream::new());
    items.extend(client.difference(&both).items(&quote!(#[cfg(feature = "client")])));
    items.extend(server.difference(&both).items(&quote!(#[cfg(feature = "server")])));
    items
}

fn documentation(namespace: &Namespace) -> Vec<String> {
    let dotted = docs::code(&namespace.dotted());
    let mut paragraphs = match namespace.summary.as_str() {
        "" => vec![format!("The child namespaces of {dotted}.")],
        summary => vec![docs::prose(summary)],
    };
    if let Some(page) = &namespace.page {
        paragraphs.push(format!("The operations of {dotted}, from the documentation page \"{}\".", docs::prose(page)));
    }
    paragraphs
}
