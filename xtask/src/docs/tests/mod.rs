//! Imports small pages in the layout of the theme. They document an invented API.

mod errors;
mod fields;
mod mapping;
mod unrecognized;
mod whole;

use std::fs;

use super::documentation::DocRoute;
use super::{Import, ImportError, import};

/// Imports a folder with these files.
fn import_files(files: &[(&str, &str)]) -> Result<Import, ImportError> {
    let folder = tempfile::tempdir().expect("a temporary folder");
    for (name, text) in files {
        fs::write(folder.path().join(name), text).expect("a file");
    }
    import(folder.path())
}

/// Imports a page `Orchard` with one article.
fn import_article(article: &str) -> Import {
    import_files(&[("Orchard.html", &page(&section("Orchard", article)))]).expect("a page that can be imported")
}

/// Returns the route of a page with one heading and these parts, and the unrecognized content as `location: what`.
fn import_parts(parts: &[&str]) -> (DocRoute, Vec<String>) {
    let import = import_article(&route("plant", parts));
    (import.documentation.routes.first().expect("a route").clone(), unrecognized(&import))
}

fn unrecognized(import: &Import) -> Vec<String> {
    import.unrecognized.iter().map(|finding| format!("{}: {}", finding.location, finding.what)).collect()
}

fn page(main: &str) -> String {
    format!(
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head><title>Orchard</title><link rel=\"stylesheet\"></head>\n<body>\n\
         <input type=\"checkbox\" id=\"nav-trigger\" />\n<nav><h2><a href=\"index.html\">Home</a></h2></nav>\n\
         <div id=\"main\">\n<h1 class=\"page-title\">Orchard</h1>\n{main}</div>\n\
         <footer>JSDoc</footer>\n</body>\n</html>\n"
    )
}

fn section(title: &str, article: &str) -> String {
    format!(
        "<section>\n<header><h2>{title}</h2></header>\n<article>\n<div class=\"container-overview\">\n\
         <dl class=\"details\"></dl>\n</div>\n<h3 class=\"subsection-title\">Methods</h3>\n\
         {article}</article>\n</section>\n"
    )
}

fn heading(mark: &str, name: &str) -> String {
    format!(
        "<h4 class=\"name\" id=\"{name}\"><span class=\"type-signature\">{mark}</span>{name}\
         <span class=\"signature\">()</span><span class=\"type-signature\"></span></h4>\n"
    )
}

/// Returns the heading of a route with its description.
fn route(name: &str, parts: &[&str]) -> String {
    format!(
        "{}<dl class=\"details\"></dl>\n<div class=\"description\">\n{}</div>\n",
        heading("(route) ", name),
        parts.concat()
    )
}

fn part(caption: &str, content: &str) -> String {
    format!("<h5>{caption}</h5>\n{content}\n")
}

fn table(columns: &[&str], rows: &[&[&str]]) -> String {
    let head: String = columns.iter().map(|column| format!("<th>{column}</th>")).collect();
    let row = |cells: &&[&str]| {
        let cells: String = cells.iter().map(|cell| format!("<td>{cell}</td>")).collect();
        format!("<tr>{cells}</tr>\n")
    };
    let rows: String = rows.iter().map(row).collect();
    format!("<table class=\"params\">\n<thead><tr>{head}</tr></thead>\n{rows}</table>\n")
}

/// Returns the part that every route requires.
fn endpoint(method: &str, path: &str) -> String {
    part("Route:", &(table(&["Method", "Path"], &[&[method, path]]) + "Plants a tree."))
}

fn usual_endpoint() -> String {
    endpoint("PUT", "/orchards/:orchard/trees")
}
