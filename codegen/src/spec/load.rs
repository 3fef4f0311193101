//! Reads the files of the spec folder. This crate does no other I/O.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::api::ApiFile;
use super::decode::decode_file;
use super::page::PageFile;
use super::report::Reporter;
use crate::diagnostic::{Diagnostic, Diagnostics, SourceFile, Span, shown_path};
use crate::file::{self, ReadError};

/// The name of the file with what all pages share.
const API_FILE: &str = "api.yaml";

/// The maximum size of a spec file in bytes. A transcribed page has some tens of kilobytes; the limit protects the memory from
/// a file that is in the folder by accident.
pub const MAX_SPEC_FILE_BYTES: u64 = 16 << 20;

/// The raw spec.
#[derive(Debug)]
pub struct Spec {
    /// The content of `api.yaml`.
    pub api: ApiFile,
    /// The source of `api.yaml`.
    pub api_source: Arc<SourceFile>,
    /// The page files, sorted by name, without those that are not YAML mappings.
    pub pages: Vec<Page>,
    /// The names of the page files that are not YAML mappings, without folder and extension.
    pub unparsed_pages: Vec<String>,
}

/// A page file with its source.
#[derive(Debug)]
pub struct Page {
    /// The content.
    pub file: PageFile,
    /// The source.
    pub source: Arc<SourceFile>,
    /// The name without folder and extension, which must be the namespace.
    pub stem: String,
}

/// Reads every YAML file of a folder. Errors in their structure go to the reporter, so that `check` can add more.
///
/// # Errors
///
/// Returns all errors if there is nothing to check: no folder, or no valid `api.yaml`.
pub fn load(folder: &Path, reporter: &mut Reporter) -> Result<Spec, Diagnostics> {
    let mut api = None;
    let (mut pages, mut unparsed_pages) = (Vec::new(), Vec::new());
    let paths = yaml_files(folder)?;
    let has_api = paths.iter().any(|path| path.file_name().is_some_and(|name| name == API_FILE));
    if !has_api {
        let message = format!("missing file `{API_FILE}` in the spec folder `{}`", shown_path(folder));
        reporter.push(Diagnostic::without_span(message, "create it with the keys that spec/README.md lists"));
    }
    for path in paths {
        let source = source_file(folder, &path, reporter).map(Arc::new);
        if path.file_name().is_some_and(|name| name == API_FILE) {
            api = source.and_then(|source| Some((decode_file::<ApiFile>(&source, reporter)?, source)));
        } else {
            let stem = path.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
            match source.and_then(|source| Some((decode_file::<PageFile>(&source, reporter)?, source))) {
                Some((file, source)) => pages.push(Page { file, source, stem }),
                None => unparsed_pages.push(stem),
            }
        }
    }
    match api {
        Some((api, api_source)) => Ok(Spec { api, api_source, pages, unparsed_pages }),
        // Without it, the checks would report everything that it defines as unknown.
        None => Err(std::mem::take(reporter).into_diagnostics()),
    }
}

fn yaml_files(folder: &Path) -> Result<Vec<PathBuf>, Diagnostics> {
    let unreadable = |error: std::io::Error| {
        let message = format!("cannot read the spec folder `{}`: {error}", shown_path(folder));
        Diagnostics::one(Diagnostic::without_span(message, "pass a folder of YAML files with `--spec`"))
    };
    let mut paths = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(unreadable)? {
        let path = entry.map_err(unreadable)?.path();
        if path.extension().is_some_and(|extension| extension == "yaml" || extension == "yml") {
            paths.push(path);
        }
    }
    // The order of the entries of a folder depends on the file system.
    paths.sort();
    Ok(paths)
}

/// Reads a file. Reports errors of its name, of its encoding and of the file system.
fn source_file(folder: &Path, path: &Path, reporter: &mut Reporter) -> Option<SourceFile> {
    let name = folder.file_name().map(PathBuf::from).unwrap_or_default();
    let shown = shown_path(&name.join(path.file_name().unwrap_or_default()));
    if path.extension().is_some_and(|extension| extension == "yml") {
        let message = format!("unsupported file extension of `{shown}`");
        reporter.push(Diagnostic::without_span(message, "rename the file to end in `.yaml`"));
        return None;
    }
    let bytes = match file::read_regular(path, MAX_SPEC_FILE_BYTES) {
        Ok(bytes) => bytes,
        Err(error) => {
            let help = match &error {
                ReadError::NotRegular(_) => {
                    "move it out of the spec folder, where every `.yaml` file is a part of the spec"
                }
                ReadError::TooLarge(_) => "split the file, or move it out of the spec folder",
                ReadError::Io(error) => help_for(error.kind()),
            };
            let message = format!("cannot read the spec file `{shown}`: {error}");
            reporter.push(Diagnostic::without_span(message, help));
            return None;
        }
    };
    match String::from_utf8(bytes) {
        // serde_yaml parses the byte order mark that some editors add as a document of its own. Carriage returns would
        // show up in diagnostics.
        Ok(text) => {
            let text = text.strip_prefix('\u{feff}').unwrap_or(&text).replace("\r\n", "\n");
            Some(SourceFile { path: shown, text })
        }
        Err(error) => {
            let at = error.utf8_error().valid_up_to();
            let text = String::from_utf8_lossy(error.as_bytes()).into_owned();
            let span = Span::within_line(&Arc::new(SourceFile { path: shown, text }), at..at);
            let message = "invalid UTF-8";
            reporter.push(Diagnostic::at(span, message, "first invalid byte", "save the file as UTF-8"));
            None
        }
    }
}

fn help_for(kind: ErrorKind) -> &'static str {
    match kind {
        ErrorKind::PermissionDenied => "change the permissions of the file, or move it out of the spec folder",
        ErrorKind::NotFound => "remove it from the spec folder if it is a dangling link",
        _ => "make the file readable, or move it out of the spec folder",
    }
}
