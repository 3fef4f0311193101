//! Reads the spec folder: the only I/O of this crate.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::api::ApiFile;
use super::page::PageFile;
use super::read::read;
use super::report::Reporter;
use crate::diagnostic::{Diagnostic, Diagnostics, SourceFile, Span, shown_path};
use crate::file::{self, ReadError};

/// The name of the file that holds what all pages share.
const API_FILE: &str = "api.yaml";

/// The largest spec file that is read. A transcribed page has some tens of kilobytes; the limit keeps a file that was put
/// there by mistake from filling the memory.
pub const MAX_SPEC_FILE_BYTES: u64 = 16 << 20;

/// A whole spec as written.
#[derive(Debug)]
pub struct Spec {
    /// `api.yaml`.
    pub api: ApiFile,
    /// The text of `api.yaml`.
    pub api_source: Arc<SourceFile>,
    /// The page files, sorted by name; those that are no YAML were reported and are left out.
    pub pages: Vec<Page>,
    /// The names of those that were left out, without folder and ending.
    pub unparsed_pages: Vec<String>,
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
/// Where there is nothing to check: no folder, or no `api.yaml` that could be read.
pub fn load(folder: &Path, reporter: &mut Reporter) -> Result<Spec, Diagnostics> {
    let mut api = None;
    let (mut pages, mut unparsed_pages) = (Vec::new(), Vec::new());
    let paths = yaml_files(folder)?;
    let has_api = paths.iter().any(|path| path.file_name().is_some_and(|name| name == API_FILE));
    if !has_api {
        let message = format!("the spec folder `{}` must have a file `{API_FILE}`", shown_path(folder));
        reporter.push(Diagnostic::without_span(message, "write one; spec/README.md lists its keys"));
    }
    for path in paths {
        let source = source_file(folder, &path, reporter).map(Arc::new);
        if path.file_name().is_some_and(|name| name == API_FILE) {
            api = source.and_then(|source| Some((read::<ApiFile>(&source, reporter)?, source)));
        } else {
            let stem = path.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
            match source.and_then(|source| Some((read::<PageFile>(&source, reporter)?, source))) {
                Some((file, source)) => pages.push(Page { file, source, stem }),
                None => unparsed_pages.push(stem),
            }
        }
    }
    match api {
        Some((api, api_source)) => Ok(Spec { api, api_source, pages, unparsed_pages }),
        // Without it, the checks would report as missing what cannot be read.
        None => Err(std::mem::take(reporter).into_diagnostics()),
    }
}

fn yaml_files(folder: &Path) -> Result<Vec<PathBuf>, Diagnostics> {
    let unreadable = |error: std::io::Error| {
        let message = format!("the spec folder `{}` must be readable: {error}", shown_path(folder));
        Diagnostics::one(Diagnostic::without_span(message, "name a folder of YAML files with --spec"))
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

/// The text of a file; what is wrong with its name, its bytes or the disk is reported.
fn source_file(folder: &Path, path: &Path, reporter: &mut Reporter) -> Option<SourceFile> {
    let name = folder.file_name().map(PathBuf::from).unwrap_or_default();
    let shown = shown_path(&name.join(path.file_name().unwrap_or_default()));
    if path.extension().is_some_and(|extension| extension == "yml") {
        let message = format!("the name of a spec file must end in `.yaml`, `{shown}` does not");
        reporter.push(Diagnostic::without_span(message, "rename it"));
        return None;
    }
    let bytes = match file::read_regular(path, MAX_SPEC_FILE_BYTES) {
        Ok(bytes) => bytes,
        Err(error) => {
            let help = match &error {
                ReadError::NotRegular(_) => {
                    "move it out of the spec folder, where every name in `.yaml` is a spec file"
                }
                ReadError::TooLarge(_) => "split it, or move it out of the spec folder",
                ReadError::Io(error) => help_for(error.kind()),
            };
            let message = format!("the spec file `{shown}` cannot be read: {error}");
            reporter.push(Diagnostic::without_span(message, help));
            return None;
        }
    };
    match String::from_utf8(bytes) {
        // Some editors put a byte order mark in front, which serde_yaml takes for a document of its own, and end lines in a
        // way that a report would show.
        Ok(text) => {
            let text = text.strip_prefix('\u{feff}').unwrap_or(&text).replace("\r\n", "\n");
            Some(SourceFile { path: shown, text })
        }
        Err(error) => {
            let at = error.utf8_error().valid_up_to();
            let text = String::from_utf8_lossy(error.as_bytes()).into_owned();
            let place = Span::within_line(&Arc::new(SourceFile { path: shown, text }), at..at);
            let message = "a spec file must be UTF-8";
            reporter.push(Diagnostic::at(place, message, "not UTF-8", "save the file as UTF-8"));
            None
        }
    }
}

fn help_for(kind: ErrorKind) -> &'static str {
    match kind {
        ErrorKind::PermissionDenied => "give yourself permission to read it, or move it out of the spec folder",
        ErrorKind::NotFound => "remove it from the spec folder if it is a link to a file that is gone",
        _ => "make it readable, or move it out of the spec folder",
    }
}
