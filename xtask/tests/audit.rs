//! Runs `cargo xtask audit` and `cargo xtask docs` as a maintainer would.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

fn xtask(arguments: &[&str]) -> (i32, String, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_xtask")).args(arguments).output().expect("xtask starts");
    let utf8 = |bytes| String::from_utf8(bytes).expect("UTF-8");
    (output.status.code().expect("an exit code"), utf8(output.stdout), utf8(output.stderr))
}

fn real_spec() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("a package in a workspace").join("spec")
}

/// Copies the real spec and replaces a string in one file.
fn changed(file: &str, from: &str, to: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a temporary folder");
    for entry in fs::read_dir(real_spec()).expect("the spec") {
        let path = entry.expect("a file").path();
        let name = path.file_name().expect("a name");
        if name == file {
            let text = fs::read_to_string(&path).expect("a file in UTF-8");
            assert!(text.contains(from), "`{from}` in {file}");
            fs::write(folder.path().join(name), text.replacen(from, to, 1)).expect("a file");
        } else {
            fs::copy(&path, folder.path().join(name)).expect("a copy");
        }
    }
    folder
}

fn text(path: &Path) -> &str {
    path.to_str().expect("a path in UTF-8")
}

#[test]
fn the_spec_has_no_unexplained_differences() {
    let (code, out, err) = xtask(&["audit"]);
    assert_eq!((code, err.as_str()), (0, ""), "{out}");
    assert!(out.starts_with("158 routes, ") && out.ends_with(" covered, 0 unexplained\n"), "{out}");
    assert_eq!(out.lines().count(), 1, "{out}");
}

#[test]
fn a_difference_is_shown_with_both_locations() {
    let folder = changed("user.yaml", "username?: {", "user_name?: {");
    let (code, out, err) = xtask(&["audit", "--spec", text(folder.path())]);
    assert_eq!((code, err.as_str()), (1, ""), "{out}");
    assert!(out.ends_with(" 2 unexplained\n"), "{out}");
    for expected in [
        "error: `body.user_name` of `user.update` differs from the documentation\n",
        "error: `body.username` of `user.update` differs from the documentation\n",
        "/user.yaml:",
        "/documented.json:",
        "^^^^^^^^^^ the spec has `string?`\n",
        "the documentation has `String?`\n",
        "help: fix the spec, or add an erratum: ",
    ] {
        assert!(out.contains(expected), "`{expected}` in:\n{out}");
    }
    assert!(!out.contains('\u{1b}'), "no colors without a terminal");
}

#[test]
fn an_invalid_spec_and_missing_facts_are_errors() {
    let folder = changed("user.yaml", "auth: required", "auth: perhaps");
    let (code, out, err) = xtask(&["audit", "--spec", text(folder.path())]);
    assert_eq!((code, out.as_str()), (2, ""));
    assert!(err.contains("user.yaml:"), "{err}");

    for option in ["--documented", "--mapping", "--html"] {
        let (code, out, err) = xtask(&["audit", option, "/not/there"]);
        assert_eq!((code, out.as_str()), (2, ""), "{option}");
        assert!(err.contains("`/not/there`") && err.contains("\nhelp: "), "{err}");
    }
}

#[test]
fn facts_are_read_from_the_spec_folder() {
    let folder = changed("user.yaml", "username?: {", "username?: {");
    let audit = || xtask(&["audit", "--spec", text(folder.path())]);
    assert_eq!(audit().0, 0);
    for (file, command) in [("mapping.json", "docs mapping FILE"), ("documented.json", "docs import DIR")] {
        let path = folder.path().join(file);
        let facts = fs::read_to_string(&path).expect("facts");
        fs::write(&path, "{}").expect("a file");
        let (code, out, err) = audit();
        assert_eq!((code, out.as_str()), (2, ""), "{file}");
        assert!(
            err.contains(&format!("cannot read the facts in `{}`: missing field `routes`", path.display())),
            "{err}"
        );
        fs::remove_file(&path).expect("a file");
        let (code, out, err) = audit();
        assert_eq!((code, out.as_str()), (2, ""), "{file}");
        assert!(err.contains(&format!("cannot read the facts in `{}`: No such file", path.display())), "{err}");
        assert!(
            err.contains(&format!(
                "\nhelp: write them with `cargo xtask {command} --out FILE`, or choose another file"
            )),
            "{err}"
        );
        fs::write(&path, facts).expect("a file");
    }
}

#[test]
fn the_mapping_is_optional_if_documented_is_given() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let documented = folder.path().join("documented.json");
    fs::copy(real_spec().join("documented.json"), &documented).expect("a copy");
    let (code, out, _) = xtask(&["audit", "--documented", text(&documented)]);
    assert_eq!(code, 0, "{out}");
    let mapping = real_spec().join("mapping.json");
    let (code, more, _) = xtask(&["audit", "--documented", text(&documented), "--mapping", text(&mapping)]);
    assert_eq!(code, 0, "{more}");
    assert_ne!(out, more, "the facts of the mapping are compared as well");
}

#[test]
fn facts_are_written_only_if_they_change() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let pages = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/docs/tests/pages");
    let facts = folder.path().join("facts.json");
    let import = || xtask(&["docs", "import", text(&pages), "--out", text(&facts)]);
    let (code, out, err) = import();
    assert_eq!((code, err.as_str()), (0, ""));
    assert_eq!(out, format!("{}: written\n1 page, 2 routes, 38 facts\n", facts.display()));
    let (code, out, _) = import();
    assert_eq!(code, 0);
    assert_eq!(out, format!("{}: unchanged\n1 page, 2 routes, 38 facts\n", facts.display()));
    let expected = fs::read_to_string(pages.join("documented.json")).expect("the facts");
    assert_eq!(fs::read_to_string(&facts).expect("facts"), expected);

    let (code, out, err) = xtask(&["docs", "import", text(folder.path())]);
    assert_eq!((code, out.as_str()), (2, ""));
    assert!(err.starts_with("error: no HTML file in the folder ") && err.contains("\nhelp: "), "{err}");
}
