//! Where a recorded call is not what the client should do: what is right instead, and why.
//!
//! Path values that need encoding, and query values such as `0` that the official client leaves out, are among its
//! faults, too; the recorded calls have none.

use serde_json::{Value, json};

/// What is wrong in a recorded call, in one place of it or in several that belong together.
pub struct Exception {
    pub operation: String,
    pub because: &'static str,
    /// JSON pointers into the call, and what belongs there.
    places: Vec<(String, Value)>,
}

impl Exception {
    fn new(operation: &str, because: &'static str, places: &[(&str, Value)]) -> Self {
        let places = places.iter().map(|(pointer, right)| ((*pointer).to_owned(), right.clone())).collect();
        Self { operation: operation.to_owned(), because, places }
    }

    /// For a request that has nothing to send.
    fn of_nothing(call: &Value) -> Option<Self> {
        let because = "the official client sends `{}` where there is nothing to send";
        let nothing = !args(call).iter().any(Value::is_object);
        nothing.then(|| Self::new(operation(call), because, &[("/body", Value::Null)]))
    }

    /// For a field of the body, which is wrong in the argument and in what is sent.
    fn of_field(call: &Value, field: &str, because: &'static str, right: &Value) -> Self {
        let argument = format!("/args/{}{field}", args(call).len() - 1);
        let sent = format!("/body{field}");
        Self::new(operation(call), because, &[(&argument, right.clone()), (&sent, right.clone())])
    }

    /// Puts right what is wrong.
    pub fn correct(&self, call: &mut Value) {
        for (pointer, right) in &self.places {
            let place = call.pointer_mut(pointer);
            *place.unwrap_or_else(|| panic!("{} has no {pointer}", self.operation)) = right.clone();
        }
    }
}

/// The name of the operation that a recorded call is of.
pub fn operation(call: &Value) -> &str {
    call["operation"].as_str().expect("a name")
}

fn args(call: &Value) -> &[Value] {
    call["args"].as_array().expect("a list of arguments")
}

/// All exceptions for these calls.
pub fn exceptions(calls: &[Value]) -> Vec<Exception> {
    let nothing = calls.iter().filter_map(Exception::of_nothing);
    nothing.chain(wrong_requests()).chain(wrong_types(calls)).collect()
}

/// Requests that the official client gets wrong.
fn wrong_requests() -> Vec<Exception> {
    let bucket = "5b0e7e3a9d2f4c0001a2b3c4";
    let registration = json!({
        "username": "v-username", "email": "v-email", "password": "v-password",
        "role": "v-role", "company": "v-company", "accept_terms": true,
    });
    vec![
        Exception::new(
            "auth.register",
            "it is documented as GET, but takes a body, and the pm2 command line posts it",
            &[("/method", json!("POST"))],
        ),
        Exception::new(
            "auth.register",
            "the official client sends no body with GET, so none of the fields",
            &[("/body", registration)],
        ),
        Exception::new(
            "auth.retrieveToken",
            "the official client always overwrites a required field that has a default",
            &[("/body/grant_type", json!("v-grant_type"))],
        ),
        Exception::new(
            "orchestration.selfSend",
            "`:id` is not documented as a parameter, so the official client takes no id and sends `:id` as it is",
            &[("/args", json!([bucket])), ("/path", json!(format!("/api/bucket/{bucket}/balance")))],
        ),
    ]
}

/// Arguments of a documented type that cannot be right.
fn wrong_types(calls: &[Value]) -> Vec<Exception> {
    let occurrences = "data.issues.listOccurencesForIdentifier";
    let number = "documented as a number; the recorded call has text, which the official client does not check";
    let mut exceptions = vec![
        Exception::new(
            "auth.register",
            "documented as a number; the pm2 command line sends true",
            &[("/args/0/accept_terms", json!(true))],
        ),
        Exception::new(occurrences, number, &[("/args/2", json!(7)), ("/query/from", json!("7"))]),
        Exception::new(occurrences, number, &[("/args/3", json!(8)), ("/query/search_after", json!("8"))]),
    ];
    let groups = [(json!(["a"]), LISTS), (json!([{"a": "b"}]), OBJECTS), (json!("text"), TEXTS), (json!(7), NUMBERS)];
    for (right, fields) in groups {
        for (name, field, because) in fields {
            let call = calls.iter().find(|call| operation(call) == *name);
            let call = call.unwrap_or_else(|| panic!("{name} was not recorded"));
            exceptions.push(Exception::of_field(call, field, because, &right));
        }
    }
    exceptions
}

/// Fields of bodies: operation, place in the body, reason.
type Fields = &'static [(&'static str, &'static str, &'static str)];

/// Fields that hold a list of strings.
const LISTS: Fields = &[
    ("bucket.alert.create", "/scope/apps", "documented as an object; the text says an array of strings"),
    ("bucket.alert.create", "/scope/servers", "documented as an object; the text says an array of strings"),
    ("bucket.alert.create", "/scope/initiators", "documented as an object; the text says an array of strings"),
    ("bucket.alert.create", "/scope/sources", "documented as an object; the text says an array of strings"),
    ("bucket.alert.updateAlert", "/scope/initiators", "documented as an object; the text says an array of strings"),
    ("bucket.alert.updateAlert", "/scope/sources", "documented as an object; the text says an array of strings"),
    ("bucket.application.create", "/domains", "documented as an object; the text says an array of strings"),
    (
        "bucket.application.update",
        "/domains",
        "documented as an object; for `create` the text says an array of strings",
    ),
    ("data.metrics.retrieveList", "/apps", "documented as an object; clients send an array of names"),
    ("data.metrics.retrieveList", "/servers", "documented as an object; clients send an array of names"),
    ("data.profiling.list", "/apps", "documented as an object; clients send an array of names"),
    ("data.profiling.list", "/servers", "documented as an object; clients send an array of names"),
];

/// Fields that hold a list of objects.
const OBJECTS: Fields = &[
    ("bucket.webcheck.create", "/alerts", "documented as an object; the text says a list"),
    ("bucket.webcheck.update", "/alerts", "documented as an object; the text says a list"),
    ("dashboard.create", "/children", "documented as an object; the text says a list"),
    ("dashboard.update", "/children", "documented as an object; the text says a list"),
];

/// Fields that hold text.
const TEXTS: Fields = &[
    ("actions.triggerAction", "/app_name", "documented as a number; it is a name, and clients send a string"),
    ("bucket.alert.updateSlack", "/slack/url", "documented as a truth value; it is an address"),
    ("bucket.alert.updateWebhooks", "/webhooks/url", "documented as a truth value; it is an address"),
    ("data.issues.findOccurences", "/identifier", "documented as an object; an identifier is text everywhere else"),
    ("data.issues.findOccurences", "/occurrence_id", "documented as an object; the text calls it an id"),
    ("data.logs.retrieveHistogram", "/app_name", "documented as an object; it is a name"),
    ("data.logs.retrieveHistogram", "/start", "documented as an object; it is text in `data.issues.retrieveHistogram`"),
    (
        "data.logs.retrieveHistogram",
        "/interval",
        "documented as an object; it is text in `data.issues.retrieveHistogram`",
    ),
    ("data.logs.retrieveHistogram", "/end", "documented as an object; it is text in `data.issues.retrieveHistogram`"),
    ("data.profiling.list", "/type", "documented as an object; clients send the kind of profile"),
];

/// Fields that hold a number.
const NUMBERS: Fields = &[
    ("data.metrics.retrieveHistogram", "/before", "documented as text; the documented default is a number"),
    ("data.metrics.retrieveMetadatas", "/before", "documented as text; the documented default is a number"),
    ("data.processes.retrieveEvents", "/before", "documented as text; the documented default is a number"),
    ("data.profiling.list", "/from", "documented as an object; clients send how many to skip"),
    ("data.profiling.list", "/size", "documented as an object; it is a count"),
    ("data.traces.list", "/limit", "documented as text; it is a count, with a number as its default"),
    ("data.transactions.retrieveHistogram", "/before", "documented as text; the documented default is a number"),
];
