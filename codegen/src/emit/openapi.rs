//! `openapi.json`: the API as OpenAPI 3.0.3, for other generators and for reference pages.

mod paths;
mod responses;
mod schemas;

use serde_json::{Map, Value, json};

use super::{FileContent, UnformattedFile};
use crate::ir::{Api, Contact, Operation, Security, Service};

/// Emits the document.
pub fn emit(api: &Api) -> UnformattedFile {
    // No `..`, so that a new field does not compile until it is handled here.
    let Api {
        title: _,
        version: _,
        summary: _,
        contact: _,
        package: _,
        services: _,
        default_service,
        security: _,
        message_fields: _,
        types: _,
        namespaces: _,
    } = api;
    let mut components = Map::new();
    components.insert("schemas".to_owned(), schemas::components(api));
    components.insert("responses".to_owned(), responses::components(api));
    components.extend(security_schemes(api).map(|schemes| ("securitySchemes".to_owned(), schemes)));
    let document = [
        ("openapi", json!("3.0.3")),
        ("info", info(api)),
        ("servers", servers(api.service(*default_service))),
        ("tags", tags(api)),
        ("paths", paths::emit(api)),
        ("components", Value::Object(components)),
    ];
    let document = document.map(|(key, value)| (key.to_owned(), value)).into_iter().collect();
    UnformattedFile {
        path: "openapi.json".to_owned(),
        source: "spec/".to_owned(),
        content: FileContent::Json(document),
    }
}

fn info(api: &Api) -> Value {
    let mut info = Map::new();
    info.insert("title".to_owned(), json!(api.title));
    info.insert("version".to_owned(), json!(api.version));
    info.insert("description".to_owned(), json!(api.summary));
    if let Some(Contact { name, url, email }) = &api.contact {
        let entries = [("name", name), ("url", url), ("email", email)];
        let entries = entries.into_iter().filter_map(|(key, value)| Some((key.to_owned(), json!(value.as_ref()?))));
        info.insert("contact".to_owned(), Value::Object(entries.collect()));
    }
    if let Some(license) = &api.package.license {
        info.insert("license".to_owned(), json!({ "name": license }));
    }
    Value::Object(info)
}

/// Returns the `servers` of a document or an operation, which is one server.
fn servers(service: Option<&Service>) -> Value {
    match service {
        Some(Service { wire_name: _, variant: _, url, discovery: _, description }) => {
            json!([{ "url": url, "description": description }])
        }
        None => json!([]),
    }
}

/// Returns one tag per namespace, which reference pages show as a chapter.
fn tags(api: &Api) -> Value {
    let named = api.namespaces.iter().filter(|namespace| !namespace.operations.is_empty());
    named.map(|namespace| json!({ "name": namespace.dotted(), "description": namespace.summary })).collect()
}

/// The security scheme for tokens in the header.
const BEARER: &str = "bearer";
/// The security scheme for tokens in the query.
const IN_QUERY: &str = "tokenInQuery";

fn security_schemes(api: &Api) -> Option<Value> {
    let Security { description, query, refresh: _ } = api.security.as_ref()?;
    let mut schemes = Map::new();
    schemes.insert(BEARER.to_owned(), json!({ "type": "http", "scheme": "bearer", "description": description }));
    if let Some(parameter) = query {
        let description = "The same token, for routes that also accept it in the query.";
        let scheme = json!({ "type": "apiKey", "in": "query", "name": parameter, "description": description });
        schemes.insert(IN_QUERY.to_owned(), scheme);
    }
    Some(Value::Object(schemes))
}

/// Returns the `servers` of an operation that does not use the default service.
fn own_servers(operation: &Operation, api: &Api) -> Option<Value> {
    (operation.service != api.default_service).then(|| servers(api.service(operation.service)))
}
