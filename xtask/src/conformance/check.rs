//! Compares the responses that the client received with the contract. This file sends no requests.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;

use super::contract::{Contract, Operation, ResponseBody};
use super::plan::{Action, CallPlan, Purpose};

/// A line that the script prints.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Line {
    /// The operations of the client.
    Operations(Vec<String>),
    /// The result of a step.
    Result(StepResult),
}

/// The result of a step: a response or an error.
#[derive(Debug, Clone, PartialEq, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StepResult {
    /// The index of the step.
    pub step: usize,
    /// The status code, `None` if there was no response.
    pub status: Option<u16>,
    /// The media type with its parameters.
    pub content_type: Option<String>,
    /// The body: JSON if it can be parsed as such, otherwise a string.
    #[serde(default)]
    pub body: Value,
    /// Why there was no response.
    pub error: Option<String>,
    /// The requests that the client sent in this step.
    #[serde(default)]
    pub requests: Vec<SentRequest>,
}

/// A request that the client sent.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SentRequest {
    /// The HTTP method in upper case.
    pub method: String,
    /// The path without a query. For a request to another server than the mock, the whole URL.
    pub path: String,
}

/// A row of the report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// The operation.
    pub operation: String,
    /// Its method, or an empty string if the spec does not have the operation.
    pub method: String,
    /// The status code, if there was a response.
    pub status: Option<u16>,
    /// The number of requests that the client sent to this operation in its step.
    pub requests: usize,
    /// The verdict.
    pub verdict: Verdict,
}

/// The verdict on an operation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// The response matches the contract.
    Passed(Coverage),
    /// The response does not match the contract, or there is none.
    Failed(String),
    /// The client cannot call the operation for this reason.
    NotCallable(String),
}

/// How much of a matching response was validated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Coverage {
    /// Everything that is documented.
    Full,
    /// The body can be any JSON.
    NoSchema,
    /// The body is an empty object or array.
    Empty,
}

impl Verdict {
    /// Returns whether the response matches the contract.
    pub fn is_passed(&self) -> bool {
        match self {
            Self::Passed(_) => true,
            Self::Failed(_) | Self::NotCallable(_) => false,
        }
    }

    /// Returns whether something has to be fixed.
    pub fn is_failed(&self) -> bool {
        match self {
            Self::Failed(_) => true,
            Self::Passed(_) | Self::NotCallable(_) => false,
        }
    }
}

/// Returns a row for every operation of the spec, for every other operation of the client and for every failed setup step,
/// sorted by operation.
///
/// # Errors
/// Returns a message if the script did not print the operations of the client.
pub fn evaluate(contract: &Contract, plan: &CallPlan, lines: &[Line]) -> Result<Vec<Row>, String> {
    let mut results = BTreeMap::new();
    let mut of_client = None;
    for line in lines {
        match line {
            Line::Operations(names) => of_client = Some(names),
            Line::Result(result) => drop(results.insert(result.step, result)),
        }
    }
    let of_client = of_client.ok_or("the script did not print the operations of the client")?;
    let mut rows: Vec<Row> = contract
        .operations
        .iter()
        .map(|(name, operation)| {
            let (result, verdict) = match find_step(plan, name) {
                Ok((step, purpose)) => {
                    let result = results.get(&step).copied();
                    (result, verdict(plan, name, operation, purpose, result))
                }
                Err(reason) => (None, Verdict::Failed(reason)),
            };
            let requests = result.map_or(0, |result| count_requests(operation, result));
            let status = result.and_then(|result| result.status);
            Row { operation: name.clone(), method: operation.method.clone(), status, requests, verdict }
        })
        .collect();
    let unknown = of_client.iter().filter(|name| !contract.operations.contains_key(*name));
    rows.extend(unknown.map(|name| Row {
        operation: name.clone(),
        method: String::new(),
        status: None,
        requests: 0,
        verdict: Verdict::Failed("the client has this operation, but the spec does not".to_owned()),
    }));
    rows.extend(failed_setup(plan, &results));
    rows.sort_by(|a, b| a.operation.cmp(&b.operation));
    Ok(rows)
}

fn failed_setup(plan: &CallPlan, results: &BTreeMap<usize, &StepResult>) -> Vec<Row> {
    let mut rows = Vec::new();
    for (index, step) in plan.steps.iter().enumerate().filter(|(_, step)| step.purpose == Purpose::Setup) {
        let status = results.get(&index).and_then(|result| result.status);
        if !matches!(status, Some(200..300)) {
            let verdict = Verdict::Failed("a later call requires this".to_owned());
            let operation = step.action.name().to_owned();
            rows.push(Row { operation, method: String::new(), status, requests: 0, verdict });
        }
    }
    rows
}

/// Returns the only step that calls an operation for its own sake.
fn find_step(plan: &CallPlan, name: &str) -> Result<(usize, Purpose), String> {
    let steps = plan.steps.iter().enumerate().filter(|(_, step)| match (&step.action, step.purpose) {
        (_, Purpose::Setup) | (Action::Fetch { .. }, _) => false,
        (Action::Call { call, .. }, Purpose::Check | Purpose::ExpectFailure) => call == name,
    });
    match steps.collect::<Vec<_>>()[..] {
        [(index, step)] => Ok((index, step.purpose)),
        [] => Err("neither called nor listed as not callable".to_owned()),
        [_, _, ..] => Err("called more than once".to_owned()),
    }
}

fn verdict(
    plan: &CallPlan,
    name: &str,
    operation: &Operation,
    purpose: Purpose,
    result: Option<&StepResult>,
) -> Verdict {
    let reason = plan.not_callable.get(name);
    let checked = result.ok_or_else(|| "not called".to_owned()).and_then(|result| check_response(operation, result));
    match (purpose, reason) {
        (Purpose::Check | Purpose::Setup, None) => checked.map_or_else(Verdict::Failed, Verdict::Passed),
        (Purpose::Check | Purpose::Setup, Some(_)) => {
            Verdict::Failed("called although it is listed as not callable".to_owned())
        }
        (Purpose::ExpectFailure, None) => Verdict::Failed("no reason why it is not callable".to_owned()),
        (Purpose::ExpectFailure, Some(reason)) => match result {
            None => Verdict::Failed("not called".to_owned()),
            Some(StepResult { status: Some(200..400), .. }) => {
                Verdict::Failed("listed as not callable, but the call succeeded".to_owned())
            }
            Some(_) => Verdict::NotCallable(reason.clone()),
        },
    }
}

/// Returns how many requests of a step went to an operation.
fn count_requests(operation: &Operation, result: &StepResult) -> usize {
    result.requests.iter().filter(|request| operation.is_route_of(&request.method, &request.path)).count()
}

/// Checks the response to a call with valid arguments. Returns the reason if it does not match the contract.
fn check_response(operation: &Operation, result: &StepResult) -> Result<Coverage, String> {
    let Some(status) = result.status else {
        return Err(result.error.clone().unwrap_or_else(|| "neither a status nor an error".to_owned()));
    };
    if let Some(request) = result.requests.iter().find(|request| !request.path.starts_with('/')) {
        return Err(format!("a request to another server: {} {}", request.method, request.path));
    }
    if count_requests(operation, result) == 0 {
        return Err(format!("no request to {} {}", operation.method, operation.path));
    }
    let Some(body) = operation.responses.get(&status) else {
        return Err(format!("undocumented status{}", error_message(result)));
    };
    if !operation.success.contains(&status) {
        return Err(format!("valid request rejected{}", error_message(result)));
    }
    let is_empty = result.body.is_null() || result.body == "";
    match body {
        ResponseBody::Empty if is_empty => Ok(Coverage::Full),
        ResponseBody::Empty => Err("unexpected body".to_owned()),
        ResponseBody::AnyJson => expect_media_type(result, "application/json").map(|()| Coverage::NoSchema),
        ResponseBody::Other(media_type) => {
            expect_media_type(result, media_type)?;
            if is_empty { Err("missing body".to_owned()) } else { Ok(Coverage::Full) }
        }
        ResponseBody::Json(validator) => {
            expect_media_type(result, "application/json")?;
            match validator.iter_errors(&result.body).next() {
                // The value is masked because it may be a token.
                Some(error) => Err(format!("body at `{}`: {}", error.instance_path(), error.masked())),
                None if is_empty_collection(&result.body) => Ok(Coverage::Empty),
                None => Ok(Coverage::Full),
            }
        }
    }
}

fn is_empty_collection(body: &Value) -> bool {
    match body {
        Value::Object(fields) => fields.is_empty(),
        Value::Array(items) => items.is_empty(),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => false,
    }
}

fn expect_media_type(result: &StepResult, expected: &str) -> Result<(), String> {
    let found = result.content_type.as_deref().unwrap_or("none");
    let media_type = found.split(';').next().unwrap_or_default().trim();
    let is_expected = media_type.eq_ignore_ascii_case(expected);
    if is_expected { Ok(()) } else { Err(format!("expected the media type {expected}, found {found}")) }
}

/// Returns the message of an error response.
fn error_message(result: &StepResult) -> String {
    result.body["msg"].as_str().map(|message| format!(": {message}")).unwrap_or_default()
}
