//! The tasks of this workspace: the only code in it that writes to the disk.

#![forbid(unsafe_code)]

mod atomic;
pub mod audit;
pub mod cli;
pub mod conformance;
mod diff;
mod disk;
pub mod docs;
mod generate;
mod routes;

use std::io::Write;
use std::path::Path;
use std::process::ExitCode;

use audit::Against;
use cli::{Cli, DocsTask, Folders, Task};
use routegen::diagnostic::{Color, Diagnostics};

/// Exit code for what the user can mend in the tree, such as a stale file.
const STALE: u8 = 1;
/// Exit code for a spec with mistakes, and for a disk that does not do as it is told.
const FAILED: u8 = 2;

/// Why a task did not do its work.
enum Failure {
    /// The spec has mistakes.
    Spec(Diagnostics),
    /// Something else; the text says what and what to do.
    Other(String),
}

impl From<Diagnostics> for Failure {
    fn from(diagnostics: Diagnostics) -> Self {
        Self::Spec(diagnostics)
    }
}

impl From<String> for Failure {
    fn from(text: String) -> Self {
        Self::Other(text)
    }
}

/// Runs a task.
pub fn run(cli: Cli) -> ExitCode {
    let done = match cli.task {
        Task::Gen { folders, check } => generate::run(&folders, check),
        Task::Routes { spec, json } => routes::run(&spec, json),
        Task::Audit { spec, documented, mapping, html } => {
            audit::run(&spec, &Against::new(&spec, documented, mapping, html))
        }
        Task::Conformance { folders, client_version } => conformance::run(&folders, &client_version),
        Task::Docs { task: DocsTask::Import { dir, out } } => docs::run::import_pages(&dir, &out),
        Task::Docs { task: DocsTask::Mapping { file, constants, documented, out } } => {
            docs::run::import_mapping(&file, constants, &documented, &out)
        }
    };
    match done {
        Ok(code) => code,
        Err(Failure::Spec(diagnostics)) => {
            complain(&diagnostics.render(Color::Always));
            ExitCode::from(FAILED)
        }
        Err(Failure::Other(text)) => {
            complain(&format!("error: {text}\n"));
            ExitCode::from(FAILED)
        }
    }
}

/// The files that the crate in a folder must consist of.
///
/// # Errors
/// Every mistake of the spec.
pub fn generated(spec: &Path) -> Result<Vec<routegen::output::File>, Diagnostics> {
    routegen::generate(&routegen::read(spec)?)
}

/// What `gen --check` says of a crate: a diff of every file that is not as it must be; empty where all are.
///
/// # Errors
/// Mistakes of the spec, or a folder that cannot be read.
pub fn stale(folders: &Folders) -> Result<String, String> {
    let files = generate::files(folders).map_err(|failure| match failure {
        Failure::Spec(diagnostics) => diagnostics.to_string(),
        Failure::Other(text) => text,
    })?;
    let plan = disk::plan(&folders.out, &files)?;
    Ok(diff::render(&plan))
}

/// Writes to standard output. A reader that has gone away is no fault of ours.
fn say(text: &str) {
    let _ = anstream::stdout().write_all(text.as_bytes());
}

fn complain(text: &str) {
    let _ = anstream::stderr().write_all(text.as_bytes());
}

/// The README's examples are compiled as those of the documentation are.
#[cfg(doctest)]
#[doc = include_str!("../../README.md")]
pub struct Readme;
