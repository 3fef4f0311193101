//! `openapi.json`: the whole API as OpenAPI 3.0.3, for other generators and for reference pages.

mod paths;
mod responses;
mod schemas;

use serde_json::{Map, Value, json};

use super::{Content, Draft};
use crate::ir::{Api, Contact, Operation, Service};
use crate::output::MARK;

/// The file.
pub fn emit(api: &Api) -> Draft {
    let mut document = json!({
        "openapi": "3.0.3",
        "x-generated": format!("{MARK} from spec/; do not edit."),
        "info": info(api),
        "servers": servers(api.service(api.default_service)),
        "tags": tags(api),
        "paths": paths::emit(api),
        "components": { "schemas": schemas::components(api), "responses": responses::components(api) },
    });
    if let Some(security) = security_schemes(api)
        && let Some(components) = document.get_mut("components").and_then(Value::as_object_mut)
    {
        components.insert("securitySchemes".to_owned(), security);
    }
    Draft { path: "openapi.json".to_owned(), origin: "spec/".to_owned(), content: Content::Json(document) }
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

/// The list with one server that a document or an operation has.
fn servers(service: Option<&Service>) -> Value {
    match service {
        Some(Service { url, description, .. }) => json!([{ "url": url, "description": description }]),
        None => json!([]),
    }
}

/// One for each namespace, so that reference pages have a chapter for each.
fn tags(api: &Api) -> Value {
    let named = api.namespaces.iter().filter(|namespace| !namespace.operations.is_empty());
    named.map(|namespace| json!({ "name": namespace.dotted(), "description": namespace.summary })).collect()
}

/// The name of the scheme for tokens in the header.
const BEARER: &str = "bearer";
/// The name of the scheme for tokens in the query.
const IN_QUERY: &str = "tokenInQuery";

fn security_schemes(api: &Api) -> Option<Value> {
    let security = api.security.as_ref()?;
    let mut schemes = Map::new();
    schemes
        .insert(BEARER.to_owned(), json!({ "type": "http", "scheme": "bearer", "description": security.description }));
    if let Some(parameter) = &security.query {
        let description = "The same token, on routes that take it from the query as well.";
        let scheme = json!({ "type": "apiKey", "in": "query", "name": parameter, "description": description });
        schemes.insert(IN_QUERY.to_owned(), scheme);
    }
    Some(Value::Object(schemes))
}

/// The servers of an operation that is not at home at the first one.
fn own_servers(operation: &Operation, api: &Api) -> Option<Value> {
    (operation.service != api.default_service).then(|| servers(api.service(operation.service)))
}
