//! Plans which operations are called, in which order and with which arguments. Only `plan.json` depends on the initial
//! data of the mock server.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::contract::{ArgumentSpec, Contract, Operation};

/// The part of the plan that cannot be derived from the spec.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PlanConfig {
    /// The operations that the client has but cannot call, with the reason.
    pub not_callable: BTreeMap<String, String>,
    /// The operations that others require. They are called first, in this order.
    pub first: Vec<String>,
    /// The first words of operations that remove something. They are called late.
    pub removing: Vec<String>,
    /// The operations that remove most of the data. They are called last, in this order.
    pub last: Vec<String>,
    /// The actions that an operation requires right before it.
    pub before: BTreeMap<String, Vec<Action>>,
    /// Arguments by the name of the parameter or field, used wherever their type matches.
    pub values: Map<String, Value>,
    /// Arguments by operation and name. A field that is null here is omitted.
    pub arguments: BTreeMap<String, Map<String, Value>>,
}

/// The steps that the client runs.
#[derive(Debug, Clone)]
pub struct CallPlan {
    /// The steps.
    pub steps: Vec<PlanStep>,
    /// The operations that the client cannot call, with the reason.
    pub not_callable: BTreeMap<String, String>,
}

/// A step.
#[derive(Debug, Clone, Serialize)]
pub struct PlanStep {
    /// Its purpose.
    #[serde(skip)]
    pub purpose: Purpose,
    /// Its action.
    #[serde(flatten)]
    pub action: Action,
}

/// The action of a step.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize)]
#[serde(untagged, deny_unknown_fields)]
pub enum Action {
    /// Call an operation.
    Call {
        /// The operation.
        call: String,
        /// Its arguments: those of the path, those of the query, an object with the body. An object with the key
        /// `$response` stands for a part of an earlier response, one with `$one_time_password` for a password.
        arguments: Vec<Value>,
    },
    /// Fetch a path of the mock server without the client.
    Fetch {
        /// The path.
        fetch: String,
    },
}

/// The purpose of a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// Check the response.
    Check,
    /// Provide what a later step requires.
    Setup,
    /// Confirm that the client cannot call the operation.
    ExpectFailure,
}

impl PlanConfig {
    /// Reads the `plan.json` of this workspace.
    ///
    /// # Errors
    /// Returns a message if it is invalid.
    pub fn read() -> Result<Self, String> {
        serde_json::from_str(include_str!("plan.json")).map_err(|error| format!("plan.json: {error}"))
    }
}

impl CallPlan {
    /// Returns a plan that checks each operation once, or confirms that it is not callable.
    ///
    /// # Errors
    /// Returns a message if the configuration names an unknown operation or argument, or if a step requires the response
    /// of a later one.
    pub fn new(contract: &Contract, config: &PlanConfig) -> Result<Self, String> {
        check_names(contract, config)?;
        let mut operations: Vec<(&String, &Operation)> = contract.operations.iter().collect();
        operations.sort_by_key(|(name, _)| (rank(name, config), *name));
        let mut steps = Vec::new();
        for (name, operation) in operations {
            let before = config.before.get(name).into_iter().flatten().cloned();
            steps.extend(before.map(|action| PlanStep { purpose: Purpose::Setup, action }));
            let purpose = if config.not_callable.contains_key(name) { Purpose::ExpectFailure } else { Purpose::Check };
            let arguments = arguments(contract, config, name, operation);
            steps.push(PlanStep { purpose, action: Action::Call { call: name.clone(), arguments } });
        }
        check_order(&steps)?;
        Ok(Self { steps, not_callable: config.not_callable.clone() })
    }
}

/// Returns the position of an operation in the order of calls.
fn rank(name: &str, config: &PlanConfig) -> (u8, usize) {
    let position = |names: &[String]| names.iter().position(|other| other == name);
    let verb = name.rsplit('.').next().unwrap_or(name);
    match (position(&config.first), position(&config.last)) {
        (Some(position), _) => (0, position),
        (None, Some(position)) => (3, position),
        (None, None) if config.removing.iter().any(|word| verb.starts_with(word.as_str())) => (2, 0),
        (None, None) => (1, 0),
    }
}

fn arguments(contract: &Contract, config: &PlanConfig, name: &str, operation: &Operation) -> Vec<Value> {
    let specific = config.arguments.get(name);
    let argument = |parameter: &ArgumentSpec| match specific.and_then(|specific| specific.get(&parameter.name)) {
        Some(value) => value.clone(),
        None => sample(contract, config, parameter),
    };
    let mut arguments: Vec<Value> = operation.parameters.iter().map(argument).collect();
    if let Some(fields) = &operation.body {
        let fields = fields.iter().map(|field| (field.name.clone(), argument(field)));
        arguments.push(Value::Object(fields.filter(|(_, value)| !value.is_null()).collect()));
    }
    arguments
}

/// Returns a valid value for a parameter: the configured one for its name if the type matches, otherwise any value.
fn sample(contract: &Contract, config: &PlanConfig, parameter: &ArgumentSpec) -> Value {
    let schema = contract.resolved(&parameter.schema);
    if let Some(value) = config.values.get(&parameter.name).filter(|value| matches_type(value, schema)) {
        return value.clone();
    }
    if let Some(value) = schema["enum"].get(0) {
        return value.clone();
    }
    let named = |name: &String, schema: &Value| {
        sample(contract, config, &ArgumentSpec { name: name.clone(), schema: schema.clone() })
    };
    match schema["type"].as_str() {
        Some("boolean") => json!(true),
        Some("integer") => json!(10),
        Some("number") => json!(60),
        Some("array") => json!([named(&String::new(), &schema["items"])]),
        Some("object") => {
            let fields = schema["properties"].as_object().into_iter().flatten();
            Value::Object(fields.map(|(name, schema)| (name.clone(), named(name, schema))).collect())
        }
        Some(_) | None => json!("text"),
    }
}

/// Returns whether a value has the type of a schema. A part of an earlier response is a string.
fn matches_type(value: &Value, schema: &Value) -> bool {
    let is_from_response = value.get("$response").is_some();
    let is_of_type = match schema["type"].as_str() {
        Some("string") => value.is_string() || is_from_response,
        Some("boolean") => value.is_boolean(),
        Some("integer") => value.is_i64(),
        Some("number") => value.is_number(),
        Some("array") => value.is_array(),
        Some("object") => value.is_object() && !is_from_response,
        Some(_) | None => true,
    };
    is_of_type && (is_from_response || schema["enum"].as_array().is_none_or(|allowed| allowed.contains(value)))
}

fn check_names(contract: &Contract, config: &PlanConfig) -> Result<(), String> {
    let lists = config.first.iter().chain(&config.last).chain(config.not_callable.keys());
    let mut names = lists.chain(config.before.keys()).chain(config.arguments.keys());
    if let Some(name) = names.find(|name| !contract.operations.contains_key(*name)) {
        return Err(format!("plan.json: unknown operation `{name}`"));
    }
    for (operation, arguments) in &config.arguments {
        let Operation { parameters, body, .. } = &contract.operations[operation];
        let known: BTreeSet<&String> = parameters.iter().chain(body.iter().flatten()).map(|it| &it.name).collect();
        if let Some(name) = arguments.keys().find(|name| !known.contains(name)) {
            return Err(format!("plan.json: `{operation}` has no argument `{name}`"));
        }
    }
    Ok(())
}

/// Checks that every step only uses responses of earlier steps.
fn check_order(steps: &[PlanStep]) -> Result<(), String> {
    let mut done = BTreeSet::new();
    for step in steps {
        let name = step.action.name();
        if let Action::Call { arguments, .. } = &step.action {
            let mut required = BTreeSet::new();
            arguments.iter().for_each(|argument| collect_required(argument, &mut required));
            if let Some(missing) = required.difference(&done).next() {
                return Err(format!("plan.json: `{name}` requires the response of `{missing}`, which is called later"));
            }
        }
        done.insert(name);
    }
    Ok(())
}

fn collect_required<'a>(argument: &'a Value, required: &mut BTreeSet<&'a str>) {
    match argument {
        Value::Object(fields) => {
            required.extend(fields.get("$response").and_then(Value::as_str));
            fields.values().for_each(|value| collect_required(value, required));
        }
        Value::Array(values) => values.iter().for_each(|value| collect_required(value, required)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

impl Action {
    /// Returns the operation or the path.
    pub fn name(&self) -> &str {
        match self {
            Self::Call { call, .. } => call,
            Self::Fetch { fetch } => fetch,
        }
    }
}
