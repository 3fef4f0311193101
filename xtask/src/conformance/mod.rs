//! `cargo xtask conformance`: runs the official JavaScript client against the mock server.
//!
//! The client calls every operation that it can call. Every response must match `openapi.json`.

pub mod check;
mod client;
pub mod contract;
pub mod plan;
mod server;

use std::process::ExitCode;

use semver::Version;

use crate::cli::Folders;
use crate::{EXIT_DIFFERENCES, TaskError, print};
use check::{Coverage, Row, Verdict};
use contract::Contract;
use plan::{CallPlan, PlanConfig};

/// Runs the client and prints a report.
pub(crate) fn run(folders: &Folders, client_version: &Version) -> Result<ExitCode, TaskError> {
    client::check_tools()?;
    let contract = read_contract(folders)?;
    let plan = CallPlan::new(&contract, &PlanConfig::read()?)?;
    let folder = tempfile::tempdir().map_err(|error| format!("cannot create a temporary folder: {error}"))?;
    client::install(folder.path(), client_version)?;
    let server = server::MockServer::start(folder.path())?;
    let lines = client::run(folder.path(), &plan, &server)?;
    let rows = check::evaluate(&contract, &plan, &lines)?;
    print(&render(&rows));
    let has_failed = rows.iter().any(|row| row.verdict.is_failed());
    Ok(if has_failed { ExitCode::from(EXIT_DIFFERENCES) } else { ExitCode::SUCCESS })
}

fn read_contract(folders: &Folders) -> Result<Contract, TaskError> {
    let routes = routegen::route_list::routes(&routegen::read(&folders.spec)?);
    let path = folders.out.join("openapi.json");
    let failed = |error: String| {
        let help = "generate it with `cargo xtask gen`";
        format!("cannot read the OpenAPI document `{}`: {error}\nhelp: {help}", path.display())
    };
    let text = std::fs::read_to_string(&path).map_err(|error| failed(error.to_string()))?;
    let document = serde_json::from_str(&text).map_err(|error| failed(error.to_string()))?;
    Ok(Contract::new(&routes, document)?)
}

/// Returns a table of the rows, the operations that cannot be called with the reason, and one line with totals.
///
/// An operation counts as called if the client has sent a request to it.
pub fn render(rows: &[Row]) -> String {
    let is_callable = |row: &&Row| !matches!(row.verdict, Verdict::NotCallable(_));
    let callable: Vec<&Row> = rows.iter().filter(is_callable).collect();
    let width =
        |title: &str, cell: fn(&Row) -> usize| callable.iter().map(|row| cell(row)).fold(title.len(), usize::max);
    let operations = width("OPERATION", |row| row.operation.len());
    let methods = width("METHOD", |row| row.method.len());
    let mut text = format!("{:operations$}  {:methods$}  STATUS  VERDICT\n", "OPERATION", "METHOD");
    for Row { operation, method, status, verdict, requests: _ } in &callable {
        let status = status.map_or("-".to_owned(), |status| status.to_string());
        let verdict = describe(verdict);
        text.push_str(&format!("{operation:operations$}  {method:methods$}  {status:6}  {verdict}\n"));
    }
    for row in rows {
        if let Verdict::NotCallable(reason) = &row.verdict {
            text.push_str(&format!("not callable: {} ({reason})\n", row.operation));
        }
    }
    let called = callable.iter().filter(|row| row.requests > 0).count();
    let requests: usize = callable.iter().map(|row| row.requests).sum();
    let passed = callable.iter().filter(|row| row.verdict.is_passed()).count();
    let not_callable = rows.len() - callable.len();
    text.push_str(&format!("called {called} with {requests} requests, passed {passed}, not callable {not_callable}\n"));
    text
}

fn describe(verdict: &Verdict) -> String {
    match verdict {
        Verdict::Passed(Coverage::Full) => "passed".to_owned(),
        Verdict::Passed(Coverage::NoSchema) => "passed; the body can be any JSON".to_owned(),
        Verdict::Passed(Coverage::Empty) => "passed; the body is empty".to_owned(),
        Verdict::Failed(reason) => format!("FAILED: {reason}"),
        Verdict::NotCallable(reason) => format!("not callable: {reason}"),
    }
}
