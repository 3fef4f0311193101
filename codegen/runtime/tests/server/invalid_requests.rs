//! A response reports all errors of a request, each with its location.

use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use http::{HeaderValue, Request, StatusCode};
use routegen_runtime::server::{AnyToken, Context, HandlerResult, Server};
use routegen_runtime::{JsonObject, NoDocumentedError, Response};
use serde_json::{Value, json};

use crate::api::{loans, members, reminders};
use crate::{Ada, json, respond};

/// Responds to every valid request.
struct Handlers;

impl loans::LoansServer<Ada> for Handlers {
    async fn search(
        &self,
        _context: Context<Ada>,
        _branch: String,
        _body: loans::SearchBody,
    ) -> HandlerResult<Vec<JsonObject>, NoDocumentedError> {
        Ok(Vec::new().into())
    }

    async fn statistics(
        &self,
        _context: Context<Ada>,
        _branch: String,
        body: loans::StatisticsBody,
    ) -> HandlerResult<Vec<JsonObject>, NoDocumentedError> {
        let names = body.queries.into_iter().filter_map(|query| query.name);
        let names = names.map(|name| JsonObject::from_iter([("name".to_owned(), name.into())]));
        Ok(names.collect::<Vec<_>>().into())
    }
}

impl reminders::RemindersServer<Ada> for Handlers {
    async fn get(&self, _context: Context<Ada>, reminder: String) -> HandlerResult<Value, NoDocumentedError> {
        Ok(json!({ "id": reminder }).into())
    }

    async fn delete(&self, _context: Context<Option<Ada>>, _reminder: String) -> HandlerResult<(), NoDocumentedError> {
        Ok(Response::new(()).with_header(http::header::CONTENT_TYPE, HeaderValue::from_static("text/plain")))
    }
}

impl members::MembersServer<Ada> for Handlers {
    async fn update(
        &self,
        _context: Context<Ada>,
        body: members::UpdateBody,
    ) -> HandlerResult<members::Member, members::UpdateError> {
        let mut other = JsonObject::new();
        other.insert("preferences".to_owned(), Value::from(body.preferences));
        Ok(members::Member { other, ..Default::default() }.into())
    }
}

fn server() -> Server<AnyToken<Ada>> {
    let handlers = Arc::new(Handlers);
    Server::new(AnyToken(Ada))
        .with(loans::endpoints(Arc::clone(&handlers)))
        .with(reminders::endpoints(Arc::clone(&handlers)))
        .with(members::endpoints(handlers))
}

async fn send(router: Router, method: &str, uri: &str, body: impl Into<Body>) -> (StatusCode, Value) {
    let request = Request::builder().method(method).uri(uri).header("authorization", "Bearer t").body(body.into());
    let (status, headers, body) = respond(router, request.expect("a request")).await;
    assert_eq!(headers["content-type"], "application/json");
    (status, json(&body))
}

/// Returns the location, the path and the problem of every error that a response lists.
async fn errors_of(method: &str, uri: &str, body: &str) -> Vec<(String, String, String)> {
    let (status, response) = send(server().into_router(), method, uri, body.to_owned()).await;
    assert_eq!(status, StatusCode::BAD_REQUEST, "{response}");
    let text = |value: &Value, key: &str| value[key].as_str().expect("a string").to_owned();
    let details = response["details"].as_array().expect("details").iter();
    let errors: Vec<_> =
        details.map(|error| (text(error, "in"), text(error, "path"), text(error, "problem"))).collect();
    for (_, _, problem) in &errors {
        assert!(text(&response, "message").contains(problem), "{response}");
    }
    errors
}

fn locations(errors: &[(String, String, String)]) -> Vec<(&str, &str)> {
    errors.iter().map(|(location, path, _)| (location.as_str(), path.as_str())).collect()
}

#[tokio::test]
async fn errors_of_path_query_and_body_are_in_one_response() {
    let found = errors_of("POST", "/branches/%ff/loans?a%=1&b=%FF", r#"{"limit": "many", "offset": []}"#).await;
    let expected =
        [("query", "a%"), ("query", "b"), ("path", "branch"), ("body", "limit"), ("body", "offset"), ("body", "title")];
    assert_eq!(locations(&found), expected);
    assert_eq!(found[1].2, "is not UTF-8");
    assert_eq!(found[2].2, "is not UTF-8");
    assert_eq!(found[3].2, "expected a number, found a string");
    assert_eq!(found[5].2, "missing field `title`");
}

#[tokio::test]
async fn every_error_of_a_query_is_reported() {
    let uri = "/branches/b/loans/i/history?search_after=x&from=1&from=2&unknown=&";
    let found = errors_of("GET", uri, "").await;
    assert_eq!(locations(&found), [("query", "from"), ("query", "search_after")]);
    let (status, _) =
        send(server().into_router(), "GET", "/branches/b/loans/i/history?from=1.5&search_after=", "").await;
    assert_eq!(status, StatusCode::NOT_IMPLEMENTED);
    let (status, _) =
        send(server().into_router(), "GET", "/branches/b/loans/i/history?from=1.5&search_after=%", "").await;
    assert_eq!(status, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn an_error_inside_an_array_has_its_full_path() {
    let body = r#"{"queries": [{"name": "a"}, {"tags": ["x", 5], "interval": true}, "text", ["end"]]}"#;
    let found = errors_of("POST", "/branches/b/loans/statistics", body).await;
    let expected = [
        ("body", "queries[1].tags[1]"),
        ("body", "queries[1].interval"),
        ("body", "queries[2]"),
        ("body", "queries[3]"),
    ];
    assert_eq!(locations(&found), expected);
    let valid = r#"{"queries": [{"name": "[a", "unknown": [[1]], "tags": ["x"]}]}"#;
    let uri = "/branches/b/loans/statistics";
    let (status, response) = send(server().into_router(), "POST", uri, valid).await;
    assert_eq!((status, response), (StatusCode::OK, json!([{ "name": "[a" }])));
}

#[tokio::test]
async fn undocumented_values_of_an_enum_are_errors_on_the_server() {
    let body = r#"{"name": 5, "type": "due", "book": "b", "actions": [],
        "options": {"channel": "!", "frequency": 7, "days": "many"}}"#;
    let found = errors_of("POST", "/reminders", body).await;
    let expected =
        [("body", "name"), ("body", "options.channel"), ("body", "options.days"), ("body", "options.frequency")];
    let mut found_locations = locations(&found);
    found_locations.sort_unstable();
    assert_eq!(found_locations, expected);
    assert!(
        found.iter().any(|error| error.1 == "options.channel" && error.2 == "expected one of `email`, `letter`"),
        "{found:?}"
    );
    assert!(
        found.iter().any(|error| error.1 == "options.frequency" && error.2 == "expected a string, found an integer")
    );
    let found = errors_of("GET", "/branches/b/loans/summary/moons", "").await;
    assert_eq!(locations(&found), [("path", "groupBy")]);
    assert_eq!(found[0].2, "expected one of `books`, `members`");
    let (status, _) = send(server().into_router(), "GET", "/branches/b/loans/summary/books", "").await;
    assert_eq!(status, StatusCode::NOT_IMPLEMENTED);
    // A client accepts undocumented values.
    let read: reminders::ReminderType = serde_json::from_str(r#""moon""#).expect("any string");
    assert_eq!(read, reminders::ReminderType::Other("moon".to_owned()));
}

#[tokio::test]
async fn a_handler_responds_with_any_json_or_without_a_body() {
    let (status, response) = send(server().into_router(), "GET", "/reminders/a", "").await;
    assert_eq!((status, response), (StatusCode::OK, json!({ "id": "a" })));
    let request = Request::delete("/reminders/a").body(Body::empty()).expect("a request");
    let (status, headers, body) = respond(server().into_router(), request).await;
    assert_eq!((status, body.len()), (StatusCode::NO_CONTENT, 0));
    assert!(!headers.contains_key(http::header::CONTENT_TYPE));
}

#[tokio::test]
async fn invalid_percent_encoding_is_rejected() {
    for (branch, problem) in [
        ("%", "contains a `%` that is not followed by two hexadecimal digits"),
        ("a%2", "contains a `%` that is not followed by two hexadecimal digits"),
        ("%zz", "contains a `%` that is not followed by two hexadecimal digits"),
        ("%+1", "contains a `%` that is not followed by two hexadecimal digits"),
        ("%C3%28", "is not UTF-8"),
    ] {
        let uri = format!("/branches/{branch}/loans");
        let found = errors_of("POST", &uri, r#"{"title": "t"}"#).await;
        assert_eq!(found, [("path".to_owned(), "branch".to_owned(), problem.to_owned())], "{branch}");
    }
    let uri = "/branches/%25C3%C3%BC/loans?q=%25";
    let (status, _) = send(server().into_router(), "POST", uri, r#"{"title": "t"}"#).await;
    assert_eq!(status, StatusCode::OK);
}

/// Returns a body whose field `preferences` is nested this deep. The object around it is one more level.
fn nested(levels: usize, open: &str, close: &str) -> String {
    format!(r#"{{"preferences": {{"x": {}1{}}}}}"#, open.repeat(levels - 1), close.repeat(levels - 1))
}

#[tokio::test]
async fn a_body_nested_deeper_than_the_limit_is_rejected() {
    for (open, close) in [("[", "]"), (r#"{"a":"#, "}"), (r#"{"\"{[":"#, "}")] {
        let (status, response) = send(server().into_router(), "POST", "/members/update", nested(63, open, close)).await;
        assert_eq!(status, StatusCode::OK, "{response}");
        let found = errors_of("POST", "/members/update", &nested(64, open, close)).await;
        assert_eq!(found, [("body".to_owned(), String::new(), "is nested deeper than 64 levels".to_owned())]);
    }
    // The depth is limited even if brackets are not closed.
    for text in ["[".repeat(1_000_000), r#"{"a":"#.repeat(200_000), format!("{{\"unknown\": {}", "[".repeat(500_000))] {
        assert!(errors_of("POST", "/members/update", &text).await[0].2.contains("deeper"));
    }
    // Brackets inside a string do not count.
    let text = json!({ "name": "[{".repeat(100) + "\\\"" }).to_string();
    assert_eq!(send(server().into_router(), "POST", "/members/update", text).await.0, StatusCode::OK);
}

#[tokio::test]
async fn the_depth_limit_can_be_set() {
    let limited = |levels| server().depth_limit(levels).into_router();
    for (levels, status) in [(2, StatusCode::OK), (3, StatusCode::BAD_REQUEST)] {
        assert_eq!(send(limited(3), "POST", "/members/update", nested(levels, "[", "]")).await.0, status);
    }
    for (levels, status) in [(126, StatusCode::OK), (127, StatusCode::BAD_REQUEST)] {
        let (response, body) = send(limited(usize::MAX), "POST", "/members/update", nested(levels, "[", "]")).await;
        assert_eq!(response, status, "{body}");
    }
}

#[tokio::test]
async fn a_response_lists_at_most_a_hundred_errors() {
    let body = json!({ "queries": vec![1; 10_000] }).to_string();
    let found = errors_of("POST", "/branches/b/loans/statistics", &body).await;
    assert_eq!(found.len(), 100);
}
