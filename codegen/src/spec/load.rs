//! Reads the spec folder: the only I/O of this crate.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::api::ApiFile;
use super::locate::Reporter;
use super::page::PageFile;
use super::read::read;
use crate::diagnostic::{Diagnostic, Diagnostics, SourceFile, shown_path};

/// The name of the file that holds what all pages share.
const API_FILE: &str = "api.yaml";

/// A whole spec as written.
#[derive(Debug)]
pub struct Spec {
    /// `api.yaml`.
    pub api: ApiFile,
    /// The text of `api.yaml`.
    pub api_source: Arc<SourceFile>,
    /// The page files, sorted by name.
    pub pages: Vec<Page>,
}

/// A page file with its text.
#[derive(Debug)]
pub struct Page {
    /// What it says.
    pub file: PageFile,
    /// Its text.
    pub source: Arc<SourceFile>,
    /// Its name without folder and ending: what the namespace must be.
    pub stem: String,
}

/// Reads every YAML file of a folder. Mistakes in their structure go to the reporter, so that `check` can add its own.
///
/// # Errors
/// Where there is nothing to check: no folder, no `api.yaml`, a file that cannot be read or is no YAML.
pub fn load(folder: &Path, reporter: &mut Reporter) -> Result<Spec, Diagnostics> {
    let mut api = None;
    let mut pages = Vec::new();
    for path in yaml_files(folder)? {
        let source = Arc::new(source_file(folder, &path)?);
        if path.file_name().is_some_and(|name| name == API_FILE) {
            api = Some((read::<ApiFile>(&source, reporter), source));
        } else {
            let stem = path.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
            pages.push(read::<PageFile>(&source, reporter).map(|file| Page { file, source, stem }));
        }
    }
    let Some((api, api_source)) = api else {
        let message = format!("the spec folder `{}` must have a file `{API_FILE}`", shown_path(folder));
        return Err(Diagnostics::one(Diagnostic::without_place(message, "write one; spec/README.md lists its keys")));
    };
    let pages: Option<Vec<Page>> = pages.into_iter().collect();
    match (api, pages) {
        (Some(api), Some(pages)) => Ok(Spec { api, api_source, pages }),
        // Without a whole file, the checks would report as missing what cannot be read.
        (_, _) => Err(std::mem::take(reporter).into_diagnostics()),
    }
}

fn yaml_files(folder: &Path) -> Result<Vec<PathBuf>, Diagnostics> {
    let unreadable = |error: std::io::Error| {
        let message = format!("the spec folder `{}` must be readable: {error}", shown_path(folder));
        Diagnostics::one(Diagnostic::without_place(message, "name a folder of YAML files with --spec"))
    };
    let mut paths = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(unreadable)? {
        let path = entry.map_err(unreadable)?.path();
        if path.extension().is_some_and(|extension| extension == "yaml" || extension == "yml") {
            paths.push(path);
        }
    }
    // The order in which a folder lists its files differs from machine to machine.
    paths.sort();
    Ok(paths)
}

fn source_file(folder: &Path, path: &Path) -> Result<SourceFile, Diagnostics> {
    let name = folder.file_name().map(PathBuf::from).unwrap_or_default();
    let shown = shown_path(&name.join(path.file_name().unwrap_or_default()));
    let unreadable = |reason: String| {
        let message = format!("the spec file `{shown}` must be readable text: {reason}");
        Diagnostics::one(Diagnostic::without_place(message, "mend its permissions or save it as UTF-8"))
    };
    let bytes = std::fs::read(path).map_err(|error| unreadable(error.to_string()))?;
    let text = String::from_utf8(bytes).map_err(|error| unreadable(error.to_string()))?;
    Ok(SourceFile { path: shown.clone(), text })
}
