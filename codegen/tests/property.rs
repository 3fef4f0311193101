//! A property of every spec: it is rejected for a documented reason, or it becomes valid Rust.

#[path = "support/random.rs"]
mod random;

use std::cell::Cell;

use proc_macro2::TokenStream;
use proptest::prelude::{ProptestConfig, prop_assert, prop_assert_eq};
use proptest::test_runner::{TestCaseError, TestRunner};
use random::RandomSpec;
use routegen::emit::{FileContent, UnformattedFile};
use routegen::output::File;

/// The errors that a random spec may have. All but the last are about conflicting names.
const ALLOWED_ERRORS: [&str; 4] =
    ["duplicate Rust name", "have the same name", "reserved type name", "unsupported response body: a string enum"];

/// Reads a spec. Returns `None` if it has one of the allowed errors.
fn read(spec: &RandomSpec) -> Result<Option<routegen::ir::Api>, TestCaseError> {
    let folder = tempfile::tempdir()?;
    spec.write(folder.path(), "random-api");
    match routegen::read(folder.path()) {
        Ok(api) => Ok(Some(api)),
        Err(report) => {
            let report = report.to_string();
            for line in report.lines().filter(|line| line.starts_with("error: ")) {
                prop_assert!(ALLOWED_ERRORS.iter().any(|error| line.contains(error)), "{}", report);
            }
            Ok(None)
        }
    }
}

/// Formats a file.
fn normalize(tokens: TokenStream) -> Result<String, TestCaseError> {
    let file = syn::parse2(tokens).map_err(|error| TestCaseError::fail(error.to_string()))?;
    Ok(prettyplease::unparse(&file))
}

/// Checks that formatting changes only the layout of a file.
fn check_text(unformatted: &UnformattedFile, file: &File) -> Result<(), TestCaseError> {
    let emitted: TokenStream = match &unformatted.content {
        FileContent::Rust { head, items } => [head].into_iter().chain(items).cloned().collect(),
        FileContent::Toml(_) | FileContent::Json(_) => return Ok(()),
    };
    let text: TokenStream =
        file.text.parse().map_err(|error| TestCaseError::fail(format!("{}: {error}\n{}", file.path, file.text)))?;
    prop_assert_eq!(normalize(emitted)?, normalize(text)?, "{}", file.path);
    prop_assert!(file.text.lines().all(|line| line.trim_end() == line), "{} has trailing whitespace", file.path);
    let is_hidden =
        |c: char| (c.is_control() && c != '\n') || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    prop_assert!(!file.text.contains(is_hidden), "{} contains an invisible character", file.path);
    Ok(())
}

/// Checks one spec. Returns `true` if it was accepted.
fn check(spec: &RandomSpec) -> Result<bool, TestCaseError> {
    let Some(api) = read(spec)? else { return Ok(false) };
    let files = routegen::generate(&api).map_err(|report| TestCaseError::fail(report.to_string()))?;
    prop_assert!(files.is_sorted_by(|a, b| a.path < b.path), "two files have the same path");
    for unformatted in routegen::emit::emit(&api) {
        let file = files.iter().find(|file| file.path == unformatted.path);
        prop_assert!(file.is_some(), "{} is missing", unformatted.path);
        file.map_or(Ok(()), |file| check_text(&unformatted, file))?;
    }
    let again = read(spec)?.map(|api| routegen::generate(&api).map_err(|report| report.to_string()));
    prop_assert_eq!(again, Some(Ok(files)));
    Ok(true)
}

#[test]
fn every_spec_becomes_rust() {
    const CASES: u32 = 48;
    let config = ProptestConfig { cases: CASES, failure_persistence: None, ..ProptestConfig::default() };
    let accepted = Cell::new(0);
    let outcome = TestRunner::new(config).run(&random::specs(), |spec| {
        accepted.set(accepted.get() + u32::from(check(&spec)?));
        Ok(())
    });
    outcome.unwrap_or_else(|failure| panic!("{failure}"));
    assert!(accepted.get() > CASES / 3, "only {} of {CASES} specs were accepted", accepted.get());
}
