//! Reads a table of a page into rows with named columns.
//!
//! This file knows the captions of the columns and which columns a table needs. `cells` parses the cells.

use routegen::facts::collapse_whitespace;

use super::html::{Element, Tag};
use super::unrecognized::Report;

/// A known column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Column {
    /// The name of a field.
    Name,
    /// The type of a field, or a status code.
    Type,
    /// `optional` or empty. The column is missing if no row needs it.
    Attributes,
    /// The default value of a field. The column is missing if no row needs it.
    Default,
    /// Prose.
    Description,
    /// The HTTP method of a route.
    Method,
    /// The path of a route.
    Path,
}

impl Column {
    fn from_caption(caption: &str) -> Option<Self> {
        match caption {
            "Name" => Some(Self::Name),
            "Type" => Some(Self::Type),
            "Attributes" => Some(Self::Attributes),
            "Default" => Some(Self::Default),
            "Description" => Some(Self::Description),
            "Method" => Some(Self::Method),
            "Path" => Some(Self::Path),
            _ => None,
        }
    }
}

/// The purpose of a table, which determines its columns.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// Fields: parameters, headers, the content of bodies.
    Fields,
    /// Status codes.
    Codes,
    /// The method and the path of a route.
    Endpoint,
}

impl Purpose {
    fn required(self) -> &'static [Column] {
        match self {
            Self::Fields => &[Column::Name, Column::Type],
            Self::Codes => &[Column::Type],
            Self::Endpoint => &[Column::Method, Column::Path],
        }
    }

    fn optional(self) -> &'static [Column] {
        match self {
            Self::Fields => &[Column::Attributes, Column::Default, Column::Description],
            Self::Codes => &[Column::Description],
            Self::Endpoint => &[],
        }
    }
}

/// A row below the head of a table.
#[derive(Debug)]
pub struct Row<'a> {
    /// The line on which it begins.
    pub line: usize,
    cells: Vec<(Column, &'a Element)>,
}

impl Row<'_> {
    /// Returns the trimmed text of a cell, or an empty string if the table has no such column.
    pub fn text(&self, column: Column) -> String {
        let cell = self.cells.iter().find(|(known, _)| *known == column);
        cell.map(|(_, cell)| cell.text().trim().to_owned()).unwrap_or_default()
    }
}

/// Returns the rows of a table. Invalid ones are reported and skipped.
pub fn rows<'a>(table: &'a Element, purpose: Purpose, report: &mut Report<'_>) -> Vec<Row<'a>> {
    let Some(columns) = columns(table, purpose, report) else { return Vec::new() };
    let bodies = table.elements().filter(|element| element.tag == Tag::Tbody);
    let rows = table.elements().chain(bodies.flat_map(Element::elements)).filter(|element| element.tag == Tag::Tr);
    rows.filter_map(|row| parse_row(row, &columns, report)).collect()
}

fn parse_row<'a>(row: &'a Element, columns: &[Option<Column>], report: &mut Report<'_>) -> Option<Row<'a>> {
    let cells: Vec<_> = row.elements().collect();
    if cells.len() != columns.len() {
        report.add(row.line, format!("a row with {} cells in a table with {} columns", cells.len(), columns.len()));
        return None;
    }
    if cells.iter().any(|cell| cell.tag != Tag::Td) {
        report.add(row.line, "a head cell in a row below the head");
        return None;
    }
    if cells.iter().any(|cell| cell.elements().next().is_some()) {
        report.add(row.line, "a cell that contains elements");
    }
    let known = columns.iter().zip(cells).filter_map(|(column, cell)| column.map(|column| (column, cell)));
    Some(Row { line: row.line, cells: known.collect() })
}

/// Returns the columns of the head, `None` for an unknown one. Returns `None` if the table cannot be read at all.
fn columns(table: &Element, purpose: Purpose, report: &mut Report<'_>) -> Option<Vec<Option<Column>>> {
    let mut heads = table.elements().filter(|element| element.tag == Tag::Thead).flat_map(Element::elements);
    let (Some(head), None) = (heads.next(), heads.next()) else {
        report.add(table.line, "a table without exactly one head row");
        return None;
    };
    let mut columns = Vec::new();
    for cell in head.elements() {
        let caption = collapse_whitespace(&cell.text());
        let known = Column::from_caption(&caption)
            .filter(|column| purpose.required().contains(column) || purpose.optional().contains(column))
            .filter(|column| !columns.contains(&Some(*column)));
        if known.is_none() {
            report.add(cell.line, format!("unexpected column `{caption}`"));
        }
        columns.push(known);
    }
    let is_complete = purpose.required().iter().all(|required| columns.contains(&Some(*required)));
    if !is_complete {
        report.add(table.line, "a table without a required column");
    }
    is_complete.then_some(columns)
}
