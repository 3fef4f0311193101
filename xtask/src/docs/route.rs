//! One heading's block into one route.
//!
//! Owns the captions that a block may have and what belongs below each of them. Anything else is reported.

use super::cells;
use super::documented::{Field, Fields, Route};
use super::html::{Element, Node, Tag, elements, own_text, squeezed};
use super::table::{self, Purpose};
use super::unplaced::Report;

// The pages' own words, and the only ones that say so.
const AUTHENTICATION: &str = "A authentication is needed to access this endpoint";
const SERVICE: &str = "Any call to this endpoint need to be done on service :";

/// What a caption announces.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Caption {
    Endpoint,
    Authentication,
    Service,
    Fields(Table),
    Codes,
    Example,
    /// JSDoc's own table of a method's parameters, which here are the route's path parameters again.
    MethodParameters,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Table {
    Path,
    Query,
    Headers,
    Body,
    Response,
}

impl Caption {
    fn of(text: &str) -> Option<Self> {
        match text {
            "Route:" => Some(Self::Endpoint),
            "Authentication" => Some(Self::Authentication),
            "Service:" => Some(Self::Service),
            "Route Parameters:" => Some(Self::Fields(Table::Path)),
            "Query Parameters:" => Some(Self::Fields(Table::Query)),
            "Header Parameters:" => Some(Self::Fields(Table::Headers)),
            "Body Parameters:" => Some(Self::Fields(Table::Body)),
            "Response:" => Some(Self::Fields(Table::Response)),
            "Response Code:" => Some(Self::Codes),
            "Example" | "Examples" => Some(Self::Example),
            "Parameters:" => Some(Self::MethodParameters),
            _ => None,
        }
    }
}

/// A caption and what stands below it.
struct Part<'a> {
    line: usize,
    caption: String,
    nodes: Vec<&'a Node>,
}

/// What a block said so far.
#[derive(Default)]
struct Draft {
    endpoint: Option<(String, String)>,
    deprecated: bool,
    authentication: bool,
    service: Option<String>,
    fields: Fields,
    codes: Vec<u16>,
    method_parameters: Option<(usize, Vec<Field>)>,
    seen: Vec<Caption>,
}

/// Whose block it is.
pub struct Owner<'a> {
    /// The page's name.
    pub page: &'a str,
    /// The route's operation.
    pub operation: String,
    /// The line of the heading.
    pub line: usize,
}

/// Reads what stands below a route's heading; `None`, with a report, where that gives no method and path.
pub fn read(owner: Owner<'_>, block: &[&Node], report: &mut Report<'_>) -> Option<Route> {
    let mut draft = Draft::default();
    let (lead, parts) = split(block);
    draft.read_lead(&lead, report);
    for part in &parts {
        draft.read_part(part, &mut report.within(&part.caption));
    }
    draft.finish(owner, report)
}

/// Cuts a block at its captions. The description's element makes no difference: captions stand in it and behind it.
fn split<'a>(block: &[&'a Node]) -> (Vec<&'a Node>, Vec<Part<'a>>) {
    let mut lead = Vec::new();
    let mut parts: Vec<Part<'a>> = Vec::new();
    let flat = block.iter().flat_map(|node| match node {
        Node::Element(element) if element.tag == Tag::Div && element.has_class("description") => {
            element.nodes.iter().collect()
        }
        Node::Element(_) | Node::Text(_) => vec![*node],
    });
    for node in flat {
        match (node, parts.last_mut()) {
            (Node::Element(element), _) if element.tag == Tag::H5 => {
                parts.push(Part { line: element.line, caption: squeezed(&element.text()), nodes: Vec::new() });
            }
            (node, Some(part)) => part.nodes.push(node),
            (node, None) => lead.push(node),
        }
    }
    (lead, parts)
}

impl Draft {
    /// What stands before the first caption: JSDoc's list of details, and prose.
    fn read_lead(&mut self, lead: &[&Node], report: &mut Report<'_>) {
        for element in elements(lead) {
            if element.tag != Tag::Dl || !element.has_class("details") {
                report.add(element.line, format!("a `<{}>` without a caption", element.tag.name()));
                continue;
            }
            for term in element.elements().filter(|element| element.tag == Tag::Dt) {
                let text = squeezed(&term.text());
                if text == "Deprecated:" {
                    self.deprecated = true;
                } else {
                    report.add(term.line, format!("the detail `{text}`"));
                }
            }
        }
    }

    fn read_part(&mut self, part: &Part<'_>, report: &mut Report<'_>) {
        let Some(caption) = Caption::of(&part.caption) else {
            report.add(part.line, "this caption is not known");
            return;
        };
        if self.seen.contains(&caption) {
            report.add(part.line, "this caption stands here a second time");
            return;
        }
        self.seen.push(caption);
        match caption {
            Caption::Endpoint => self.endpoint = endpoint(part, report),
            Caption::Authentication => {
                self.authentication = sentence(part, report).is_some_and(|text| authentication(part, &text, report));
            }
            Caption::Service => self.service = sentence(part, report).and_then(|text| service(part, &text, report)),
            Caption::Fields(table) => *self.fields.table_mut(table) = fields(part, table, report),
            Caption::Codes => {
                let rows = rows(part, Purpose::Codes, report);
                self.codes = rows.iter().filter_map(|row| cells::code(row, report)).collect();
            }
            Caption::Example => {
                only(part, Tag::Pre, report);
                report_text(part, report);
            }
            Caption::MethodParameters => self.method_parameters = Some((part.line, fields(part, Table::Path, report))),
        }
    }

    fn finish(self, owner: Owner<'_>, report: &mut Report<'_>) -> Option<Route> {
        let Self { endpoint, deprecated, authentication, service, fields, codes, method_parameters, seen } = self;
        if let Some((line, again)) = method_parameters {
            compare(&fields.path, &again, line, &mut report.within("Parameters:"));
        }
        let Some((method, path)) = endpoint else {
            if !seen.contains(&Caption::Endpoint) {
                report.add(owner.line, "a route without the caption `Route:`");
            }
            return None;
        };
        let Owner { page, operation, line: _ } = owner;
        let page = page.to_owned();
        Some(Route { operation, page, method, path, deprecated, authentication, service, fields, codes })
    }
}

impl Fields {
    fn table_mut(&mut self, table: Table) -> &mut Vec<Field> {
        match table {
            Table::Path => &mut self.path,
            Table::Query => &mut self.query,
            Table::Headers => &mut self.headers,
            Table::Body => &mut self.body,
            Table::Response => &mut self.response,
        }
    }
}

/// Holds JSDoc's table of the method's parameters against the route's own. It says less: where it is silent, it agrees.
fn compare(path: &[Field], again: &[Field], line: usize, report: &mut Report<'_>) {
    let same = |(own, again): (&Field, &Field)| {
        let Field { name, r#type, optional, default } = again;
        let agrees = (r#type.is_none() || own.r#type == *r#type) && (default.is_none() || own.default == *default);
        own.name == *name && own.optional == *optional && agrees
    };
    if path.len() != again.len() || !path.iter().zip(again).all(same) {
        let list = |fields: &[Field]| fields.iter().map(|field| field.name.as_str()).collect::<Vec<_>>().join(", ");
        let (path, again) = (list(path), list(again));
        report.add(line, format!("[{again}] where the route has [{path}], or with other types"));
    }
}

fn endpoint(part: &Part<'_>, report: &mut Report<'_>) -> Option<(String, String)> {
    // The prose that stands here, too, would hide a sentence whose caption got lost.
    if [AUTHENTICATION, SERVICE].into_iter().any(|sentence| text(part).contains(sentence)) {
        report.add(part.line, "a sentence stands below it that belongs to another caption");
    }
    let table = only(part, Tag::Table, report)?;
    let rows = table::rows(table, Purpose::Endpoint, report);
    let [row] = rows.as_slice() else {
        report.add(table.line, format!("{} rows where a route has one", rows.len()));
        return None;
    };
    cells::endpoint(row, report)
}

fn fields(part: &Part<'_>, table: Table, report: &mut Report<'_>) -> Vec<Field> {
    let rows = rows(part, Purpose::Fields, report);
    let read = match table {
        Table::Path => cells::path_parameter,
        Table::Query | Table::Headers | Table::Body | Table::Response => cells::field,
    };
    rows.iter().filter_map(|row| read(row, report)).collect()
}

fn authentication(part: &Part<'_>, text: &str, report: &mut Report<'_>) -> bool {
    let known = text == AUTHENTICATION;
    if !known {
        report.add(part.line, "the sentence below it is not the usual one");
    }
    known
}

fn service(part: &Part<'_>, text: &str, report: &mut Report<'_>) -> Option<String> {
    let name = text.strip_prefix(SERVICE).map(str::trim).filter(|name| !name.is_empty() && !name.contains(' '));
    if name.is_none() {
        report.add(part.line, "the sentence below it is not the usual one");
    }
    name.map(str::to_owned)
}

/// The rows of the one table below a caption, which has no text beside it.
fn rows<'a>(part: &Part<'a>, purpose: Purpose, report: &mut Report<'_>) -> Vec<table::Row<'a>> {
    report_text(part, report);
    only(part, Tag::Table, report).map(|table| table::rows(table, purpose, report)).unwrap_or_default()
}

/// The text below a caption that has nothing else below it.
fn sentence(part: &Part<'_>, report: &mut Report<'_>) -> Option<String> {
    if let Some(element) = elements(&part.nodes).next() {
        report.add(element.line, format!("a `<{}>` where a sentence belongs", element.tag.name()));
        return None;
    }
    Some(text(part))
}

/// The first element below a caption that is of this kind; all others there are reported.
fn only<'a>(part: &Part<'a>, tag: Tag, report: &mut Report<'_>) -> Option<&'a Element> {
    let mut found = None;
    for element in elements(&part.nodes) {
        if element.tag == tag && found.is_none() {
            found = Some(element);
        } else {
            report.add(element.line, format!("a `<{}>` that does not belong here", element.tag.name()));
        }
    }
    if found.is_none() {
        report.add(part.line, format!("no `<{}>` stands below it", tag.name()));
    }
    found
}

fn report_text(part: &Part<'_>, report: &mut Report<'_>) {
    if !text(part).is_empty() {
        report.add(part.line, "a text stands below it");
    }
}

/// The text directly below a caption, that of its tables left out.
fn text(part: &Part<'_>) -> String {
    squeezed(&own_text(&part.nodes))
}
