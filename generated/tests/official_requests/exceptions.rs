//! Corrections of recorded calls that the client must not imitate, each with its reason.
//!
//! The official client also handles other values incorrectly, such as path values that need encoding and the query value
//! `0`, which it omits. No recorded call has such a value.

use serde_json::{Value, json};

/// A correction of one or more related values of a recorded call.
pub struct Exception {
    pub operation: String,
    pub because: &'static str,
    /// JSON pointers into the call, with the correct values.
    corrections: Vec<(String, Value)>,
}

impl Exception {
    fn new(operation: &str, because: &'static str, corrections: &[(&str, Value)]) -> Self {
        let corrections = corrections.iter().map(|(pointer, value)| ((*pointer).to_owned(), value.clone())).collect();
        Self { operation: operation.to_owned(), because, corrections }
    }

    /// Returns the exception for a call without a body.
    fn for_missing_body(call: &Value) -> Option<Self> {
        let because = "the official client sends `{}` instead of no body";
        let has_body = args(call).iter().any(Value::is_object);
        (!has_body).then(|| Self::new(operation(call), because, &[("/body", Value::Null)]))
    }

    /// Returns the exception for a field of the body. Corrects both the argument and the request.
    fn for_field(call: &Value, field: &str, because: &'static str, value: &Value) -> Self {
        let argument = format!("/args/{}{field}", args(call).len() - 1);
        let sent = format!("/body{field}");
        Self::new(operation(call), because, &[(&argument, value.clone()), (&sent, value.clone())])
    }

    /// Corrects a recorded call.
    pub fn correct(&self, call: &mut Value) {
        for (pointer, value) in &self.corrections {
            let target = call.pointer_mut(pointer);
            *target.unwrap_or_else(|| panic!("{} has no {pointer}", self.operation)) = value.clone();
        }
    }
}

/// Returns the name of the operation of a recorded call.
pub fn operation(call: &Value) -> &str {
    call["operation"].as_str().expect("a name")
}

fn args(call: &Value) -> &[Value] {
    call["args"].as_array().expect("a list of arguments")
}

/// Returns all exceptions for these calls.
pub fn exceptions(calls: &[Value]) -> Vec<Exception> {
    let without_body = calls.iter().filter_map(Exception::for_missing_body);
    without_body.chain(wrong_requests()).chain(wrong_types(calls)).collect()
}

/// Returns the exceptions for incorrect requests of the official client.
fn wrong_requests() -> Vec<Exception> {
    let bucket = "5b0e7e3a9d2f4c0001a2b3c4";
    let registration = json!({
        "username": "v-username", "email": "v-email", "password": "v-password",
        "role": "v-role", "company": "v-company", "accept_terms": true,
    });
    vec![
        Exception::new(
            "auth.register",
            "documented as GET, but the request has a body, and the pm2 command line sends a POST",
            &[("/method", json!("POST"))],
        ),
        Exception::new("auth.register", "the official client sends no body with GET", &[("/body", registration)]),
        Exception::new(
            "auth.retrieveToken",
            "the official client always replaces a required field by its default",
            &[("/body/grant_type", json!("v-grant_type"))],
        ),
        Exception::new(
            "orchestration.selfSend",
            "`:id` is not documented as a parameter, so the official client has no argument for it and sends a literal `:id`",
            &[("/args", json!([bucket])), ("/path", json!(format!("/api/bucket/{bucket}/balance")))],
        ),
    ]
}

/// Returns the exceptions for arguments whose documented types are incorrect.
fn wrong_types(calls: &[Value]) -> Vec<Exception> {
    let occurrences = "data.issues.listOccurencesForIdentifier";
    let number =
        "documented as a number; the recorded call has a string, because the official client does not check types";
    let mut exceptions = vec![
        Exception::new(
            "auth.register",
            "documented as a number; the pm2 command line sends true",
            &[("/args/0/accept_terms", json!(true))],
        ),
        Exception::new(occurrences, number, &[("/args/2", json!(7)), ("/query/from", json!("7"))]),
        Exception::new(occurrences, number, &[("/args/3", json!(8)), ("/query/search_after", json!("8"))]),
    ];
    let groups =
        [(json!(["a"]), ARRAYS), (json!([{"a": "b"}]), OBJECTS), (json!("text"), STRINGS), (json!(7), NUMBERS)];
    for (value, fields) in groups {
        for (name, field, because) in fields {
            let call = calls.iter().find(|call| operation(call) == *name);
            let call = call.unwrap_or_else(|| panic!("{name} was not recorded"));
            exceptions.push(Exception::for_field(call, field, because, &value));
        }
    }
    exceptions
}

/// Fields of bodies: operation, JSON pointer into the body, reason.
type Fields = &'static [(&'static str, &'static str, &'static str)];

/// Fields whose values are arrays of strings.
const ARRAYS: Fields = &[
    ("bucket.alert.create", "/scope/apps", "documented as an object; the page's text says an array of strings"),
    ("bucket.alert.create", "/scope/servers", "documented as an object; the page's text says an array of strings"),
    ("bucket.alert.create", "/scope/initiators", "documented as an object; the page's text says an array of strings"),
    ("bucket.alert.create", "/scope/sources", "documented as an object; the page's text says an array of strings"),
    (
        "bucket.alert.updateAlert",
        "/scope/initiators",
        "documented as an object; the page's text says an array of strings",
    ),
    ("bucket.alert.updateAlert", "/scope/sources", "documented as an object; the page's text says an array of strings"),
    ("bucket.application.create", "/domains", "documented as an object; the page's text says an array of strings"),
    (
        "bucket.application.update",
        "/domains",
        "documented as an object; for `create`, the page's text says an array of strings",
    ),
    ("data.metrics.retrieveList", "/apps", "documented as an object; clients send an array of names"),
    ("data.metrics.retrieveList", "/servers", "documented as an object; clients send an array of names"),
    ("data.profiling.list", "/apps", "documented as an object; clients send an array of names"),
    ("data.profiling.list", "/servers", "documented as an object; clients send an array of names"),
];

/// Fields whose values are arrays of objects.
const OBJECTS: Fields = &[
    ("bucket.webcheck.create", "/alerts", "documented as an object; the page's text says a list"),
    ("bucket.webcheck.update", "/alerts", "documented as an object; the page's text says a list"),
    ("dashboard.create", "/children", "documented as an object; the page's text says a list"),
    ("dashboard.update", "/children", "documented as an object; the page's text says a list"),
];

/// Fields whose values are strings.
const STRINGS: Fields = &[
    ("actions.triggerAction", "/app_name", "documented as a number; it is a name, and clients send a string"),
    ("bucket.alert.updateSlack", "/slack/url", "documented as a boolean; it is a URL"),
    ("bucket.alert.updateWebhooks", "/webhooks/url", "documented as a boolean; it is a URL"),
    ("data.issues.findOccurences", "/identifier", "documented as an object; identifiers are strings everywhere else"),
    ("data.issues.findOccurences", "/occurrence_id", "documented as an object; the page's text calls it an id"),
    ("data.logs.retrieveHistogram", "/app_name", "documented as an object; it is a name"),
    (
        "data.logs.retrieveHistogram",
        "/start",
        "documented as an object; it is a string in `data.issues.retrieveHistogram`",
    ),
    (
        "data.logs.retrieveHistogram",
        "/interval",
        "documented as an object; it is a string in `data.issues.retrieveHistogram`",
    ),
    (
        "data.logs.retrieveHistogram",
        "/end",
        "documented as an object; it is a string in `data.issues.retrieveHistogram`",
    ),
    ("data.profiling.list", "/type", "documented as an object; clients send the kind of profile"),
];

/// Fields whose values are numbers.
const NUMBERS: Fields = &[
    ("data.metrics.retrieveHistogram", "/before", "documented as a string; the documented default is a number"),
    ("data.metrics.retrieveMetadatas", "/before", "documented as a string; the documented default is a number"),
    ("data.processes.retrieveEvents", "/before", "documented as a string; the documented default is a number"),
    ("data.profiling.list", "/from", "documented as an object; clients send the number of entries to skip"),
    ("data.profiling.list", "/size", "documented as an object; it is a count"),
    ("data.traces.list", "/limit", "documented as a string; it is a count, with a number as its default"),
    ("data.transactions.retrieveHistogram", "/before", "documented as a string; the documented default is a number"),
];
