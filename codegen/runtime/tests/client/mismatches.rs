//! Responses that do not match the documentation: what is omitted, what fails the call, and how callers find out.

use std::error::Error as _;

use http::StatusCode;
use routegen_runtime::client::{Error, ErrorKind};
use routegen_runtime::{JsonType, MismatchKind, SchemaMismatch};
use serde_json::json;

use crate::api::books::{Book, ListError, Location, Price, Shelf};
use crate::capture::Capture;
use crate::fixed_response::{client, client_with};

fn wrong(expected: JsonType, found: JsonType) -> MismatchKind {
    MismatchKind::WrongType { expected, found }
}

fn list(mismatches: &[SchemaMismatch]) -> Vec<(&str, &MismatchKind)> {
    mismatches.iter().map(|mismatch| (mismatch.path(), mismatch.kind())).collect()
}

fn decode_error<E>(error: Error<E>) -> Error {
    assert_eq!(error.kind(), ErrorKind::Decode);
    error.erase()
}

#[tokio::test]
async fn every_mismatch_inside_a_body_is_omitted_and_reported_in_document_order() {
    let body = json!([
        { "_id": 1, "title": "one", "publisher": [], "shelf": { "location": { "room": true, "row": "r" } } },
        "two",
        { "_id": "3", "title": null, "price": { "currency": 1.5 } },
        null,
    ]);
    let books = client(body.to_string()).books().list().await.expect("a list");
    let expected = [
        ("[0]._id", &wrong(JsonType::String, JsonType::Integer)),
        ("[0].publisher", &wrong(JsonType::Object, JsonType::Array)),
        ("[0].shelf.location.room", &wrong(JsonType::String, JsonType::Boolean)),
        ("[1]", &wrong(JsonType::Object, JsonType::String)),
        ("[2].price.currency", &wrong(JsonType::String, JsonType::Number)),
        ("[3]", &wrong(JsonType::Object, JsonType::Null)),
    ];
    assert_eq!(list(books.mismatches()), expected);
    assert_eq!(books.mismatches()[0].to_string(), "`[0]._id`: expected a string, found an integer");
    let location = Location { row: Some("r".to_owned()), ..Default::default() };
    let shelf = Shelf { location: Some(location), ..Default::default() };
    let one = Book { title: Some("one".to_owned()), shelf: Some(shelf), ..Default::default() };
    let price = Price::default();
    let three = Book { id: Some("3".to_owned()), price: Some(price), ..Default::default() };
    assert_eq!(books.body(), &[one, three]);
    assert_eq!(books.json().expect("valid JSON"), body);
}

#[tokio::test]
async fn a_body_of_another_type_is_an_error_that_keeps_it() {
    for (body, problem) in [
        ("[1,2]", "expected an object, found an array"),
        ("null", "expected an object, found null"),
        ("\"ada\"", "expected an object, found a string"),
        ("", "the response body is empty"),
    ] {
        let error = decode_error(client(body).members().me().await.expect_err(body));
        assert!(error.to_string().ends_with(problem), "{error}");
        let response = error.response().expect("the response");
        assert_eq!((response.status(), response.raw().as_ref()), (StatusCode::OK, body.as_bytes()));
        assert_eq!(response.headers()["x-trace"], "7");
    }
    // Any object is accepted.
    for body in ["{}", r#"{"error": "maintenance"}"#] {
        let member = client(body).members().me().await.expect(body);
        assert!(member.name.is_none() && member.mismatches().is_empty());
    }
    // If no body is documented, any body is accepted and kept.
    for body in ["", "null", "[1,2]", r#"{"error": "maintenance"}"#, "5", r#"{"a":1,"a":2}"#, "OK", "[1,", "<html>"] {
        let response = client(body).tokens().revoke().await.expect(body);
        assert!(response.mismatches().is_empty());
        assert_eq!((response.raw().as_ref(), *response.body()), (body.as_bytes(), ()));
    }
    // If the documented body can be any JSON, an empty body is `null`.
    for (body, expected) in [("", json!(null)), ("null", json!(null)), ("5", json!(5)), ("[{}]", json!([{}]))] {
        let response = client(body).reminders().get("r").await.expect(body);
        assert!(response.mismatches().is_empty());
        assert_eq!((response.raw().as_ref(), response.body()), (body.as_bytes(), &expected));
    }
    // A body that is not JSON is an error unless no body is documented.
    for body in ["<html>", "[1,", "[1] 2", "[1e999]", "[{\"_id\": 1} 2]", "\u{feff}[]"] {
        let error = decode_error(client(body).books().list().await.expect_err(body));
        assert!(error.to_string().ends_with("the response is not JSON") && error.source().is_some(), "{error}");
        assert_eq!(error.response().expect("the response").raw(), body);
    }
    let error = decode_error(client("OK").reminders().get("r").await.expect_err("no JSON"));
    assert!(error.to_string().ends_with("the response is not JSON"), "{error}");
    assert_eq!(error.response().expect("the response").raw(), "OK");
}

#[tokio::test]
async fn too_many_mismatches_fail_the_call() {
    let body = |count: usize| json!(vec![json!({ "_id": 1 }); count]).to_string();
    let books = client(body(100)).books().list().await.expect("the maximum number of mismatches");
    assert_eq!((books.len(), books.mismatches().len()), (100, 100));
    let body = body(101);
    let error = decode_error(client(body.clone()).books().list().await.expect_err("too many"));
    assert_eq!(error.mismatches().len(), 100);
    assert!(error.to_string().ends_with("(and at least 99 more)"), "{error}");
    assert_eq!(error.response().expect("the response").raw(), &body);
}

#[tokio::test]
async fn a_strict_client_and_a_checked_response_reject_every_mismatch() {
    let (good, bad) = (r#"[{"_id": "1"}]"#, r#"[{"_id": "1"}, {"_id": 2}, 3]"#);
    let strict = |body: &'static str| client_with(body, |builder| builder.strict(true));
    assert_eq!(strict(good).books().list().await.expect("no mismatch").len(), 1);
    assert_eq!(client_with(bad, |builder| builder.strict(true).strict(false)).books().list().await.iter().len(), 1);
    let checked = client(good).books().list().await.expect("a response").checked().expect("no mismatch");
    assert_eq!((checked.len(), checked.status(), checked.raw().as_ref()), (1, StatusCode::OK, good.as_bytes()));
    let errors = [
        decode_error(strict(bad).books().list().await.expect_err("mismatches")),
        client(bad).books().list().await.expect("a response").checked().expect_err("mismatches"),
    ];
    for error in errors {
        assert_eq!(error.kind(), ErrorKind::Decode);
        let shown = "books.list (GET /books/) failed: the response does not match the documentation: \
             `[1]._id`: expected a string, found an integer (and 1 more)";
        assert_eq!(error.to_string(), shown);
        assert_eq!(error.mismatches().len(), 2);
        assert_eq!(error.response().expect("the response").raw(), bad);
        assert_eq!(error.response().expect("the response").headers()["x-trace"], "7");
    }
}

#[tokio::test]
async fn the_error_of_a_checked_response_converts_to_that_of_a_call() {
    async fn of_operation(body: &'static str) -> Result<usize, Error<ListError>> {
        Ok(client(body).books().list().await?.checked()?.len())
    }
    async fn of_any_operation(body: &'static str) -> Result<usize, Error> {
        Ok(client(body).books().list().await?.checked()?.len())
    }
    async fn boxed(body: &'static str) -> Result<usize, Box<dyn std::error::Error + Send + Sync>> {
        Ok(client(body).books().list().await?.checked()?.len())
    }
    assert_eq!(of_operation("[{}]").await.expect("a list"), 1);
    assert_eq!(of_any_operation("[{}]").await.expect("a list"), 1);
    assert_eq!(boxed("[{}]").await.expect("a list"), 1);
    let error = of_operation("[{}, 1]").await.expect_err("a mismatch");
    assert_eq!((error.status(), error.operation().id()), (Some(StatusCode::OK), "books.list"));
    assert_eq!(of_any_operation("[{}, 1]").await.expect_err("a mismatch").to_string(), error.to_string());
    assert_eq!(boxed("[{}, 1]").await.expect_err("a mismatch").to_string(), error.to_string());
}

#[tokio::test]
async fn mismatches_are_logged_with_operation_path_and_kind() {
    let (capture, _guard) = Capture::start();
    client(r#"[{"_id": "1"}, {"_id": 271828}]"#).books().list().await.expect("a response");
    let logged = capture.text();
    let event = logged.lines().find(|line| line.contains("does not match")).expect("an event");
    for part in ["books.list", "[1]._id", "expected a string, found an integer"] {
        assert!(event.contains(part), "{event}");
    }
    assert!(!logged.contains("271828"), "{logged}");
}

#[tokio::test]
async fn the_first_of_duplicate_fields_is_kept_and_the_others_are_reported() {
    let body = r#"[{"_id": "1", "title": "a", "x": 1, "title": 5, "x": 2, "shelf": {}, "_id": "2", "title": "b"}, {"_id": 3}]"#;
    let books = client(body).books().list().await.expect("a list");
    let duplicate = |name: &str| MismatchKind::DuplicateField(name.to_owned());
    let (title, id) = (duplicate("title"), duplicate("_id"));
    let type_of_id = wrong(JsonType::String, JsonType::Integer);
    let expected = [("[0].title", &title), ("[0]._id", &id), ("[0].title", &title), ("[1]._id", &type_of_id)];
    assert_eq!(list(books.mismatches()), expected);
    assert_eq!((books[0].id.as_deref(), books[0].title.as_deref()), (Some("1"), Some("a")));
    // `x` is not documented, so the last one is kept, as usual in JSON.
    assert_eq!(books[0].other["x"], 2);
    assert_eq!(books.len(), 2);
    assert!(books.checked().is_err());
    let member = client(r#"{"name": "a", "name": "b"}"#).members().me().await.expect("a member");
    assert_eq!((member.name.as_deref(), member.mismatches().len()), (Some("a"), 1));
}
