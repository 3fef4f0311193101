//! The routes as flat data with the names of the documentation: the output of `cargo xtask routes --json`.

use serde::Serialize;
use serde_json::Value;

use crate::ir::{Api, Argument, Field, Operation, Outcome, Payload, Type, TypeId, TypeKind};

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
    /// Whether the request may be repeated without further effect.
    pub idempotent: bool,
    /// Whether the documentation calls the route deprecated.
    pub deprecated: bool,
    /// The name of the service.
    pub service: String,
    /// The path parameters in the order of the path.
    pub path_params: Vec<Parameter>,
    /// The query parameters.
    pub query: Vec<Parameter>,
    /// The header parameters.
    pub headers: Vec<Parameter>,
    /// The fields of the body, nested ones with dotted names. A body that is not an object is one entry named `.`.
    pub body: Vec<Parameter>,
    /// The documented responses.
    pub responses: Vec<Response>,
    /// The differences between the documentation and the service.
    pub errata: Vec<Erratum>,
}

/// A field or a parameter.
#[derive(Debug, Serialize)]
pub struct Parameter {
    /// The name, such as `metadata.address_zip` or `actions[].type`.
    pub name: String,
    /// The type as the spec writes it.
    pub r#type: String,
    /// Whether the documentation calls it required.
    pub required: bool,
    /// The documented default.
    pub default: Option<Value>,
}

/// A documented response.
#[derive(Debug, Serialize)]
pub struct Response {
    /// The status code.
    pub code: u16,
    /// Whether the status code means success.
    pub success: bool,
    /// The type of the body as the spec writes it; `None` if none is documented.
    pub r#type: Option<String>,
    /// The fields of the body.
    pub fields: Vec<Parameter>,
}

/// A difference between the documentation and the service.
#[derive(Debug, Serialize)]
pub struct Erratum {
    /// The fact, such as `body.app_name`.
    pub fact: String,
    /// The value in the documentation.
    pub documented: String,
    /// The value of the service.
    pub actual: String,
    /// The reason to believe it.
    pub because: String,
}

/// Returns all routes, sorted by operation.
pub fn routes(api: &Api) -> Vec<Route> {
    let mut routes: Vec<Route> = api.operations().map(|operation| route(operation, api)).collect();
    routes.sort_by(|a, b| a.operation.cmp(&b.operation));
    routes
}

fn route(operation: &Operation, api: &Api) -> Route {
    // No `..`, so that a new field does not compile until it is handled here.
    let Operation {
        id,
        wire_name: _,
        function: _,
        constant: _,
        method,
        path,
        service,
        auth,
        token_location: _,
        idempotency,
        summary: _,
        description: _,
        deprecated,
        path_arguments,
        query,
        body,
        body_doc: _,
        success: _,
        payload: _,
        payload_doc: _,
        errors: _,
        error_type: _,
        errata,
        source: _,
    } = operation;
    let path_params = path_arguments.iter().map(|Argument { wire_name, name: _, ty, description: _ }| Parameter {
        name: wire_name.clone(),
        r#type: ty.display(api).to_string(),
        required: true,
        default: None,
    });
    let responses = operation.responses().into_iter().map(|response| {
        let (ty, fields) = match response.payload {
            Payload::Empty => (None, Vec::new()),
            Payload::Json(body) => (Some(body.display(api).to_string()), fields_of(body, api)),
            Payload::File => (Some("file".to_owned()), Vec::new()),
        };
        Response { code: response.code, success: response.outcome == Outcome::Success, r#type: ty, fields }
    });
    let errata = errata.iter().map(|crate::ir::Erratum { fact, documented, actual, because }| Erratum {
        fact: fact.clone(),
        documented: documented.clone(),
        actual: actual.clone(),
        because: because.clone(),
    });
    Route {
        operation: id.to_string(),
        method: method.as_str(),
        path: path.to_string(),
        auth: auth.as_str(),
        idempotent: idempotency.is_idempotent(),
        deprecated: deprecated.is_some(),
        service: api.service(*service).map(|service| service.wire_name.clone()).unwrap_or_default(),
        path_params: path_params.collect(),
        query: query.map(|id| fields_of(&Type::Named(id), api)).unwrap_or_default(),
        headers: Vec::new(),
        body: body.as_ref().map(|body| body_fields(body, api)).unwrap_or_default(),
        responses: responses.collect(),
        errata: errata.collect(),
    }
}

/// Lists the fields of a body, or the body itself if it has none.
fn body_fields(body: &Type, api: &Api) -> Vec<Parameter> {
    let fields = fields_of(body, api);
    if !fields.is_empty() {
        return fields;
    }
    vec![Parameter { name: ".".to_owned(), r#type: body.display(api).to_string(), required: true, default: None }]
}

fn fields_of(ty: &Type, api: &Api) -> Vec<Parameter> {
    let mut fields = Vec::new();
    collect(ty, "", api, &mut Vec::new(), &mut fields);
    fields
}

/// Collects the fields of objects, also those in arrays and maps. The fields of a recursive type are listed once.
fn collect(ty: &Type, prefix: &str, api: &Api, stack: &mut Vec<TypeId>, fields: &mut Vec<Parameter>) {
    match ty {
        Type::Array(ty) => collect(ty, &format!("{prefix}[]"), api, stack, fields),
        Type::Map(ty) => collect(ty, &format!("{prefix}{{}}"), api, stack, fields),
        Type::Named(id) => {
            let Some(TypeKind::Object(object)) = api.type_def(*id).map(|def| &def.kind) else { return };
            if stack.contains(id) {
                return;
            }
            stack.push(*id);
            for Field { wire_name, name: _, ty, presence, storage: _, description: _ } in &object.fields {
                let name = if prefix.is_empty() { wire_name.clone() } else { format!("{prefix}.{wire_name}") };
                fields.push(Parameter {
                    name: name.clone(),
                    r#type: ty.display(api).to_string(),
                    required: presence.is_documented_as_required(),
                    default: presence.default().cloned(),
                });
                collect(ty, &name, api, stack, fields);
            }
            stack.pop();
        }
        Type::Scalar(_) | Type::Json | Type::Object => {}
    }
}
