//! The command line.

use std::path::{Path, PathBuf};

use clap::{Args, Parser, Subcommand};
use semver::Version;

use crate::conformance::client;

/// The tasks of this workspace.
#[derive(Debug, Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
pub struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub task: Task,
}

/// What there is to do.
#[derive(Debug, Subcommand)]
pub enum Task {
    /// Write the generated crate from the spec.
    Gen {
        /// Where to read and where to write.
        #[command(flatten)]
        folders: Folders,
        /// Write nothing; print what is stale, missing or left over, and exit with 1 if anything is.
        #[arg(long)]
        check: bool,
    },
    /// List the routes of the spec.
    Routes {
        /// The folder with the spec.
        #[arg(long, value_name = "DIR", default_value_os_t = below_root("spec"))]
        spec: PathBuf,
        /// Print a JSON array with all that is known of each route.
        #[arg(long)]
        json: bool,
    },
    /// Hold the spec against the API's documentation.
    ///
    /// Prints what differs without a reason and ends with one line; exits with 1 where anything differs.
    Audit {
        /// The folder with the spec.
        #[arg(long, value_name = "DIR", default_value_os_t = below_root("spec"))]
        spec: PathBuf,
        /// The facts of the documentation, as `docs import` writes them [default: documented.json in the folder with
        /// the spec].
        #[arg(long, value_name = "FILE")]
        documented: Option<PathBuf>,
        /// The facts of the client, as `docs mapping` writes them [default: mapping.json in the folder with the spec;
        /// with `--documented`, mapping.json beside that file, if it exists].
        #[arg(long, value_name = "FILE")]
        mapping: Option<PathBuf>,
        /// Read the documentation's pages in this folder instead of their facts.
        #[arg(long, value_name = "DIR")]
        html: Option<PathBuf>,
    },
    /// Have the official JavaScript client call the mock server, and hold every answer against the OpenAPI document.
    ///
    /// Needs Node.js and npm, which installs the client into a temporary folder. Prints a line per operation and one
    /// with the totals, which count requests that were sent; exits with 1 where an answer is not as documented, with 2 where the client cannot be run.
    Conformance {
        /// Where to read the spec and the OpenAPI document.
        #[command(flatten)]
        folders: Folders,
        /// The version of the client.
        #[arg(long, value_name = "VERSION", default_value = client::VERSION)]
        client_version: Version,
    },
    /// Turn the API's documentation into facts.
    Docs {
        /// What to read.
        #[command(subcommand)]
        task: DocsTask,
    },
}

/// What of the documentation to read.
#[derive(Debug, Subcommand)]
pub enum DocsTask {
    /// Read the HTML pages and write what they state about the routes, without their prose.
    Import {
        /// The folder with the pages.
        dir: PathBuf,
        /// The file to write.
        #[arg(long, value_name = "FILE", default_value_os_t = below_root("spec/documented.json"))]
        out: PathBuf,
    },
    /// Read the official client's mapping and write what it states about the routes that no page has, and the client's
    /// base URLs.
    ///
    /// Prints where the mapping differs from the pages, and which routes of theirs it lacks.
    Mapping {
        /// The mapping, a JSON file.
        file: PathBuf,
        /// The client's constants, which have the base URLs [default: ../constants.js, from the mapping's folder].
        #[arg(long, value_name = "FILE")]
        constants: Option<PathBuf>,
        /// What the pages state.
        #[arg(long, value_name = "FILE", default_value_os_t = below_root("spec/documented.json"))]
        documented: PathBuf,
        /// The file to write.
        #[arg(long, value_name = "FILE", default_value_os_t = below_root("spec/mapping.json"))]
        out: PathBuf,
    },
}

/// Where to read and where to write.
#[derive(Debug, Args)]
pub struct Folders {
    /// The folder with the spec; needs `--out`, because the default output is the crate of the default spec.
    #[arg(long, value_name = "DIR", requires = "out", default_value_os_t = below_root("spec"))]
    pub spec: PathBuf,
    /// The folder of the generated crate.
    #[arg(long, value_name = "DIR", default_value_os_t = below_root("generated"))]
    pub out: PathBuf,
}

impl Default for Folders {
    fn default() -> Self {
        Self { spec: below_root("spec"), out: below_root("generated") }
    }
}

/// A file or folder of this workspace, wherever the task is started.
fn below_root(path: &str) -> PathBuf {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap_or(Path::new("."));
    root.join(path)
}
