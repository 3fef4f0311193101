//! `cargo xtask routes`.

use std::path::Path;
use std::process::ExitCode;

use routegen::route_list::{self, Parameter, Route};

use crate::{TaskError, print};

/// What to print.
pub enum Format {
    /// A table of the routes.
    Table,
    /// All details as JSON.
    Json,
    /// The types of the responses.
    Shapes,
}

impl Format {
    /// Returns the format for the options of the command line.
    pub fn new(json: bool, shapes: bool) -> Self {
        match (json, shapes) {
            (true, _) => Self::Json,
            (false, true) => Self::Shapes,
            (false, false) => Self::Table,
        }
    }
}

/// Prints the routes.
pub fn run(spec: &Path, format: Format) -> Result<ExitCode, TaskError> {
    let routes = route_list::routes(&routegen::read(spec)?);
    match format {
        Format::Table => print(&overview(&routes)),
        Format::Json => {
            let text = serde_json::to_string_pretty(&routes).map_err(|error| error.to_string())?;
            print(&format!("{text}\n"));
        }
        Format::Shapes => print(&shapes(&routes)),
    }
    Ok(ExitCode::SUCCESS)
}

fn overview(routes: &[Route]) -> String {
    let rows = routes.iter().map(|route| {
        let codes: Vec<String> = route.responses.iter().map(|response| response.code.to_string()).collect();
        [route.operation.clone(), route.method.to_owned(), route.path.clone(), route.auth.to_owned(), codes.join(" ")]
    });
    table(["OPERATION", "METHOD", "PATH", "AUTH", "CODES"], rows)
}

/// Lists the type of the body of each route's success, and counts the types without known fields.
fn shapes(routes: &[Route]) -> String {
    let (mut without_shape, mut without_body) = (0, 0);
    let rows = routes.iter().map(|route| {
        let mut successes = route.responses.iter().filter(|response| response.success);
        let body = successes.find_map(|response| Some((response.r#type.as_deref()?, &response.fields)));
        let ty = match body {
            Some(("object", fields)) if !fields.is_empty() => inline_object(fields),
            Some((ty, fields)) => {
                // The innermost type of an array or a map is the last word.
                let is_generic = matches!(ty.rsplit(' ').next(), Some("json" | "object"));
                without_shape += usize::from(is_generic && fields.is_empty());
                ty.to_owned()
            }
            None => {
                without_body += 1;
                "()".to_owned()
            }
        };
        [route.operation.clone(), ty]
    });
    let mut text = table(["OPERATION", "RESPONSE"], rows);
    let count = routes.len();
    text.push_str(&format!("{count} routes, {without_body} without a body, {without_shape} without a shape\n"));
    text
}

/// Writes an object without a name as its fields. Fields inside of them are left out.
fn inline_object(fields: &[Parameter]) -> String {
    let own = fields.iter().filter(|field| !field.name.contains(['.', '[', '{']));
    let own: Vec<String> = own.map(|field| format!("{}: {}", field.name, field.r#type)).collect();
    format!("{{ {} }}", own.join(", "))
}

fn table<const N: usize>(header: [&str; N], rows: impl Iterator<Item = [String; N]>) -> String {
    let rows: Vec<[String; N]> = std::iter::once(header.map(str::to_owned)).chain(rows).collect();
    let mut widths = [0; N];
    for row in &rows {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = (*width).max(cell.chars().count());
        }
    }
    let mut text = String::new();
    for row in &rows {
        let cells: Vec<String> = row.iter().zip(widths).map(|(cell, width)| format!("{cell:width$}")).collect();
        text.push_str(cells.join("  ").trim_end());
        text.push('\n');
    }
    text
}
