//! Holds the checked-in crate against the spec, and against what is promised of it.

use std::io::Write;
use std::path::{Path, PathBuf};

use xtask::cli::Folders;

/// How many lines of Rust a route may cost, types included.
const MOST_LINES_PER_ROUTE: f64 = 61.0;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("a package in a workspace").to_owned()
}

#[test]
fn the_checked_in_crate_is_up_to_date() {
    let stale = xtask::stale(&Folders::default()).expect("a sound spec");
    assert!(stale.is_empty(), "run `cargo xtask gen`; it would change this:\n{stale}");
}

#[test]
fn a_route_costs_few_lines() {
    let api = routegen::read(&root().join("spec")).expect("a sound spec");
    let routes = api.operations().count();
    let files = routegen::generate(&api).expect("a sound generator");
    let is_emitted =
        |path: &str| path.starts_with("src/") && !path.starts_with("src/runtime/") && path.ends_with(".rs");
    let lines: usize = files.iter().filter(|file| is_emitted(&file.path)).map(|file| file.text.lines().count()).sum();
    let each = lines as f64 / routes as f64;
    // Past the capture of the test runner: the figure is to be seen in every run.
    let _ = writeln!(std::io::stderr(), "{lines} lines of Rust for {routes} routes: {each:.1} lines each");
    assert!(each <= MOST_LINES_PER_ROUTE, "{each:.1} lines of Rust for each route, {MOST_LINES_PER_ROUTE} are allowed");
}

#[test]
fn the_generated_manifest_names_the_versions_of_the_workspace() {
    let versions = |path: &Path, table: &str| -> Vec<(String, String)> {
        let text = std::fs::read_to_string(path).expect("a manifest");
        let mut inside = false;
        let mut versions = Vec::new();
        for line in text.lines() {
            if line.starts_with('[') {
                inside = line == table;
            } else if inside && let Some((name, rest)) = line.split_once(" = ") {
                let version = rest.split('"').nth(1).unwrap_or_default();
                versions.push((name.to_owned(), version.to_owned()));
            }
        }
        versions
    };
    let known = versions(&root().join("Cargo.toml"), "[workspace.dependencies]");
    let mut compared = 0;
    let of_linux = "[target.'cfg(target_os = \"linux\")'.dev-dependencies]";
    for table in ["[dependencies]", "[dev-dependencies]", of_linux] {
        let before = compared;
        for (name, version) in versions(&root().join("generated/Cargo.toml"), table) {
            let expected = known.iter().find(|(known, _)| *known == name);
            let (_, expected) =
                expected.unwrap_or_else(|| panic!("`{name}` needs a reason in the workspace's Cargo.toml"));
            assert_eq!(version, *expected, "{name}");
            compared += 1;
        }
        assert!(compared > before, "{table} is empty");
    }
    assert!(compared > 10, "only {compared} dependencies were found");
}

#[test]
fn the_readme_tells_the_commands_of_the_continuous_build() {
    let readme = std::fs::read_to_string(root().join("README.md")).expect("a README");
    let script = std::fs::read_to_string(root().join(".ci/run")).expect("a script");
    let block = readme.split("```sh\n").nth(1).and_then(|rest| rest.split("```").next()).expect("the two commands");
    assert_eq!(block, "cargo xtask gen\ncargo test --workspace\n");
    assert!(script.lines().any(|line| line == "cargo test --locked --workspace"));
    assert!(script.lines().any(|line| line == "cargo --locked xtask gen --check"));
}
