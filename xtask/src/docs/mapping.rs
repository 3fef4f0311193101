//! The official client's machine-readable mapping: the same facts as the pages' in another form, and some routes more.
//!
//! Owns the mapping's layout: JSON objects nested by namespace, each ending in a list of routes. A route is called what the
//! client calls it, by its place in the tree and its `name`; the `longname` that older versions take from their own source
//! (`ActionsController#triggerAction`) means nothing to a caller. Only the routes that no page has are of use, but all are
//! read: where both sources speak of a route they have to agree.

use std::collections::BTreeSet;
use std::fmt;
use std::fs;
use std::path::Path;

use serde::de::Error;
use serde::{Deserialize, Deserializer};
use serde_json::Value;

use super::cells;
use super::constants;
use super::differences::{self, Difference};
use super::documented::{Documented, Field, Fields, Route};

/// The namespace whose routes are those of the one around it.
const DEFAULT: &str = "default";

/// What a mapping holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mapping {
    /// The facts of the routes that no page has, sorted by operation, and the base URLs.
    pub unlisted: Documented,
    /// How many routes the mapping has.
    pub routes: usize,
    /// What the mapping and the pages do not agree on, sorted by operation.
    pub differences: Vec<Difference>,
    /// The operations that have a page and are not in the mapping.
    pub missing: Vec<String>,
}

impl fmt::Display for Mapping {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { unlisted, routes, differences: _, missing: _ } = self;
        let (services, facts) = (unlisted.services.len(), unlisted.fact_count());
        write!(
            f,
            "{routes} routes, {} of them without a page, {services} base URLs, {facts} facts",
            unlisted.routes.len()
        )
    }
}

/// A route as the mapping writes it. Keys that say nothing of the wire are not named here.
#[derive(Debug, Deserialize)]
struct Entry {
    name: String,
    route: Endpoint,
    authentication: bool,
    #[serde(default, deserialize_with = "deprecated")]
    deprecated: bool,
    service: Option<Service>,
    #[serde(default)]
    params: Vec<Row>,
    #[serde(default)]
    query: Vec<Row>,
    #[serde(default)]
    header: Vec<Row>,
    #[serde(default)]
    body: Vec<Row>,
    #[serde(default)]
    response: Vec<Row>,
    #[serde(default)]
    code: Vec<Code>,
}

#[derive(Debug, Deserialize)]
struct Endpoint {
    name: String,
    r#type: String,
}

#[derive(Debug, Deserialize)]
struct Service {
    name: String,
}

#[derive(Debug, Deserialize)]
struct Row {
    name: String,
    r#type: Option<String>,
    optional: bool,
    #[serde(default)]
    defaultvalue: Value,
}

#[derive(Debug, Deserialize)]
struct Code {
    r#type: String,
}

/// Some versions say why a route is deprecated.
fn deprecated<'de, D: Deserializer<'de>>(deserializer: D) -> Result<bool, D::Error> {
    match Value::deserialize(deserializer)? {
        Value::Null => Ok(false),
        Value::Bool(deprecated) => Ok(deprecated),
        Value::String(_) => Ok(true),
        Value::Number(_) | Value::Array(_) | Value::Object(_) => {
            Err(D::Error::custom("expected a boolean or a string"))
        }
    }
}

/// Reads a mapping and sorts out what the pages have already; reads the base URLs from the client's `constants.js`.
///
/// # Errors
///
/// A file that cannot be read or is no such mapping, or no such file of constants.
pub fn import(file: &Path, constants: &Path, documented: &Documented) -> Result<Mapping, String> {
    let routes = routes(file).map_err(|what| {
        let help = "name the mapping of the official client, a JSON file";
        format!("the mapping `{}` cannot be read: {what}\nhelp: {help}", file.display())
    })?;
    let services = text(constants).and_then(|text| constants::services(&text, &name(constants))).map_err(|what| {
        let help = "name the official client's `constants.js` with `--constants`";
        format!("the base URLs in `{}` cannot be read: {what}\nhelp: {help}", constants.display())
    })?;
    let known: BTreeSet<&str> = routes.iter().map(|route| route.operation.as_str()).collect();
    let is_missing = |operation: &&String| !known.contains(operation.as_str());
    let missing = documented.routes.iter().map(|route| &route.operation).filter(is_missing).cloned().collect();
    let mut mapping = Mapping {
        unlisted: Documented { routes: Vec::new(), services },
        routes: routes.len(),
        differences: Vec::new(),
        missing,
    };
    for route in routes {
        match documented.routes.iter().find(|page| page.operation == route.operation) {
            Some(page) => mapping.differences.extend(differences::of(page, &route)),
            None => mapping.unlisted.routes.push(route),
        }
    }
    Ok(mapping)
}

fn text(file: &Path) -> Result<String, String> {
    fs::read_to_string(file).map_err(|error| error.to_string())
}

fn name(file: &Path) -> String {
    file.file_name().unwrap_or_default().to_string_lossy().into_owned()
}

/// The routes of a mapping, sorted by operation.
fn routes(file: &Path) -> Result<Vec<Route>, String> {
    let tree: Value = serde_json::from_str(&text(file)?).map_err(|error| error.to_string())?;
    let mut routes = Vec::new();
    collect(&tree, "", &name(file), &mut routes)?;
    routes.sort_by(|a, b| a.operation.cmp(&b.operation));
    match routes.windows(2).find(|pair| pair[0].operation == pair[1].operation) {
        Some(pair) => Err(format!("it has the route `{}` twice", pair[0].operation)),
        None => Ok(routes),
    }
}

/// Adds the routes below a namespace, whose name ends in a dot where it has one.
fn collect(tree: &Value, namespace: &str, source: &str, found: &mut Vec<Route>) -> Result<(), String> {
    match tree {
        Value::Object(below) => below.iter().try_for_each(|(key, below)| match key.as_str() {
            DEFAULT => collect(below, namespace, source, found),
            key => collect(below, &format!("{namespace}{key}."), source, found),
        }),
        Value::Array(routes) => routes.iter().enumerate().try_for_each(|(index, entry)| {
            let name = entry.get("name").and_then(Value::as_str).filter(|name| is_name(name));
            let operation = match name {
                Some(name) => format!("{namespace}{name}"),
                None => format!("{}[{index}]", namespace.trim_end_matches('.')),
            };
            found.push(route(entry, &operation, source).map_err(|what| format!("its route `{operation}` {what}"))?);
            Ok(())
        }),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {
            Err("it is not made of namespaces and lists of routes".to_owned())
        }
    }
}

fn is_name(name: &str) -> bool {
    !name.is_empty() && name.chars().all(|character| character.is_ascii_alphanumeric() || character == '_')
}

fn route(entry: &Value, operation: &str, source: &str) -> Result<Route, String> {
    let entry = serde_path_to_error::deserialize(entry).map_err(|error| match error.path().to_string() {
        path if path == "." => format!("makes no sense: {}", error.inner()),
        path => format!("makes no sense at `{path}`: {}", error.inner()),
    })?;
    let Entry { name, route, authentication, deprecated, service, params, query, header, body, response, code } = entry;
    if !is_name(&name) {
        return Err(format!("has the name `{name}`, which no client can call"));
    }
    let Endpoint { name: path, r#type: method } = route;
    let path = cells::template(&path).ok_or_else(|| format!("has `{path}` for its path"))?;
    let parse = |Code { r#type: code }: Code| code.parse().map_err(|_| format!("has `{code}` for a status code"));
    Ok(Route {
        operation: operation.to_owned(),
        page: source.to_owned(),
        method,
        path,
        deprecated,
        authentication,
        service: service.map(|Service { name }| name),
        fields: Fields {
            path: params.into_iter().map(field).collect(),
            query: query.into_iter().map(field).collect(),
            headers: header.into_iter().map(field).collect(),
            body: body.into_iter().map(field).collect(),
            response: response.into_iter().map(field).collect(),
        },
        codes: code.into_iter().map(parse).collect::<Result<_, _>>()?,
    })
}

fn field(Row { name, r#type, optional, defaultvalue }: Row) -> Field {
    let name = name.strip_prefix(':').map(str::to_owned).unwrap_or(name);
    let default = (!defaultvalue.is_null()).then_some(defaultvalue);
    Field { name, r#type: r#type.filter(|of| !of.is_empty()).map(|of| capitalised(&of)), optional, default }
}

/// The mapping has all types in lower case; the pages write them as JavaScript does.
fn capitalised(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}
