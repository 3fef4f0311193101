//! The routes as flat data, under the documentation's own names: what `cargo xtask routes --json` prints.

use serde::Serialize;
use serde_json::Value;

use crate::ir::{Api, Erratum, Field, Object, Operation, Outcome, Payload, Type, TypeId, TypeKind};

/// One route.
#[derive(Debug, Serialize)]
pub struct Route {
    /// The operation with its namespace, such as `user.otp.enable`.
    pub operation: String,
    /// The HTTP method.
    pub method: &'static str,
    /// The path with its parameters in braces.
    pub path: String,
    /// `required`, `optional` or `none`.
    pub auth: &'static str,
    /// Whether the request may be repeated without changing more than once.
    pub idempotent: bool,
    /// Whether the documentation advises against it.
    pub deprecated: bool,
    /// The service that it belongs to.
    pub service: String,
    /// The path parameters in path order.
    pub path_params: Vec<Parameter>,
    /// The query parameters.
    pub query: Vec<Parameter>,
    /// The header parameters.
    pub headers: Vec<Parameter>,
    /// The fields of the body, those inside others under dotted names; one named `.` where the body is no object.
    pub body: Vec<Parameter>,
    /// The documented answers.
    pub responses: Vec<Response>,
    /// Where the documentation is wrong.
    pub errata: Vec<Correction>,
}

/// A field or a parameter.
#[derive(Debug, Serialize)]
pub struct Parameter {
    /// Its name, such as `metadata.address_zip` or `actions[].type`.
    pub name: String,
    /// Its type in the words of the spec.
    pub r#type: String,
    /// Whether it must be there.
    pub required: bool,
    /// What it counts as where it is absent.
    pub default: Option<Value>,
}

/// A documented answer.
#[derive(Debug, Serialize)]
pub struct Response {
    /// The status code.
    pub code: u16,
    /// Whether the code means success.
    pub success: bool,
    /// The type of the body in the words of the spec; nothing where none is known.
    pub r#type: Option<String>,
    /// The fields of the body.
    pub fields: Vec<Parameter>,
}

/// An erratum.
#[derive(Debug, Serialize)]
pub struct Correction {
    /// The fact, such as `body.app_name`.
    pub fact: String,
    /// What the documentation says.
    pub documented: String,
    /// What is so.
    pub actual: String,
    /// How we know.
    pub because: String,
}

/// All routes, sorted by operation.
pub fn routes(api: &Api) -> Vec<Route> {
    let mut routes: Vec<Route> = api.operations().map(|operation| route(operation, api)).collect();
    routes.sort_by(|a, b| a.operation.cmp(&b.operation));
    routes
}

fn route(operation: &Operation, api: &Api) -> Route {
    let path_params = operation.path_arguments.iter().map(|argument| Parameter {
        name: argument.wire.clone(),
        r#type: type_name(&argument.of, api),
        required: true,
        default: None,
    });
    let responses = operation.answers().into_iter().map(|answer| Response {
        code: answer.code,
        success: match answer.outcome {
            Outcome::Success => true,
            Outcome::Error => false,
        },
        r#type: match answer.payload {
            Payload::Nothing => None,
            Payload::Json(body) => Some(type_name(body, api)),
            Payload::File => Some("file".to_owned()),
        },
        fields: match answer.payload {
            Payload::Json(body) => fields_of(body, api),
            Payload::Nothing | Payload::File => Vec::new(),
        },
    });
    let errata = operation.errata.iter().map(|Erratum { fact, documented, actual, because }| Correction {
        fact: fact.clone(),
        documented: documented.clone(),
        actual: actual.clone(),
        because: because.clone(),
    });
    Route {
        operation: operation.id.to_string(),
        method: operation.method.as_str(),
        path: operation.path.to_string(),
        auth: operation.auth.as_str(),
        idempotent: operation.effect.is_idempotent(),
        deprecated: operation.deprecated.is_some(),
        service: api.service(operation.service).map(|service| service.wire.clone()).unwrap_or_default(),
        path_params: path_params.collect(),
        query: operation.query.map(|id| fields_of(&Type::Named(id), api)).unwrap_or_default(),
        headers: Vec::new(),
        body: operation.body.as_ref().map(|body| body_fields(body, api)).unwrap_or_default(),
        responses: responses.collect(),
        errata: errata.collect(),
    }
}

/// A body that is no object has no field to list; it is listed itself.
fn body_fields(body: &Type, api: &Api) -> Vec<Parameter> {
    let fields = fields_of(body, api);
    if !fields.is_empty() {
        return fields;
    }
    vec![Parameter { name: ".".to_owned(), r#type: type_name(body, api), required: true, default: None }]
}

fn fields_of(of: &Type, api: &Api) -> Vec<Parameter> {
    let mut fields = Vec::new();
    collect(of, "", api, &mut Vec::new(), &mut fields);
    fields
}

/// Lists the fields of objects, of the objects in arrays and in maps; a type inside itself is listed once.
fn collect(of: &Type, lead: &str, api: &Api, open: &mut Vec<TypeId>, fields: &mut Vec<Parameter>) {
    match of {
        Type::Array(of) => collect(of, &format!("{lead}[]"), api, open, fields),
        Type::Map(of) => collect(of, &format!("{lead}{{}}"), api, open, fields),
        Type::Named(id) => {
            let Some(TypeKind::Object(Object { fields: own, other: _ })) = api.type_def(*id).map(|def| &def.kind)
            else {
                return;
            };
            if open.contains(id) {
                return;
            }
            open.push(*id);
            for field in own {
                let name = if lead.is_empty() { field.wire.clone() } else { format!("{lead}.{}", field.wire) };
                fields.push(parameter(field, name.clone(), api));
                collect(&field.of, &name, api, open, fields);
            }
            open.pop();
        }
        Type::String
        | Type::Integer
        | Type::Number
        | Type::Boolean
        | Type::Secret
        | Type::DateTime
        | Type::Json
        | Type::Object => {}
    }
}

fn parameter(field: &Field, name: String, api: &Api) -> Parameter {
    Parameter {
        name,
        r#type: type_name(&field.of, api),
        required: field.presence.is_documented_as_required(),
        default: field.presence.default().cloned(),
    }
}

/// A type in the words of the spec; one that is written inline goes by what it is.
pub fn type_name(of: &Type, api: &Api) -> String {
    match of {
        Type::String => "string".to_owned(),
        Type::Integer => "integer".to_owned(),
        Type::Number => "number".to_owned(),
        Type::Boolean => "boolean".to_owned(),
        Type::Secret => "secret".to_owned(),
        Type::DateTime => "datetime".to_owned(),
        Type::Json => "json".to_owned(),
        Type::Object => "object".to_owned(),
        Type::Array(of) => format!("array of {}", type_name(of, api)),
        Type::Map(of) => format!("map of {}", type_name(of, api)),
        Type::Named(id) => match api.type_def(*id) {
            Some(def) => def.spec_name.clone().unwrap_or_else(|| match def.kind {
                TypeKind::Object(_) => "object".to_owned(),
                TypeKind::Enum(_) => "string".to_owned(),
            }),
            None => "json".to_owned(),
        },
    }
}
