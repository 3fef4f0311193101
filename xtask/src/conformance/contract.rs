//! The contract of each operation according to the spec and the OpenAPI document: arguments, status codes, response bodies.

use std::collections::{BTreeMap, BTreeSet};

use jsonschema::{Draft, Validator};
use routegen::route_list::Route;
use serde_json::{Map, Value, json};

/// The contracts of all operations.
#[derive(Debug)]
pub struct Contract {
    /// The operations by their names, such as `user.otp.enable`.
    pub operations: BTreeMap<String, Operation>,
    document: Value,
}

/// The contract of an operation.
#[derive(Debug)]
pub struct Operation {
    /// The HTTP method in upper case.
    pub method: String,
    /// The path with its parameters in braces.
    pub path: String,
    /// The path parameters in the order of the path, followed by the query parameters.
    pub parameters: Vec<ArgumentSpec>,
    /// The fields of the request body, if there is one.
    pub body: Option<Vec<ArgumentSpec>>,
    /// The documented response bodies by status code.
    pub responses: BTreeMap<u16, ResponseBody>,
    /// The status codes of successful responses.
    pub success: BTreeSet<u16>,
}

/// A parameter of the path or the query, or a field of the request body.
#[derive(Debug)]
pub struct ArgumentSpec {
    /// The name on the wire.
    pub name: String,
    /// The schema.
    pub schema: Value,
}

/// A documented response body.
#[derive(Debug)]
pub enum ResponseBody {
    /// No body.
    Empty,
    /// JSON of unknown shape.
    AnyJson,
    /// JSON with a schema.
    Json(Validator),
    /// A body of another media type.
    Other(String),
}

impl Operation {
    /// Returns whether a request belongs to this operation. A trailing slash makes no difference.
    pub fn is_route_of(&self, method: &str, path: &str) -> bool {
        let segments = |path: &str| path.trim_matches('/').split('/').map(str::to_owned).collect::<Vec<_>>();
        let (template, segments) = (segments(&self.path), segments(path));
        let matches = |(expected, found): (&String, &String)| {
            if expected.starts_with('{') { !found.is_empty() } else { expected == found }
        };
        self.method == method && template.len() == segments.len() && template.iter().zip(&segments).all(matches)
    }
}

impl Contract {
    /// Combines the routes of a spec with the OpenAPI document that was generated from it.
    ///
    /// # Errors
    /// Returns a message if a route is missing on either side or if a schema is invalid.
    pub fn new(routes: &[Route], document: Value) -> Result<Self, String> {
        let mut contract = Self { operations: BTreeMap::new(), document };
        let mut described = contract.described();
        for route in routes {
            let described = described.remove(&key(route.method, &route.path));
            let described =
                described.ok_or_else(|| format!("the OpenAPI document does not have `{}`", route.operation))?;
            let operation = contract.operation(route, &described)?;
            contract.operations.insert(route.operation.clone(), operation);
        }
        match described.keys().next() {
            Some((method, path)) => Err(format!("the spec does not have `{method} {path}` of the OpenAPI document")),
            None => Ok(contract),
        }
    }

    /// Returns a schema without the wrappers that OpenAPI needs around a reference or a nullable schema.
    pub fn resolved<'s>(&'s self, schema: &'s Value) -> &'s Value {
        let target = schema["$ref"].as_str().and_then(|reference| self.document.pointer(reference.strip_prefix('#')?));
        match target.or_else(|| schema["allOf"].get(0)).or_else(|| schema["anyOf"].get(0)) {
            Some(schema) => self.resolved(schema),
            None => schema,
        }
    }

    /// Returns the operations of the document by method and path.
    fn described(&self) -> BTreeMap<(String, String), Value> {
        let paths = entries(&self.document["paths"]);
        let operations = paths.flat_map(|(path, methods)| {
            entries(methods).map(move |(method, operation)| (key(method, path), operation.clone()))
        });
        operations.collect()
    }

    fn operation(&self, route: &Route, described: &Value) -> Result<Operation, String> {
        let schemas = |location: &str| -> Vec<Value> {
            let all = described["parameters"].as_array().into_iter().flatten();
            all.filter(|parameter| parameter["in"] == location).map(|parameter| parameter["schema"].clone()).collect()
        };
        let (path, query) = (schemas("path"), schemas("query"));
        if path.len() != route.path_params.len() || query.len() != route.query.len() {
            return Err(format!(
                "the parameters of `{}` in the OpenAPI document differ from the spec",
                route.operation
            ));
        }
        // The document uses the parameter names of the first route with this path. The spec has the right ones.
        let names = route.path_params.iter().chain(&route.query).map(|parameter| parameter.name.clone());
        let parameters = names.zip(path.into_iter().chain(query)).map(|(name, schema)| ArgumentSpec { name, schema });
        let body = described.pointer("/requestBody/content/application~1json/schema").map(|schema| {
            let fields = entries(&self.resolved(schema)["properties"]);
            fields.map(|(name, schema)| ArgumentSpec { name: name.clone(), schema: schema.clone() }).collect()
        });
        let mut responses = BTreeMap::new();
        for (code, response) in entries(&described["responses"]) {
            // `default` stands for all other errors and is not a status code.
            if let Ok(code) = code.parse() {
                let body = self.response_body(response).map_err(|error| format!("{}: {error}", route.operation))?;
                responses.insert(code, body);
            }
        }
        let (method, path) = (route.method.to_owned(), route.path.clone());
        let success =
            route.responses.iter().filter(|response| response.success).map(|response| response.code).collect();
        Ok(Operation { method, path, parameters: parameters.collect(), body, responses, success })
    }

    fn response_body(&self, response: &Value) -> Result<ResponseBody, String> {
        let Some((media_type, content)) = entries(&response["content"]).next() else {
            return Ok(ResponseBody::Empty);
        };
        if media_type != "application/json" {
            return Ok(ResponseBody::Other(media_type.clone()));
        }
        if entries(&content["schema"]).next().is_none() {
            return Ok(ResponseBody::AnyJson);
        }
        validator(&self.document, &content["schema"]).map(ResponseBody::Json)
    }
}

/// Returns the key of an operation: its method, and its path without the names of parameters.
fn key(method: &str, path: &str) -> (String, String) {
    let segments = path.split('/').map(|segment| if segment.starts_with('{') { "{}" } else { segment });
    (method.to_ascii_uppercase(), segments.collect::<Vec<_>>().join("/"))
}

fn entries(value: &Value) -> impl Iterator<Item = (&String, &Value)> {
    value.as_object().into_iter().flat_map(Map::iter)
}

/// Returns a validator for a schema of an OpenAPI document, including references to its components.
///
/// # Errors
/// Returns the reason why the schema is invalid.
pub fn validator(document: &Value, schema: &Value) -> Result<Validator, String> {
    let mut schema = without_nullable(schema);
    if let Some(schema) = schema.as_object_mut() {
        schema.insert("components".to_owned(), without_nullable(&document["components"]));
    }
    // OpenAPI 3.0 extends a subset of Wright draft 00, which is draft 5 under another name and validates like draft 4.
    jsonschema::options().with_draft(Draft::Draft4).build(&schema).map_err(|error| error.to_string())
}

/// Replaces `nullable` with the equivalent JSON Schema. OpenAPI 3.0.3 defines it only next to `type`.
fn without_nullable(schema: &Value) -> Value {
    match schema {
        Value::Object(entries) => {
            let mut rewritten: Map<String, Value> =
                entries.iter().map(|(key, value)| (key.clone(), without_nullable(value))).collect();
            if rewritten.get("nullable") == Some(&Value::Bool(true))
                && let Some(ty @ Value::String(_)) = rewritten.get_mut("type")
            {
                *ty = json!([&*ty, "null"]);
            }
            Value::Object(rewritten)
        }
        Value::Array(items) => items.iter().map(without_nullable).collect(),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => schema.clone(),
    }
}
