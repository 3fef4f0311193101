//! `cargo xtask gen`.

use std::process::ExitCode;
use std::time::Instant;

use routegen::output::File;

use crate::cli::Folders;
use crate::{Failure, STALE, diff, disk, say};

/// Generates, and writes or checks.
pub fn run(folders: &Folders, check: bool) -> Result<ExitCode, Failure> {
    let start = Instant::now();
    let api = routegen::read(&folders.spec)?;
    let routes = api.operations().count();
    let plan = disk::plan(&folders.out, &all_files(&api, folders)?)?;
    if check {
        let stale = diff::render(&plan);
        say(&stale);
        say(&format!("{routes} routes, {} files to write, {} to remove\n", plan.writes.len(), plan.removals()));
        return Ok(if stale.is_empty() { ExitCode::SUCCESS } else { ExitCode::from(STALE) });
    }
    plan.carry_out()?;
    say(&format!(
        "{routes} routes, {} files written, {} removed, {} unchanged, {} ms\n",
        plan.writes.len(),
        plan.removals(),
        plan.unchanged,
        start.elapsed().as_millis()
    ));
    Ok(ExitCode::SUCCESS)
}

/// Every file of a crate and of its spec folder that is generated.
pub fn files(folders: &Folders) -> Result<Vec<disk::Target>, Failure> {
    all_files(&routegen::read(&folders.spec)?, folders)
}

fn all_files(api: &routegen::ir::Api, folders: &Folders) -> Result<Vec<disk::Target>, Failure> {
    let files = routegen::generate(api)?;
    let mut targets: Vec<disk::Target> = files
        .into_iter()
        .map(|File { path, text }| disk::Target { path: folders.out.join(&path), shown: path, text })
        .collect();
    let schema = serde_json::to_string_pretty(&routegen::spec::json_schema()).map_err(|error| error.to_string())?;
    targets.push(disk::Target {
        path: folders.spec.join("schema.json"),
        shown: "schema.json".to_owned(),
        text: format!("{schema}\n"),
    });
    Ok(targets)
}
