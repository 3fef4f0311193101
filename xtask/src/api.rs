//! `cargo xtask api`: one line for each public item of the published libraries, so that a change of the public API shows in a
//! diff.
//!
//! The list is read from the sources with syn. It needs no nightly toolchain, unlike rustdoc's JSON, but it knows nothing about
//! types: auto traits and blanket implementations are not listed, and derives are listed by their names.

pub mod items;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use crate::{EXIT_DIFFERENCES, TaskError, atomic, print};

/// The libraries with their folders.
const LIBRARIES: [(&str, &str); 3] =
    [("pm2_api", "generated"), ("routegen_runtime", "codegen/runtime"), ("pm2_mock", "generated/mock")];

/// The list of a library.
struct Listing {
    path: PathBuf,
    text: String,
}

/// Writes the lists, or compares them with the files.
pub(crate) fn run(check: bool) -> Result<ExitCode, TaskError> {
    let stale = stale()?;
    for Listing { path, text } in &stale {
        if check {
            print(&diff(path, text));
        } else {
            atomic::write(path, text).map_err(|error| format!("cannot write `{}`: {error}", path.display()))?;
            print(&format!("wrote {}\n", path.display()));
        }
    }
    print(&format!("{} lists of public items, {} of them changed\n", LIBRARIES.len(), stale.len()));
    Ok(if check && !stale.is_empty() { ExitCode::from(EXIT_DIFFERENCES) } else { ExitCode::SUCCESS })
}

/// Returns a diff of the lists that do not match the sources. It is empty if all of them do.
pub fn diffs() -> Result<String, String> {
    Ok(stale()?.iter().map(|Listing { path, text }| diff(path, text)).collect())
}

fn diff(path: &Path, text: &str) -> String {
    let old = fs::read_to_string(path).unwrap_or_default();
    let shown = path.display().to_string();
    similar::TextDiff::from_lines(old.as_str(), text)
        .unified_diff()
        .context_radius(0)
        .header(&shown, &shown)
        .to_string()
}

/// Returns the lists that differ from their files.
fn stale() -> Result<Vec<Listing>, String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap_or(Path::new("."));
    let mut stale = Vec::new();
    for (library, folder) in LIBRARIES {
        let folder = root.join(folder);
        let lines = items::library(library, &folder.join("src/lib.rs"))?;
        let text = lines.into_iter().map(|line| line + "\n").collect();
        let path = folder.join("public-api.txt");
        if fs::read_to_string(&path).is_ok_and(|old| old == text) {
            continue;
        }
        stale.push(Listing { path, text });
    }
    Ok(stale)
}
