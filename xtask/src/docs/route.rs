//! Reads the content below a heading into a route.
//!
//! This file knows the captions and the content that each of them needs. Anything else is reported.

use routegen::facts::collapse_whitespace;

use super::cells;
use super::documentation::{DocField, DocFields, DocRoute};
use super::html::{Element, Node, Tag, elements, own_text};
use super::table::{self, Purpose};
use super::unrecognized::Report;

// The exact sentences of the pages.
const AUTHENTICATION: &str = "A authentication is needed to access this endpoint";
const SERVICE: &str = "Any call to this endpoint need to be done on service :";

/// A caption.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Caption {
    Endpoint,
    Authentication,
    Service,
    Fields(Table),
    Codes,
    Example,
    /// JSDoc's own table of a method's parameters, which repeats the path parameters of the route.
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
    fn from_text(text: &str) -> Option<Self> {
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

/// A caption and the content below it.
struct Section<'a> {
    line: usize,
    caption: String,
    nodes: Vec<&'a Node>,
}

/// A route while it is being read.
#[derive(Default)]
struct RouteBuilder {
    endpoint: Option<(String, String)>,
    deprecated: bool,
    authentication: bool,
    service: Option<String>,
    fields: DocFields,
    codes: Vec<u16>,
    method_parameters: Option<(usize, Vec<DocField>)>,
    seen: Vec<Caption>,
}

/// The heading of a route.
pub struct RouteHeading<'a> {
    /// The name of the page.
    pub page: &'a str,
    /// The operation of the route.
    pub operation: String,
    /// The line of the heading.
    pub line: usize,
}

/// Reads the content below the heading of a route. Returns `None` and reports the reason if there is no method and path.
pub fn read(heading: RouteHeading<'_>, block: &[&Node], report: &mut Report<'_>) -> Option<DocRoute> {
    let mut builder = RouteBuilder::default();
    let (lead, sections) = split(block);
    builder.read_lead(&lead, report);
    for section in &sections {
        builder.read_section(section, &mut report.nested(&section.caption));
    }
    builder.finish(heading, report)
}

/// Splits the content at its captions. They are both inside and behind the element of the description.
fn split<'a>(block: &[&'a Node]) -> (Vec<&'a Node>, Vec<Section<'a>>) {
    let mut lead = Vec::new();
    let mut sections: Vec<Section<'a>> = Vec::new();
    let flat = block.iter().flat_map(|node| match node {
        Node::Element(element) if element.tag == Tag::Div && element.has_class("description") => {
            element.nodes.iter().collect()
        }
        Node::Element(_) | Node::Text(_) => vec![*node],
    });
    for node in flat {
        match (node, sections.last_mut()) {
            (Node::Element(element), _) if element.tag == Tag::H5 => {
                sections.push(Section {
                    line: element.line,
                    caption: collapse_whitespace(&element.text()),
                    nodes: Vec::new(),
                });
            }
            (node, Some(section)) => section.nodes.push(node),
            (node, None) => lead.push(node),
        }
    }
    (lead, sections)
}

impl RouteBuilder {
    /// Reads the content before the first caption: JSDoc's list of details, and prose.
    fn read_lead(&mut self, lead: &[&Node], report: &mut Report<'_>) {
        for element in elements(lead) {
            if element.tag != Tag::Dl || !element.has_class("details") {
                report.add(element.line, format!("unexpected `<{}>` above the first caption", element.tag.name()));
                continue;
            }
            for term in element.elements().filter(|element| element.tag == Tag::Dt) {
                let text = collapse_whitespace(&term.text());
                if text == "Deprecated:" {
                    self.deprecated = true;
                } else {
                    report.add(term.line, format!("unknown detail `{text}`"));
                }
            }
        }
    }

    fn read_section(&mut self, section: &Section<'_>, report: &mut Report<'_>) {
        let Some(caption) = Caption::from_text(&section.caption) else {
            report.add(section.line, "unknown caption");
            return;
        };
        if self.seen.contains(&caption) {
            report.add(section.line, "repeated caption");
            return;
        }
        self.seen.push(caption);
        match caption {
            Caption::Endpoint => self.endpoint = endpoint(section, report),
            Caption::Authentication => {
                self.authentication =
                    sentence(section, report).is_some_and(|text| authentication(section, &text, report));
            }
            Caption::Service => {
                self.service = sentence(section, report).and_then(|text| service(section, &text, report))
            }
            Caption::Fields(table) => *self.fields.table_mut(table) = fields(section, table, report),
            Caption::Codes => {
                let rows = rows(section, Purpose::Codes, report);
                self.codes = rows.iter().filter_map(|row| cells::code(row, report)).collect();
            }
            Caption::Example => {
                only(section, Tag::Pre, report);
                report_text(section, report);
            }
            Caption::MethodParameters => {
                self.method_parameters = Some((section.line, fields(section, Table::Path, report)))
            }
        }
    }

    fn finish(self, heading: RouteHeading<'_>, report: &mut Report<'_>) -> Option<DocRoute> {
        let Self { endpoint, deprecated, authentication, service, fields, codes, method_parameters, seen } = self;
        if let Some((line, again)) = method_parameters {
            check_method_parameters(&fields.path, &again, line, &mut report.nested("Parameters:"));
        }
        let Some((method, path)) = endpoint else {
            if !seen.contains(&Caption::Endpoint) {
                report.add(heading.line, "missing caption `Route:`");
            }
            return None;
        };
        let RouteHeading { page, operation, line: _ } = heading;
        let page = page.to_owned();
        Some(DocRoute { operation, page, method, path, deprecated, authentication, service, fields, codes })
    }
}

impl DocFields {
    fn table_mut(&mut self, table: Table) -> &mut Vec<DocField> {
        match table {
            Table::Path => &mut self.path,
            Table::Query => &mut self.query,
            Table::Headers => &mut self.headers,
            Table::Body => &mut self.body,
            Table::Response => &mut self.response,
        }
    }
}

/// Compares JSDoc's table of the method's parameters with the path parameters. Types and defaults may be missing there.
fn check_method_parameters(path: &[DocField], again: &[DocField], line: usize, report: &mut Report<'_>) {
    let same = |(own, again): (&DocField, &DocField)| {
        let DocField { name, r#type, optional, default } = again;
        let agrees = (r#type.is_none() || own.r#type == *r#type) && (default.is_none() || own.default == *default);
        own.name == *name && own.optional == *optional && agrees
    };
    if path.len() != again.len() || !path.iter().zip(again).all(same) {
        let list = |fields: &[DocField]| fields.iter().map(|field| field.name.as_str()).collect::<Vec<_>>().join(", ");
        let (path, again) = (list(path), list(again));
        report.add(line, format!("expected the parameters [{path}] of the route, found [{again}] or other types"));
    }
}

fn endpoint(section: &Section<'_>, report: &mut Report<'_>) -> Option<(String, String)> {
    // Prose is allowed here, so a sentence without its caption would go unnoticed.
    if [AUTHENTICATION, SERVICE].into_iter().any(|sentence| text(section).contains(sentence)) {
        report.add(section.line, "a sentence of another caption");
    }
    let table = only(section, Tag::Table, report)?;
    let rows = table::rows(table, Purpose::Endpoint, report);
    let [row] = rows.as_slice() else {
        report.add(table.line, format!("expected one row, found {}", rows.len()));
        return None;
    };
    cells::endpoint(row, report)
}

fn fields(section: &Section<'_>, table: Table, report: &mut Report<'_>) -> Vec<DocField> {
    let rows = rows(section, Purpose::Fields, report);
    let read = match table {
        Table::Path => cells::path_parameter,
        Table::Query | Table::Headers | Table::Body | Table::Response => cells::field,
    };
    rows.iter().filter_map(|row| read(row, report)).collect()
}

fn authentication(section: &Section<'_>, text: &str, report: &mut Report<'_>) -> bool {
    let known = text == AUTHENTICATION;
    if !known {
        report.add(section.line, "expected the usual sentence");
    }
    known
}

fn service(section: &Section<'_>, text: &str, report: &mut Report<'_>) -> Option<String> {
    let name = text.strip_prefix(SERVICE).map(str::trim).filter(|name| !name.is_empty() && !name.contains(' '));
    if name.is_none() {
        report.add(section.line, "expected the usual sentence");
    }
    name.map(str::to_owned)
}

/// Returns the rows of the table below a caption, which must be the only content.
fn rows<'a>(section: &Section<'a>, purpose: Purpose, report: &mut Report<'_>) -> Vec<table::Row<'a>> {
    report_text(section, report);
    only(section, Tag::Table, report).map(|table| table::rows(table, purpose, report)).unwrap_or_default()
}

/// Returns the text below a caption, which must be the only content.
fn sentence(section: &Section<'_>, report: &mut Report<'_>) -> Option<String> {
    if let Some(element) = elements(&section.nodes).next() {
        report.add(element.line, format!("expected a sentence, found `<{}>`", element.tag.name()));
        return None;
    }
    Some(text(section))
}

/// Returns the first element with this tag below a caption, and reports all others.
fn only<'a>(section: &Section<'a>, tag: Tag, report: &mut Report<'_>) -> Option<&'a Element> {
    let mut found = None;
    for element in elements(&section.nodes) {
        if element.tag == tag && found.is_none() {
            found = Some(element);
        } else {
            report.add(element.line, format!("unexpected `<{}>`", element.tag.name()));
        }
    }
    if found.is_none() {
        report.add(section.line, format!("missing `<{}>`", tag.name()));
    }
    found
}

fn report_text(section: &Section<'_>, report: &mut Report<'_>) {
    if !text(section).is_empty() {
        report.add(section.line, "unexpected text");
    }
}

/// Returns the text directly below a caption, without that of its tables.
fn text(section: &Section<'_>) -> String {
    collapse_whitespace(&own_text(&section.nodes))
}
