//! The exact output of the generator: every folder in `tests/golden` contains a spec and the crate generated from it.
//!
//! To add a case, add a folder with `spec/`, run the test with `UPDATE_EXPECT=1`, and review `expected/`.

#[path = "support/cases.rs"]
mod cases;

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use cases::Case;
use similar::TextDiff;

/// The environment variable that makes the test overwrite the expected files.
const UPDATE: &str = "UPDATE_EXPECT";

/// The content of every file by its path in the crate.
type Files = BTreeMap<String, String>;

fn found(case: &Case) -> Files {
    case.generated().into_iter().map(|file| (file.path, file.text)).collect()
}

fn expected(folder: &Path, prefix: &str, files: &mut Files) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    for entry in entries {
        let path = entry.expect("the folder can be listed").path();
        let name = format!("{prefix}{}", path.file_name().unwrap_or_default().to_string_lossy());
        if path.is_dir() {
            expected(&path, &format!("{name}/"), files);
        } else {
            files.insert(name, fs::read_to_string(&path).expect("expected files are text"));
        }
    }
}

/// Returns the differences between two crates as a diff.
fn difference(expected: &Files, found: &Files) -> String {
    let mut paths: Vec<&String> = expected.keys().chain(found.keys()).collect();
    paths.sort();
    paths.dedup();
    let mut text = String::new();
    for path in paths {
        let (old, new) = (expected.get(path), found.get(path));
        if old == new {
            continue;
        }
        let from = if old.is_some() { format!("expected/{path}") } else { "/dev/null".to_owned() };
        let to = if new.is_some() { format!("found/{path}") } else { "/dev/null".to_owned() };
        let diff = TextDiff::from_lines(old.map_or("", String::as_str), new.map_or("", String::as_str));
        text.push_str(&diff.unified_diff().context_radius(3).header(&from, &to).to_string());
    }
    text
}

fn overwrite(folder: &Path, found: &Files) {
    if folder.exists() {
        fs::remove_dir_all(folder).expect("the old files can be removed");
    }
    for (path, text) in found {
        let path = folder.join(path);
        fs::create_dir_all(path.parent().unwrap_or(folder)).expect("a folder can be made");
        fs::write(path, text).expect("a file can be written");
    }
}

#[test]
fn every_case_is_generated_as_expected() {
    let update = std::env::var_os(UPDATE).is_some_and(|value| value == "1");
    let mut failures = Vec::new();
    for case in cases::all() {
        let (folder, found) = (case.folder.join("expected"), found(&case));
        let mut old = Files::new();
        expected(&folder, "", &mut old);
        let difference = difference(&old, &found);
        if difference.is_empty() {
            continue;
        }
        if update {
            overwrite(&folder, &found);
        } else {
            failures.push(format!("{}:\n{difference}", case.name));
        }
    }
    assert!(failures.is_empty(), "{}\n{UPDATE}=1 accepts the changes.", failures.join("\n"));
}
