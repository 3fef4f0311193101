//! Invalid specs and their diagnostics: every folder of `tests/diagnostics` is a spec with an error, and its `expected.txt` is
//! the complete report.
//!
//! A new case is a new folder: write the spec files, run the test with `UPDATE_EXPECT=1`, and review the report from the
//! perspective of the spec's author.

use std::fs;
use std::path::{Path, PathBuf};

use routegen::diagnostic::Color;
use similar::TextDiff;

/// The environment variable that makes the test write the reports instead of comparing them.
const UPDATE: &str = "UPDATE_EXPECT";

/// Returns the folders of the cases, sorted. The paths are relative because the reports contain them.
fn cases() -> Vec<PathBuf> {
    let mut cases: Vec<PathBuf> = fs::read_dir("tests/diagnostics")
        .expect("the folder of the cases")
        .map(|entry| entry.expect("an entry").path())
        .filter(|path| path.is_dir())
        .collect();
    cases.sort();
    cases
}

fn name(case: &Path) -> String {
    case.file_name().unwrap_or_default().to_string_lossy().into_owned()
}

/// Returns how a report differs from the expected one.
fn difference(case: &Path, update: bool) -> Option<String> {
    let Err(found) = routegen::read(case) else {
        return Some("the spec is accepted, but it should be rejected".to_owned());
    };
    let found = found.render(Color::Never);
    let file = case.join("expected.txt");
    if update {
        fs::write(&file, found).expect("a file");
        return None;
    }
    let Ok(expected) = fs::read_to_string(&file) else {
        return Some(format!("missing expected.txt; {UPDATE}=1 writes:\n{found}"));
    };
    if expected == found {
        return None;
    }
    let diff = TextDiff::from_lines(&expected, &found);
    Some(diff.unified_diff().context_radius(20).header("expected.txt", "found").to_string())
}

#[test]
fn every_invalid_spec_has_the_expected_report() {
    let update = std::env::var_os(UPDATE).is_some_and(|value| value == "1");
    let differences: Vec<String> = cases()
        .iter()
        .filter_map(|case| difference(case, update).map(|text| format!("{}: {text}", name(case))))
        .collect();
    assert!(differences.is_empty(), "{}\n\n{UPDATE}=1 accepts these reports.", differences.join("\n\n"));
}

#[test]
fn every_case_has_a_unique_number() {
    let names: Vec<String> = cases().iter().map(|case| name(case)).collect();
    let numbers: Vec<Option<u16>> =
        names.iter().map(|name| name.get(..3)?.parse().ok().filter(|_| name.get(3..4) == Some("_"))).collect();
    for (index, (name, number)) in names.iter().zip(&numbers).enumerate() {
        assert!(number.is_some(), "rename `{name}` to start with a number, as in `123_unknown_type`");
        assert!(!numbers[..index].contains(number), "`{name}` has the number of another case");
    }
}
