//! Paths and operations.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value, json};

use super::schemas::{described, path_parameter_schema, schema};
use super::{BEARER, IN_QUERY, own_servers, responses};
use crate::emit::{docs, sample};
use crate::ident::RustIdent;
use crate::ir::{
    Api, Argument, Auth, Field, Idempotency, Namespace, Operation, Presence, Segment, TokenLocation, Type, TypeKind,
};

/// Emits all paths with their operations.
pub fn emit(api: &Api) -> Value {
    let names = parameter_names(api);
    let mut paths: BTreeMap<String, Map<String, Value>> = BTreeMap::new();
    for namespace in &api.namespaces {
        for operation in &namespace.operations {
            let (path, parameters) = path(operation, &names);
            let method = operation.method.as_str().to_lowercase();
            paths.entry(path).or_default().insert(method, emit_operation(operation, namespace, &parameters, api));
        }
    }
    paths.into_iter().map(|(path, methods)| (path, Value::Object(methods))).collect::<Map<_, _>>().into()
}

/// The path up to a parameter, without the names of parameters.
type Position = String;

/// Returns one name for the parameters at each position, because readers of OpenAPI reject paths that differ only in the
/// name of a parameter.
fn parameter_names(api: &Api) -> BTreeMap<Position, String> {
    let mut names = BTreeMap::new();
    for operation in api.operations() {
        let mut position = Position::new();
        let mut used: BTreeSet<String> = BTreeSet::new();
        for segment in &operation.path.0 {
            match segment {
                Segment::Literal(text) => position.push_str(&format!("/{text}")),
                Segment::Parameter(name) => {
                    position.push_str("/{}");
                    let chosen = names.entry(position.clone()).or_insert_with(|| {
                        let mut name = name.clone();
                        while used.contains(&name) {
                            name.push('_');
                        }
                        name
                    });
                    used.insert(chosen.clone());
                }
            }
        }
    }
    names
}

/// Returns the path of an operation and the names of its parameters in the order of the path.
fn path(operation: &Operation, names: &BTreeMap<Position, String>) -> (String, Vec<String>) {
    let (mut path, mut position, mut parameters) = (String::new(), Position::new(), Vec::new());
    for segment in &operation.path.0 {
        match segment {
            Segment::Literal(text) => {
                path.push_str(&format!("/{text}"));
                position.push_str(&format!("/{text}"));
            }
            Segment::Parameter(own) => {
                position.push_str("/{}");
                let name = names.get(&position).unwrap_or(own);
                path.push_str(&format!("/{{{name}}}"));
                parameters.push(name.clone());
            }
        }
    }
    (path, parameters)
}

fn emit_operation(operation: &Operation, namespace: &Namespace, path_names: &[String], api: &Api) -> Value {
    // No `..`, so that a new field does not compile until it is handled here.
    let Operation {
        id: _,
        wire_name: _,
        function: _,
        constant: _,
        method,
        path: _,
        service: _,
        auth: _,
        token_location: _,
        idempotency,
        summary,
        description: _,
        deprecated,
        path_arguments: _,
        query: _,
        body,
        body_doc,
        success: _,
        payload: _,
        payload_doc: _,
        errors: _,
        error_type: _,
        errata: _,
        source: _,
    } = operation;
    let mut fields = Map::new();
    let mut set = |key: &str, value: Value| {
        fields.insert(key.to_owned(), value);
    };
    set("operationId", json!(operation_id(operation, namespace)));
    set("summary", json!(summary));
    set("tags", json!([namespace.dotted()]));
    set("description", json!(description(operation, namespace)));
    if deprecated.is_some() {
        set("deprecated", json!(true));
    }
    if *idempotency != Idempotency::of_method(*method) {
        set("x-idempotent", json!(idempotency.is_idempotent()));
    }
    let parameters = parameters(operation, path_names, api);
    if !parameters.is_empty() {
        set("parameters", json!(parameters));
    }
    if let Some(body) = body {
        let media_type = json!({ "schema": schema(body, api), "example": sample::example(body, api) });
        let content = json!({ "application/json": media_type });
        let mut request_body = json!({ "required": is_body_required(body, api), "content": content });
        describe(&mut request_body, body_doc.as_deref());
        set("requestBody", request_body);
    }
    set("responses", responses::emit(operation, api));
    if api.security.is_some() {
        set("security", security(operation));
    }
    if let Some(servers) = own_servers(operation, api) {
        set("servers", servers);
    }
    Value::Object(fields)
}

/// Returns `user_otp_enable` for `user.otp.enable`.
fn operation_id(operation: &Operation, namespace: &Namespace) -> String {
    let names = namespace.path.iter().map(|part| RustIdent::snake(part)).chain([operation.function.clone()]);
    names.map(|name| name.as_unescaped().to_owned()).collect::<Vec<_>>().join("_")
}

/// Describes an operation and its source. The document does not contain the name of the operation elsewhere.
fn description(operation: &Operation, namespace: &Namespace) -> String {
    let mut paragraphs: Vec<String> = operation.description.clone().into_iter().collect();
    paragraphs.extend(operation.deprecated.clone());
    paragraphs.extend(operation.deviations().map(docs::deviation));
    paragraphs.push(match (&operation.source, &namespace.page) {
        (Some(source), _) => format!("Operation `{}`, known from {source}.", operation.id),
        (None, Some(page)) => format!("Operation `{}`, documented on the page \"{page}\".", operation.id),
        (None, None) => format!("Operation `{}`.", operation.id),
    });
    paragraphs.join("\n\n")
}

fn parameters(operation: &Operation, path_names: &[String], api: &Api) -> Vec<Value> {
    let arguments = operation.path_arguments.iter().zip(path_names);
    let in_path = arguments.map(|(Argument { wire_name: _, name: _, ty, description }, name)| {
        let schema = path_parameter_schema(ty, api);
        let mut parameter = json!({ "name": name, "in": "path", "required": true, "schema": schema });
        describe(&mut parameter, description.as_deref());
        parameter
    });
    let query = operation.query.and_then(|id| api.type_def(id)).map(|def| &def.kind);
    let fields = match query {
        Some(TypeKind::Object(object)) => object.fields.as_slice(),
        Some(TypeKind::Enum(_)) | None => &[],
    };
    let in_query = fields.iter().map(|Field { wire_name, name: _, ty, presence, storage: _, description }| {
        let schema = described(schema(ty, api), None, presence.default());
        let required = *presence == Presence::Required;
        let mut parameter = json!({ "name": wire_name, "in": "query", "required": required, "schema": schema });
        describe(&mut parameter, description.as_deref());
        parameter
    });
    in_path.chain(in_query).collect()
}

fn describe(part: &mut Value, description: Option<&str>) {
    if let (Some(description), Some(part)) = (description, part.as_object_mut()) {
        part.insert("description".to_owned(), json!(description));
    }
}

/// Returns `true` if a body must be present. A body without required fields may be absent.
fn is_body_required(body: &Type, api: &Api) -> bool {
    match body {
        Type::Named(id) => match api.type_def(*id).map(|def| &def.kind) {
            Some(TypeKind::Object(object)) => object.required_fields().next().is_some(),
            Some(TypeKind::Enum(_)) | None => true,
        },
        Type::Object => false,
        Type::Scalar(_) | Type::Json | Type::Array(_) | Type::Map(_) => true,
    }
}

fn security(operation: &Operation) -> Value {
    let mut alternatives: Vec<Value> = match operation.auth {
        Auth::None => return json!([]),
        Auth::Required | Auth::Optional => vec![json!({ BEARER: [] })],
    };
    match operation.token_location {
        TokenLocation::Header => {}
        TokenLocation::HeaderOrQuery => alternatives.push(json!({ IN_QUERY: [] })),
    }
    if operation.auth == Auth::Optional {
        alternatives.push(json!({}));
    }
    Value::Array(alternatives)
}
