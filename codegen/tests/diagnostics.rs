//! Bad specs and what is said about them: every folder of `tests/diagnostics` is a spec with a mistake, and `expected.txt`
//! in it is the whole report, to the character.
//!
//! A new case is a new folder: write the spec files, run the test with `UPDATE_EXPECT=1`, and read what it wrote the way
//! someone would who has made that mistake.

use std::fs;
use std::path::{Path, PathBuf};

use routegen::diagnostic::Color;
use similar::TextDiff;

/// The variable that makes the test write what it would otherwise compare.
const UPDATE: &str = "UPDATE_EXPECT";

/// The folders of the cases, sorted. Relative, because the messages show the paths of the files.
fn cases() -> Vec<PathBuf> {
    let mut cases: Vec<PathBuf> = fs::read_dir("tests/diagnostics")
        .expect("the folder of the cases is there")
        .map(|entry| entry.expect("the folder can be listed").path())
        .filter(|path| path.is_dir())
        .collect();
    cases.sort();
    cases
}

fn name(case: &Path) -> String {
    case.file_name().unwrap_or_default().to_string_lossy().into_owned()
}

/// What is wrong with a case; nothing where the report is as expected.
fn fault(case: &Path, update: bool) -> Option<String> {
    let Err(found) = routegen::read(case) else {
        return Some("the spec is accepted, it should be refused".to_owned());
    };
    let found = found.render(Color::Never);
    let file = case.join("expected.txt");
    if update {
        fs::write(&file, found).expect("expected.txt can be written");
        return None;
    }
    let Ok(expected) = fs::read_to_string(&file) else {
        return Some(format!("there is no expected.txt; {UPDATE}=1 would write:\n{found}"));
    };
    if expected == found {
        return None;
    }
    let diff = TextDiff::from_lines(&expected, &found);
    Some(diff.unified_diff().context_radius(20).header("expected.txt", "found").to_string())
}

#[test]
fn every_bad_spec_is_reported_as_expected() {
    let update = std::env::var_os(UPDATE).is_some_and(|value| value == "1");
    let faults: Vec<String> =
        cases().iter().filter_map(|case| fault(case, update).map(|fault| format!("{}: {fault}", name(case)))).collect();
    assert!(faults.is_empty(), "{}\n\n{UPDATE}=1 takes over what was found.", faults.join("\n\n"));
}

#[test]
fn every_case_has_a_number_of_its_own() {
    let names: Vec<String> = cases().iter().map(|case| name(case)).collect();
    let numbers: Vec<Option<u16>> =
        names.iter().map(|name| name.get(..3)?.parse().ok().filter(|_| name.get(3..4) == Some("_"))).collect();
    for (index, (name, number)) in names.iter().zip(&numbers).enumerate() {
        assert!(number.is_some(), "`{name}` should be called like `123_what_is_wrong`");
        assert!(!numbers[..index].contains(number), "`{name}` has the number of another case");
    }
}
