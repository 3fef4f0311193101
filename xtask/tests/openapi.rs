//! Checks with a JSON Schema validator that `generated/openapi.json` accepts what the service and its clients send.

use std::path::Path;

use serde_json::Value;
use xtask::conformance::contract::validator;

fn document() -> Value {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("a package in a workspace");
    let text = std::fs::read_to_string(root.join("generated/openapi.json")).expect("an OpenAPI document");
    serde_json::from_str(&text).expect("JSON")
}

/// Calls `visit` with the location of every object schema and with the schema.
fn visit_objects<'a>(value: &'a Value, location: &str, visit: &mut dyn FnMut(&str, &'a Value)) {
    match value {
        Value::Object(entries) => {
            if entries.get("type").is_some_and(|ty| ty == "object") && entries.contains_key("properties") {
                visit(location, value);
            }
            entries.iter().for_each(|(key, value)| visit_objects(value, &format!("{location}/{key}"), visit));
        }
        Value::Array(items) => items.iter().for_each(|value| visit_objects(value, location, visit)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

/// The component for error responses, which never contain null.
const ERROR: &str = "/components/schemas/ErrorResponse";

#[test]
fn optional_properties_accept_null() {
    let document = document();
    let (mut checked, mut references, mut rejected) = (0, 0, Vec::new());
    visit_objects(&document, "", &mut |location, object| {
        let required = object["required"].as_array().map_or(&[][..], Vec::as_slice);
        for (name, property) in object["properties"].as_object().into_iter().flatten() {
            let accepts_null = validator(&document, property).expect("a valid schema").is_valid(&Value::Null);
            let is_optional = !required.contains(&Value::String(name.clone())) && !location.starts_with(ERROR);
            if is_optional && !accepts_null {
                rejected.push(format!("{location}/{name}"));
            }
            checked += usize::from(is_optional);
            references += usize::from(is_optional && property.to_string().contains("$ref"));
        }
    });
    assert_eq!(rejected, Vec::<String>::new());
    assert!(checked > 300 && references >= 13, "{checked} properties, {references} of them with a reference");
}

#[test]
fn required_properties_reject_null() {
    let document = document();
    let body = "/paths/~1api~1bucket~1{id}~1alerts/post/requestBody/content/application~1json/schema";
    let body = validator(&document, document.pointer(body).expect("a body")).expect("a valid schema");
    let alert = serde_json::json!({
        "name": "slow", "type": "metric", "initiator": "latency", "options": { "operator": ">" }, "scope": {}, "actions": []
    });
    assert!(body.is_valid(&alert));
    for field in ["name", "type", "options", "scope"] {
        let mut alert = alert.clone();
        alert[field] = Value::Null;
        assert!(!body.is_valid(&alert), "{field}");
    }
}

#[test]
fn every_request_body_has_a_valid_example() {
    let document = document();
    let (mut checked, mut invalid) = (0, Vec::new());
    for (path, methods) in document["paths"].as_object().expect("paths") {
        for (method, operation) in methods.as_object().expect("methods") {
            let Some(body) = operation.pointer("/requestBody/content/application~1json") else { continue };
            let example = body.get("example").unwrap_or(&Value::Null);
            let validator = validator(&document, &body["schema"]).expect("a valid schema");
            invalid.extend(validator.iter_errors(example).map(|error| format!("{method} {path}: {error}")));
            checked += 1;
        }
    }
    assert_eq!(invalid, Vec::<String>::new());
    assert_eq!(checked, 75);
}
