//! A property of every header of a spec: it is rejected, or cargo accepts the manifest and the client the base URL.

#[path = "../runtime/src/client/base_url.rs"]
mod base_url;
#[path = "support/header.rs"]
mod header;

use std::cell::Cell;

use header::Header;
use http::Uri;
use proptest::prelude::{ProptestConfig, prop_assert, prop_assert_eq};
use proptest::test_runner::{TestCaseError, TestRunner};
use routegen::facts::collapse_whitespace;
use semver::Version;
use toml::{Table, Value};

/// The errors that a random header may have.
const ALLOWED_ERRORS: [&str; 8] = [
    "error: invalid package name",
    "error: reserved package name",
    "error: invalid package version",
    "base URL",
    "must not be empty",
    "error: duplicate keyword",
    "error: duplicate category",
    "error: invalid category",
];

/// Returns the first sentence of a string.
fn first_sentence(text: &str) -> String {
    collapse_whitespace(text).split(". ").next().unwrap_or_default().to_owned()
}

fn failed(error: impl ToString) -> TestCaseError {
    TestCaseError::fail(error.to_string())
}

fn check_manifest(header: &Header, text: &str) -> Result<(), TestCaseError> {
    let is_hidden =
        |c: char| (c.is_control() && c != '\n') || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    prop_assert!(!text.contains(is_hidden), "{text:?} contains an invisible character");
    let manifest: Table = text.parse().map_err(failed)?;
    let package = manifest.get("package").and_then(Value::as_table).ok_or_else(|| failed("there is no package"))?;
    let value = |key| package.get(key).and_then(Value::as_str).map(str::to_owned);
    prop_assert_eq!(value("name"), Some(header.name.clone()));
    let version = value("version").ok_or_else(|| failed("there is no version"))?;
    prop_assert_eq!(Version::parse(&version).map_err(failed)?.to_string(), collapse_whitespace(&header.version));
    prop_assert_eq!(value("license"), header.license.as_deref().map(collapse_whitespace));
    let description =
        header.description.as_deref().map_or_else(|| first_sentence(&header.summary), collapse_whitespace);
    prop_assert_eq!(value("description"), Some(description));
    let list = |key| -> Vec<&str> {
        package.get(key).and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str).collect()
    };
    prop_assert_eq!(list("keywords"), header.keywords.iter().map(String::as_str).collect::<Vec<_>>());
    prop_assert_eq!(list("categories"), header.categories.iter().map(String::as_str).collect::<Vec<_>>());
    // For its tests, the crate depends on itself, and on no other crate of that name.
    let library = header.name.replace('-', "_");
    for (table, expected) in [("dependencies", 0), ("dev-dependencies", 1)] {
        let dependencies = manifest.get(table).and_then(Value::as_table).ok_or_else(|| failed(table))?;
        let alike = dependencies.keys().filter(|name| name.replace('-', "_") == library).count();
        prop_assert_eq!(alike, expected, "{} in {}", library, table);
    }
    Ok(())
}

/// Checks one header. Returns `true` if it was accepted.
fn check(header: &Header) -> Result<bool, TestCaseError> {
    let folder = tempfile::tempdir()?;
    header.write(folder.path());
    let api = match routegen::read(folder.path()) {
        Ok(api) => api,
        Err(report) => {
            let report = report.to_string();
            for line in report.lines().filter(|line| line.starts_with("error: ")) {
                prop_assert!(ALLOWED_ERRORS.iter().any(|error| line.contains(error)), "{}", report);
            }
            return Ok(false);
        }
    };
    let files = routegen::generate(&api).map_err(failed)?;
    let manifest = files.iter().find(|file| file.path == "Cargo.toml").ok_or_else(|| failed("no manifest"))?;
    check_manifest(header, &manifest.text)?;
    for service in &api.services {
        let url = base_url::normalize(service.url.clone()).map_err(failed)?;
        prop_assert!(format!("{url}/books?page=1").parse::<Uri>().is_ok(), "{url}");
    }
    Ok(true)
}

#[test]
fn every_header_becomes_a_manifest_and_a_base_url() {
    const CASES: u32 = 512;
    let config = ProptestConfig { cases: CASES, failure_persistence: None, ..ProptestConfig::default() };
    let accepted = Cell::new(0);
    let outcome = TestRunner::new(config).run(&header::headers(), |header| {
        accepted.set(accepted.get() + u32::from(check(&header)?));
        Ok(())
    });
    outcome.unwrap_or_else(|failure| panic!("{failure}"));
    assert!(accepted.get() > CASES / 20, "only {} of {CASES} headers were accepted", accepted.get());
}
