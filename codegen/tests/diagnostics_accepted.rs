//! Good specs with something odd about them: every folder of `tests/diagnostics_accepted` must pass all checks, and what
//! comes out must be Rust.

use std::fs;
use std::path::PathBuf;

fn cases() -> Vec<PathBuf> {
    let entries = fs::read_dir("tests/diagnostics_accepted").expect("the folder of the cases is there");
    let mut cases: Vec<PathBuf> = entries.map(|entry| entry.expect("the folder can be listed").path()).collect();
    cases.sort();
    cases
}

#[test]
fn every_odd_spec_is_accepted() {
    for case in cases() {
        let api = routegen::read(&case).unwrap_or_else(|faults| panic!("{}:\n{faults}", case.display()));
        let files = routegen::generate(&api).unwrap_or_else(|faults| panic!("{}:\n{faults}", case.display()));
        for file in files.iter().filter(|file| file.path.ends_with(".rs")) {
            let parsed = syn::parse_file(&file.text);
            assert!(parsed.is_ok(), "{}: {} is no Rust", case.display(), file.path);
        }
    }
}
