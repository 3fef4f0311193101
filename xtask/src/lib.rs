//! The tasks of this workspace. No other code in it writes to disk.

#![forbid(unsafe_code)]

pub mod api;
mod atomic;
pub mod audit;
pub mod cli;
#[cfg(feature = "conformance")]
pub mod conformance;
mod disk;
pub mod docs;
mod generate;
mod routes;

use std::io::Write;
use std::process::ExitCode;

use audit::AuditSources;
use cli::{Cli, DocsTask, Folders, Task};
use routegen::diagnostic::{Color, Diagnostics};

/// The exit code for a difference that the user can fix in the tree, such as a stale file.
const EXIT_DIFFERENCES: u8 = 1;
/// The exit code for an invalid spec and for every other error.
const EXIT_ERROR: u8 = 2;

/// Why a task failed.
enum TaskError {
    /// The spec is invalid.
    Spec(Diagnostics),
    /// Any other error, as a message with an optional `help:` line.
    Other(String),
}

impl From<Diagnostics> for TaskError {
    fn from(diagnostics: Diagnostics) -> Self {
        Self::Spec(diagnostics)
    }
}

impl From<String> for TaskError {
    fn from(message: String) -> Self {
        Self::Other(message)
    }
}

/// Runs a task.
pub fn run(cli: Cli) -> ExitCode {
    let result = match cli.task {
        Task::Gen { folders, check } => generate::run(&folders, check),
        Task::Api { check } => api::run(check),
        Task::Routes { spec, json, shapes } => routes::run(&spec, routes::Format::new(json, shapes)),
        Task::Audit { spec, documented, mapping, html } => {
            audit::run(&spec, &AuditSources::new(&spec, documented, mapping, html))
        }
        Task::Conformance { folders, client_version } => conformance::run(&folders, &client_version),
        Task::Docs { task: DocsTask::Import { dir, out } } => docs::import_pages(&dir, &out),
        Task::Docs { task: DocsTask::Mapping { file, constants, documented, out } } => {
            docs::import_mapping(&file, constants, &documented, &out)
        }
    };
    match result {
        Ok(code) => code,
        Err(TaskError::Spec(diagnostics)) => {
            print_error(&diagnostics.render(Color::Always));
            ExitCode::from(EXIT_ERROR)
        }
        Err(TaskError::Other(message)) => {
            print_error(&format!("error: {message}\n"));
            ExitCode::from(EXIT_ERROR)
        }
    }
}

/// Returns what `gen --check` prints for a crate: a diff of every stale file. It is empty if the crate is up to date.
///
/// # Errors
/// Returns the errors of an invalid spec, or a message if a folder cannot be read.
pub fn stale(folders: &Folders) -> Result<String, String> {
    let files = generate::files(folders).map_err(|error| match error {
        TaskError::Spec(diagnostics) => diagnostics.to_string(),
        TaskError::Other(message) => message,
    })?;
    Ok(disk::Changes::find(&folders.out, &files)?.diff())
}

#[cfg(not(feature = "conformance"))]
mod conformance {
    use std::path::Path;
    use std::process::{Command, ExitCode};

    use crate::cli::Folders;
    use crate::{EXIT_ERROR, TaskError};

    /// Builds xtask with the feature `conformance` and runs it with the same arguments.
    pub fn run(_folders: &Folders, _client_version: &semver::Version) -> Result<ExitCode, TaskError> {
        let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
        let manifest = Path::new(env!("CARGO_MANIFEST_DIR")).join("Cargo.toml");
        let mut command = Command::new(cargo);
        command.args(["run", "--quiet", "--locked", "--features", "conformance", "--manifest-path"]).arg(manifest);
        command.arg("--").args(std::env::args_os().skip(1));
        let status = command.status().map_err(|error| format!("cannot run `cargo`: {error}"))?;
        let code = status.code().and_then(|code| u8::try_from(code).ok());
        Ok(ExitCode::from(code.unwrap_or(EXIT_ERROR)))
    }
}

/// Writes to standard output. A closed pipe is not an error.
fn print(text: &str) {
    let _ = anstream::stdout().write_all(text.as_bytes());
}

/// Writes to standard error.
fn print_error(text: &str) {
    let _ = anstream::stderr().write_all(text.as_bytes());
}

/// Compiles the examples of the READMEs like those of the documentation.
#[cfg(doctest)]
#[doc = include_str!("../../README.md")]
#[doc = include_str!("../../codegen/README.md")]
pub struct Readme;
