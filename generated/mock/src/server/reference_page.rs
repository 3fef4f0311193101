//! The OpenAPI document and a page that shows it, where each route can be tried out.

use std::collections::BTreeMap;

use axum::Router;
use axum::extract::Request;
use axum::middleware::{Next, from_fn};
use axum::response::{Redirect, Response};
use axum::routing::get;
use bytes::Bytes;
use http::HeaderValue;
use http::header::{CONTENT_SECURITY_POLICY, CONTENT_TYPE};
use serde_json::{Map, Value, json};
use utoipa_swagger_ui::{Config, SwaggerUi};

use crate::operations::OPENAPI;
use crate::state::State;
use crate::state::sample_data::{DEMO_ACCESS_TOKEN, DEMO_BUCKET, DEMO_REFRESH_TOKEN};

/// Values of body fields that the sample data contains, by field. They replace the examples of the OpenAPI document.
const SAMPLE_FIELDS: [(&str, &str); 5] = [
    ("app_name", "api"),
    ("event_name", "order"),
    ("new_owner", "ada@example.com"),
    ("refresh_token", DEMO_REFRESH_TOKEN),
    ("server_name", "web-1"),
];

/// Returns the routes below `/docs/`, `/openapi.json`, and `/`, which redirects to the page.
pub fn router(state: &State) -> Router {
    let document = Bytes::from(document(state).to_string());
    let config = Config::new(["/openapi.json"])
        .validator_url("none")
        .doc_expansion("none")
        .persist_authorization(true)
        .filter(true);
    Router::from(SwaggerUi::new("/docs").config(config))
        .layer(from_fn(forbid_external_content))
        .route("/", get(|| async { Redirect::temporary("/docs/") }))
        .route("/openapi.json", get(move || async move { ([(CONTENT_TYPE, "application/json")], document.clone()) }))
}

/// Returns the OpenAPI document with this server as the only server, its tokens, and examples from the sample data.
fn document(state: &State) -> Value {
    let mut document: Value = serde_json::from_str(OPENAPI).unwrap_or_default();
    let samples = Samples::new(state);
    for (path, operations) in document["paths"].as_object_mut().into_iter().flatten() {
        for operation in operations.as_object_mut().into_iter().flat_map(Map::values_mut) {
            if let Some(operation) = operation.as_object_mut() {
                operation.remove("servers");
                samples.fill_in(path, operation);
            }
        }
    }
    // A relative URL is resolved against the URL of the document.
    document["servers"] = json!([{ "url": "/", "description": "This mock server." }]);
    let note = format!(
        "This is a mock server with sample data. To try out a route, press \"Authorize\" and enter the access token \
         `{DEMO_ACCESS_TOKEN}`. The refresh token is `{DEMO_REFRESH_TOKEN}`."
    );
    append(&mut document["info"]["description"], &note);
    for scheme in document["components"]["securitySchemes"].as_object_mut().into_iter().flat_map(Map::values_mut) {
        append(&mut scheme["description"], &format!("The mock server accepts `{DEMO_ACCESS_TOKEN}`."));
    }
    document
}

/// Adds a paragraph to a description.
fn append(description: &mut Value, paragraph: &str) {
    *description = match description.as_str() {
        Some(text) => json!(format!("{text}\n\n{paragraph}")),
        None => json!(paragraph),
    };
}

/// Values of path parameters that the sample data contains, by parameter.
struct Samples {
    /// Parameters of routes below a bucket.
    of_bucket: BTreeMap<&'static str, String>,
    /// The parameters of other routes, by path and parameter.
    of_others: BTreeMap<(&'static str, &'static str), String>,
}

impl Samples {
    fn new(state: &State) -> Self {
        let mut of_bucket = BTreeMap::from([("aggregateBy", "servers".to_owned())]);
        if let Some(bucket) = state.buckets.values().find(|bucket| bucket.name == DEMO_BUCKET) {
            of_bucket.insert("id", bucket.id.clone());
            let found = [
                ("identifier", bucket.issues.keys().next().cloned()),
                ("filename", bucket.profiles.first().and_then(|profile| profile.filename.clone())),
                ("notification", bucket.notifications.iter().next().and_then(id_of)),
            ];
            of_bucket.extend(found.into_iter().filter_map(|(name, value)| Some((name, value?))));
        }
        let of_others = [
            (("/api/users/show/{id}", "id"), "demo".to_owned()),
            (("/api/users/integrations/{name}", "name"), "github".to_owned()),
            (("/api/misc/release/nodejs/{version}", "version"), "22".to_owned()),
        ];
        Self { of_bucket, of_others: of_others.into() }
    }

    /// Sets the examples of an operation's path parameters and body fields.
    fn fill_in(&self, path: &str, operation: &mut Map<String, Value>) {
        let of_bucket = path.starts_with("/api/bucket/{id}").then_some(&self.of_bucket);
        for parameter in operation.get_mut("parameters").and_then(Value::as_array_mut).into_iter().flatten() {
            let Some(name) = parameter["name"].as_str().filter(|_| parameter["in"] == "path") else { continue };
            let sample = of_bucket.and_then(|known| known.get(name)).or_else(|| self.of_others.get(&(path, name)));
            if let Some(sample) = sample {
                parameter["example"] = json!(sample);
            }
        }
        if let Some(example) = operation
            .get_mut("requestBody")
            .and_then(|body| body.pointer_mut("/content/application~1json/example"))
            .and_then(Value::as_object_mut)
        {
            for (field, sample) in SAMPLE_FIELDS {
                // Only an example that says nothing is replaced.
                if let Some(value) = example.get_mut(field).filter(|value| **value == "string") {
                    *value = json!(sample);
                }
            }
        }
    }
}

/// Returns the id of a resource in a collection.
fn id_of(resource: &Map<String, Value>) -> Option<String> {
    resource.get("_id").and_then(Value::as_str).map(str::to_owned)
}

/// Tells the browser to load content from this server only.
async fn forbid_external_content(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let policy = HeaderValue::from_static("default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:");
    response.headers_mut().insert(CONTENT_SECURITY_POLICY, policy);
    response
}
