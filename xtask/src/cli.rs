//! The command line.

use std::path::{Path, PathBuf};

use clap::{Args, Parser, Subcommand};

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
}

/// Where to read and where to write.
#[derive(Debug, Args)]
pub struct Folders {
    /// The folder with the spec.
    #[arg(long, value_name = "DIR", default_value_os_t = below_root("spec"))]
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

/// A folder of this workspace, wherever the task is started.
fn below_root(folder: &str) -> PathBuf {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap_or(Path::new("."));
    root.join(folder)
}
