//! Reads the routes of a page.
//!
//! This file knows the layout of a page: sections and headings, and that some pages contain their content twice. The name
//! of a page is that of its file, because some titles omit the parents (`logs` for `Data.logs`). Titles must match it.

use std::mem;
use std::path::Path;

use heck::ToLowerCamelCase;
use routegen::facts::collapse_whitespace;

use super::documentation::DocRoute;
use super::error::ImportError;
use super::html::{self, Element, Node, ParseError, Tag};
use super::route::{self, RouteHeading};
use super::unrecognized::{Report, Unrecognized};

/// The content of a page.
#[derive(Debug)]
pub struct Page {
    /// The routes, in the order of the page.
    pub routes: Vec<LocatedRoute>,
    /// The content that was not understood.
    pub unrecognized: Vec<Unrecognized>,
}

/// A route and its line.
#[derive(Debug)]
pub struct LocatedRoute {
    /// The line of the heading.
    pub line: usize,
    /// The route.
    pub route: DocRoute,
}

/// A heading and the content below it.
struct Entry {
    id: String,
    line: usize,
    /// `None` if the heading is not a valid route. Then `unrecognized` has the reason.
    route: Option<DocRoute>,
    unrecognized: Vec<Unrecognized>,
}

impl Entry {
    /// Returns whether this is a copy of the other entry, at another line.
    fn is_copy_of(&self, other: &Self) -> bool {
        let same_findings = self.unrecognized.len() == other.unrecognized.len()
            && self.unrecognized.iter().zip(&other.unrecognized).all(|(finding, other)| finding.repeats(other));
        self.route == other.route && same_findings
    }
}

/// Reads a page.
pub fn read(file: &Path, text: &str) -> Result<Page, ImportError> {
    let wrong_theme = || ImportError::WrongTheme { file: file.to_owned() };
    let html = html::parse(text).map_err(|error| match error {
        ParseError::WrongTheme => wrong_theme(),
        ParseError::Incomplete { line, what } => ImportError::Incomplete { file: file.to_owned(), line, what },
    })?;
    let main = html.find(&|element| element.tag == Tag::Div && element.id == "main").ok_or_else(wrong_theme)?;
    let name = file.file_stem().unwrap_or_default().to_string_lossy();
    let Content { sections, mut unrecognized } = read_main(&name, main);
    let entries = deduplicate(file, sections)?;
    if entries.iter().any(|entry| entry.route.is_some()) {
        check_titles(file, &name, main)?;
    }
    let mut routes = Vec::new();
    for Entry { id: _, line, route, unrecognized: found } in entries {
        routes.extend(route.map(|route| LocatedRoute { line, route }));
        unrecognized.extend(found);
    }
    Ok(Page { routes, unrecognized })
}

/// The content of a page's main element, including copies.
struct Content {
    sections: Vec<Vec<Entry>>,
    /// The unrecognized content outside of all headings.
    unrecognized: Vec<Unrecognized>,
}

fn read_main(page: &str, main: &Element) -> Content {
    let mut outside = Vec::new();
    let mut report = Report::new(page, "outside of all headings", &mut outside);
    let mut sections = Vec::new();
    for element in main.elements() {
        // The section of the start page is prose. The headings next to the sections are the last part of the page's
        // name and, on the start page, the name of the package.
        let is_prose = element.tag == Tag::Section && element.has_class("readme");
        if element.tag == Tag::Section && !is_prose {
            sections.push(read_section(page, element, &mut report));
        } else if !is_prose && !matches!(element.tag, Tag::H1 | Tag::H3) {
            report.add(element.line, format!("unexpected `<{}>` next to the sections", element.tag.name()));
        }
    }
    let mut unrecognized: Vec<Unrecognized> = Vec::new();
    for finding in outside {
        if !unrecognized.iter().any(|known| known.repeats(&finding)) {
            unrecognized.push(finding);
        }
    }
    Content { sections, unrecognized }
}

fn read_section(page: &str, section: &Element, report: &mut Report<'_>) -> Vec<Entry> {
    let mut entries = Vec::new();
    for element in section.elements() {
        if element.tag == Tag::Article {
            entries.extend(read_article(page, element, report));
        } else if element.tag != Tag::Header {
            report.add(element.line, format!("unexpected `<{}>` next to the article", element.tag.name()));
        }
    }
    entries
}

/// A part of an article: a heading with the content below it, or the content above the first heading.
#[derive(Default)]
struct Block<'a> {
    heading: Option<&'a Element>,
    nodes: Vec<&'a Node>,
}

fn read_article(page: &str, article: &Element, report: &mut Report<'_>) -> Vec<Entry> {
    let mut blocks = Vec::new();
    let mut current = Block::default();
    for node in &article.nodes {
        match node {
            Node::Element(element) if element.tag == Tag::H4 => {
                blocks.push(mem::replace(&mut current, Block { heading: Some(element), nodes: Vec::new() }));
            }
            Node::Element(element) if element.tag == Tag::H3 => {
                blocks.push(mem::take(&mut current));
                report_group(element, report);
            }
            Node::Element(_) | Node::Text(_) => current.nodes.push(node),
        }
    }
    blocks.push(current);
    let mut entries = Vec::new();
    for Block { heading, nodes } in blocks {
        match heading {
            Some(heading) => entries.push(read_block(page, heading, &nodes)),
            None => report_outside(&nodes, report),
        }
    }
    entries
}

fn report_group(heading: &Element, report: &mut Report<'_>) {
    let title = collapse_whitespace(&heading.text());
    if !["Namespaces", "Members", "Methods"].contains(&title.as_str()) {
        report.add(heading.line, format!("unknown group `{title}`"));
    }
}

/// Reports everything outside of headings but the description of the page and the list of its children.
fn report_outside(nodes: &[&Node], report: &mut Report<'_>) {
    for element in html::elements(nodes) {
        let is_prose = matches!(element.tag, Tag::Div | Tag::Dl | Tag::Pre);
        if !is_prose || [Tag::H4, Tag::H5, Tag::Table].into_iter().any(|tag| element.contains(tag)) {
            report.add(element.line, format!("expected a heading above the `<{}>`", element.tag.name()));
        }
    }
}

fn read_block(page: &str, heading: &Element, nodes: &[&Node]) -> Entry {
    let name = collapse_whitespace(&html::own_text(&heading.nodes.iter().collect::<Vec<_>>()));
    let id = if heading.id.is_empty() { name.clone() } else { heading.id.clone() };
    let line = heading.line;
    let mut unrecognized = Vec::new();
    let mut report = Report::new(page, format!("heading `{name}`"), &mut unrecognized);
    let is_name = |character: char| character.is_ascii_alphanumeric() || character == '_';
    let route = if !is_route(heading) {
        report.add(line, "not marked as a route");
        None
    } else if name.is_empty() || !name.chars().all(is_name) {
        report.add(line, "not the name of a route");
        None
    } else {
        let operation = page.split('.').map(|part| part.to_lower_camel_case()).chain([name]).collect::<Vec<_>>();
        route::read(RouteHeading { page, operation: operation.join("."), line }, nodes, &mut report)
    };
    Entry { id, line, route, unrecognized }
}

/// Returns whether the heading has `(route)` or `(async, route)` before its name.
fn is_route(heading: &Element) -> bool {
    // A second element of this class, behind the name, is for the return type of a function.
    let signature = heading.elements().find(|span| span.has_class("type-signature")).map(Element::text);
    signature.is_some_and(|text| text.split(|character: char| !character.is_alphanumeric()).any(|word| word == "route"))
}

/// Returns each entry of a page once. JSDoc writes one section for every comment that opens the namespace of the page,
/// all with the same content.
fn deduplicate(file: &Path, sections: Vec<Vec<Entry>>) -> Result<Vec<Entry>, ImportError> {
    let differ = |entry: &Entry, other| {
        let (file, id, line) = (file.to_owned(), entry.id.clone(), entry.line);
        ImportError::CopiesDiffer { file, id, line, other }
    };
    let mut unique: Vec<Entry> = Vec::new();
    for (at, section) in sections.into_iter().enumerate() {
        let is_lost = |first: &&Entry| first.route.is_some() && section.iter().all(|entry| entry.id != first.id);
        if let Some(lost) = unique.iter().find(is_lost) {
            return Err(differ(lost, None));
        }
        for entry in section {
            match unique.iter().find(|first| first.id == entry.id) {
                Some(first) if first.is_copy_of(&entry) => {}
                Some(first) => return Err(differ(first, Some(entry.line))),
                None if at > 0 && entry.route.is_some() => return Err(differ(&entry, None)),
                None => unique.push(entry),
            }
        }
    }
    Ok(unique)
}

/// Rejects a renamed page, because its routes would get wrong operations.
fn check_titles(file: &Path, name: &str, main: &Element) -> Result<(), ImportError> {
    for section in main.elements() {
        let Some(heading) = section.find(&|element| element.tag == Tag::H2) else { continue };
        let title: String = heading.text().split_whitespace().collect();
        let fits =
            name.strip_suffix(title.as_str()).is_some_and(|parents| parents.is_empty() || parents.ends_with('.'));
        if !fits && !title.is_empty() {
            return Err(ImportError::TitleMismatch { file: file.to_owned(), line: heading.line, title });
        }
    }
    Ok(())
}
