//! Every operation of the OpenAPI document, called with the least that it takes.

use std::collections::BTreeMap;

use http::{Method, StatusCode};
use serde_json::{Map, Value, json};

use crate::support::{Running, start};
use pm2_mock::{DEMO_ACCESS_TOKEN, DEMO_REFRESH_TOKEN};

const DOCUMENT: &str = include_str!("../../../openapi.json");

/// What has to be refused: the demo account lacks what these ask for, or the least that they take is nothing to do.
const REFUSED: [&str; 14] = [
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

/// Texts that have to be others in one operation than in all others.
const SPECIAL: [(&str, &str, &str); 2] =
    [("auth_register", "email", "new@example.com"), ("bucket_server_delete_server", "server_name", "retired-1")];

#[tokio::test]
async fn every_operation_is_answered_with_a_documented_status() {
    let mock = start().await;
    let document: Value = serde_json::from_str(DOCUMENT).expect("JSON");
    let (mut calls, mut refused) = (0, Vec::new());
    for (path, operations) in document["paths"].as_object().expect("paths") {
        for (method, operation) in operations.as_object().expect("operations") {
            mock.handle.reset();
            let known = known(&mock, &document).await;
            let (status, body) = call(&mock, &document, (method, path), operation, &known).await;
            let name = format!("{} {path} answers {status} {body}", method.to_uppercase());
            assert!(status.as_u16() < 500, "{name}");
            let documented = operation["responses"].as_object().expect("responses");
            assert!(documented.contains_key(status.as_str()), "{name}");
            calls += 1;
            if status.is_client_error() {
                refused.push(format!("{} {}", operation["operationId"].as_str().expect("an id"), status.as_u16()));
            }
        }
    }
    assert_eq!(calls, 158);
    refused.sort();
    assert_eq!(refused, REFUSED);
}

async fn call(
    mock: &Running,
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
    let mut body = if schema.is_null() { json!({}) } else { least(document, schema, "") };
    for (_, field, value) in SPECIAL.iter().filter(|(id, ..)| operation["operationId"] == *id) {
        body[*field] = json!(value);
    }
    let method = Method::from_bytes(method.to_uppercase().as_bytes()).expect("a method");
    mock.send(method, &path, DEMO_ACCESS_TOKEN, &body).await
}

/// Values for path and query: the ids of what is there, by the parameter's name; some for one operation alone.
async fn known(mock: &Running, document: &Value) -> BTreeMap<String, String> {
    let id = mock.bucket("production").await;
    let get = |value: &Value, pointer: &str| value.pointer(pointer).and_then(Value::as_str).expect(pointer).to_owned();
    let mut known = BTreeMap::from([
        ("id".to_owned(), id.clone()),
        ("user_show.id".to_owned(), "demo".to_owned()),
        ("aggregateBy".to_owned(), "servers".to_owned()),
        ("name".to_owned(), "github".to_owned()),
        ("bucket_remove_invitation.email".to_owned(), "grace@example.com".to_owned()),
    ]);
    let invitation = json!({ "email": "grace@example.com" });
    mock.send(Method::POST, &format!("/api/bucket/{id}/add_user"), DEMO_ACCESS_TOKEN, &invitation).await;
    let things = [
        ("alert", Method::POST, "alerts", "/_id"),
        ("bucket_alert_analyzer_edit_state.alert", Method::POST, "alerts/analyzer", "/0/_id"),
        ("bucket_alert_analyzer_update_config.alert", Method::POST, "alerts/analyzer", "/0/analyzer"),
        ("application", Method::POST, "applications", "/_id"),
        ("webcheck", Method::POST, "webchecks", "/_id"),
        ("dashid", Method::PUT, "dashboard/", "/_id"),
        ("identifier", Method::POST, "data/issues/list", "/0/identifier"),
        ("filename", Method::POST, "data/profilings", "/data/0/filename"),
        ("notification", Method::POST, "data/notifications", "/0/_id"),
        ("trace", Method::POST, "data/traces", "/0/traceId"),
    ];
    for (name, method, path, pointer) in things {
        let schema_at = format!("/api/bucket/{{id}}/{path}");
        let operation = &document["paths"][&schema_at][method.as_str().to_lowercase()];
        let body = least(document, &operation["requestBody"]["content"]["application/json"]["schema"], "");
        let (_, answer) = mock.send(method, &format!("/api/bucket/{id}/{path}"), DEMO_ACCESS_TOKEN, &body).await;
        known.insert(name.to_owned(), get(&answer, pointer));
    }
    let (_, tokens) = mock.send(Method::GET, "/api/users/token/", DEMO_ACCESS_TOKEN, &json!({})).await;
    known.insert("tokens_remove.id".to_owned(), get(&tokens, "/0/_id"));
    mock.send(Method::POST, "/api/oauth/send_email_link", DEMO_ACCESS_TOKEN, &json!({})).await;
    let (_, mails) = mock.send(Method::GET, "/mock/mails", "", &json!({})).await;
    known.insert("token".to_owned(), get(&mails, "/0/token"));
    known
}

/// The least that a schema takes: required fields only. Texts that have to be something are chosen by their names.
fn least(document: &Value, schema: &Value, name: &str) -> Value {
    if let Some(reference) = schema["$ref"].as_str() {
        return least(document, document.pointer(&reference[1..]).expect("a schema"), name);
    }
    if let Some(first) = schema.pointer("/allOf/0").or_else(|| schema.pointer("/anyOf/0")) {
        return least(document, first, name);
    }
    if let Some(value) = schema.pointer("/enum/0") {
        return value.clone();
    }
    match schema["type"].as_str() {
        Some("object") => {
            let required = schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str);
            let fields = required.map(|field| (field.to_owned(), least(document, &schema["properties"][field], field)));
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
