//! Responses: what is left out, what fails the call, and how a caller finds out.

use std::error::Error as _;

use http::StatusCode;
use pm2_api::{CallError, CallErrorKind, Error, JsonType, MismatchKind, SchemaMismatch, bucket, types};
use serde_json::json;

use crate::capture::Capture;
use crate::{client, client_with};

fn wrong(expected: JsonType, found: JsonType) -> MismatchKind {
    MismatchKind::WrongType { expected, found }
}

fn list(mismatches: &[SchemaMismatch]) -> Vec<(&str, &MismatchKind)> {
    mismatches.iter().map(|mismatch| (mismatch.path(), mismatch.kind())).collect()
}

fn decode_error<E>(error: Error<E>) -> Box<CallError> {
    match error {
        Error::Call(error) if error.kind() == CallErrorKind::Decode => error,
        Error::Call(error) => panic!("{error}"),
        _ => panic!("not an error of the call"),
    }
}

#[tokio::test]
async fn every_mismatch_inside_is_left_out_and_reported_in_document_order() {
    let body = json!([
        { "_id": 1, "name": "one", "credits": [], "node": { "endpoints": { "web": true, "realtime": "r" } } },
        "two",
        { "_id": "3", "name": null, "payment": { "offer_type": 1.5 } },
        null,
    ]);
    let buckets = client(body.to_string()).bucket().retrieve_all().await.expect("a list");
    let expected = [
        ("[0]._id", &wrong(JsonType::String, JsonType::Integer)),
        ("[0].credits", &wrong(JsonType::Object, JsonType::Array)),
        ("[0].node.endpoints.web", &wrong(JsonType::String, JsonType::Boolean)),
        ("[1]", &wrong(JsonType::Object, JsonType::String)),
        ("[2].payment.offer_type", &wrong(JsonType::String, JsonType::Number)),
        ("[3]", &wrong(JsonType::Object, JsonType::Null)),
    ];
    assert_eq!(list(buckets.mismatches()), expected);
    assert_eq!(buckets.mismatches()[0].to_string(), "`[0]._id`: expected a string, found an integer");
    let endpoints = types::BucketNodeEndpoints { realtime: Some("r".to_owned()), ..Default::default() };
    let node = types::BucketNode { endpoints: Some(endpoints), ..Default::default() };
    let one = types::Bucket { name: Some("one".to_owned()), node: Some(node), ..Default::default() };
    let payment = types::BucketPayment::default();
    let three = types::Bucket { id: Some("3".to_owned()), payment: Some(payment), ..Default::default() };
    assert_eq!(buckets.body(), &[one, three]);
    assert_eq!(buckets.json().expect("JSON"), body);
}

#[tokio::test]
async fn a_body_of_another_type_fails_the_call_and_is_kept() {
    for (body, problem) in [
        ("[1,2]", "expected an object, found an array"),
        ("null", "expected an object, found null"),
        ("\"ada\"", "expected an object, found a string"),
        ("", "the response body is empty"),
    ] {
        let error = decode_error(client(body).user().retrieve().await.expect_err(body));
        assert!(error.to_string().ends_with(problem), "{error}");
        let reply = error.response().expect("the response");
        assert_eq!((reply.status(), reply.raw().as_ref()), (StatusCode::OK, body.as_bytes()));
        assert_eq!(reply.headers()["x-trace"], "7");
    }
    // An object is an object, whatever is in it.
    for body in ["{}", r#"{"error": "maintenance"}"#] {
        let user = client(body).user().retrieve().await.expect(body);
        assert!(user.username.is_none() && user.mismatches().is_empty());
    }
    // No body is documented, so that none is wrong.
    for body in ["", "null", "[1,2]", r#"{"error": "maintenance"}"#, "5", r#"{"a":1,"a":2}"#] {
        assert!(client(body).auth().revoke().await.expect(body).mismatches().is_empty());
    }
    // What is not JSON is an error everywhere.
    for body in ["<html>", "[1,", "[1] 2", "[1e999]", "[{\"_id\": 1} 2]", "\u{feff}[]"] {
        let error = decode_error(client(body).bucket().retrieve_all().await.expect_err(body));
        assert!(error.to_string().ends_with("the response is not JSON") && error.source().is_some(), "{error}");
        assert_eq!(error.response().expect("the response").raw(), body);
    }
    decode_error(client("<html>").auth().revoke().await.expect_err("a page"));
}

#[tokio::test]
async fn too_many_mismatches_fail_the_call() {
    let body = |count: usize| json!(vec![json!({ "_id": 1 }); count]).to_string();
    let buckets = client(body(100)).bucket().retrieve_all().await.expect("just few enough");
    assert_eq!((buckets.len(), buckets.mismatches().len()), (100, 100));
    let body = body(101);
    let error = decode_error(client(body.clone()).bucket().retrieve_all().await.expect_err("too many"));
    assert_eq!(error.mismatches().len(), 100);
    assert!(error.to_string().ends_with("(and at least 99 more)"), "{error}");
    assert_eq!(error.response().expect("the response").raw(), &body);
}

#[tokio::test]
async fn a_strict_client_and_a_checked_response_take_no_mismatch() {
    let (good, bad) = (r#"[{"_id": "1"}]"#, r#"[{"_id": "1"}, {"_id": 2}, 3]"#);
    let strict = |body: &'static str| client_with(body, |builder| builder.strict(true));
    assert_eq!(strict(good).bucket().retrieve_all().await.expect("all is well").len(), 1);
    assert_eq!(
        client_with(bad, |builder| builder.strict(true).strict(false)).bucket().retrieve_all().await.iter().len(),
        1
    );
    let checked = client(good).bucket().retrieve_all().await.expect("a response").checked().expect("all is well");
    assert_eq!((checked.len(), checked.status(), checked.raw().as_ref()), (1, StatusCode::OK, good.as_bytes()));
    let errors = [
        decode_error(strict(bad).bucket().retrieve_all().await.expect_err("mismatches")),
        client(bad).bucket().retrieve_all().await.expect("a response").checked().expect_err("mismatches"),
    ];
    for error in errors {
        assert_eq!(error.kind(), CallErrorKind::Decode);
        let shown = "bucket.retrieveAll (GET /api/bucket/) failed: the response does not match the documentation: \
             `[1]._id`: expected a string, found an integer (and 1 more)";
        assert_eq!(error.to_string(), shown);
        assert_eq!(error.mismatches().len(), 2);
        assert_eq!(error.response().expect("the response").raw(), bad);
        assert_eq!(error.response().expect("the response").headers()["x-trace"], "7");
    }
}

#[tokio::test]
async fn the_error_of_a_check_becomes_that_of_a_call() {
    async fn of_the_route(body: &'static str) -> Result<usize, Error<bucket::RetrieveAllError>> {
        Ok(client(body).bucket().retrieve_all().await?.checked()?.len())
    }
    async fn of_any_route(body: &'static str) -> Result<usize, Error> {
        Ok(client(body).bucket().retrieve_all().await?.checked()?.len())
    }
    async fn of_any_kind(body: &'static str) -> Result<usize, Box<dyn std::error::Error + Send + Sync>> {
        Ok(client(body).bucket().retrieve_all().await?.checked()?.len())
    }
    assert_eq!(of_the_route("[{}]").await.expect("a list"), 1);
    assert_eq!(of_any_route("[{}]").await.expect("a list"), 1);
    assert_eq!(of_any_kind("[{}]").await.expect("a list"), 1);
    let error = of_the_route("[{}, 1]").await.expect_err("a mismatch");
    assert_eq!((error.status(), error.operation().id()), (Some(StatusCode::OK), "bucket.retrieveAll"));
    assert_eq!(of_any_route("[{}, 1]").await.expect_err("a mismatch").to_string(), error.to_string());
    assert_eq!(of_any_kind("[{}, 1]").await.expect_err("a mismatch").to_string(), error.to_string());
}

#[tokio::test]
async fn mismatches_are_logged_with_operation_path_and_kind() {
    let (capture, _guard) = Capture::start();
    client(r#"[{"_id": "1"}, {"_id": 271828}]"#).bucket().retrieve_all().await.expect("a response");
    let logged = capture.text();
    let event = logged.lines().find(|line| line.contains("does not match")).expect("an event");
    for part in ["bucket.retrieveAll", "[1]._id", "expected a string, found an integer"] {
        assert!(event.contains(part), "{event}");
    }
    assert!(!logged.contains("271828"), "{logged}");
}

#[tokio::test]
async fn of_duplicate_fields_the_first_is_kept_and_the_others_are_reported() {
    let body =
        r#"[{"_id": "1", "name": "a", "x": 1, "name": 5, "x": 2, "node": {}, "_id": "2", "name": "b"}, {"_id": 3}]"#;
    let buckets = client(body).bucket().retrieve_all().await.expect("a list");
    let duplicate = |name: &str| MismatchKind::DuplicateField(name.to_owned());
    let (name, id) = (duplicate("name"), duplicate("_id"));
    let type_of_id = wrong(JsonType::String, JsonType::Integer);
    let expected = [("[0].name", &name), ("[0]._id", &id), ("[0].name", &name), ("[1]._id", &type_of_id)];
    assert_eq!(list(buckets.mismatches()), expected);
    assert_eq!((buckets[0].id.as_deref(), buckets[0].name.as_deref()), (Some("1"), Some("a")));
    // Nobody has documented `x`. The last one is kept, as in other JSON.
    assert_eq!(buckets[0].other["x"], 2);
    assert_eq!(buckets.len(), 2);
    assert!(buckets.checked().is_err());
    let user = client(r#"{"username": "a", "username": "b"}"#).user().retrieve().await.expect("a user");
    assert_eq!((user.username.as_deref(), user.mismatches().len()), (Some("a"), 1));
}
