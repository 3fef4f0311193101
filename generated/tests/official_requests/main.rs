//! Compares the requests of the client with those that the official JavaScript client sends for the same arguments.
//!
//! `requests.json` has one recorded call of each operation: its arguments, and the request that a local server received.
//! Both clients must agree on service, method, path, query and body. Exceptions are listed with their reasons. A test
//! checks that each of them is necessary.

mod args;
mod calls;
mod exceptions;
mod request;

use calls::Entry;
use exceptions::{Exception, exceptions, operation};
use serde_json::Value;

/// Returns the recorded calls.
fn recorded() -> Vec<Value> {
    let file: Value = serde_json::from_str(include_str!("requests.json")).expect("JSON");
    file["calls"].as_array().expect("a list of calls").clone()
}

/// Returns the table entry of an operation.
fn entry(name: &str) -> &'static Entry {
    calls::all().find(|entry| entry.0 == name).unwrap_or_else(|| panic!("{name} is not in the table"))
}

/// Returns a recorded call after the corrections of these exceptions.
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
fn every_operation_is_recorded_once_and_is_in_the_table_once() {
    let calls = recorded();
    let names = sorted(calls.iter().map(operation));
    assert_eq!(names, sorted(calls::all().map(|entry| entry.0)));

    // Operation ids have another case, and `_` between words.
    let document: Value = serde_json::from_str(include_str!("../../openapi.json")).expect("JSON");
    let paths = document["paths"].as_object().expect("paths").values();
    let operations = paths.flat_map(|path| path.as_object().expect("methods").values());
    let ids = operations.filter_map(|operation| operation["operationId"].as_str());
    let letters = |name: &str| name.replace(['.', '_'], "").to_lowercase();
    assert_eq!(sorted(names.into_iter().map(letters)), sorted(ids.map(letters)));
}

#[tokio::test]
async fn requests_equal_those_of_the_official_client() {
    let calls = recorded();
    let exceptions = exceptions(&calls);
    let mut differences = Vec::new();
    for call in &calls {
        let name = operation(call);
        if let Err(difference) = request::compare(entry(name), &corrected(call, &exceptions)).await {
            differences.push(format!("{name}: {difference}"));
        }
    }
    assert!(differences.is_empty(), "{} calls differ:\n{}", differences.len(), differences.join("\n"));
}

#[tokio::test]
async fn every_exception_is_necessary() {
    let calls = recorded();
    let exceptions = exceptions(&calls);
    let mut unnecessary = Vec::new();
    for exception in &exceptions {
        let name = exception.operation.as_str();
        let call = calls.iter().find(|call| operation(call) == name);
        let others = exceptions.iter().filter(|other| !std::ptr::eq(*other, exception));
        let call = corrected(call.unwrap_or_else(|| panic!("{name} was not recorded")), others);
        if request::compare(entry(name), &call).await.is_ok() {
            unnecessary.push(format!("{name}: {}", exception.because));
        }
    }
    assert!(unnecessary.is_empty(), "the clients agree without these exceptions:\n{}", unnecessary.join("\n"));
}
