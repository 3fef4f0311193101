//! Compares the requests of the generated client with those of the official JavaScript client for the same arguments.
//!
//! `requests.json` has a call of every operation: its arguments, and the request that a local server received. Both
//! clients must agree on service, method, path, query and body. Every exception is listed with its reason, and a test
//! fails if an exception is no longer needed.

mod args;
mod calls;
mod exceptions;
mod wire;

use calls::Entry;
use exceptions::{Exception, exceptions, operation};
use serde_json::Value;

/// The recorded calls.
fn recorded() -> Vec<Value> {
    let file: Value = serde_json::from_str(include_str!("requests.json")).expect("JSON");
    file["calls"].as_array().expect("a list of calls").clone()
}

/// Returns how an operation is called.
fn entry(name: &str) -> &'static Entry {
    calls::all().find(|entry| entry.0 == name).unwrap_or_else(|| panic!("{name} is not in the table"))
}

/// Returns a call with the corrections of these exceptions.
fn corrected<'a>(call: &Value, exceptions: impl IntoIterator<Item = &'a Exception>) -> Value {
    let mut corrected = call.clone();
    for exception in exceptions.into_iter().filter(|exception| exception.operation == operation(call)) {
        exception.correct(&mut corrected);
    }
    corrected
}

fn sorted<T: Ord>(names: impl IntoIterator<Item = T>) -> Vec<T> {
    let mut names: Vec<T> = names.into_iter().collect();
    names.sort_unstable();
    names
}

#[test]
fn every_operation_was_recorded_once_and_is_once_in_the_table() {
    let calls = recorded();
    let names = sorted(calls.iter().map(operation));
    assert_eq!(names, sorted(calls::all().map(|entry| entry.0)));

    // OpenAPI's names have other letter case, and `_` between words.
    let document: Value = serde_json::from_str(include_str!("../../openapi.json")).expect("JSON");
    let paths = document["paths"].as_object().expect("paths").values();
    let operations = paths.flat_map(|path| path.as_object().expect("methods").values());
    let ids = operations.filter_map(|operation| operation["operationId"].as_str());
    let letters = |name: &str| name.replace(['.', '_'], "").to_lowercase();
    assert_eq!(sorted(names.into_iter().map(letters)), sorted(ids.map(letters)));
}

#[tokio::test]
async fn requests_are_those_of_the_official_client() {
    let calls = recorded();
    let exceptions = exceptions(&calls);
    let mut differences = Vec::new();
    for call in &calls {
        let name = operation(call);
        if let Err(difference) = wire::compare(entry(name), &corrected(call, &exceptions)).await {
            differences.push(format!("{name}: {difference}"));
        }
    }
    assert!(differences.is_empty(), "{} calls differ:\n{}", differences.len(), differences.join("\n"));
}

#[tokio::test]
async fn every_exception_is_needed() {
    let calls = recorded();
    let exceptions = exceptions(&calls);
    let mut needless = Vec::new();
    for exception in &exceptions {
        let name = exception.operation.as_str();
        let call = calls.iter().find(|call| operation(call) == name);
        let others = exceptions.iter().filter(|other| !std::ptr::eq(*other, exception));
        let call = corrected(call.unwrap_or_else(|| panic!("{name} was not recorded")), others);
        if wire::compare(entry(name), &call).await.is_ok() {
            needless.push(format!("{name}: {}", exception.because));
        }
    }
    assert!(needless.is_empty(), "the clients agree without these exceptions:\n{}", needless.join("\n"));
}
