//! Paths and operations.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value, json};

use super::schemas::{described, in_path, schema};
use super::{BEARER, IN_QUERY, own_servers, responses};
use crate::emit::sample;
use crate::ident::RustIdent;
use crate::ir::{Api, Auth, Effect, Namespace, Operation, Presence, Segment, TokenPlace, Type, TypeKind};

/// Every path with its operations.
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

/// What stands before a parameter, with its own name left out.
type Place = String;

/// One name for each place: readers of the format take paths that differ in a name alone for one path, or refuse them.
fn parameter_names(api: &Api) -> BTreeMap<Place, String> {
    let mut names = BTreeMap::new();
    for operation in api.operations() {
        let mut place = Place::new();
        let mut used: BTreeSet<String> = BTreeSet::new();
        for segment in &operation.path.0 {
            match segment {
                Segment::Text(text) => place.push_str(&format!("/{text}")),
                Segment::Parameter(name) => {
                    place.push_str("/{}");
                    let chosen = names.entry(place.clone()).or_insert_with(|| {
                        let mut own = name.clone();
                        while used.contains(&own) {
                            own.push('_');
                        }
                        own
                    });
                    used.insert(chosen.clone());
                }
            }
        }
    }
    names
}

/// The path of an operation, and the names of its parameters in path order.
fn path(operation: &Operation, names: &BTreeMap<Place, String>) -> (String, Vec<String>) {
    let (mut path, mut place, mut parameters) = (String::new(), Place::new(), Vec::new());
    for segment in &operation.path.0 {
        match segment {
            Segment::Text(text) => {
                path.push_str(&format!("/{text}"));
                place.push_str(&format!("/{text}"));
            }
            Segment::Parameter(own) => {
                place.push_str("/{}");
                let name = names.get(&place).unwrap_or(own);
                path.push_str(&format!("/{{{name}}}"));
                parameters.push(name.clone());
            }
        }
    }
    (path, parameters)
}

fn emit_operation(operation: &Operation, namespace: &Namespace, path_names: &[String], api: &Api) -> Value {
    let mut fields = Map::new();
    let mut set = |key: &str, value: Value| {
        fields.insert(key.to_owned(), value);
    };
    set("operationId", json!(operation_id(operation)));
    set("summary", json!(operation.summary));
    set("tags", json!([operation.id.0.rsplit_once('.').map_or("", |(namespace, _)| namespace)]));
    set("description", json!(description(operation, namespace)));
    if operation.deprecated.is_some() {
        set("deprecated", json!(true));
    }
    if operation.effect != Effect::of(operation.method) {
        set("x-idempotent", json!(operation.effect.is_idempotent()));
    }
    let parameters = parameters(operation, path_names, api);
    if !parameters.is_empty() {
        set("parameters", json!(parameters));
    }
    if let Some(body) = &operation.body {
        let media_type = json!({ "schema": schema(body, api), "example": sample::example(body, api) });
        let content = json!({ "application/json": media_type });
        let mut request_body = json!({ "required": must_be_there(body, api), "content": content });
        describe(&mut request_body, operation.body_doc.as_deref());
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

/// `user.otp.enable` as `user_otp_enable`.
fn operation_id(operation: &Operation) -> String {
    let (namespace, _) = operation.id.0.rsplit_once('.').unwrap_or_default();
    let mut steps: Vec<String> = namespace.split('.').map(|step| RustIdent::snake(step).bare().to_owned()).collect();
    steps.push(operation.function.bare().to_owned());
    steps.join("_")
}

/// Returns what a caller must know of an operation, and where it comes from: its own name is not in the document otherwise.
fn description(operation: &Operation, namespace: &Namespace) -> String {
    let mut paragraphs: Vec<String> = operation.description.clone().into_iter().collect();
    paragraphs.extend(operation.deprecated.clone());
    let errata = operation.errata.iter().filter(|erratum| erratum.concerns_callers());
    paragraphs.extend(errata.map(|erratum| {
        format!("The documentation has `{}` as {}: {}.", erratum.fact, erratum.documented, erratum.because)
    }));
    paragraphs.push(match (&operation.source, &namespace.page) {
        (Some(source), _) => format!("Operation `{}`, known from {source}.", operation.id),
        (None, Some(page)) => format!("Operation `{}`, documented on the page \"{page}\".", operation.id),
        (None, None) => format!("Operation `{}`.", operation.id),
    });
    paragraphs.join("\n\n")
}

fn parameters(operation: &Operation, path_names: &[String], api: &Api) -> Vec<Value> {
    let in_path = operation.path_arguments.iter().zip(path_names).map(|(argument, name)| {
        let schema = in_path(&argument.of, api);
        let mut parameter = json!({ "name": name, "in": "path", "required": true, "schema": schema });
        describe(&mut parameter, argument.description.as_deref());
        parameter
    });
    let query = operation.query.and_then(|id| api.type_def(id)).map(|def| &def.kind);
    let fields = match query {
        Some(TypeKind::Object(object)) => object.fields.as_slice(),
        Some(TypeKind::Enum(_)) | None => &[],
    };
    let in_query = fields.iter().map(|field| {
        let schema = described(schema(&field.of, api), None, field.presence.default());
        let required = field.presence == Presence::Required;
        let mut parameter = json!({ "name": field.wire, "in": "query", "required": required, "schema": schema });
        describe(&mut parameter, field.description.as_deref());
        parameter
    });
    in_path.chain(in_query).collect()
}

fn describe(part: &mut Value, description: Option<&str>) {
    if let (Some(description), Some(part)) = (description, part.as_object_mut()) {
        part.insert("description".to_owned(), json!(description));
    }
}

/// A body whose fields may all be absent may be absent itself.
fn must_be_there(body: &Type, api: &Api) -> bool {
    match body {
        Type::Named(id) => match api.type_def(*id).map(|def| &def.kind) {
            Some(TypeKind::Object(object)) => object.fields.iter().any(|field| field.presence == Presence::Required),
            Some(TypeKind::Enum(_)) | None => true,
        },
        Type::Object => false,
        Type::String
        | Type::Integer
        | Type::Number
        | Type::Boolean
        | Type::Secret
        | Type::DateTime
        | Type::Json
        | Type::Array(_)
        | Type::Map(_) => true,
    }
}

fn security(operation: &Operation) -> Value {
    let mut ways: Vec<Value> = match operation.auth {
        Auth::None => return json!([]),
        Auth::Required | Auth::Optional => vec![json!({ BEARER: [] })],
    };
    match operation.token {
        TokenPlace::Header => {}
        TokenPlace::HeaderOrQuery => ways.push(json!({ IN_QUERY: [] })),
    }
    if operation.auth == Auth::Optional {
        ways.push(json!({}));
    }
    Value::Array(ways)
}
