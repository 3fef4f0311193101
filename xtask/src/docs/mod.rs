//! `cargo xtask docs import DIR`: the pages of the API's documentation as facts that a program can compare.
//!
//! Text becomes elements (`html`), a page's elements become blocks below headings (`page`), a block becomes a route
//! (`route`, with the help of `table` and `cells`). What comes out is [`Documented`]: names, types and numbers, never
//! the pages' prose. Nothing is guessed: a page that is not whole is an [`ImportError`], and what is whole but not
//! understood is [`Unplaced`]. The routes that no page has come from the official client's mapping (`mapping`). Only
//! `run` writes.

mod cells;
mod constants;
pub mod differences;
pub mod documented;
mod error;
mod html;
pub mod mapping;
mod page;
mod route;
pub(crate) mod run;
mod table;
#[cfg(test)]
mod tests;
mod unplaced;

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};

pub use documented::Documented;
pub use error::ImportError;
pub use unplaced::Unplaced;

use documented::Route;
use page::{Page, Placed};
use routegen::file;

/// The largest page that is read.
const MAX_PAGE_BYTES: u64 = 64 << 20;

/// What a folder of documentation holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Import {
    /// The facts.
    pub documented: Documented,
    /// How many of the files document at least one route.
    pub pages: usize,
    /// What could not be placed, in the order of the files and of their lines.
    pub unplaced: Vec<Unplaced>,
}

impl fmt::Display for Import {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let counted = |count: usize, noun: &str| format!("{count} {noun}{}", if count == 1 { "" } else { "s" });
        let Self { documented, pages, unplaced: _ } = self;
        let (routes, facts) = (documented.routes.len(), documented.fact_count());
        write!(f, "{}, {}, {}", counted(*pages, "page"), counted(routes, "route"), counted(facts, "fact"))
    }
}

/// Reads every HTML file that lies directly in `dir`.
///
/// # Errors
///
/// The first file, in the order of their names, that cannot be read, is not whole or is not of the theme; a page that
/// contradicts itself or its file's name; a folder without pages, or without a route on any of them.
pub fn import(dir: &Path) -> Result<Import, ImportError> {
    let files = html_files(dir)?;
    let mut routes = BTreeMap::new();
    let mut unplaced = Vec::new();
    let mut pages = 0;
    for file in &files {
        let page = page::read(file, &text_of(file)?)?;
        pages += usize::from(!page.routes.is_empty());
        unplaced.extend(place(page, &mut routes));
    }
    if pages == 0 {
        let unplaced = unplaced.first().map(Unplaced::to_string);
        return Err(ImportError::NoRoutes { dir: dir.to_owned(), unplaced });
    }
    Ok(Import {
        documented: Documented { routes: routes.into_values().collect(), services: Vec::new() },
        pages,
        unplaced,
    })
}

/// Adds a page's routes to those by operation; returns what of the page could not be placed.
fn place(page: Page, routes: &mut BTreeMap<String, Route>) -> Vec<Unplaced> {
    let Page { routes: found, mut unplaced } = page;
    for Placed { line, route } in found {
        match routes.entry(route.operation.clone()) {
            Entry::Vacant(vacant) => {
                vacant.insert(route);
            }
            Entry::Occupied(first) => unplaced.push(Unplaced {
                page: route.page,
                line,
                place: "heading".to_owned(),
                what: format!("`{}` is documented already, on the page {}", route.operation, first.get().page),
            }),
        }
    }
    unplaced.sort_by_key(|unplaced| unplaced.line);
    unplaced
}

/// The HTML files of a folder by name, so that the first error is the same one on every machine.
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

fn text_of(path: &Path) -> Result<String, ImportError> {
    let unreadable = |source| ImportError::File { file: path.to_owned(), source };
    let bytes = file::read_regular(path, MAX_PAGE_BYTES).map_err(unreadable)?;
    String::from_utf8(bytes).map_err(|error| {
        let valid = error.as_bytes().iter().take(error.utf8_error().valid_up_to());
        let line = valid.filter(|byte| **byte == b'\n').count() + 1;
        ImportError::NotUtf8 { file: path.to_owned(), line }
    })
}
