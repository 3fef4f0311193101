//! `cargo xtask routes`.

use std::path::Path;
use std::process::ExitCode;

use routegen::route_list::{self, Route};

use crate::{TaskError, print};

/// Prints the routes as a table or as JSON.
pub fn run(spec: &Path, json: bool) -> Result<ExitCode, TaskError> {
    let routes = route_list::routes(&routegen::read(spec)?);
    if json {
        let text = serde_json::to_string_pretty(&routes).map_err(|error| error.to_string())?;
        print(&format!("{text}\n"));
    } else {
        print(&table(&routes));
    }
    Ok(ExitCode::SUCCESS)
}

fn table(routes: &[Route]) -> String {
    let mut rows = vec![["OPERATION", "METHOD", "PATH", "AUTH", "CODES"].map(str::to_owned)];
    rows.extend(routes.iter().map(|route| {
        let codes: Vec<String> = route.responses.iter().map(|response| response.code.to_string()).collect();
        [route.operation.clone(), route.method.to_owned(), route.path.clone(), route.auth.to_owned(), codes.join(" ")]
    }));
    let mut widths = [0; 5];
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
