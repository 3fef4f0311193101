//! Reads the official client's machine-readable mapping, which has the facts of the pages in another form and some
//! additional routes.
//!
//! The mapping is a tree of JSON objects, one per namespace, with arrays of routes as leaves. The operation of a route is
//! its path in the tree and its `name`, as in the client. Its `longname` is ignored: in older versions it names a class of
//! the server (`ActionsController#triggerAction`). Routes that have a page are compared with it, all others are kept.

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
use super::documentation::{DocField, DocFields, DocRoute, Documentation};

/// The key whose routes belong to the namespace around it.
const DEFAULT: &str = "default";

/// The content of a mapping.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mapping {
    /// The routes without a page, sorted by operation, and the base URLs.
    pub without_page: Documentation,
    /// The number of routes in the mapping.
    pub routes: usize,
    /// The facts on which the mapping and the pages differ, sorted by operation.
    pub differences: Vec<Difference>,
    /// The operations that have a page but are not in the mapping.
    pub missing: Vec<String>,
}

impl fmt::Display for Mapping {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { without_page, routes, differences: _, missing: _ } = self;
        let (services, facts) = (without_page.services.len(), without_page.fact_count());
        write!(
            f,
            "{routes} routes, {} of them without a page, {services} base URLs, {facts} facts",
            without_page.routes.len()
        )
    }
}

/// A route in the mapping. Keys that do not concern HTTP are ignored.
#[derive(Debug, Deserialize)]
struct MappingRoute {
    name: String,
    route: Endpoint,
    authentication: bool,
    #[serde(default, deserialize_with = "deprecated")]
    deprecated: bool,
    service: Option<MappingService>,
    #[serde(default)]
    params: Vec<MappingField>,
    #[serde(default)]
    query: Vec<MappingField>,
    #[serde(default)]
    header: Vec<MappingField>,
    #[serde(default)]
    body: Vec<MappingField>,
    #[serde(default)]
    response: Vec<MappingField>,
    #[serde(default)]
    code: Vec<Code>,
}

#[derive(Debug, Deserialize)]
struct Endpoint {
    name: String,
    r#type: String,
}

#[derive(Debug, Deserialize)]
struct MappingService {
    name: String,
}

#[derive(Debug, Deserialize)]
struct MappingField {
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

/// Deserializes a flag for which some versions of the client give a reason instead.
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

/// Reads a mapping and compares it with the pages. Reads the base URLs from the client's `constants.js`.
///
/// # Errors
/// Returns a message if one of the files cannot be read or has another structure.
pub fn import(file: &Path, constants: &Path, pages: &Documentation) -> Result<Mapping, String> {
    let routes = routes(file).map_err(|error| {
        let help = "pass the mapping of the official client, a JSON file";
        format!("cannot read the mapping `{}`: {error}\nhelp: {help}", file.display())
    })?;
    let services = text(constants).and_then(|text| constants::services(&text, &name(constants))).map_err(|error| {
        let help = "pass the official client's `constants.js` with `--constants`";
        format!("cannot read the base URLs in `{}`: {error}\nhelp: {help}", constants.display())
    })?;
    let known: BTreeSet<&str> = routes.iter().map(|route| route.operation.as_str()).collect();
    let is_missing = |operation: &&String| !known.contains(operation.as_str());
    let missing = pages.routes.iter().map(|route| &route.operation).filter(is_missing).cloned().collect();
    let mut mapping = Mapping {
        without_page: Documentation { routes: Vec::new(), services },
        routes: routes.len(),
        differences: Vec::new(),
        missing,
    };
    for route in routes {
        match pages.routes.iter().find(|page| page.operation == route.operation) {
            Some(page) => mapping.differences.extend(differences::compare(page, &route)),
            None => mapping.without_page.routes.push(route),
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

/// Returns the routes of a mapping, sorted by operation.
fn routes(file: &Path) -> Result<Vec<DocRoute>, String> {
    let tree: Value = serde_json::from_str(&text(file)?).map_err(|error| format!("invalid JSON: {error}"))?;
    let mut routes = Vec::new();
    collect(&tree, "", &name(file), &mut routes)?;
    routes.sort_by(|a, b| a.operation.cmp(&b.operation));
    match routes.windows(2).find(|pair| pair[0].operation == pair[1].operation) {
        Some(pair) => Err(format!("duplicate route `{}`", pair[0].operation)),
        None => Ok(routes),
    }
}

/// Adds the routes of a namespace, whose name is empty or ends with a dot.
fn collect(tree: &Value, namespace: &str, source: &str, found: &mut Vec<DocRoute>) -> Result<(), String> {
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
            found.push(route(entry, &operation, source).map_err(|error| format!("route `{operation}`: {error}"))?);
            Ok(())
        }),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {
            Err("expected objects for namespaces and arrays of routes".to_owned())
        }
    }
}

fn is_name(name: &str) -> bool {
    !name.is_empty() && name.chars().all(|character| character.is_ascii_alphanumeric() || character == '_')
}

fn route(entry: &Value, operation: &str, source: &str) -> Result<DocRoute, String> {
    let entry = serde_path_to_error::deserialize(entry).map_err(|error| match error.path().to_string() {
        path if path == "." => error.inner().to_string(),
        path => format!("`{path}`: {}", error.inner()),
    })?;
    let MappingRoute { name, route, authentication, deprecated, service, params, query, header, body, response, code } =
        entry;
    if !is_name(&name) {
        return Err(format!("expected an identifier as its name, found `{name}`"));
    }
    let Endpoint { name: path, r#type: method } = route;
    let path = cells::path_template(&path).ok_or_else(|| format!("expected a path, found `{path}`"))?;
    let parse =
        |Code { r#type: code }: Code| code.parse().map_err(|_| format!("expected a status code, found `{code}`"));
    Ok(DocRoute {
        operation: operation.to_owned(),
        page: source.to_owned(),
        method,
        path,
        deprecated,
        authentication,
        service: service.map(|MappingService { name }| name),
        fields: DocFields {
            path: params.into_iter().map(field).collect(),
            query: query.into_iter().map(field).collect(),
            headers: header.into_iter().map(field).collect(),
            body: body.into_iter().map(field).collect(),
            response: response.into_iter().map(field).collect(),
        },
        codes: code.into_iter().map(parse).collect::<Result<_, _>>()?,
    })
}

fn field(MappingField { name, r#type, optional, defaultvalue }: MappingField) -> DocField {
    let name = name.strip_prefix(':').map(str::to_owned).unwrap_or(name);
    let default = (!defaultvalue.is_null()).then_some(defaultvalue);
    DocField { name, r#type: r#type.filter(|ty| !ty.is_empty()).map(|ty| capitalized(&ty)), optional, default }
}

/// Returns a type as the pages write it. The mapping writes types in lower case.
fn capitalized(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}
