//! Holds what the client got against what is promised. It calls nothing.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;

use super::contract::{Content, Contract, Operation};
use super::plan::{Action, Plan, Purpose};

/// A line that the script prints.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Line {
    /// The operations that the client has.
    Operations(Vec<String>),
    /// What came of a step.
    Answer(Answer),
}

/// What came of a step: a status with what belongs to it, or an error.
#[derive(Debug, Clone, PartialEq, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Answer {
    /// The step, counted from zero.
    pub step: usize,
    /// The status code; nothing where there was no answer.
    pub status: Option<u16>,
    /// The media type with its parameters.
    pub content_type: Option<String>,
    /// The body: JSON where it can be read as such, otherwise text.
    #[serde(default)]
    pub body: Value,
    /// Why there was no answer.
    pub error: Option<String>,
    /// The requests that the client sent in this step.
    #[serde(default)]
    pub requests: Vec<Request>,
}

/// A request as it left the client.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Request {
    /// The HTTP method, in upper case.
    pub method: String,
    /// The path without a query; a whole URL where it was not sent to the mock server.
    pub path: String,
}

/// What is to be said of one operation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// The operation.
    pub operation: String,
    /// Its method; empty where the spec lacks the operation.
    pub method: String,
    /// The status of the answer, if there was one.
    pub status: Option<u16>,
    /// How many requests the client sent to this operation in its step.
    pub requests: usize,
    /// How it went.
    pub verdict: Verdict,
}

/// How it went.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// The answer is as documented.
    Passed(Evidence),
    /// The answer is not as documented, or there is none.
    Failed(String),
    /// The client cannot call it, for this reason.
    NotCallable(String),
}

/// How much an answer that is as documented tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Evidence {
    /// All that is documented was compared.
    Full,
    /// There is a body, and no shape of it is documented.
    NoShape,
    /// The body is an object or a list with nothing in it.
    NothingInside,
}

impl Verdict {
    /// Whether the answer was as documented.
    pub fn is_passed(&self) -> bool {
        match self {
            Self::Passed(_) => true,
            Self::Failed(_) | Self::NotCallable(_) => false,
        }
    }

    /// Whether something has to be mended.
    pub fn is_failed(&self) -> bool {
        match self {
            Self::Failed(_) => true,
            Self::Passed(_) | Self::NotCallable(_) => false,
        }
    }
}

/// A row for every operation of the spec, for every other that the client has, and for every preparation that failed;
/// sorted by operation.
///
/// # Errors
/// Where the lines are not those of the script.
pub fn judge(contract: &Contract, plan: &Plan, lines: &[Line]) -> Result<Vec<Row>, String> {
    let mut answers = BTreeMap::new();
    let mut of_client = None;
    for line in lines {
        match line {
            Line::Operations(names) => of_client = Some(names),
            Line::Answer(answer) => drop(answers.insert(answer.step, answer)),
        }
    }
    let of_client = of_client.ok_or("the script does not tell what the client can do")?;
    let mut rows: Vec<Row> = contract
        .operations
        .iter()
        .map(|(name, operation)| {
            let (answer, verdict) = match only_step(plan, name) {
                Ok((step, purpose)) => {
                    let answer = answers.get(&step).copied();
                    (answer, verdict(plan, name, operation, purpose, answer))
                }
                Err(fault) => (None, Verdict::Failed(fault)),
            };
            let requests = answer.map_or(0, |answer| requests_to(operation, answer));
            let status = answer.and_then(|answer| answer.status);
            Row { operation: name.clone(), method: operation.method.clone(), status, requests, verdict }
        })
        .collect();
    let unknown = of_client.iter().filter(|name| !contract.operations.contains_key(*name));
    rows.extend(unknown.map(|name| Row {
        operation: name.clone(),
        method: String::new(),
        status: None,
        requests: 0,
        verdict: Verdict::Failed("the client has this operation, the spec lacks it".to_owned()),
    }));
    rows.extend(failed_preparations(plan, &answers));
    rows.sort_by(|a, b| a.operation.cmp(&b.operation));
    Ok(rows)
}

fn failed_preparations(plan: &Plan, answers: &BTreeMap<usize, &Answer>) -> Vec<Row> {
    let mut rows = Vec::new();
    for (place, step) in plan.steps.iter().enumerate().filter(|(_, step)| step.purpose == Purpose::Prepare) {
        let status = answers.get(&place).and_then(|answer| answer.status);
        if !matches!(status, Some(200..300)) {
            let verdict = Verdict::Failed("a later call needs this".to_owned());
            let operation = step.action.name().to_owned();
            rows.push(Row { operation, method: String::new(), status, requests: 0, verdict });
        }
    }
    rows
}

/// The one step of an operation that is not there for the sake of another.
fn only_step(plan: &Plan, name: &str) -> Result<(usize, Purpose), String> {
    let own = plan.steps.iter().enumerate().filter(|(_, step)| match (&step.action, step.purpose) {
        (_, Purpose::Prepare) | (Action::Fetch { .. }, _) => false,
        (Action::Call { call, .. }, Purpose::Judge | Purpose::Attempt) => call == name,
    });
    match own.collect::<Vec<_>>()[..] {
        [(place, step)] => Ok((place, step.purpose)),
        [] => Err("it is neither called nor said to be not callable".to_owned()),
        [_, _, ..] => Err("it is called more than once".to_owned()),
    }
}

fn verdict(plan: &Plan, name: &str, operation: &Operation, purpose: Purpose, answer: Option<&Answer>) -> Verdict {
    let reason = plan.not_callable.get(name);
    let outcome = answer.ok_or_else(|| "it was not called".to_owned()).and_then(|answer| judged(operation, answer));
    match (purpose, reason) {
        (Purpose::Judge | Purpose::Prepare, None) => outcome.unwrap_or_else(Verdict::Failed),
        (Purpose::Judge | Purpose::Prepare, Some(_)) => {
            Verdict::Failed("it is called although it is said to be not callable".to_owned())
        }
        (Purpose::Attempt, None) => Verdict::Failed("nothing says why it is not callable".to_owned()),
        (Purpose::Attempt, Some(reason)) => match answer {
            None => Verdict::Failed("it was not tried".to_owned()),
            Some(Answer { status: Some(200..400), .. }) => {
                Verdict::Failed("it is said to be not callable, and can be called".to_owned())
            }
            Some(_) => Verdict::NotCallable(reason.clone()),
        },
    }
}

/// How many of the requests of a step went to an operation.
fn requests_to(operation: &Operation, answer: &Answer) -> usize {
    answer.requests.iter().filter(|request| operation.is_route_of(&request.method, &request.path)).count()
}

/// Whether an answer to a call with the right arguments is as documented; if not, why.
fn judged(operation: &Operation, answer: &Answer) -> Result<Verdict, String> {
    let Some(status) = answer.status else {
        return Err(answer.error.clone().unwrap_or_else(|| "no status and no error came".to_owned()));
    };
    if let Some(request) = answer.requests.iter().find(|request| !request.path.starts_with('/')) {
        return Err(format!("a request was sent to another server: {} {}", request.method, request.path));
    }
    if requests_to(operation, answer) == 0 {
        return Err(format!("no request was sent to {} {}", operation.method, operation.path));
    }
    let Some(content) = operation.answers.get(&status) else {
        return Err(format!("the status is not documented{}", message(answer)));
    };
    if !operation.success.contains(&status) {
        return Err(format!("the service refuses what is right{}", message(answer)));
    }
    let is_empty = answer.body.is_null() || answer.body == "";
    match content {
        Content::Undocumented if status == 204 && !is_empty => Err("a body where there can be none".to_owned()),
        Content::Undocumented if is_empty => Ok(Verdict::Passed(Evidence::Full)),
        Content::Undocumented => Ok(Verdict::Passed(Evidence::NoShape)),
        Content::Other(media_type) => {
            expect_type(answer, media_type)?;
            if is_empty { Err("the body is empty".to_owned()) } else { Ok(Verdict::Passed(Evidence::Full)) }
        }
        Content::Json(shape) => {
            expect_type(answer, "application/json")?;
            match shape.iter_errors(&answer.body).next() {
                // Without the value itself: it may be a token.
                Some(fault) => Err(format!("the body at `{}`: {}", fault.instance_path(), fault.masked())),
                None if has_nothing_inside(&answer.body) => Ok(Verdict::Passed(Evidence::NothingInside)),
                None => Ok(Verdict::Passed(Evidence::Full)),
            }
        }
    }
}

fn has_nothing_inside(body: &Value) -> bool {
    match body {
        Value::Object(fields) => fields.is_empty(),
        Value::Array(entries) => entries.is_empty(),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => false,
    }
}

fn expect_type(answer: &Answer, expected: &str) -> Result<(), String> {
    let given = answer.content_type.as_deref().unwrap_or("none");
    let media_type = given.split(';').next().unwrap_or_default().trim();
    let is_expected = media_type.eq_ignore_ascii_case(expected);
    if is_expected { Ok(()) } else { Err(format!("the media type is {given}, not {expected}")) }
}

/// What the service says of a refusal.
fn message(answer: &Answer) -> String {
    answer.body["msg"].as_str().map(|message| format!(": {message}")).unwrap_or_default()
}
