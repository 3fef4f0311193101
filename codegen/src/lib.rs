//! Generates a typed Rust client and server stubs from a YAML transcription of an HTTP API.

#![forbid(unsafe_code)]
#![cfg_attr(
    not(test),
    deny(
        clippy::unwrap_used,
        clippy::expect_used,
        clippy::panic,
        clippy::indexing_slicing,
        clippy::unreachable,
        clippy::todo
    )
)]

pub mod check;
pub mod diagnostic;
pub mod emit;
pub mod facts;
pub mod file;
mod ident;
pub mod ir;
mod manifest_template;
pub mod output;
pub mod route_list;
pub mod spec;
mod suggest;

use std::path::Path;

use diagnostic::Diagnostics;

/// Reads and checks the spec in a folder.
///
/// # Errors
/// Returns every error of the spec.
pub fn read(folder: &Path) -> Result<ir::Api, Diagnostics> {
    read_with_source(folder).map(|(_, api)| api)
}

/// Reads and checks the spec in a folder. Also returns the raw spec, for callers that report positions in it.
///
/// # Errors
/// Returns every error of the spec.
pub fn read_with_source(folder: &Path) -> Result<(spec::Spec, ir::Api), Diagnostics> {
    let mut reporter = spec::Reporter::default();
    let spec = spec::load(folder, &mut reporter).map_err(Diagnostics::sorted)?;
    let api = check::check(&spec, &mut reporter);
    reporter.into_diagnostics().into_result()?;
    api.map(|api| (spec, api)).ok_or_else(diagnostic::internal_error)
}

/// Generates the files of the crate for a checked API.
///
/// # Errors
/// Returns the internal errors of the generator.
pub fn generate(api: &ir::Api) -> Result<Vec<output::File>, Diagnostics> {
    output::format(emit::emit(api))
}
