//! Compares the checked-in crate with the spec and with the documentation of this repository.

use std::path::{Path, PathBuf};

use xtask::cli::Folders;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("a package in a workspace").to_owned()
}

#[test]
fn the_checked_in_crate_is_up_to_date() {
    let stale = xtask::stale(&Folders::default()).expect("a valid spec");
    assert!(stale.is_empty(), "run `cargo xtask gen`, which would change this:\n{stale}");
}

#[test]
fn the_generated_manifest_has_the_versions_of_the_workspace() {
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
    for table in ["[dependencies]", "[dev-dependencies]"] {
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
fn the_readme_has_the_commands_of_the_ci_script() {
    let readme = std::fs::read_to_string(root().join("README.md")).expect("a README");
    let script = std::fs::read_to_string(root().join(".ci/run")).expect("a script");
    let block = readme.split("```sh\n").nth(1).and_then(|rest| rest.split("```").next()).expect("the two commands");
    assert_eq!(block, "cargo xtask gen\ncargo test --workspace\n");
    assert!(script.lines().any(|line| line == "cargo test --locked --workspace"));
    assert!(script.lines().any(|line| line == "cargo --locked xtask gen --check"));
}
