//! `cargo xtask gen`.

use std::io;
use std::path::{Component, Path, PathBuf};
use std::process::ExitCode;
use std::time::Instant;

use routegen::output::File;

use crate::cli::Folders;
use crate::{Failure, STALE, diff, disk, say};

/// Generates, and writes or checks.
pub fn run(folders: &Folders, check: bool) -> Result<ExitCode, Failure> {
    let start = Instant::now();
    let api = read(folders)?;
    let routes = api.operations().count();
    let files = all_files(&api, folders)?;
    let lines = emitted_lines(&files);
    let plan = disk::plan(&folders.out, &files)?;
    if check {
        let stale = diff::render(&plan);
        say(&stale);
        say(&format!("{routes} routes, {} files to write, {} to remove\n", plan.writes.len(), plan.removals()));
        return Ok(if stale.is_empty() { ExitCode::SUCCESS } else { ExitCode::from(STALE) });
    }
    plan.carry_out()?;
    say(&format!(
        "{routes} routes, {lines} lines of Rust, {} files written, {} removed, {} unchanged, {} ms\n",
        plan.writes.len(),
        plan.removals(),
        plan.unchanged,
        start.elapsed().as_millis()
    ));
    Ok(ExitCode::SUCCESS)
}

/// How many lines of Rust the crate itself has; its generated test does not count.
fn emitted_lines(files: &[disk::Target]) -> usize {
    let is_source = |file: &&disk::Target| file.shown.starts_with("src/") && file.shown.ends_with(".rs");
    files.iter().filter(is_source).map(|file| file.text.lines().count()).sum()
}

/// Every file of a crate and of its spec folder that is generated.
pub fn files(folders: &Folders) -> Result<Vec<disk::Target>, Failure> {
    all_files(&read(folders)?, folders)
}

/// The checked spec, with the runtime's folder as it is seen from the generated crate.
fn read(folders: &Folders) -> Result<routegen::ir::Api, Failure> {
    let mut api = routegen::read(&folders.spec)?;
    if let Some(path) = &mut api.package.runtime.path {
        let from_out = relative(&folders.spec.join(&*path), &folders.out).map_err(|error| error.to_string())?;
        *path = from_out.to_str().ok_or_else(|| "the path of the runtime is not UTF-8".to_owned())?.replace('\\', "/");
    }
    Ok(api)
}

/// The path of a folder relative to another one, neither of which has to exist.
fn relative(folder: &Path, from: &Path) -> io::Result<PathBuf> {
    let [folder, from] = [absolute(folder)?, absolute(from)?];
    let common = folder.components().zip(from.components()).take_while(|(a, b)| a == b).count();
    let up = from.components().skip(common).map(|_| Component::ParentDir);
    Ok(up.chain(folder.components().skip(common)).collect())
}

/// An absolute path without `..`; symbolic links are followed as far as the path exists.
fn absolute(path: &Path) -> io::Result<PathBuf> {
    let absolute = std::path::absolute(path)?;
    let mut resolved = PathBuf::new();
    for component in absolute.components() {
        match component {
            Component::ParentDir => drop(resolved.pop()),
            component => resolved.push(component),
        }
        if let Ok(canonical) = resolved.canonicalize() {
            resolved = canonical;
        }
    }
    Ok(resolved)
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
