//! Entries of the spec folder that are not spec files, or too large: they are reported, and neither block nor exhaust memory.

use std::fs::{self, File};
use std::path::Path;

use routegen::spec::MAX_SPEC_FILE_BYTES;
use tempfile::TempDir;

const API: &str = "title: Shelf
version: '1'
summary: Books.
crate: { name: shelf, version: 0.1.0 }
services: { api: { url: 'https://shelf.example', description: The shelf. } }
";

/// Returns a folder with only `api.yaml`.
fn spec() -> TempDir {
    let folder = tempfile::Builder::new().prefix("spec").tempdir().expect("a folder");
    fs::write(folder.path().join("api.yaml"), API).expect("a file");
    folder
}

fn report(spec: &Path) -> String {
    routegen::read(spec).expect_err("the spec is rejected").to_string()
}

/// Returns the report for a spec whose `book.yaml` is created by `make`.
fn report_with(make: impl FnOnce(&Path)) -> String {
    let spec = spec();
    make(&spec.path().join("book.yaml"));
    report(spec.path())
}

#[cfg(unix)]
#[test]
fn only_regular_files_are_read() {
    use std::os::unix::fs::symlink;
    use std::os::unix::net::UnixListener;
    use std::process::Command;

    let pipe = report_with(|path| {
        assert!(Command::new("mkfifo").arg(path).status().expect("mkfifo").success());
    });
    assert!(pipe.contains("/book.yaml`: expected a regular file, found a named pipe\n"), "{pipe}");
    assert!(pipe.contains("help: move it out of the spec folder"), "{pipe}");
    let socket = report_with(|path| drop(UnixListener::bind(path).expect("a socket")));
    assert!(socket.contains("expected a regular file, found a socket\n"), "{socket}");
    let device = report_with(|path| symlink("/dev/zero", path).expect("a link"));
    assert!(device.contains("expected a regular file, found a device\n"), "{device}");
    let directory = report_with(|path| fs::create_dir(path).expect("a folder"));
    assert!(directory.contains("expected a regular file, found a directory\n"), "{directory}");
    let link = report_with(|path| symlink("nothing", path).expect("a link"));
    assert!(
        link.contains("No such file") && link.contains("help: remove it from the spec folder if it is a dangling link"),
        "{link}"
    );
}

#[test]
fn a_spec_file_beyond_the_limit_is_not_read() {
    // The file is sparse. It takes no space on the disk but would take two gigabytes of memory.
    let huge = report_with(|path| File::create(path).and_then(|file| file.set_len(2 << 30)).expect("a file"));
    assert!(huge.contains("/book.yaml`: it is larger than 16 MiB\n"), "{huge}");
    assert!(huge.contains("help: split the file"), "{huge}");

    let spec = spec();
    let page = |comment: u64| {
        let text = "namespace: book\nsummary: Books.\nroutes:\n  list: { route: GET /books, summary: Lists books., \
                    auth: none, responses: { 200: Here they are. } }\n#";
        let rest = comment - u64::try_from(text.len()).expect("a length");
        format!("{text}{}", "x".repeat(usize::try_from(rest).expect("a length")))
    };
    fs::write(spec.path().join("book.yaml"), page(MAX_SPEC_FILE_BYTES)).expect("a file");
    routegen::read(spec.path()).unwrap_or_else(|errors| panic!("{errors}"));
    fs::write(spec.path().join("book.yaml"), page(MAX_SPEC_FILE_BYTES + 1)).expect("a file");
    assert!(report(spec.path()).contains("it is larger than 16 MiB"));
}
