//! Unusual but valid specs: every folder of `tests/diagnostics_accepted` must pass all checks, and the output must be Rust.

use std::fs;
use std::path::PathBuf;

fn cases() -> Vec<PathBuf> {
    let entries = fs::read_dir("tests/diagnostics_accepted").expect("the folder of the cases");
    let mut cases: Vec<PathBuf> = entries.map(|entry| entry.expect("an entry").path()).collect();
    cases.sort();
    cases
}

#[test]
fn every_unusual_spec_is_accepted() {
    for case in cases() {
        let api = routegen::read(&case).unwrap_or_else(|errors| panic!("{}:\n{errors}", case.display()));
        let files = routegen::generate(&api).unwrap_or_else(|errors| panic!("{}:\n{errors}", case.display()));
        for file in files.iter().filter(|file| file.path.ends_with(".rs")) {
            let parsed = syn::parse_file(&file.text);
            assert!(parsed.is_ok(), "{}: {} is not Rust", case.display(), file.path);
        }
    }
}
