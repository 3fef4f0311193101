//! A small spec in a temporary folder, and helpers that run tasks on it as a maintainer would.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// A spec with one route and a folder for its crate.
pub struct Workspace {
    /// The folder that contains both.
    pub folder: tempfile::TempDir,
}

/// `api.yaml`.
pub const API: &str = "title: Shelf
version: '1'
summary: Books.
crate: { name: shelf, version: 0.1.0 }
services: { api: { url: 'https://shelf.example', description: The shelf. } }
";

/// `books.yaml`.
pub const BOOKS: &str = "namespace: books
summary: Books on the shelf.
routes:
  get:
    route: GET /books/{isbn}
    summary: Retrieves a book.
    auth: none
    path: { isbn: { type: string, description: The book's number. } }
    responses:
      200: { description: The book is there., body: object }
      404: The book is not there.
";

impl Workspace {
    /// Creates the spec folder, without output.
    pub fn new() -> Self {
        let workspace = Self { folder: tempfile::tempdir().expect("a temporary folder") };
        fs::create_dir(workspace.spec()).expect("a folder");
        workspace.write("spec/api.yaml", API);
        workspace.write("spec/books.yaml", BOOKS);
        workspace
    }

    /// Returns the spec folder.
    pub fn spec(&self) -> PathBuf {
        self.folder.path().join("spec")
    }

    /// Returns the folder of the generated crate.
    pub fn out(&self) -> PathBuf {
        self.folder.path().join("out")
    }

    /// Writes a file below the folder.
    pub fn write(&self, path: &str, text: &str) {
        fs::write(self.folder.path().join(path), text).expect("a file");
    }

    /// Runs a task with both folders and returns its exit code and its output.
    pub fn run(&self, arguments: &[&str]) -> (i32, String, String) {
        result(xtask(&[arguments, &["--spec", text(&self.spec()), "--out", text(&self.out())]].concat()))
    }

    /// Runs a task like `run`, with a limit on memory in KiB.
    #[cfg(unix)]
    pub fn run_with_memory_limit(&self, arguments: &[&str], kib: u64) -> (i32, String, String) {
        let script = format!("ulimit -v {kib} && exec \"$@\"");
        let folders = ["--spec", text(&self.spec()), "--out", text(&self.out())].map(str::to_owned);
        let output = Command::new("sh")
            .args(["-c", &script, "sh", env!("CARGO_BIN_EXE_xtask")])
            .args(arguments)
            .args(folders)
            .output()
            .expect("xtask starts");
        result(output)
    }
}

fn result(output: Output) -> (i32, String, String) {
    let code = output.status.code().expect("an exit code");
    (code, String::from_utf8(output.stdout).expect("UTF-8"), String::from_utf8(output.stderr).expect("UTF-8"))
}

/// Returns a path as an argument.
pub fn text(path: &Path) -> &str {
    path.to_str().expect("a path in UTF-8")
}

/// Runs a task.
pub fn xtask(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_xtask")).args(arguments).output().expect("xtask starts")
}

/// Returns every file below a folder with its content and the time of its last change.
pub fn snapshot(folder: &Path) -> Vec<(PathBuf, Vec<u8>, std::time::SystemTime)> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).into_iter().flatten() {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            files.extend(snapshot(&path));
        } else {
            let changed = fs::metadata(&path).and_then(|metadata| metadata.modified()).expect("a time");
            files.push((path.clone(), fs::read(&path).expect("a file"), changed));
        }
    }
    files.sort();
    files
}
