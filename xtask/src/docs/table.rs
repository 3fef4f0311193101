//! A table of a page as rows whose cells are known by their column.
//!
//! Owns the columns' captions and what a sound table is. What the cells say is read by `cells`.

use super::html::{Element, Tag, squeezed};
use super::unplaced::Report;

/// A column that the pages use.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Column {
    /// A field's name.
    Name,
    /// A field's type, or a status code.
    Type,
    /// `optional`, or nothing. Only there if some row of the table needs it.
    Attributes,
    /// A field's default value. Only there if some row of the table needs it.
    Default,
    /// Prose.
    Description,
    /// A route's HTTP method.
    Method,
    /// A route's path.
    Path,
}

impl Column {
    fn of(caption: &str) -> Option<Self> {
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

/// What a table is for, and so which columns it may have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// Fields: parameters, headers, the contents of bodies.
    Fields,
    /// Status codes.
    Codes,
    /// A route's method and path.
    Endpoint,
}

impl Purpose {
    /// The columns without which the table says nothing.
    fn needed(self) -> &'static [Column] {
        match self {
            Self::Fields => &[Column::Name, Column::Type],
            Self::Codes => &[Column::Type],
            Self::Endpoint => &[Column::Method, Column::Path],
        }
    }

    fn allowed(self) -> &'static [Column] {
        match self {
            Self::Fields => &[Column::Attributes, Column::Default, Column::Description],
            Self::Codes => &[Column::Description],
            Self::Endpoint => &[],
        }
    }
}

/// One row below a table's head.
#[derive(Debug)]
pub struct Row<'a> {
    /// The line it begins on.
    pub line: usize,
    cells: Vec<(Column, &'a Element)>,
}

impl Row<'_> {
    /// The text of a cell, white space at its ends left out; empty where the table has no such column.
    pub fn text(&self, column: Column) -> String {
        let cell = self.cells.iter().find(|(own, _)| *own == column);
        cell.map(|(_, cell)| cell.text().trim().to_owned()).unwrap_or_default()
    }
}

/// The rows of a table; what of it makes no sense is reported and left out.
pub fn rows<'a>(table: &'a Element, purpose: Purpose, report: &mut Report<'_>) -> Vec<Row<'a>> {
    let Some(columns) = columns(table, purpose, report) else { return Vec::new() };
    let bodies = table.elements().filter(|element| element.tag == Tag::Tbody);
    let rows = table.elements().chain(bodies.flat_map(Element::elements)).filter(|element| element.tag == Tag::Tr);
    rows.filter_map(|row| row_of(row, &columns, report)).collect()
}

fn row_of<'a>(row: &'a Element, columns: &[Option<Column>], report: &mut Report<'_>) -> Option<Row<'a>> {
    let cells: Vec<_> = row.elements().collect();
    if cells.len() != columns.len() {
        report.add(row.line, format!("a row of {} cells in a table of {} columns", cells.len(), columns.len()));
        return None;
    }
    if cells.iter().any(|cell| cell.tag != Tag::Td) {
        report.add(row.line, "a row below the head with a cell of a head");
        return None;
    }
    if cells.iter().any(|cell| cell.elements().next().is_some()) {
        report.add(row.line, "a cell that holds more than text");
    }
    let known = columns.iter().zip(cells).filter_map(|(column, cell)| column.map(|column| (column, cell)));
    Some(Row { line: row.line, cells: known.collect() })
}

/// What each column of the head is, `None` for one that is not known; `None` altogether where the table has no use.
fn columns(table: &Element, purpose: Purpose, report: &mut Report<'_>) -> Option<Vec<Option<Column>>> {
    let mut heads = table.elements().filter(|element| element.tag == Tag::Thead).flat_map(Element::elements);
    let (Some(head), None) = (heads.next(), heads.next()) else {
        report.add(table.line, "a table whose head is not one row");
        return None;
    };
    let mut columns = Vec::new();
    for cell in head.elements() {
        let caption = squeezed(&cell.text());
        let known = Column::of(&caption)
            .filter(|column| purpose.needed().contains(column) || purpose.allowed().contains(column))
            .filter(|column| !columns.contains(&Some(*column)));
        if known.is_none() {
            report.add(cell.line, format!("the column `{caption}`"));
        }
        columns.push(known);
    }
    let whole = purpose.needed().iter().all(|needed| columns.contains(&Some(*needed)));
    if !whole {
        report.add(table.line, "a table that lacks a column it needs");
    }
    whole.then_some(columns)
}
