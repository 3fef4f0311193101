//! From the checked API to the contents of files: one file per kind of item.
//!
//! Emitters read the IR and make tokens. They decide no name and cannot fail: `check` has done both.

mod api;
mod client;
mod crate_root;
mod docs;
mod errors;
mod manifest;
mod namespace;
mod openapi;
mod operations;
mod round_trip;
mod sample;
mod server;
mod shared_types;
mod tokens;
mod types;

use proc_macro2::TokenStream;

use crate::ir::Api;

/// A file before it is formatted.
#[derive(Debug)]
pub struct Draft {
    /// The path below the crate's folder.
    pub path: String,
    /// What it was made from, as its header says it.
    pub origin: String,
    /// What it holds.
    pub content: Content,
}

/// What a file holds.
#[derive(Debug)]
pub enum Content {
    /// Rust as tokens: inner attributes and `use` lines first, then the items.
    Items {
        /// Attributes of the file itself, its documentation included.
        head: TokenStream,
        /// The items; a blank line is put between them, but not between `use` lines.
        items: Vec<TokenStream>,
    },
    /// A manifest.
    Toml(String),
    /// JSON, whose header is a field of its own.
    Json(serde_json::Value),
}

/// All files of the generated crate.
pub fn emit(api: &Api) -> Vec<Draft> {
    let mut drafts =
        vec![manifest::emit(api), crate_root::emit(api), api::emit(api), openapi::emit(api), round_trip::emit(api)];
    drafts.extend(shared_types::emit(api));
    drafts.extend(api.namespaces.iter().map(|namespace| namespace::emit(api, namespace)));
    drafts
}
