//! One page into its routes.
//!
//! Owns the layout of a page: sections, headings, and that some pages hold their content twice. A page's name is that
//! of its file, because some titles leave out their parents ("logs" for `Data.logs`); the titles are held against it.

use std::mem;
use std::path::Path;

use heck::ToLowerCamelCase;

use super::documented::Route;
use super::error::ImportError;
use super::html::{self, Element, Fault, Node, Tag, squeezed};
use super::route::{self, Owner};
use super::unplaced::{Report, Unplaced};

/// What a page documents.
#[derive(Debug)]
pub struct Page {
    /// The routes, in the order of the page.
    pub routes: Vec<Placed>,
    /// What could not be placed.
    pub unplaced: Vec<Unplaced>,
}

/// A route and where it is documented.
#[derive(Debug)]
pub struct Placed {
    /// The line of its heading.
    pub line: usize,
    /// The route.
    pub route: Route,
}

/// What was read below one heading.
struct Entry {
    id: String,
    line: usize,
    /// `None` for a heading that is no route, or whose route makes no sense; then `unplaced` says so.
    route: Option<Route>,
    unplaced: Vec<Unplaced>,
}

impl Entry {
    /// Whether this is a copy of the other: the same but for its place in the file.
    fn copies(&self, other: &Self) -> bool {
        let same_findings = self.unplaced.len() == other.unplaced.len()
            && self.unplaced.iter().zip(&other.unplaced).all(|(own, others)| own.repeats(others));
        self.route == other.route && same_findings
    }
}

/// Reads a page.
pub fn read(file: &Path, text: &str) -> Result<Page, ImportError> {
    let foreign = || ImportError::Foreign { file: file.to_owned() };
    let html = html::parse(text).map_err(|fault| match fault {
        Fault::Foreign => foreign(),
        Fault::Cut { line, what } => ImportError::Cut { file: file.to_owned(), line, what },
    })?;
    let main = html.find(&|element| element.tag == Tag::Div && element.id == "main").ok_or_else(foreign)?;
    let name = file.file_stem().unwrap_or_default().to_string_lossy();
    let Content { sections, mut unplaced } = read_main(&name, main);
    let entries = one_of_each(file, sections)?;
    if entries.iter().any(|entry| entry.route.is_some()) {
        check_titles(file, &name, main)?;
    }
    let mut routes = Vec::new();
    for Entry { id: _, line, route, unplaced: found } in entries {
        routes.extend(route.map(|route| Placed { line, route }));
        unplaced.extend(found);
    }
    Ok(Page { routes, unplaced })
}

/// What a page's main element holds, every copy of it.
struct Content {
    sections: Vec<Vec<Entry>>,
    /// What stands outside of all headings.
    unplaced: Vec<Unplaced>,
}

fn read_main(page: &str, main: &Element) -> Content {
    let mut outside = Vec::new();
    let mut report = Report::new(page, "outside of all headings", &mut outside);
    let mut sections = Vec::new();
    for element in main.elements() {
        // The start page's section is a text of its own, with headings that mean something else. The headings beside
        // the sections are the page's last name and, on the start page, the package's.
        let is_prose = element.tag == Tag::Section && element.has_class("readme");
        if element.tag == Tag::Section && !is_prose {
            sections.push(read_section(page, element, &mut report));
        } else if !is_prose && !matches!(element.tag, Tag::H1 | Tag::H3) {
            report.add(element.line, format!("a `<{}>` beside the sections", element.tag.name()));
        }
    }
    let mut unplaced: Vec<Unplaced> = Vec::new();
    for finding in outside {
        if !unplaced.iter().any(|known| known.repeats(&finding)) {
            unplaced.push(finding);
        }
    }
    Content { sections, unplaced }
}

fn read_section(page: &str, section: &Element, report: &mut Report<'_>) -> Vec<Entry> {
    let mut entries = Vec::new();
    for element in section.elements() {
        if element.tag == Tag::Article {
            entries.extend(read_article(page, element, report));
        } else if element.tag != Tag::Header {
            report.add(element.line, format!("a `<{}>` beside the article", element.tag.name()));
        }
    }
    entries
}

/// A stretch of an article: a heading with what stands below it, or what stands below none.
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
    let title = squeezed(&heading.text());
    if !["Namespaces", "Members", "Methods"].contains(&title.as_str()) {
        report.add(heading.line, format!("the group `{title}`"));
    }
}

/// Outside of headings stand the page's own description, which is prose, and the list of its children.
fn report_outside(nodes: &[&Node], report: &mut Report<'_>) {
    for element in html::elements(nodes) {
        let is_prose = matches!(element.tag, Tag::Div | Tag::Dl | Tag::Pre);
        if !is_prose || [Tag::H4, Tag::H5, Tag::Table].into_iter().any(|tag| element.holds(tag)) {
            report.add(element.line, format!("a `<{}>` that belongs below a heading", element.tag.name()));
        }
    }
}

fn read_block(page: &str, heading: &Element, nodes: &[&Node]) -> Entry {
    let name = squeezed(&html::own_text(&heading.nodes.iter().collect::<Vec<_>>()));
    let id = if heading.id.is_empty() { name.clone() } else { heading.id.clone() };
    let line = heading.line;
    let mut unplaced = Vec::new();
    let mut report = Report::new(page, format!("heading `{name}`"), &mut unplaced);
    let is_name = |character: char| character.is_ascii_alphanumeric() || character == '_';
    let route = if !is_route(heading) {
        report.add(line, "it is not marked as a route");
        None
    } else if name.is_empty() || !name.chars().all(is_name) {
        report.add(line, "it is no name for a route");
        None
    } else {
        let operation = page.split('.').map(|part| part.to_lower_camel_case()).chain([name]).collect::<Vec<_>>();
        route::read(Owner { page, operation: operation.join("."), line }, nodes, &mut report)
    };
    Entry { id, line, route, unplaced }
}

/// Whether the heading says `(route)`, or `(async, route)`, before its name.
fn is_route(heading: &Element) -> bool {
    // There is a second such element behind the name, for what a function returns.
    let signature = heading.elements().find(|span| span.has_class("type-signature")).map(Element::text);
    signature.is_some_and(|text| text.split(|character: char| !character.is_alphanumeric()).any(|word| word == "route"))
}

/// The entries of a page, each once: JSDoc writes a section for every comment that opens the page's namespace, with the
/// same content in each.
fn one_of_each(file: &Path, sections: Vec<Vec<Entry>>) -> Result<Vec<Entry>, ImportError> {
    let differ = |entry: &Entry, other| {
        let (file, id, line) = (file.to_owned(), entry.id.clone(), entry.line);
        ImportError::CopiesDiffer { file, id, line, other }
    };
    let mut kept: Vec<Entry> = Vec::new();
    for (at, section) in sections.into_iter().enumerate() {
        let is_lost = |first: &&Entry| first.route.is_some() && section.iter().all(|entry| entry.id != first.id);
        if let Some(lost) = kept.iter().find(is_lost) {
            return Err(differ(lost, None));
        }
        for entry in section {
            match kept.iter().find(|first| first.id == entry.id) {
                Some(first) if first.copies(&entry) => {}
                Some(first) => return Err(differ(first, Some(entry.line))),
                None if at > 0 && entry.route.is_some() => return Err(differ(&entry, None)),
                None => kept.push(entry),
            }
        }
    }
    Ok(kept)
}

/// A page that was saved under another name would give its routes other operations.
fn check_titles(file: &Path, name: &str, main: &Element) -> Result<(), ImportError> {
    for section in main.elements() {
        let Some(heading) = section.find(&|element| element.tag == Tag::H2) else { continue };
        let title: String = heading.text().split_whitespace().collect();
        let fits =
            name.strip_suffix(title.as_str()).is_some_and(|parents| parents.is_empty() || parents.ends_with('.'));
        if !fits && !title.is_empty() {
            return Err(ImportError::Misnamed { file: file.to_owned(), line: heading.line, title });
        }
    }
    Ok(())
}
