//! Turns a YAML transcription of an HTTP API into a typed Rust client and server stubs.

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
pub mod file;
mod ident;
pub mod inventory;
pub mod ir;
mod manifest_template;
pub mod output;
pub mod spec;
mod suggest;

use std::path::Path;

use diagnostic::Diagnostics;

/// Reads and checks the spec in a folder.
///
/// # Errors
/// Every mistake of the spec.
pub fn read(folder: &Path) -> Result<ir::Api, Diagnostics> {
    read_both(folder).map(|(_, api)| api)
}

/// Reads and checks the spec in a folder; what is returned is the spec as written, too, for those who have to point at
/// its lines.
///
/// # Errors
/// Every mistake of the spec.
pub fn read_both(folder: &Path) -> Result<(spec::Spec, ir::Api), Diagnostics> {
    let mut reporter = spec::Reporter::default();
    let written = spec::load(folder, &mut reporter).map_err(Diagnostics::sorted)?;
    let checked = check::check(&written, &mut reporter);
    reporter.into_diagnostics().into_result()?;
    checked.map(|api| (written, api)).ok_or_else(diagnostic::internal_error)
}

/// The files of the crate for a checked API.
///
/// # Errors
/// Where the generator itself is at fault.
pub fn generate(api: &ir::Api) -> Result<Vec<output::File>, Diagnostics> {
    output::format(emit::emit(api))
}
