//! `cargo xtask gen`.

use std::io;
use std::path::{Component, Path, PathBuf};
use std::process::ExitCode;
use std::time::Instant;

use routegen::ir::Api;
use routegen::output::File;

use crate::cli::Folders;
use crate::disk::{Changes, OutputFile};
use crate::{EXIT_DIFFERENCES, TaskError, print};

/// Generates the crate and writes or checks its files.
pub fn run(folders: &Folders, check: bool) -> Result<ExitCode, TaskError> {
    let start = Instant::now();
    let api = read(folders)?;
    let routes = api.operations().count();
    let files = all_files(&api, folders)?;
    let changes = Changes::find(&folders.out, &files)?;
    let (written, removed) = (changes.writes.len(), changes.removals());
    if check {
        let diff = changes.diff();
        print(&diff);
        print(&format!("{routes} routes, {written} files to write, {removed} to remove\n"));
        return Ok(if diff.is_empty() { ExitCode::SUCCESS } else { ExitCode::from(EXIT_DIFFERENCES) });
    }
    changes.apply()?;
    print(&format!(
        "{routes} routes, {} lines of Rust, {written} files written, {removed} removed, {} unchanged, {} ms\n",
        emitted_lines(&files),
        changes.unchanged,
        start.elapsed().as_millis()
    ));
    Ok(ExitCode::SUCCESS)
}

/// Returns the number of Rust lines in the crate itself, without its generated test.
fn emitted_lines(files: &[OutputFile]) -> usize {
    let is_source = |file: &&OutputFile| file.display_path.starts_with("src/") && file.display_path.ends_with(".rs");
    files.iter().filter(is_source).map(|file| file.text.lines().count()).sum()
}

/// Returns every generated file of a crate and of its spec folder.
pub fn files(folders: &Folders) -> Result<Vec<OutputFile>, TaskError> {
    all_files(&read(folders)?, folders)
}

/// Reads and checks the spec, and makes the path of the runtime relative to the generated crate.
fn read(folders: &Folders) -> Result<Api, TaskError> {
    let mut api = routegen::read(&folders.spec)?;
    if let Some(path) = &mut api.package.runtime.path {
        let from_out = relative(&folders.spec.join(&*path), &folders.out).map_err(|error| error.to_string())?;
        *path = from_out.to_str().ok_or_else(|| "the path of the runtime is not UTF-8".to_owned())?.replace('\\', "/");
    }
    Ok(api)
}

/// Returns the path of a folder relative to another one. Neither has to exist.
fn relative(folder: &Path, from: &Path) -> io::Result<PathBuf> {
    let [folder, from] = [absolute(folder)?, absolute(from)?];
    let common = folder.components().zip(from.components()).take_while(|(a, b)| a == b).count();
    let up = from.components().skip(common).map(|_| Component::ParentDir);
    Ok(up.chain(folder.components().skip(common)).collect())
}

/// Returns an absolute path without `..`, with symbolic links resolved as far as the path exists.
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

fn all_files(api: &Api, folders: &Folders) -> Result<Vec<OutputFile>, TaskError> {
    let files = routegen::generate(api)?;
    let mut all: Vec<OutputFile> = files
        .into_iter()
        .map(|File { path, text }| OutputFile { path: folders.out.join(&path), display_path: path, text })
        .collect();
    let schema = serde_json::to_string_pretty(&routegen::spec::json_schema()).map_err(|error| error.to_string())?;
    all.push(OutputFile {
        path: folders.spec.join("schema.json"),
        display_path: "schema.json".to_owned(),
        text: format!("{schema}\n"),
    });
    Ok(all)
}
