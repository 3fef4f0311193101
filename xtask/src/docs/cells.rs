//! Parses the cells of a row: a field, a status code, the method and path of a route.
//!
//! An invalid row is reported and skipped.

use serde_json::Value;

use super::documentation::DocField;
use super::table::{Column, Row};
use super::unrecognized::Report;

const METHODS: [&str; 7] = ["DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"];

/// Parses a field of any table except that of the path parameters.
pub fn field(row: &Row<'_>, report: &mut Report<'_>) -> Option<DocField> {
    let name = row.text(Column::Name);
    if name.is_empty() {
        report.add(row.line, "a field without a name");
        return None;
    }
    let optional = match row.text(Column::Attributes).as_str() {
        "" => false,
        // JSDoc's own tables use the second spelling.
        "optional" | "<optional>" => true,
        other => {
            report.add(row.line, format!("unknown attribute `{other}`"));
            return None;
        }
    };
    let r#type = non_empty(row.text(Column::Type)).filter(|text| text != "null");
    Some(DocField { name, r#type, optional, default: non_empty(row.text(Column::Default)).map(value) })
}

/// Parses a path parameter, which the pages write as `:id`.
pub fn path_parameter(row: &Row<'_>, report: &mut Report<'_>) -> Option<DocField> {
    let mut field = field(row, report)?;
    if let Some(name) = field.name.strip_prefix(':') {
        field.name = name.to_owned();
    }
    Some(field)
}

/// Parses a status code.
pub fn code(row: &Row<'_>, report: &mut Report<'_>) -> Option<u16> {
    let text = row.text(Column::Type);
    let code = text.parse().ok().filter(|code| (100..=599).contains(code));
    if code.is_none() {
        report.add(row.line, format!("expected a status code, found `{text}`"));
    }
    code
}

/// Parses the method and the path of a route.
pub fn endpoint(row: &Row<'_>, report: &mut Report<'_>) -> Option<(String, String)> {
    let (method, path) = (row.text(Column::Method), row.text(Column::Path));
    if !METHODS.contains(&method.as_str()) {
        report.add(row.line, format!("expected an HTTP method, found `{method}`"));
        return None;
    }
    let template = path_template(&path);
    if template.is_none() {
        report.add(row.line, format!("expected a path, found `{path}`"));
    }
    template.map(|template| (method, template))
}

/// Converts `/users/:id` to `/users/{id}`. Returns `None` for anything that is not a plain path.
pub fn path_template(path: &str) -> Option<String> {
    let is_plain = |character: char| character.is_ascii_alphanumeric() || "-._~".contains(character);
    let is_name = |character: char| character.is_ascii_alphanumeric() || character == '_';
    let segments = path.strip_prefix('/')?.split('/').map(|segment| match segment.strip_prefix(':') {
        Some(name) if !name.is_empty() && name.chars().all(is_name) => Some(format!("/{{{name}}}")),
        Some(_) => None,
        None => segment.chars().all(is_plain).then(|| format!("/{segment}")),
    });
    segments.collect()
}

/// Returns the text of a cell unless the cell is empty or `undefined`.
///
/// A table has a column for defaults as soon as one row needs it, so an empty cell is a missing default. The pages cannot
/// express a default of `""`. Their template prints `undefined` for a value that was never set.
fn non_empty(text: String) -> Option<String> {
    (!text.is_empty() && text != "undefined").then_some(text)
}

/// Parses a default value as JSON (`60`, `false`). Anything else is a string, which the pages write without quotes.
fn value(text: String) -> Value {
    serde_json::from_str(&text).unwrap_or(Value::String(text))
}
