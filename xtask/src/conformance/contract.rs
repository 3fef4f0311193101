//! What the spec and the OpenAPI document promise of each operation: arguments, status codes, shapes of answers.

use std::collections::{BTreeMap, BTreeSet};

use jsonschema::Validator;
use routegen::route_list::Route;
use serde_json::{Map, Value};

use super::schema;

/// The operations by their names, such as `user.otp.enable`.
#[derive(Debug)]
pub struct Contract {
    /// The operations.
    pub operations: BTreeMap<String, Operation>,
    document: Value,
}

/// What is promised of one operation.
#[derive(Debug)]
pub struct Operation {
    /// The HTTP method, in upper case.
    pub method: String,
    /// The path, with its parameters in braces.
    pub path: String,
    /// The path parameters in the order of the path, then those of the query.
    pub parameters: Vec<Parameter>,
    /// The fields of the body; nothing where there is no body.
    pub body: Option<Vec<Parameter>>,
    /// The documented answers by their status codes.
    pub answers: BTreeMap<u16, Content>,
    /// The status codes among them that mean success.
    pub success: BTreeSet<u16>,
}

/// A parameter of the path or of the query, or a field of the body.
#[derive(Debug)]
pub struct Parameter {
    /// Its name on the wire.
    pub name: String,
    /// Its schema.
    pub schema: Value,
}

/// What an answer carries.
#[derive(Debug)]
pub enum Content {
    /// No content is documented.
    Undocumented,
    /// JSON of a shape.
    Json(Validator),
    /// Something else of this media type.
    Other(String),
}

impl Operation {
    /// Whether a request goes to this operation. A slash at the end of a path makes no difference.
    pub fn is_route_of(&self, method: &str, path: &str) -> bool {
        let segments = |path: &str| path.trim_matches('/').split('/').map(str::to_owned).collect::<Vec<_>>();
        let (template, segments) = (segments(&self.path), segments(path));
        let fits = |(expected, found): (&String, &String)| {
            if expected.starts_with('{') { !found.is_empty() } else { expected == found }
        };
        self.method == method && template.len() == segments.len() && template.iter().zip(&segments).all(fits)
    }
}

impl Contract {
    /// Takes the names from the routes of a spec and everything else from the OpenAPI document that was made of it.
    ///
    /// # Errors
    /// Where one of the two has a route that the other lacks, or where a schema is none.
    pub fn new(routes: &[Route], document: Value) -> Result<Self, String> {
        let mut contract = Self { operations: BTreeMap::new(), document };
        let mut described = contract.described();
        for route in routes {
            let described = described.remove(&key(route.method, &route.path));
            let described = described.ok_or_else(|| format!("the OpenAPI document lacks {}", route.operation))?;
            let operation = contract.operation(route, &described)?;
            contract.operations.insert(route.operation.clone(), operation);
        }
        match described.keys().next() {
            Some((method, path)) => Err(format!("the spec lacks {method} {path} of the OpenAPI document")),
            None => Ok(contract),
        }
    }

    /// A schema without the detours that OpenAPI needs to describe a reference, or one that takes null as well.
    pub fn resolved<'s>(&'s self, schema: &'s Value) -> &'s Value {
        let aim = schema["$ref"].as_str().and_then(|reference| self.document.pointer(reference.strip_prefix('#')?));
        match aim.or_else(|| schema["allOf"].get(0)).or_else(|| schema["anyOf"].get(0)) {
            Some(schema) => self.resolved(schema),
            None => schema,
        }
    }

    /// The operations of the document by their methods and paths.
    fn described(&self) -> BTreeMap<(String, String), Value> {
        let paths = entries(&self.document["paths"]);
        let operations = paths.flat_map(|(path, methods)| {
            entries(methods).map(move |(method, operation)| (key(method, path), operation.clone()))
        });
        operations.collect()
    }

    fn operation(&self, route: &Route, described: &Value) -> Result<Operation, String> {
        let schemas = |place: &str| -> Vec<Value> {
            let all = described["parameters"].as_array().into_iter().flatten();
            all.filter(|parameter| parameter["in"] == place).map(|parameter| parameter["schema"].clone()).collect()
        };
        let (path, query) = (schemas("path"), schemas("query"));
        if path.len() != route.path_params.len() || query.len() != route.query.len() {
            return Err(format!("the OpenAPI document has other parameters of {} than the spec", route.operation));
        }
        // The document calls a parameter of the path as the first route with this path does; the spec knows better.
        let names = route.path_params.iter().chain(&route.query).map(|parameter| parameter.name.clone());
        let parameters = names.zip(path.into_iter().chain(query)).map(|(name, schema)| Parameter { name, schema });
        let body = described.pointer("/requestBody/content/application~1json/schema").map(|schema| {
            let fields = entries(&self.resolved(schema)["properties"]);
            fields.map(|(name, schema)| Parameter { name: name.clone(), schema: schema.clone() }).collect()
        });
        let mut answers = BTreeMap::new();
        for (code, answer) in entries(&described["responses"]) {
            // What is called `default` is every other refusal, and no status code.
            if let Ok(code) = code.parse() {
                let content = self.content(answer).map_err(|error| format!("{}: {error}", route.operation))?;
                answers.insert(code, content);
            }
        }
        let (method, path) = (route.method.to_owned(), route.path.clone());
        let success =
            route.responses.iter().filter(|response| response.success).map(|response| response.code).collect();
        Ok(Operation { method, path, parameters: parameters.collect(), body, answers, success })
    }

    fn content(&self, answer: &Value) -> Result<Content, String> {
        let Some((media_type, content)) = entries(&answer["content"]).next() else { return Ok(Content::Undocumented) };
        if media_type != "application/json" {
            return Ok(Content::Other(media_type.clone()));
        }
        schema::validator(&self.document, &content["schema"]).map(Content::Json)
    }
}

/// A method and a path without the names of its parameters.
fn key(method: &str, path: &str) -> (String, String) {
    let segments = path.split('/').map(|segment| if segment.starts_with('{') { "{}" } else { segment });
    (method.to_ascii_uppercase(), segments.collect::<Vec<_>>().join("/"))
}

fn entries(value: &Value) -> impl Iterator<Item = (&String, &Value)> {
    value.as_object().into_iter().flat_map(Map::iter)
}
