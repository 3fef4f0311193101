//! The golden cases: every folder in `tests/golden` contains the spec of a made-up API for one feature of the generator.

use std::fs;
use std::path::{Path, PathBuf};

use routegen::output::File;

/// Returns the folder of the cases.
fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden")
}

/// A golden case.
#[derive(Debug)]
pub struct Case {
    /// The name of the folder.
    pub name: String,
    /// The folder.
    pub folder: PathBuf,
}

impl Case {
    /// Returns the folder of the spec.
    pub fn spec(&self) -> PathBuf {
        self.folder.join("spec")
    }

    /// Generates the crate.
    pub fn generated(&self) -> Vec<File> {
        generated(&self.spec()).unwrap_or_else(|report| panic!("{}: {report}", self.name))
    }
}

/// Returns all cases, sorted by name.
pub fn all() -> Vec<Case> {
    let mut cases: Vec<Case> = fs::read_dir(folder())
        .expect("the folder of the cases exists")
        .map(|entry| entry.expect("the folder can be listed").path())
        .filter(|path| path.is_dir())
        .map(|folder| Case { name: folder.file_name().unwrap_or_default().to_string_lossy().into_owned(), folder })
        .collect();
    cases.sort_by(|a, b| a.name.cmp(&b.name));
    assert!(!cases.is_empty(), "there must be golden cases");
    cases
}

/// Generates the crate for a spec folder, or returns the diagnostics.
pub fn generated(spec: &Path) -> Result<Vec<File>, String> {
    let api = routegen::read(spec).map_err(|report| report.to_string())?;
    routegen::generate(&api).map_err(|report| report.to_string())
}
