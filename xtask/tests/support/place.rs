//! A small spec in a folder of its own, and the tasks run on it as a maintainer would.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// A spec of one route, and the folders to work in.
pub struct Place {
    /// What holds both folders.
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

impl Place {
    /// A spec folder, and no output yet.
    pub fn new() -> Self {
        let place = Self { folder: tempfile::tempdir().expect("a temporary folder") };
        fs::create_dir(place.spec()).expect("a folder");
        place.write("spec/api.yaml", API);
        place.write("spec/books.yaml", BOOKS);
        place
    }

    /// The folder with the spec.
    pub fn spec(&self) -> PathBuf {
        self.folder.path().join("spec")
    }

    /// The folder of the generated crate.
    pub fn out(&self) -> PathBuf {
        self.folder.path().join("out")
    }

    /// Writes a file below the folder.
    pub fn write(&self, path: &str, text: &str) {
        fs::write(self.folder.path().join(path), text).expect("a file");
    }

    /// Runs a task that takes both folders; its code and what it printed.
    pub fn run(&self, arguments: &[&str]) -> (i32, String, String) {
        ended(xtask(&[arguments, &["--spec", text(&self.spec()), "--out", text(&self.out())]].concat()))
    }

    /// As `run`, with at most so many KiB of memory.
    #[cfg(unix)]
    pub fn run_with_memory_limit(&self, arguments: &[&str], kib: u64) -> (i32, String, String) {
        let script = format!("ulimit -v {kib} && exec \"$@\"");
        let folders = ["--spec", text(&self.spec()), "--out", text(&self.out())].map(str::to_owned);
        let output = Command::new("sh")
            .args(["-c", &script, "sh", env!("CARGO_BIN_EXE_xtask")])
            .args(arguments)
            .args(folders)
            .output()
            .expect("it starts");
        ended(output)
    }
}

fn ended(output: Output) -> (i32, String, String) {
    let code = output.status.code().expect("it ended by itself");
    (code, String::from_utf8(output.stdout).expect("UTF-8"), String::from_utf8(output.stderr).expect("UTF-8"))
}

/// A path as an argument.
pub fn text(path: &Path) -> &str {
    path.to_str().expect("a path in UTF-8")
}

/// Runs a task.
pub fn xtask(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_xtask")).args(arguments).output().expect("it starts")
}

/// Every file below a folder with its text and the time of its last change.
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
