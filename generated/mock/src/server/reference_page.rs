//! The OpenAPI document and a page that shows it, where each route can be tried out.

use axum::Router;
use axum::extract::Request;
use axum::middleware::{Next, from_fn};
use axum::response::Response;
use axum::routing::get;
use bytes::Bytes;
use http::HeaderValue;
use http::header::{CONTENT_SECURITY_POLICY, CONTENT_TYPE};
use serde_json::{Value, json};
use utoipa_swagger_ui::{Config, SwaggerUi};

const OPENAPI: &str = include_str!("../../../openapi.json");

/// Returns the routes below `/docs/` and `/openapi.json`.
pub fn router() -> Router {
    let document = Bytes::from(document().to_string());
    let config = Config::new(["/openapi.json"]).validator_url("none").doc_expansion("none").persist_authorization(true);
    Router::from(SwaggerUi::new("/docs").config(config))
        .layer(from_fn(forbid_external_content))
        .route("/openapi.json", get(move || async move { ([(CONTENT_TYPE, "application/json")], document.clone()) }))
}

/// Returns the OpenAPI document with this server as the only server.
fn document() -> Value {
    let mut document: Value = serde_json::from_str(OPENAPI).unwrap_or_default();
    let paths = document["paths"].as_object_mut().into_iter().flat_map(|paths| paths.values_mut());
    for operation in paths.filter_map(Value::as_object_mut).flat_map(|path| path.values_mut()) {
        if let Some(operation) = operation.as_object_mut() {
            operation.remove("servers");
        }
    }
    // A relative URL is resolved against the URL of the document.
    document["servers"] = json!([{ "url": "/", "description": "This mock server." }]);
    document
}

/// Tells the browser to load content from this server only.
async fn forbid_external_content(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let policy = HeaderValue::from_static("default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:");
    response.headers_mut().insert(CONTENT_SECURITY_POLICY, policy);
    response
}
