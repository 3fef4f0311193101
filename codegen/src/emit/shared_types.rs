//! The types that every namespace may name.

use super::tokens::Uses;
use super::{Content, Draft, docs, types};
use crate::ir::{Api, Home, TypeDef};
use proc_macro2::TokenStream;

/// The file of the shared types; none where there are none.
pub fn emit(api: &Api) -> Option<Draft> {
    let shared: Vec<&TypeDef> = api.types.iter().filter(|def| def.home == Home::Shared).collect();
    if shared.is_empty() {
        return None;
    }
    let mut uses = Uses::default();
    let definitions: Vec<TokenStream> = shared.into_iter().flat_map(|def| types::emit(def, api, &mut uses)).collect();
    // Shared types name one another without importing: they live in one module.
    let mut items = uses.without_shared().lines(&TokenStream::new());
    items.extend(definitions);
    let head = docs::inner(&["Types that several namespaces share.".to_owned()]);
    Some(Draft {
        path: "src/types.rs".to_owned(),
        origin: "spec/api.yaml".to_owned(),
        content: Content::Items { head, items },
    })
}
