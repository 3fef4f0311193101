//! `cargo xtask conformance`: the official JavaScript client judges the generated side of the server. It calls every
//! operation of the mock server that it can call; each answer has to be as `openapi.json` has it.

pub mod check;
pub mod client;
pub mod contract;
pub mod plan;
mod report;
pub mod schema;
mod server;

use std::path::Path;
use std::process::ExitCode;

use semver::Version;

use crate::cli::Folders;
use crate::{Failure, STALE, say};
use contract::Contract;
use plan::{Plan, Table};

pub use report::render;

/// Runs the client against the mock server and prints what came of it.
pub(crate) fn run(folders: &Folders, client_version: &Version) -> Result<ExitCode, Failure> {
    client::check_tools()?;
    let contract = contract(folders)?;
    let plan = Plan::new(&contract, &Table::new()?)?;
    let folder = tempfile::tempdir().map_err(|error| format!("cannot make a temporary folder: {error}"))?;
    client::install(folder.path(), client_version)?;
    let server = server::MockServer::start(folder.path())?;
    let lines = client::carry_out(folder.path(), &plan, &server)?;
    let rows = check::judge(&contract, &plan, &lines)?;
    say(&render(&rows));
    let has_failed = rows.iter().any(|row| row.verdict.is_failed());
    Ok(if has_failed { ExitCode::from(STALE) } else { ExitCode::SUCCESS })
}

/// What the spec and the crate's OpenAPI document promise.
fn contract(folders: &Folders) -> Result<Contract, Failure> {
    let routes = routegen::route_list::routes(&routegen::read(&folders.spec)?);
    let document = read_document(&folders.out.join("openapi.json"))?;
    Ok(Contract::new(&routes, document)?)
}

fn read_document(path: &Path) -> Result<serde_json::Value, String> {
    let text = std::fs::read_to_string(path).map_err(|error| format!("cannot read {}: {error}", path.display()))?;
    serde_json::from_str(&text).map_err(|error| format!("{}: {error}", path.display()))
}
