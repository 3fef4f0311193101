//! The module of a namespace: its page as Rust.

use proc_macro2::TokenStream;
use quote::quote;

use super::tokens::Uses;
use super::{Content, Draft, client, docs, errors, operations, server, tokens, types};
use crate::ident::RustIdent;
use crate::ir::{Api, Namespace};

/// The file of a namespace: the client first, then what its calls are made of, then the server.
pub fn emit(api: &Api, namespace: &Namespace) -> Draft {
    let (mut shared, mut for_client, mut for_server) = (Uses::default(), Uses::default(), Uses::default());
    let client = client::emit(namespace, api, &mut for_client);
    let operations: Vec<TokenStream> =
        namespace.operations.iter().map(|operation| operations::emit(operation, api, &mut shared)).collect();
    let mut definitions = Vec::new();
    for operation in &namespace.operations {
        definitions.extend(errors::emit(operation, &mut shared));
    }
    for def in namespace.types.iter().filter_map(|id| api.type_def(*id)) {
        definitions.extend(types::emit(def, api, &mut shared));
    }
    let server = server::emit(namespace, api, &mut for_server);

    let mut items = uses(&shared, &for_client, &for_server);
    items.extend(api.children(&namespace.wire).filter_map(|child| tokens::module(child, namespace.module())));
    // One line each, and no blank lines between them: the page's routes at a glance.
    items.push(quote!(#(#operations)*));
    items.extend(client.into_iter().chain(definitions).chain(server));
    let path: Vec<&str> = namespace.modules.iter().map(RustIdent::bare).collect();
    Draft {
        path: format!("src/{}.rs", path.join("/")),
        origin: origin(namespace),
        content: Content::Items { head: docs::inner(&documentation(namespace)), items },
    }
}

/// The file of the page; the folder is called `spec` here, wherever it was read from.
fn origin(namespace: &Namespace) -> String {
    let file = namespace.source.as_deref().and_then(|source| source.rsplit('/').next());
    format!("spec/{}", file.unwrap_or_default())
}

/// What only one side of the crate needs is imported only where that side is built.
fn uses(shared: &Uses, client: &Uses, server: &Uses) -> Vec<TokenStream> {
    let (client, server) = (client.without(shared), server.without(shared));
    let both = client.common(&server);
    let mut lines = shared.and(&both).lines(&TokenStream::new());
    lines.extend(client.without(&both).lines(&quote!(#[cfg(feature = "client")])));
    lines.extend(server.without(&both).lines(&quote!(#[cfg(feature = "server")])));
    lines
}

fn documentation(namespace: &Namespace) -> Vec<String> {
    let dotted = docs::code(&namespace.dotted());
    let mut paragraphs = match namespace.summary.as_str() {
        "" => vec![format!("The namespaces below {dotted}.")],
        summary => vec![docs::prose(summary)],
    };
    if let Some(page) = &namespace.page {
        paragraphs.push(format!("Operations of {dotted}; documentation page \"{}\".", docs::prose(page)));
    }
    paragraphs
}
