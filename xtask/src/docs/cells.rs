//! What the cells of a row say: a field, a status code, a route's method and path.
//!
//! Owns the pages' way of saying nothing (see [`stated`]). A row that does not make sense is reported and left out.

use serde_json::Value;

use super::documented::Field;
use super::table::{Column, Row};
use super::unplaced::Report;

const METHODS: [&str; 7] = ["DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"];

/// A field of any table but that of the path parameters.
pub fn field(row: &Row<'_>, report: &mut Report<'_>) -> Option<Field> {
    let name = row.text(Column::Name);
    if name.is_empty() {
        report.add(row.line, "a field without a name");
        return None;
    }
    let optional = match row.text(Column::Attributes).as_str() {
        "" => false,
        // The second is how JSDoc's own tables spell it.
        "optional" | "<optional>" => true,
        other => {
            report.add(row.line, format!("the attribute `{other}`"));
            return None;
        }
    };
    let r#type = stated(row.text(Column::Type)).filter(|text| text != "null");
    Some(Field { name, r#type, optional, default: stated(row.text(Column::Default)).map(value) })
}

/// A path parameter: the pages write it `:id`.
pub fn path_parameter(row: &Row<'_>, report: &mut Report<'_>) -> Option<Field> {
    let mut field = field(row, report)?;
    if let Some(name) = field.name.strip_prefix(':') {
        field.name = name.to_owned();
    }
    Some(field)
}

/// A status code.
pub fn code(row: &Row<'_>, report: &mut Report<'_>) -> Option<u16> {
    let text = row.text(Column::Type);
    let code = text.parse().ok().filter(|code| (100..=599).contains(code));
    if code.is_none() {
        report.add(row.line, format!("`{text}` where a status code belongs"));
    }
    code
}

/// A route's method and its path, parameters as `{id}`.
pub fn endpoint(row: &Row<'_>, report: &mut Report<'_>) -> Option<(String, String)> {
    let (method, path) = (row.text(Column::Method), row.text(Column::Path));
    let template = template(&path);
    if !METHODS.contains(&method.as_str()) {
        report.add(row.line, format!("`{method}` where an HTTP method belongs"));
        return None;
    }
    if template.is_none() {
        report.add(row.line, format!("`{path}` where a path belongs"));
    }
    template.map(|template| (method, template))
}

/// `/users/:id` as `/users/{id}`; `None` for what is no path, or one with parts whose meaning we would have to guess.
pub fn template(path: &str) -> Option<String> {
    let is_plain = |character: char| character.is_ascii_alphanumeric() || "-._~".contains(character);
    let is_name = |character: char| character.is_ascii_alphanumeric() || character == '_';
    let segments = path.strip_prefix('/')?.split('/').map(|segment| match segment.strip_prefix(':') {
        Some(name) if !name.is_empty() && name.chars().all(is_name) => Some(format!("/{{{name}}}")),
        Some(_) => None,
        None => segment.chars().all(is_plain).then(|| format!("/{segment}")),
    });
    segments.collect()
}

/// A cell's text where it states something.
///
/// The pages leave a cell empty where there is nothing to say, and a table has a Default column as soon as one of its
/// rows needs it: an empty cell is no default, not an empty one. (A default of `""` would look the same, so the pages
/// cannot state it.) `undefined` is what their template prints for a value that was never given.
fn stated(text: String) -> Option<String> {
    (!text.is_empty() && text != "undefined").then_some(text)
}

/// A default value: JSON where it is JSON (`60`, `false`), else the text itself (`minute` stands there without quotes).
fn value(text: String) -> Value {
    serde_json::from_str(&text).unwrap_or(Value::String(text))
}
