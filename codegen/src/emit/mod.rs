//! Converts the checked API to unformatted files, with one file per kind of item.
//!
//! Emitters convert the IR to tokens. They choose no names and cannot fail: `check` has done both.

mod api;
mod client;
mod crate_root;
mod docs;
mod manifest;
mod namespace;
mod openapi;
mod operations;
mod quote_helpers;
mod round_trip;
mod sample;
mod server;
mod types;

use proc_macro2::TokenStream;

use crate::ir::Api;

/// A file that is not formatted yet.
#[derive(Debug)]
pub struct UnformattedFile {
    /// The path relative to the folder of the crate.
    pub path: String,
    /// The spec file or folder that the header names.
    pub source: String,
    /// The content.
    pub content: FileContent,
}

impl UnformattedFile {
    /// Creates a Rust file.
    fn rust(path: impl Into<String>, source: impl Into<String>, head: TokenStream, items: Vec<TokenStream>) -> Self {
        Self { path: path.into(), source: source.into(), content: FileContent::Rust { head, items } }
    }
}

/// The content of a file.
#[derive(Debug)]
pub enum FileContent {
    /// Rust.
    Rust {
        /// The inner attributes of the file, including its documentation.
        head: TokenStream,
        /// The items. Formatting separates them by blank lines, except for `use` and `mod`.
        items: Vec<TokenStream>,
    },
    /// A manifest.
    Toml(String),
    /// A JSON object.
    Json(serde_json::Map<String, serde_json::Value>),
}

/// Emits all files of the generated crate.
pub fn emit(api: &Api) -> Vec<UnformattedFile> {
    let mut files =
        vec![manifest::emit(api), crate_root::emit(api), api::emit(api), openapi::emit(api), round_trip::emit(api)];
    files.extend(types::emit_shared(api));
    files.extend(api.namespaces.iter().map(|namespace| namespace::emit(api, namespace)));
    files
}
