//! What is wrong with a request: all of it at once, each with its place.

use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use http::{Request, StatusCode};
use pm2_api::{AnyToken, Context, HandlerResult, JsonObject, Nothing, Response, Server, bucket, data, types, user};
use serde_json::{Value, json};

use crate::common::{Ada, answer, json};

/// Answers whatever it is asked.
struct Yes;

impl data::events::EventsServer<Ada> for Yes {
    async fn retrieve(
        &self,
        _context: Context<Ada>,
        _id: String,
        _body: data::events::RetrieveBody,
    ) -> HandlerResult<Vec<JsonObject>, data::events::RetrieveError> {
        Ok(Vec::new().into())
    }
}

impl data::metrics::MetricsServer<Ada> for Yes {
    async fn retrieve_aggregations(
        &self,
        _context: Context<Ada>,
        _id: String,
        body: data::metrics::RetrieveAggregationsBody,
    ) -> HandlerResult<Vec<data::metrics::Aggregation>, data::metrics::RetrieveAggregationsError> {
        let names = body.aggregations.into_iter().filter_map(|aggregation| aggregation.name);
        let named = |name: String| data::metrics::Aggregation {
            other: JsonObject::from_iter([("asked".to_owned(), name.into())]),
            ..Default::default()
        };
        Ok(names.map(named).collect::<Vec<_>>().into())
    }
}

impl data::issues::IssuesServer<Ada> for Yes {}

impl bucket::alert::AlertServer<Ada> for Yes {
    async fn get(
        &self,
        _context: Context<Ada>,
        id: String,
        _alert: String,
    ) -> HandlerResult<Nothing, bucket::alert::GetError> {
        Ok(Response::from(Nothing).with_json(&json!({ "of": id })))
    }

    async fn delete(
        &self,
        _context: Context<Option<Ada>>,
        _id: String,
        _alert: String,
    ) -> HandlerResult<Nothing, bucket::alert::DeleteError> {
        Ok(Response::from(Nothing).with_json(&json!("never sent")))
    }
}

impl user::UserServer<Ada> for Yes {
    async fn update(
        &self,
        _context: Context<Ada>,
        body: user::UpdateBody,
    ) -> HandlerResult<types::User, user::UpdateError> {
        let mut other = JsonObject::new();
        other.insert("info".to_owned(), Value::from(body.info));
        Ok(types::User { other, ..Default::default() }.into())
    }
}

fn server() -> Server<AnyToken<Ada>> {
    let yes = Arc::new(Yes);
    Server::new(AnyToken(Ada))
        .with(data::events::endpoints(Arc::clone(&yes)))
        .with(data::metrics::endpoints(Arc::clone(&yes)))
        .with(data::issues::endpoints(Arc::clone(&yes)))
        .with(bucket::alert::endpoints(Arc::clone(&yes)))
        .with(user::endpoints(yes))
}

async fn send(router: Router, method: &str, uri: &str, body: impl Into<Body>) -> (StatusCode, Value) {
    let request = Request::builder().method(method).uri(uri).header("authorization", "Bearer t").body(body.into());
    let (status, headers, body) = answer(router, request.expect("a request")).await;
    assert_eq!(headers["content-type"], "application/json");
    (status, json(&body))
}

/// The places and problems that a refusal names.
async fn faults(method: &str, uri: &str, body: &str) -> Vec<(String, String, String)> {
    let (status, answered) = send(server().into_router(), method, uri, body.to_owned()).await;
    assert_eq!(status, StatusCode::BAD_REQUEST, "{answered}");
    let text = |fault: &Value, key: &str| fault[key].as_str().expect("a text").to_owned();
    let faults = answered["details"].as_array().expect("details").iter();
    let faults: Vec<_> = faults.map(|fault| (text(fault, "in"), text(fault, "path"), text(fault, "problem"))).collect();
    for (_, _, problem) in &faults {
        assert!(text(&answered, "msg").contains(problem), "{answered}");
    }
    faults
}

fn places(faults: &[(String, String, String)]) -> Vec<(&str, &str)> {
    faults.iter().map(|(part, path, _)| (part.as_str(), path.as_str())).collect()
}

#[tokio::test]
async fn faults_of_path_query_and_body_come_in_one_answer() {
    let found = faults("POST", "/api/bucket/%ff/data/events?a%=1&b=%FF", r#"{"limit": "many", "offset": []}"#).await;
    let expected = [
        ("query", "a%"),
        ("query", "b"),
        ("path", "id"),
        ("body", "limit"),
        ("body", "offset"),
        ("body", "event_name"),
    ];
    assert_eq!(places(&found), expected);
    assert_eq!(found[1].2, "is not UTF-8");
    assert_eq!(found[2].2, "is not UTF-8");
    assert_eq!(found[3].2, "expected a number, found a string");
    assert_eq!(found[5].2, "missing field `event_name`");
}

#[tokio::test]
async fn every_fault_of_a_query_is_told() {
    let uri = "/api/bucket/b/data/issues/occurrences/i?search_after=x&from=1&from=2&unknown=&";
    let found = faults("GET", uri, "").await;
    assert_eq!(places(&found), [("query", "from"), ("query", "search_after")]);
    let (status, _) =
        send(server().into_router(), "GET", "/api/bucket/b/data/issues/occurrences/i?from=1.5&search_after=", "").await;
    assert_eq!(status, StatusCode::NOT_IMPLEMENTED);
    let (status, _) =
        send(server().into_router(), "GET", "/api/bucket/b/data/issues/occurrences/i?from=1.5&search_after=%", "")
            .await;
    assert_eq!(status, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn a_fault_deep_in_a_list_has_its_whole_path() {
    let body = r#"{"aggregations": [{"name": "a"}, {"tags": ["x", 5], "interval": true}, "text", ["end"]]}"#;
    let found = faults("POST", "/api/bucket/b/data/metrics/aggregations", body).await;
    let expected = [
        ("body", "aggregations[1].tags[1]"),
        ("body", "aggregations[1].interval"),
        ("body", "aggregations[2]"),
        ("body", "aggregations[3]"),
    ];
    assert_eq!(places(&found), expected);
    let sound = r#"{"aggregations": [{"name": "[a", "unknown": [[1]], "tags": ["x"]}]}"#;
    let uri = "/api/bucket/b/data/metrics/aggregations";
    let (status, answered) = send(server().into_router(), "POST", uri, sound).await;
    assert_eq!((status, answered), (StatusCode::OK, json!([{ "asked": "[a" }])));
}

#[tokio::test]
async fn values_of_an_enum_that_nobody_has_documented_are_faults_like_others() {
    let body = r#"{"name": 5, "type": "metric", "initiator": "i", "actions": [],
        "options": {"operator": "!", "act": 7, "threshold": "much"}, "scope": {}}"#;
    let found = faults("POST", "/api/bucket/b/alerts", body).await;
    let expected =
        [("body", "name"), ("body", "options.act"), ("body", "options.operator"), ("body", "options.threshold")];
    let mut found_places = places(&found);
    found_places.sort_unstable();
    assert_eq!(found_places, expected);
    let of_enums = found.iter().filter(|(_, _, problem)| problem == "expected one of the documented values").count();
    assert_eq!(of_enums, 1);
    assert!(found.iter().any(|fault| fault.1 == "options.act" && fault.2 == "expected a string, found an integer"));
    let found = faults("GET", "/api/bucket/b/data/issues/summary/moons", "").await;
    assert_eq!(places(&found), [("path", "aggregateBy")]);
    let (status, _) = send(server().into_router(), "GET", "/api/bucket/b/data/issues/summary/apps", "").await;
    assert_eq!(status, StatusCode::NOT_IMPLEMENTED);
    // What a client reads stays open.
    let read: bucket::alert::AlertType = serde_json::from_str(r#""moon""#).expect("an open enum");
    assert_eq!(read, bucket::alert::AlertType::Other("moon".to_owned()));
}

#[tokio::test]
async fn a_stub_can_answer_more_than_the_documentation_says() {
    let (status, answered) = send(server().into_router(), "GET", "/api/bucket/b/alerts/a", "").await;
    assert_eq!((status, answered), (StatusCode::OK, json!({ "of": "b" })));
    let request = Request::delete("/api/bucket/b/alerts/a").body(Body::empty()).expect("a request");
    let (status, _, body) = answer(server().into_router(), request).await;
    assert_eq!((status, body.len()), (StatusCode::NO_CONTENT, 0));
}

#[tokio::test]
async fn encodings_that_mean_nothing_are_refused() {
    for (id, problem) in [
        ("%", "holds a `%` that two hexadecimal digits do not follow"),
        ("a%2", "holds a `%` that two hexadecimal digits do not follow"),
        ("%zz", "holds a `%` that two hexadecimal digits do not follow"),
        ("%+1", "holds a `%` that two hexadecimal digits do not follow"),
        ("%C3%28", "is not UTF-8"),
    ] {
        let uri = format!("/api/bucket/{id}/data/events");
        let found = faults("POST", &uri, r#"{"event_name": "e"}"#).await;
        assert_eq!(found, [("path".to_owned(), "id".to_owned(), problem.to_owned())], "{id}");
    }
    let uri = "/api/bucket/%25C3%C3%BC/data/events?q=%25";
    let (status, _) = send(server().into_router(), "POST", uri, r#"{"event_name": "e"}"#).await;
    assert_eq!(status, StatusCode::OK);
}

/// A body whose field `info` has so many levels; with the object around it there is one more.
fn nested(levels: usize, open: &str, close: &str) -> String {
    format!(r#"{{"info": {{"x": {}1{}}}}}"#, open.repeat(levels - 1), close.repeat(levels - 1))
}

#[tokio::test]
async fn a_body_may_be_nested_so_deep_and_no_deeper() {
    for (open, close) in [("[", "]"), (r#"{"a":"#, "}"), (r#"{"\"{[":"#, "}")] {
        let (status, answered) =
            send(server().into_router(), "POST", "/api/users/update", nested(63, open, close)).await;
        assert_eq!(status, StatusCode::OK, "{answered}");
        let found = faults("POST", "/api/users/update", &nested(64, open, close)).await;
        assert_eq!(found, [("body".to_owned(), String::new(), "is nested deeper than 64 levels".to_owned())]);
    }
    // Neither the end nor the right kind of it matters to the depth.
    for text in ["[".repeat(1_000_000), r#"{"a":"#.repeat(200_000), format!("{{\"unknown\": {}", "[".repeat(500_000))] {
        assert!(faults("POST", "/api/users/update", &text).await[0].2.contains("deeper"));
    }
    // Brackets in a text are none.
    let text = json!({ "username": "[{".repeat(100) + "\\\"" }).to_string();
    assert_eq!(send(server().into_router(), "POST", "/api/users/update", text).await.0, StatusCode::OK);
}

#[tokio::test]
async fn the_depth_can_be_set() {
    let limited = |levels| server().depth_limit(levels).into_router();
    for (levels, status) in [(2, StatusCode::OK), (3, StatusCode::BAD_REQUEST)] {
        assert_eq!(send(limited(3), "POST", "/api/users/update", nested(levels, "[", "]")).await.0, status);
    }
    for (levels, status) in [(126, StatusCode::OK), (127, StatusCode::BAD_REQUEST)] {
        let (answered, body) = send(limited(usize::MAX), "POST", "/api/users/update", nested(levels, "[", "]")).await;
        assert_eq!(answered, status, "{body}");
    }
}

#[tokio::test]
async fn an_answer_does_not_grow_with_what_it_refuses() {
    let body = json!({ "aggregations": vec![1; 10_000] }).to_string();
    let found = faults("POST", "/api/bucket/b/data/metrics/aggregations", &body).await;
    assert_eq!(found.len(), 100);
}
