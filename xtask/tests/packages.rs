//! The packages that are published: their files and their metadata.

use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

/// The published packages with their folders.
const PACKAGES: [(&str, &str); 4] = [
    ("routegen", "codegen"),
    ("routegen-runtime", "codegen/runtime"),
    ("pm2-api", "generated"),
    ("pm2-mock", "generated/mock"),
];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("a package in a workspace").to_owned()
}

fn cargo(arguments: &[&str]) -> String {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    let output = command.args(arguments).current_dir(root()).output().expect("cargo starts");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("UTF-8")
}

#[test]
fn a_package_contains_sources_and_documents_but_no_tests() {
    for (package, folder) in PACKAGES {
        let list = cargo(&["package", "--list", "--locked", "--offline", "--allow-dirty", "--package", package]);
        let files: Vec<&str> = list.lines().collect();
        for expected in ["Cargo.toml", "README.md", "LICENSE", "CHANGELOG.md", "src/lib.rs"] {
            assert!(files.contains(&expected), "{package} lacks {expected}:\n{list}");
        }
        let is_expected = |file: &str| {
            let is_document = ["README.md", "LICENSE", "CHANGELOG.md", "openapi.json"].contains(&file);
            is_document || file.starts_with("src/") || file.starts_with("Cargo.") || file == ".cargo_vcs_info.json"
        };
        let unexpected: Vec<&&str> = files.iter().filter(|file| !is_expected(file)).collect();
        assert!(unexpected.is_empty(), "{package} contains {unexpected:?}");
        let license = |path: PathBuf| std::fs::read_to_string(path).expect("a license");
        assert_eq!(license(root().join(folder).join("LICENSE")), license(root().join("LICENSE")), "{package}");
    }
}

#[test]
fn a_package_has_the_metadata_of_a_registry() {
    let metadata = cargo(&["metadata", "--locked", "--offline", "--no-deps", "--format-version", "1"]);
    let metadata: Value = serde_json::from_str(&metadata).expect("JSON");
    let packages = metadata["packages"].as_array().expect("packages");
    for (name, _) in PACKAGES {
        let package = packages.iter().find(|package| package["name"] == name).expect("a member of the workspace");
        for key in ["description", "license", "documentation", "rust_version", "readme"] {
            assert!(package[key].as_str().is_some_and(|text| !text.is_empty()), "{name} lacks `{key}`");
        }
        for key in ["keywords", "categories"] {
            let count = package[key].as_array().map_or(0, Vec::len);
            assert!((1..=5).contains(&count), "{name} has {count} {key}");
        }
        // A dependency on another member needs a version, because its path is not part of the package.
        for dependency in package["dependencies"].as_array().expect("dependencies") {
            let is_published = dependency["kind"].is_null() && dependency["path"].is_string();
            assert!(
                !is_published || dependency["req"] != "*",
                "{name} depends on {} without a version",
                dependency["name"]
            );
        }
    }
}
