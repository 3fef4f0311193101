//! Calls every operation of the OpenAPI document with the smallest valid request.

use std::collections::BTreeMap;

use http::{Method, StatusCode};
use serde_json::{Map, Value, json};

use crate::support::{TestServer, start};
use pm2_mock::{DEMO_ACCESS_TOKEN, DEMO_REFRESH_TOKEN};

const DOCUMENT: &str = include_str!("../../../openapi.json");

/// The operations that must reject the smallest request: the account of `demo` does not meet a precondition, or the
/// request changes nothing.
const REJECTED: [&str; 14] = [
    "bucket_alert_update_alert 400",
    "bucket_application_update 400",
    "bucket_billing_get_subcription 404",
    "bucket_billing_get_subcription_state 404",
    "bucket_get_subscription 404",
    "bucket_update 400",
    "bucket_webcheck_update 400",
    "data_exceptions_delete 400",
    "orchestration_self_send 403",
    "user_delete 403",
    "user_otp_disable 403",
    "user_otp_enable 403",
    "user_providers_remove 403",
    "user_update 400",
];

/// String values that a single operation needs: operation, field and value.
const SPECIAL_VALUES: [(&str, &str, &str); 2] =
    [("auth_register", "email", "new@example.com"), ("bucket_server_delete_server", "server_name", "retired-1")];

#[tokio::test]
async fn every_operation_returns_a_documented_status() {
    let server = start().await;
    let document: Value = serde_json::from_str(DOCUMENT).expect("JSON");
    let (mut calls, mut rejected) = (0, Vec::new());
    for (path, operations) in document["paths"].as_object().expect("paths") {
        for (method, operation) in operations.as_object().expect("operations") {
            server.mock.reset();
            let known = known_values(&server, &document).await;
            let (status, body) = call(&server, &document, (method, path), operation, &known).await;
            let name = format!("{} {path} returns {status} {body}", method.to_uppercase());
            assert!(status.as_u16() < 500, "{name}");
            let documented = operation["responses"].as_object().expect("responses");
            assert!(documented.contains_key(status.as_str()), "{name}");
            calls += 1;
            if status.is_client_error() {
                rejected.push(format!("{} {}", operation["operationId"].as_str().expect("an id"), status.as_u16()));
            }
        }
    }
    assert_eq!(calls, 158);
    rejected.sort();
    assert_eq!(rejected, REJECTED);
}

async fn call(
    server: &TestServer,
    document: &Value,
    (method, template): (&str, &str),
    operation: &Value,
    known: &BTreeMap<String, String>,
) -> (StatusCode, Value) {
    let mut path = template.to_owned();
    let mut query = Vec::new();
    for parameter in operation["parameters"].as_array().into_iter().flatten() {
        let name = parameter["name"].as_str().expect("a name");
        let specific = format!("{}.{name}", operation["operationId"].as_str().expect("an id"));
        let value = known.get(&specific).or_else(|| known.get(name)).map_or("text", String::as_str);
        if parameter["in"] == "path" {
            path = path.replace(&format!("{{{name}}}"), value);
        } else if parameter["required"] == true || known.contains_key(&specific) {
            query.push(format!("{name}={value}"));
        }
    }
    if !query.is_empty() {
        path = format!("{path}?{}", query.join("&"));
    }
    let schema = &operation["requestBody"]["content"]["application/json"]["schema"];
    let mut body = if schema.is_null() { json!({}) } else { smallest_value(document, schema, "") };
    for (_, field, value) in SPECIAL_VALUES.iter().filter(|(id, ..)| operation["operationId"] == *id) {
        body[*field] = json!(value);
    }
    let method = Method::from_bytes(method.to_uppercase().as_bytes()).expect("a method");
    server.send(method, &path, DEMO_ACCESS_TOKEN, &body).await
}

/// Returns values for path and query parameters by parameter name, or by operation and parameter name.
async fn known_values(server: &TestServer, document: &Value) -> BTreeMap<String, String> {
    let id = server.bucket_id("production").await;
    let get = |value: &Value, pointer: &str| value.pointer(pointer).and_then(Value::as_str).expect(pointer).to_owned();
    let mut known = BTreeMap::from([
        ("id".to_owned(), id.clone()),
        ("user_show.id".to_owned(), "demo".to_owned()),
        ("aggregateBy".to_owned(), "servers".to_owned()),
        ("name".to_owned(), "github".to_owned()),
        ("bucket_remove_invitation.email".to_owned(), "grace@example.com".to_owned()),
    ]);
    let invitation = json!({ "email": "grace@example.com" });
    server.send(Method::POST, &format!("/api/bucket/{id}/add_user"), DEMO_ACCESS_TOKEN, &invitation).await;
    let resources = [
        ("alert", Method::POST, "alerts", "/_id"),
        ("bucket_alert_analyzer_edit_state.alert", Method::POST, "alerts/analyzer", "/0/_id"),
        ("bucket_alert_analyzer_update_config.alert", Method::POST, "alerts/analyzer", "/0/analyzer"),
        ("application", Method::POST, "applications", "/_id"),
        ("webcheck", Method::POST, "webchecks", "/_id"),
        ("dashid", Method::PUT, "dashboard/", "/_id"),
        ("identifier", Method::POST, "data/issues/list", "/0/identifier"),
        ("filename", Method::POST, "data/profilings", "/data/0/filename"),
        ("notification", Method::POST, "data/notifications", "/0/_id"),
        ("trace", Method::POST, "data/traces", "/0/id"),
    ];
    for (name, method, path, pointer) in resources {
        let template = format!("/api/bucket/{{id}}/{path}");
        let operation = &document["paths"][&template][method.as_str().to_lowercase()];
        let body = smallest_value(document, &operation["requestBody"]["content"]["application/json"]["schema"], "");
        let (_, response) = server.send(method, &format!("/api/bucket/{id}/{path}"), DEMO_ACCESS_TOKEN, &body).await;
        known.insert(name.to_owned(), get(&response, pointer));
    }
    let (_, tokens) = server.send(Method::GET, "/api/users/token/", DEMO_ACCESS_TOKEN, &json!({})).await;
    known.insert("tokens_remove.id".to_owned(), get(&tokens, "/0/_id"));
    server.send(Method::POST, "/api/oauth/send_email_link", DEMO_ACCESS_TOKEN, &json!({})).await;
    let (_, mails) = server.send(Method::GET, "/mock/mails", "", &json!({})).await;
    known.insert("token".to_owned(), get(&mails, "/0/token"));
    known
}

/// Returns the smallest valid value of a schema, with required fields only. A string depends on the name of its field.
fn smallest_value(document: &Value, schema: &Value, name: &str) -> Value {
    if let Some(reference) = schema["$ref"].as_str() {
        return smallest_value(document, document.pointer(&reference[1..]).expect("a schema"), name);
    }
    if let Some(first) = schema.pointer("/allOf/0").or_else(|| schema.pointer("/anyOf/0")) {
        return smallest_value(document, first, name);
    }
    if let Some(value) = schema.pointer("/enum/0") {
        return value.clone();
    }
    match schema["type"].as_str() {
        Some("object") => {
            let required = schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str);
            let fields =
                required.map(|field| (field.to_owned(), smallest_value(document, &schema["properties"][field], field)));
            Value::Object(fields.collect::<Map<_, _>>())
        }
        Some("array") => json!([]),
        Some("boolean") => json!(true),
        Some("integer" | "number") => json!(1),
        Some(_) | None => json!(match name {
            "email" | "new_owner" => "ada@example.com",
            "grant_type" => "refresh_token",
            "refresh_token" => DEMO_REFRESH_TOKEN,
            "role" => "admin",
            "server_name" => "web-1",
            "app_name" => "api",
            "name" => "slack",
            _ => "text",
        }),
    }
}
