//! What must hold for every spec: it is refused by a rule that the documentation has, or it becomes Rust.

#[path = "support/random.rs"]
mod random;

use std::cell::Cell;

use proc_macro2::TokenStream;
use proptest::prelude::{ProptestConfig, prop_assert, prop_assert_eq};
use proptest::test_runner::{TestCaseError, TestRunner};
use random::RandomSpec;
use routegen::emit::{Content, Draft};
use routegen::output::File;

/// The rules that a random spec may break; all but the last are about names that other names make impossible.
const RULES: [&str; 4] = [
    "two names must not become the same Rust name",
    "must not have the same name",
    "a type must not be called",
    "a whole answer must not be a string enum",
];

/// The API, or nothing where it breaks one of the rules.
fn read(spec: &RandomSpec) -> Result<Option<routegen::ir::Api>, TestCaseError> {
    let folder = tempfile::tempdir()?;
    spec.write(folder.path(), "random-api");
    match routegen::read(folder.path()) {
        Ok(api) => Ok(Some(api)),
        Err(report) => {
            let report = report.to_string();
            for line in report.lines().filter(|line| line.starts_with("error: ")) {
                prop_assert!(RULES.iter().any(|rule| line.contains(rule)), "{}", report);
            }
            Ok(None)
        }
    }
}

/// A file as prettyplease would write it, whatever the layout of its text is.
fn normal(tokens: TokenStream) -> Result<String, TestCaseError> {
    let file = syn::parse2(tokens).map_err(|error| TestCaseError::fail(error.to_string()))?;
    Ok(prettyplease::unparse(&file))
}

/// Where lines are broken is all that formatting decides: the text holds what was emitted.
fn check_text(draft: &Draft, file: &File) -> Result<(), TestCaseError> {
    let emitted: TokenStream = match &draft.content {
        Content::Items { head, items } => [head].into_iter().chain(items).cloned().collect(),
        Content::Toml(_) | Content::Json(_) => return Ok(()),
    };
    let text: TokenStream =
        file.text.parse().map_err(|error| TestCaseError::fail(format!("{}: {error}\n{}", file.path, file.text)))?;
    prop_assert_eq!(normal(emitted)?, normal(text)?, "{}", file.path);
    prop_assert!(file.text.lines().all(|line| line.trim_end() == line), "{} ends a line in blanks", file.path);
    let is_hidden =
        |c: char| (c.is_control() && c != '\n') || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    prop_assert!(!file.text.contains(is_hidden), "{} holds a character that nobody sees", file.path);
    Ok(())
}

/// Checks one spec; true where it was not refused.
fn check(spec: &RandomSpec) -> Result<bool, TestCaseError> {
    let Some(api) = read(spec)? else { return Ok(false) };
    let files = routegen::generate(&api).map_err(|report| TestCaseError::fail(report.to_string()))?;
    prop_assert!(files.is_sorted_by(|a, b| a.path < b.path), "two files have one path");
    for draft in routegen::emit::emit(&api) {
        let file = files.iter().find(|file| file.path == draft.path);
        prop_assert!(file.is_some(), "{} is not there", draft.path);
        file.map_or(Ok(()), |file| check_text(&draft, file))?;
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
    assert!(accepted.get() > CASES / 3, "only {} of {CASES} specs were not refused", accepted.get());
}
