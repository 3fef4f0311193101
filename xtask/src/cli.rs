//! The command line.

use std::path::{Path, PathBuf};

use clap::{Args, Parser, Subcommand};
use semver::Version;

/// The version of the official client that the documentation was published with.
pub const CLIENT_VERSION: &str = "0.5.60";

/// The tasks of this workspace.
#[derive(Debug, Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
pub struct Cli {
    /// The task to run.
    #[command(subcommand)]
    pub task: Task,
}

/// A task.
#[derive(Debug, Subcommand)]
pub enum Task {
    /// Generate the crate from the spec.
    Gen {
        /// The input and output folders.
        #[command(flatten)]
        folders: Folders,
        /// Write no files; print a diff of every stale, missing or obsolete file, and exit with 1 if there is one.
        #[arg(long)]
        check: bool,
    },
    /// List the public items of the published libraries, in a file `public-api.txt` next to each `Cargo.toml`.
    Api {
        /// Write nothing; print a diff and exit with 1 if a list does not match the sources.
        #[arg(long)]
        check: bool,
    },
    /// List the routes of the spec.
    Routes {
        /// The spec folder.
        #[arg(long, value_name = "DIR", default_value_os_t = workspace_path("spec"))]
        spec: PathBuf,
        /// Print a JSON array with all details of each route.
        #[arg(long)]
        json: bool,
        /// Print the type of each route's response, and the number of routes whose response has no known fields.
        #[arg(long, conflicts_with = "json")]
        shapes: bool,
    },
    /// Compare the spec with the facts of the API's documentation.
    ///
    /// Prints every unexplained difference and a line with totals. Exits with 1 if there is a difference.
    Audit {
        /// The spec folder.
        #[arg(long, value_name = "DIR", default_value_os_t = workspace_path("spec"))]
        spec: PathBuf,
        /// The facts of the documentation, as written by `docs import` [default: documented.json in the spec folder].
        #[arg(long, value_name = "FILE")]
        documented: Option<PathBuf>,
        /// The facts of the client, as written by `docs mapping` [default: mapping.json in the spec folder; with
        /// `--documented`, mapping.json next to that file, if it exists].
        #[arg(long, value_name = "FILE")]
        mapping: Option<PathBuf>,
        /// Read the documentation's HTML pages in this folder instead of their facts.
        #[arg(long, value_name = "DIR")]
        html: Option<PathBuf>,
    },
    /// Run the official JavaScript client against the mock server and validate every response.
    ///
    /// Requires Node.js and npm, and installs the client into a temporary folder. Prints one line per operation and a line
    /// with totals. Exits with 1 if a response does not match the OpenAPI document, and with 2 if the client cannot run.
    Conformance {
        /// The folders with the spec and the OpenAPI document.
        #[command(flatten)]
        folders: Folders,
        /// The version of the client.
        #[arg(long, value_name = "VERSION", default_value = CLIENT_VERSION)]
        client_version: Version,
    },
    /// Extract facts from the API's documentation.
    Docs {
        /// The kind of documentation to read.
        #[command(subcommand)]
        task: DocsTask,
    },
}

/// A kind of documentation.
#[derive(Debug, Subcommand)]
pub enum DocsTask {
    /// Read the HTML pages and write what they state about the routes, without their prose.
    Import {
        /// The folder with the pages.
        dir: PathBuf,
        /// The file to write.
        #[arg(long, value_name = "FILE", default_value_os_t = workspace_path("spec/documented.json"))]
        out: PathBuf,
    },
    /// Read the official client's mapping and write the base URLs and the routes that have no page.
    ///
    /// Prints every fact on which the mapping and the pages differ, and every documented route that the mapping lacks.
    Mapping {
        /// The mapping, a JSON file.
        file: PathBuf,
        /// The client's constants, which contain the base URLs [default: ../constants.js, relative to the mapping].
        #[arg(long, value_name = "FILE")]
        constants: Option<PathBuf>,
        /// The facts of the pages.
        #[arg(long, value_name = "FILE", default_value_os_t = workspace_path("spec/documented.json"))]
        documented: PathBuf,
        /// The file to write.
        #[arg(long, value_name = "FILE", default_value_os_t = workspace_path("spec/mapping.json"))]
        out: PathBuf,
    },
}

/// The input and output folders of a generated crate.
#[derive(Debug, Args)]
pub struct Folders {
    /// The spec folder; requires `--out`, because the default output is the crate of the default spec.
    #[arg(long, value_name = "DIR", requires = "out", default_value_os_t = workspace_path("spec"))]
    pub spec: PathBuf,
    /// The folder of the generated crate.
    #[arg(long, value_name = "DIR", default_value_os_t = workspace_path("generated"))]
    pub out: PathBuf,
}

impl Default for Folders {
    fn default() -> Self {
        Self { spec: workspace_path("spec"), out: workspace_path("generated") }
    }
}

/// Returns a path below the root of this workspace, independent of the current directory.
fn workspace_path(path: &str) -> PathBuf {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap_or(Path::new("."));
    root.join(path)
}
