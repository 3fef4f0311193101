//! `cargo xtask docs`: turns the API's documentation into facts that a program can compare.
//!
//! `html` parses a page into elements, `page` finds the headings, and `route` reads the content below a heading with the
//! help of `table` and `cells`. The result is [`Documentation`]: names, types and numbers without the prose of the pages.
//! An incomplete page is an [`ImportError`]. Content that is not understood is reported as [`Unrecognized`]. `mapping`
//! reads the routes without a page from the official client's mapping. Only this file writes.

mod cells;
mod constants;
pub mod differences;
pub mod documentation;
mod error;
mod html;
pub mod mapping;
mod page;
mod route;
mod table;
#[cfg(test)]
mod tests;
mod unrecognized;

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

pub use documentation::Documentation;
pub use error::ImportError;
pub use unrecognized::Unrecognized;

use crate::{TaskError, disk, print};
use documentation::{DocRoute, IMPORT_PAGES};
use mapping::Mapping;
use page::{LocatedRoute, Page};
use routegen::file;

/// The largest page that is read.
const MAX_PAGE_BYTES: u64 = 64 << 20;

/// Runs `cargo xtask docs import DIR`.
pub(crate) fn import_pages(dir: &Path, out: &Path) -> Result<ExitCode, TaskError> {
    let import = import(dir).map_err(|error| error.to_string())?;
    write(&import.documentation, out)?;
    for unrecognized in &import.unrecognized {
        print(&format!("not recognized: {unrecognized}\n"));
    }
    print(&format!("{import}\n"));
    Ok(ExitCode::SUCCESS)
}

/// Runs `cargo xtask docs mapping FILE`.
pub(crate) fn import_mapping(
    file: &Path,
    constants: Option<PathBuf>,
    documented: &Path,
    out: &Path,
) -> Result<ExitCode, TaskError> {
    let (pages, _) = Documentation::read(documented, IMPORT_PAGES)?;
    // The client's package has its constants one folder above its mapping.
    let constants = constants.unwrap_or_else(|| disk::parent_folder(file).join("../constants.js"));
    let mapping = mapping::import(file, &constants, &pages)?;
    write(&mapping.without_page, out)?;
    let Mapping { without_page: _, routes: _, differences, missing } = &mapping;
    for difference in differences {
        print(&format!("differs from its page: {difference}\n"));
    }
    for operation in missing {
        print(&format!("not in the mapping: {operation}\n"));
    }
    print(&format!("{mapping}\n"));
    Ok(ExitCode::SUCCESS)
}

fn write(facts: &Documentation, out: &Path) -> Result<(), TaskError> {
    let text = facts.to_json().map_err(|error| error.to_string())?;
    let result = if disk::write_if_changed(out, &text)? { "written" } else { "unchanged" };
    print(&format!("{}: {result}\n", out.display()));
    Ok(())
}

/// The facts in a folder of documentation pages.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Import {
    /// The facts.
    pub documentation: Documentation,
    /// The number of files that document at least one route.
    pub pages: usize,
    /// The content that was not understood, in the order of files and lines.
    pub unrecognized: Vec<Unrecognized>,
}

impl fmt::Display for Import {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let counted = |count: usize, noun: &str| format!("{count} {noun}{}", if count == 1 { "" } else { "s" });
        let Self { documentation, pages, unrecognized: _ } = self;
        let (routes, facts) = (documentation.routes.len(), documentation.fact_count());
        write!(f, "{}, {}, {}", counted(*pages, "page"), counted(routes, "route"), counted(facts, "fact"))
    }
}

/// Reads every HTML file directly in `dir`.
///
/// # Errors
/// Returns the error of the first file, in the order of names, that is unreadable, incomplete, of another theme, or
/// inconsistent with itself or its name. Also returns an error if there is no page, or no route on any page.
pub fn import(dir: &Path) -> Result<Import, ImportError> {
    let files = html_files(dir)?;
    let mut routes = BTreeMap::new();
    let mut unrecognized = Vec::new();
    let mut pages = 0;
    for file in &files {
        let page = page::read(file, &read_text(file)?)?;
        pages += usize::from(!page.routes.is_empty());
        unrecognized.extend(add_routes(page, &mut routes));
    }
    if pages == 0 {
        let unrecognized = unrecognized.first().map(Unrecognized::to_string);
        return Err(ImportError::NoRoutes { dir: dir.to_owned(), unrecognized });
    }
    let documentation = Documentation { routes: routes.into_values().collect(), services: Vec::new() };
    Ok(Import { documentation, pages, unrecognized })
}

/// Adds the routes of a page, by operation, and returns the unrecognized content.
fn add_routes(page: Page, routes: &mut BTreeMap<String, DocRoute>) -> Vec<Unrecognized> {
    let Page { routes: found, mut unrecognized } = page;
    for LocatedRoute { line, route } in found {
        match routes.entry(route.operation.clone()) {
            Entry::Vacant(vacant) => {
                vacant.insert(route);
            }
            Entry::Occupied(first) => unrecognized.push(Unrecognized {
                page: route.page,
                line,
                location: "heading".to_owned(),
                what: format!("`{}` is already documented on the page {}", route.operation, first.get().page),
            }),
        }
    }
    unrecognized.sort_by_key(|finding| finding.line);
    unrecognized
}

/// Returns the HTML files of a folder, sorted by name, so that the first error is the same on every machine.
fn html_files(dir: &Path) -> Result<Vec<PathBuf>, ImportError> {
    let unreadable = |source| ImportError::Folder { dir: dir.to_owned(), source };
    let mut files = Vec::new();
    for entry in fs::read_dir(dir).map_err(unreadable)? {
        let path = entry.map_err(unreadable)?.path();
        let is_html = path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("html"));
        if is_html && !path.is_dir() {
            files.push(path);
        }
    }
    if files.is_empty() {
        return Err(ImportError::NoPages { dir: dir.to_owned() });
    }
    files.sort();
    Ok(files)
}

fn read_text(path: &Path) -> Result<String, ImportError> {
    let unreadable = |source| ImportError::File { file: path.to_owned(), source };
    let bytes = file::read_regular(path, MAX_PAGE_BYTES).map_err(unreadable)?;
    String::from_utf8(bytes).map_err(|error| {
        let valid = error.as_bytes().iter().take(error.utf8_error().valid_up_to());
        let line = valid.filter(|byte| **byte == b'\n').count() + 1;
        ImportError::NotUtf8 { file: path.to_owned(), line }
    })
}
