//! Checks that other generators can use `openapi.json`.

use std::collections::BTreeSet;

use serde_json::Value;

/// The methods that a path can have.
const METHODS: [&str; 5] = ["get", "post", "put", "patch", "delete"];

fn document() -> Value {
    serde_json::from_str(include_str!("../openapi.json")).expect("JSON")
}

/// Returns every operation with its path.
fn operations(document: &Value) -> Vec<(&str, &Value)> {
    let paths = document["paths"].as_object().expect("paths");
    let below = |(path, methods)| METHODS.iter().filter_map(move |method| Some((path, Value::get(methods, method)?)));
    paths.iter().map(|(path, methods)| (path.as_str(), methods)).flat_map(below).collect()
}

/// Returns the names in braces.
fn placeholders(path: &str) -> Vec<&str> {
    path.split('{').skip(1).filter_map(|rest| rest.split('}').next()).collect()
}

/// Collects the targets of all `$ref`s.
fn references<'a>(value: &'a Value, found: &mut Vec<&'a str>) {
    match value {
        Value::Object(fields) => {
            found.extend(fields.get("$ref").and_then(Value::as_str));
            fields.values().for_each(|value| references(value, found));
        }
        Value::Array(items) => items.iter().for_each(|item| references(item, found)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

#[test]
fn every_route_has_a_unique_operation_id() {
    let document = document();
    let operations = operations(&document);
    let ids: BTreeSet<&str> =
        operations.iter().filter_map(|(_, operation)| operation["operationId"].as_str()).collect();
    assert_eq!((operations.len(), ids.len()), (158, 158));
    assert!(ids.contains("bucket_alert_analyzer_edit_state") && ids.contains("misc_retrieve_pm2_version"));
    let is_snake = |id: &&str| id.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_');
    assert!(ids.iter().all(is_snake), "{ids:?}");
}

#[test]
fn every_path_parameter_is_declared_and_has_one_name_for_each_position() {
    let document = document();
    let mut names = std::collections::BTreeMap::new();
    for (path, operation) in operations(&document) {
        let declared: BTreeSet<&str> = operation["parameters"]
            .as_array()
            .into_iter()
            .flatten()
            .filter(|parameter| parameter["in"] == "path")
            .filter_map(|parameter| parameter["name"].as_str())
            .collect();
        assert_eq!(declared, placeholders(path).into_iter().collect(), "{path}");
        let mut position = String::new();
        for segment in path.split('/').skip(1) {
            let is_parameter = segment.starts_with('{');
            position.push_str(if is_parameter { "/{}" } else { "/" });
            position.push_str(if is_parameter { "" } else { segment });
            if is_parameter {
                assert_eq!(names.entry(position.clone()).or_insert(segment), &segment, "{path}");
            }
        }
    }
}

#[test]
fn every_reference_has_a_target() {
    let document = document();
    let mut found = Vec::new();
    references(&document, &mut found);
    assert!(found.len() > 100);
    for reference in found {
        let pointer = reference.strip_prefix('#').expect("a reference within the document");
        assert!(document.pointer(pointer).is_some(), "{reference}");
    }
}

#[test]
fn every_response_has_a_status_code() {
    let document = document();
    for (path, operation) in operations(&document) {
        let responses = operation["responses"].as_object().expect("responses");
        assert!(responses.keys().all(|code| code.parse::<u16>().is_ok()), "{path}: {responses:?}");
        let has_all = |codes: &[&str]| codes.iter().all(|code| responses.contains_key(*code));
        assert!(has_all(&["400", "500", "501"]), "{path}: the responses of every operation");
        let accepts_token = operation["security"].as_array().is_some_and(|alternatives| !alternatives.is_empty());
        assert!(!accepts_token || has_all(&["401", "403"]), "{path}: the errors of tokens");
        let has_body = operation.get("requestBody").is_some();
        assert_eq!(has_all(&["408", "413", "415"]), has_body, "{path}: the errors of bodies");
    }
}

#[test]
fn values_that_would_change_the_path_are_invalid() {
    let document = document();
    let parameters = operations(&document).into_iter().flat_map(|(_, operation)| operation["parameters"].as_array());
    let in_path: Vec<&Value> = parameters.flatten().filter(|parameter| parameter["in"] == "path").collect();
    assert!(in_path.len() > 100);
    for parameter in in_path {
        let schema = &parameter["schema"];
        let is_string = schema["type"] == "string" && schema.get("enum").is_none();
        let is_limited = schema["minLength"] == 1 && schema["not"]["enum"] == serde_json::json!([".", ".."]);
        assert_eq!(is_string, is_limited, "{parameter:?}");
    }
}

#[test]
fn operations_have_security_and_servers() {
    let document = document();
    let operation = |path: &str, method: &str| document["paths"][path][method].clone();
    assert_eq!(document["components"]["securitySchemes"]["bearer"]["scheme"], "bearer");
    assert_eq!(operation("/api/users/isLogged", "get")["security"], serde_json::json!([{ "bearer": [] }]));
    assert_eq!(operation("/api/users/show/{id}", "get")["security"], serde_json::json!([]));
    assert_eq!(operation("/api/oauth/token", "post")["servers"][0]["url"], "https://id.keymetrics.io");
    assert!(operation("/api/users/isLogged", "get").get("servers").is_none());
}

#[test]
fn properties_with_similar_names_have_distinct_titles() {
    let document = document();
    let bucket = &document["components"]["schemas"]["Bucket"]["properties"];
    let titles: Vec<Option<&str>> =
        ["payment", "_payment", "credits"].map(|name| bucket[name]["title"].as_str()).into();
    assert_eq!(titles, [Some("Payment"), Some("LegacyPayment"), None]);
}

#[test]
fn values_that_are_not_identifiers_have_names() {
    let document = document();
    // Responses may contain other values.
    let operator =
        &document["components"]["schemas"]["bucket.alert.AlertOptions"]["properties"]["operator"]["anyOf"][0];
    assert_eq!(operator["enum"], serde_json::json!([">", "<", "=", ">=", "<="]));
    assert_eq!(operator["x-enum-varnames"], serde_json::json!(["Above", "Below", "Equal", "AtLeast", "AtMost"]));
}

#[test]
fn operations_tags_and_contact_are_described() {
    let document = document();
    for (path, operation) in operations(&document) {
        assert!(operation["description"].as_str().is_some_and(|text| text.contains("Operation `")), "{path}");
    }
    let named: BTreeSet<&str> =
        document["tags"].as_array().into_iter().flatten().filter_map(|tag| tag["name"].as_str()).collect();
    let used = operations(&document).into_iter().filter_map(|(_, operation)| operation["tags"][0].as_str());
    assert_eq!(used.collect::<BTreeSet<&str>>(), named);
    let tags = document["tags"].as_array().expect("tags");
    assert!(tags.iter().all(|tag| tag["description"].as_str().is_some_and(|text| !text.is_empty())), "{tags:?}");
    assert_eq!(document["info"]["contact"]["name"], "Keymetrics Team");
}

#[test]
fn descriptions_contain_only_known_facts() {
    let document = document();
    let body = |path: &str, method: &str| {
        document["paths"][path][method]["requestBody"]["content"]["application/json"]["schema"]["properties"].clone()
    };
    let analyzer = body("/api/bucket/{id}/alerts/analyzer/{alert}/config", "put");
    for field in ["threshold", "window"] {
        assert_eq!(analyzer[field]["type"], "number");
        assert!(analyzer[field].get("description").is_none(), "no page describes `{field}`");
    }
    assert_eq!(body("/api/oauth/token", "post")["grant_type"]["description"], "OAuth grant type.");
    let filter = body("/api/bucket/{id}/data/profilings", "post")["type"].clone();
    let schemas = &document["components"]["schemas"];
    for kind in [filter, schemas["data.profiling.Profiling"]["properties"]["type"].clone()] {
        let text = kind["description"].as_str().expect("a description");
        assert!(text.contains("`heapdump`") && !text.contains("heapsnapshot"), "{text}");
    }
}
