//! The official client's machine-readable mapping: the same facts as the pages' in another form, and some routes more.
//!
//! Owns the mapping's layout: JSON objects nested by namespace, each ending in a list of routes. Only the routes that no
//! page has are of use, but all are read: where both sources speak of a route they have to agree.

use std::fmt;
use std::fs;
use std::path::Path;

use heck::ToLowerCamelCase;
use serde::Deserialize;
use serde_json::Value;

use super::cells;
use super::documented::{Documented, Field, Fields, Route};

/// What a mapping holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mapping {
    /// The facts of the routes that no page has, sorted by operation.
    pub unlisted: Documented,
    /// How many routes the mapping has.
    pub routes: usize,
    /// The operations about which the mapping and the pages do not agree.
    pub disagreements: Vec<String>,
}

impl fmt::Display for Mapping {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { unlisted, routes, disagreements: _ } = self;
        let facts = unlisted.fact_count();
        write!(f, "{routes} routes, {} of them without a page, {facts} facts", unlisted.routes.len())
    }
}

/// A route as the mapping writes it. Keys that say nothing of the wire are not named here.
#[derive(Debug, Deserialize)]
struct Entry {
    longname: String,
    route: Endpoint,
    authentication: bool,
    #[serde(default)]
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

/// Reads a mapping and sorts out what the pages have already.
///
/// # Errors
///
/// A file that cannot be read or is no such mapping.
pub fn import(file: &Path, documented: &Documented) -> Result<Mapping, String> {
    let fault = |what: String| {
        let help = "name the mapping of the official client, a JSON file";
        format!("the mapping `{}` cannot be read: {what}\nhelp: {help}", file.display())
    };
    let text = fs::read_to_string(file).map_err(|error| fault(error.to_string()))?;
    let tree: Value = serde_json::from_str(&text).map_err(|error| fault(error.to_string()))?;
    let mut entries = Vec::new();
    collect(&tree, &mut entries).map_err(fault)?;
    let source = file.file_name().unwrap_or_default().to_string_lossy();
    let routes: Vec<Route> =
        entries.into_iter().map(|entry| route(entry, &source)).collect::<Result<_, _>>().map_err(fault)?;
    let mut mapping = Mapping { unlisted: Documented::default(), routes: routes.len(), disagreements: Vec::new() };
    for route in routes {
        match documented.routes.iter().find(|page| page.operation == route.operation) {
            Some(page) if agree(page, &route) => {}
            Some(_) => mapping.disagreements.push(route.operation),
            None => mapping.unlisted.routes.push(route),
        }
    }
    mapping.unlisted.routes.sort_by(|a, b| a.operation.cmp(&b.operation));
    mapping.disagreements.sort();
    Ok(mapping)
}

fn collect(tree: &Value, entries: &mut Vec<Entry>) -> Result<(), String> {
    match tree {
        Value::Object(below) => below.values().try_for_each(|below| collect(below, entries)),
        Value::Array(routes) => routes.iter().try_for_each(|route| {
            let entry =
                Entry::deserialize(route).map_err(|error| format!("one of its routes makes no sense: {error}"))?;
            entries.push(entry);
            Ok(())
        }),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {
            Err("it is not made of namespaces and lists of routes".to_owned())
        }
    }
}

fn route(entry: Entry, source: &str) -> Result<Route, String> {
    let Entry { longname, route, authentication, deprecated, service, params, query, header, body, response, code } =
        entry;
    let Endpoint { name: path, r#type: method } = route;
    let path = cells::template(&path).ok_or_else(|| format!("`{path}` where `{longname}` has its path"))?;
    let parse = |Code { r#type: code }: Code| code.parse().map_err(|_| format!("`{code}` as a code of `{longname}`"));
    Ok(Route {
        operation: operation(&longname),
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

/// `Data.exceptions.deleteAll` under the name that clients call it by.
fn operation(longname: &str) -> String {
    match longname.rsplit_once('.') {
        Some((namespace, name)) => {
            let parts = namespace.split('.').map(|part| part.to_lower_camel_case());
            parts.chain([name.to_owned()]).collect::<Vec<_>>().join(".")
        }
        None => longname.to_owned(),
    }
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

/// Whether a page says the same of a route as the mapping; they differ in how they spell types.
fn agree(page: &Route, mapping: &Route) -> bool {
    let spelt_alike = |fields: &[Field]| -> Vec<Field> {
        let of = |field: &Field| field.r#type.as_deref().map(str::to_lowercase);
        fields.iter().map(|field| Field { r#type: of(field), ..field.clone() }).collect()
    };
    let comparable = |route: &Route| {
        let Fields { path, query, headers, body, response } = &route.fields;
        let [path, query, headers, body, response] = [path, query, headers, body, response].map(|it| spelt_alike(it));
        let fields = Fields { path, query, headers, body, response };
        Route { page: String::new(), fields, ..route.clone() }
    };
    comparable(page) == comparable(mapping)
}
