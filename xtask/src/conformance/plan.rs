//! Which operations are called, in which order, with which arguments. It knows the seeded state of the mock server only
//! through `plan.json`.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::contract::{Contract, Operation, Parameter};

/// What of the plan does not follow from the spec.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Table {
    /// The operations that the client has but cannot call, each with the reason.
    pub not_callable: BTreeMap<String, String>,
    /// The operations that others need; they are called first, in this order.
    pub first: Vec<String>,
    /// The first words of operations after which something is gone; they are called late.
    pub removing: Vec<String>,
    /// The operations after which hardly anything is left; they are called last, in this order.
    pub last: Vec<String>,
    /// What has to be done before an operation is called.
    pub before: BTreeMap<String, Vec<Action>>,
    /// Arguments by the name of the parameter or field, wherever their type fits.
    pub values: Map<String, Value>,
    /// Arguments by operation, then by name. A field that is null here is left out.
    pub arguments: BTreeMap<String, Map<String, Value>>,
}

/// What the client is told to do, step by step.
#[derive(Debug, Clone)]
pub struct Plan {
    /// The steps.
    pub steps: Vec<Step>,
    /// The operations that the client cannot call, each with the reason.
    pub not_callable: BTreeMap<String, String>,
}

/// One step.
#[derive(Debug, Clone, Serialize)]
pub struct Step {
    /// What it is for.
    #[serde(skip)]
    pub purpose: Purpose,
    /// What is to be done.
    #[serde(flatten)]
    pub action: Action,
}

/// What is to be done in a step.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize)]
#[serde(untagged, deny_unknown_fields)]
pub enum Action {
    /// An operation is called.
    Call {
        /// The operation.
        call: String,
        /// Its arguments: those of the path, those of the query, an object with the body. An object with the key
        /// `$answer` stands for a part of an earlier answer, one with `$one_time_password` for the password of a key.
        arguments: Vec<Value>,
    },
    /// A path of the mock server is fetched without the client.
    Fetch {
        /// The path.
        fetch: String,
    },
}

/// What a step is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// Its answer is judged.
    Judge,
    /// A later step needs it.
    Prepare,
    /// The client cannot call this; it is tried all the same.
    Attempt,
}

impl Table {
    /// The table of this workspace.
    ///
    /// # Errors
    /// Where it is not written as a table is.
    pub fn new() -> Result<Self, String> {
        serde_json::from_str(include_str!("plan.json")).map_err(|error| format!("plan.json: {error}"))
    }
}

impl Plan {
    /// A plan in which each operation has one step that is judged, or one that tries what cannot be called.
    ///
    /// # Errors
    /// Where the table speaks of what is not there, or where a step needs an answer that there is not yet.
    pub fn new(contract: &Contract, table: &Table) -> Result<Self, String> {
        check_names(contract, table)?;
        let mut operations: Vec<(&String, &Operation)> = contract.operations.iter().collect();
        operations.sort_by_key(|(name, _)| (rank(name, table), *name));
        let mut steps = Vec::new();
        for (name, operation) in operations {
            let before = table.before.get(name).into_iter().flatten().cloned();
            steps.extend(before.map(|action| Step { purpose: Purpose::Prepare, action }));
            let purpose = if table.not_callable.contains_key(name) { Purpose::Attempt } else { Purpose::Judge };
            let arguments = arguments(contract, table, name, operation);
            steps.push(Step { purpose, action: Action::Call { call: name.clone(), arguments } });
        }
        check_order(&steps)?;
        Ok(Self { steps, not_callable: table.not_callable.clone() })
    }
}

/// Where in the order an operation belongs.
fn rank(name: &str, table: &Table) -> (u8, usize) {
    let place = |names: &[String]| names.iter().position(|other| other == name);
    let verb = name.rsplit('.').next().unwrap_or(name);
    match (place(&table.first), place(&table.last)) {
        (Some(place), _) => (0, place),
        (None, Some(place)) => (3, place),
        (None, None) if table.removing.iter().any(|word| verb.starts_with(word.as_str())) => (2, 0),
        (None, None) => (1, 0),
    }
}

fn arguments(contract: &Contract, table: &Table, name: &str, operation: &Operation) -> Vec<Value> {
    let own = table.arguments.get(name);
    let argument = |parameter: &Parameter| match own.and_then(|own| own.get(&parameter.name)) {
        Some(value) => value.clone(),
        None => sample(contract, table, parameter),
    };
    let mut arguments: Vec<Value> = operation.parameters.iter().map(argument).collect();
    if let Some(fields) = &operation.body {
        let fields = fields.iter().map(|field| (field.name.clone(), argument(field)));
        arguments.push(Value::Object(fields.filter(|(_, value)| !value.is_null()).collect()));
    }
    arguments
}

/// A value that a parameter can have: the table's for this name if its type fits, otherwise any of its type.
fn sample(contract: &Contract, table: &Table, parameter: &Parameter) -> Value {
    let schema = contract.resolved(&parameter.schema);
    if let Some(value) = table.values.get(&parameter.name).filter(|value| fits(value, schema)) {
        return value.clone();
    }
    if let Some(value) = schema["enum"].get(0) {
        return value.clone();
    }
    let named = |name: &String, schema: &Value| {
        sample(contract, table, &Parameter { name: name.clone(), schema: schema.clone() })
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

/// Whether a value has the type that a schema names. What an earlier answer has in store is a string.
fn fits(value: &Value, schema: &Value) -> bool {
    let is_open = value.get("$answer").is_some();
    let is_of_type = match schema["type"].as_str() {
        Some("string") => value.is_string() || is_open,
        Some("boolean") => value.is_boolean(),
        Some("integer") => value.is_i64(),
        Some("number") => value.is_number(),
        Some("array") => value.is_array(),
        Some("object") => value.is_object() && !is_open,
        Some(_) | None => true,
    };
    is_of_type && (is_open || schema["enum"].as_array().is_none_or(|allowed| allowed.contains(value)))
}

fn check_names(contract: &Contract, table: &Table) -> Result<(), String> {
    let lists = table.first.iter().chain(&table.last).chain(table.not_callable.keys());
    let mut names = lists.chain(table.before.keys()).chain(table.arguments.keys());
    if let Some(name) = names.find(|name| !contract.operations.contains_key(*name)) {
        return Err(format!("plan.json: there is no operation `{name}`"));
    }
    for (operation, own) in &table.arguments {
        let Operation { parameters, body, .. } = &contract.operations[operation];
        let known: BTreeSet<&String> = parameters.iter().chain(body.iter().flatten()).map(|it| &it.name).collect();
        if let Some(name) = own.keys().find(|name| !known.contains(name)) {
            return Err(format!("plan.json: `{operation}` has no `{name}`"));
        }
    }
    Ok(())
}

/// Every answer that a step takes something from is that of an earlier step.
fn check_order(steps: &[Step]) -> Result<(), String> {
    let mut answered = BTreeSet::new();
    for step in steps {
        let name = step.action.name();
        if let Action::Call { arguments, .. } = &step.action {
            let mut needed = BTreeSet::new();
            arguments.iter().for_each(|argument| collect_needed(argument, &mut needed));
            if let Some(missing) = needed.difference(&answered).next() {
                return Err(format!("plan.json: `{name}` needs the answer of `{missing}`, which is called later"));
            }
        }
        answered.insert(name);
    }
    Ok(())
}

fn collect_needed<'a>(argument: &'a Value, needed: &mut BTreeSet<&'a str>) {
    match argument {
        Value::Object(fields) => {
            needed.extend(fields.get("$answer").and_then(Value::as_str));
            fields.values().for_each(|value| collect_needed(value, needed));
        }
        Value::Array(values) => values.iter().for_each(|value| collect_needed(value, needed)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

impl Action {
    /// The operation or the path.
    pub fn name(&self) -> &str {
        match self {
            Self::Call { call, .. } => call,
            Self::Fetch { fetch } => fetch,
        }
    }
}
