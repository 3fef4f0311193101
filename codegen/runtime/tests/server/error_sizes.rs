//! An error response is at most 16 KiB larger than its request. This holds for every operation and every request.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use http::{HeaderMap, HeaderValue, Method, Request, StatusCode};
use proptest::prelude::*;
use proptest::sample::select;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use routegen_runtime::Operation;
use routegen_runtime::server::{AnyToken, Server};
use serde_json::{Map, Value, json};

use crate::api::{self, books, branches, loans, members, reminders, tokens};
use crate::{Ada, Unimplemented, json, respond};

const MARGIN: usize = 16 * 1024;

fn router() -> Router {
    Server::new(AnyToken(Ada)).with(api::endpoints(Arc::new(Unimplemented))).into_router()
}

/// An operation to attack, with its query parameters and an example of its body.
struct Target {
    operation: &'static Operation,
    parameters: &'static [&'static str],
    body: Option<Value>,
}

fn targets() -> Vec<Target> {
    let without_body = [
        (&books::GET, &[][..]),
        (&books::LIST, &[]),
        (&books::NEWEST, &[]),
        (&branches::DOWNLOAD, &["access_token"]),
        (&branches::FIND, &[]),
        (&branches::HOURS, &[]),
        (&loans::HISTORY, &["from", "search_after"]),
        (&loans::SUMMARY, &[]),
        (&members::DELETE, &[]),
        (&members::DISABLE_SECOND_FACTOR, &["oneTimePassword"]),
        (&members::ME, &[]),
        (&members::SHOW, &[]),
        (&reminders::DELETE, &[]),
        (&reminders::GET, &[]),
        (&tokens::CONFIRM, &[]),
        (&tokens::REVOKE, &[]),
    ];
    let options = json!({ "channel": "email", "days": 1, "frequency": "once" });
    let action = json!({ "params": {}, "type": "t" });
    let with_body = [
        (&loans::SEARCH, json!({ "limit": 1, "offset": 1, "title": "t" })),
        (&loans::STATISTICS, json!({ "queries": [{ "interval": "i", "name": "n", "tags": ["t"] }] })),
        (&members::SET_ADDRESS, json!({ "address": { "city": "c", "street": "s", "zip": "z" }, "id": "i" })),
        (
            &members::UPDATE,
            json!({ "name": "n", "new_password": "p", "old_password": "p", "preferences": { "language": "en" } }),
        ),
        (
            &reminders::CREATE,
            json!({ "actions": [action], "book": "b", "name": "n", "options": options, "type": "due" }),
        ),
        (&tokens::EXCHANGE, json!({ "client_id": "c", "refresh_token": "r" })),
    ];
    let without_body =
        without_body.map(|(operation, parameters)| Target { operation, parameters, body: None }).into_iter();
    without_body
        .chain(with_body.map(|(operation, body)| Target { operation, parameters: &[], body: Some(body) }))
        .collect()
}

/// What a hostile client sends to any operation.
#[derive(Debug, Clone)]
struct Attack {
    /// Replaces each path parameter, percent-encoded.
    path: Repeated,
    /// Replaces the query. `{name}` stands for the name of a parameter.
    query: Repeated,
    authorization: Vec<u8>,
    /// Replaces the method.
    method: Option<Method>,
    /// Appended to the path.
    suffix: Repeated,
    /// Choose what is wrong with each value of the body.
    choices: Vec<u8>,
    /// Keys and strings in the body.
    text: Repeated,
    /// Items in each array of the body.
    items: usize,
}

/// A string that is repeated. A counterexample with it is short to print.
#[derive(Debug, Clone)]
struct Repeated {
    piece: String,
    times: usize,
}

impl Repeated {
    fn text(&self) -> String {
        self.piece.repeat(self.times)
    }
}

/// Returns a string of some length, made of the pieces that cost most when they are repeated.
fn repeated(pieces: &'static [&'static str], size: std::ops::Range<usize>) -> impl Strategy<Value = Repeated> {
    (prop::collection::vec(select(pieces), 1..4), size).prop_map(|(pieces, size)| {
        let piece = pieces.concat();
        Repeated { times: size / piece.len(), piece }
    })
}

fn attacks() -> impl Strategy<Value = Attack> {
    let path = repeated(&["a", "%01", "%22", "%ff", "%", "%5C", ".", "[0]"], 20..15_000);
    let query =
        repeated(&["%", "&", "=", "%01", "%ff", "a", "{name}=", "{name}=%&", "{name}=x&", "%22", "[]"], 0..30_000);
    let authorization = prop_oneof![
        3 => Just(b"Bearer t0ken".to_vec()),
        1 => prop::collection::vec(select(&b"Bearer \"\\,=;a\xff"[..]), 0..2000),
    ];
    let method = prop::option::weighted(0.2, select(vec![Method::PATCH, Method::TRACE, Method::OPTIONS, Method::HEAD]));
    let suffix =
        prop_oneof![4 => Just(Repeated { piece: String::new(), times: 0 }), 1 => repeated(&["/", "a", "%01"], 1..5000)];
    let choices = prop::collection::vec(any::<u8>(), 1..40);
    let text = repeated(&["a", "\u{1}", "\"", "\\", "ü", ".", "[0]", "{"], 1..1000);
    let items = select(vec![0_usize, 1, 3, 200]);
    (path, query, authorization, method, suffix, choices, text, items).prop_map(
        |(path, query, authorization, method, suffix, choices, text, items)| Attack {
            path,
            query,
            authorization,
            method,
            suffix,
            choices,
            text,
            items,
        },
    )
}

impl Attack {
    fn uri(&self, target: &Target) -> String {
        let mut uri = String::new();
        let mut rest = target.operation.path();
        while let Some((before, after)) = rest.split_once('{') {
            uri.push_str(before);
            uri.push_str(&self.path.text());
            rest = after.split_once('}').map_or("", |(_, rest)| rest);
        }
        uri.push_str(rest);
        uri.push_str(&self.suffix.text());
        uri.push('?');
        let names = if target.parameters.is_empty() { &["other"] } else { target.parameters };
        for (piece, name) in self.query.text().split("{name}").zip(names.iter().cycle()) {
            uri.push_str(piece);
            uri.push_str(name);
        }
        // `Uri` is limited to 64 KiB.
        uri.truncate(65_000);
        uri
    }

    fn body(&self, example: &Value) -> String {
        let mut choices = self.choices.iter().copied().cycle();
        self.wrong(example, &mut choices, 0).to_string()
    }

    /// Returns a value that has mostly another type than the example, at every level.
    fn wrong(&self, example: &Value, choices: &mut impl Iterator<Item = u8>, depth: usize) -> Value {
        let choice = choices.next().unwrap_or_default();
        if depth > 8 || choice.is_multiple_of(16) {
            return self.text.text().into();
        }
        let is_shallow = depth < 2;
        match example {
            Value::Object(fields) => {
                let fields = fields.iter().map(|(name, value)| (name.clone(), self.wrong(value, choices, depth + 1)));
                let mut fields: Map<_, _> = fields.collect();
                for number in 0..if is_shallow { self.items.min(20) } else { 1 } {
                    fields
                        .insert(format!("{}{number}", self.text.text()), self.wrong(&Value::Null, choices, depth + 1));
                }
                Value::Object(fields)
            }
            Value::Array(items) => {
                let count = if is_shallow { self.items } else { 1 };
                (0..count).map(|_| self.wrong(&items[0], choices, depth + 1)).collect()
            }
            Value::String(_) if choice.is_multiple_of(2) => 5.into(),
            Value::String(_) => Value::Null,
            Value::Number(_) | Value::Bool(_) | Value::Null => {
                self.text.text().chars().take(50).collect::<String>().into()
            }
        }
    }

    fn request(&self, target: &Target) -> Request<Body> {
        let mut request = Request::builder()
            .method(self.method.clone().unwrap_or_else(|| target.operation.method().clone()))
            .uri(self.uri(target))
            .header("content-type", "application/json");
        if let Ok(value) = HeaderValue::from_bytes(&self.authorization) {
            request = request.header("authorization", value);
        }
        let body = target.body.as_ref().map_or_else(String::new, |example| self.body(example));
        request.body(body.into()).expect("a request")
    }
}

fn head_size(headers: &HeaderMap) -> usize {
    headers.iter().map(|(name, value)| name.as_str().len() + value.len() + 4).sum()
}

/// Sends a request and checks the size of an error response.
async fn check(router: &Router, request: Request<Body>) -> StatusCode {
    let line = format!("{} {}", request.method(), request.uri());
    let label: String = line.chars().take(200).collect();
    let body = http_body::Body::size_hint(request.body()).exact().expect("a whole body");
    let sent = line.len() + head_size(request.headers()) + usize::try_from(body).expect("a small body");
    let (status, headers, body) = respond(router.clone(), request).await;
    let received = head_size(&headers) + body.len();
    if status.is_client_error() || status.is_server_error() {
        assert!(received <= sent + MARGIN, "{label}: {received} bytes for {sent}");
        assert!(body.len() < MARGIN, "{label}: {} bytes", body.len());
    }
    status
}

/// Runs a future on this thread.
fn run<T>(work: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime").block_on(work)
}

#[test]
fn an_error_response_is_never_much_larger_than_its_request() {
    let (router, targets) = (router(), targets());
    let seen = RefCell::new(BTreeSet::new());
    let config = Config { cases: 64, max_shrink_iters: 20, failure_persistence: None, ..Config::default() };
    // Every run makes the same attacks, so that all kinds of errors occur in every run.
    let rng = TestRng::deterministic_rng(RngAlgorithm::ChaCha);
    let result = TestRunner::new_with_rng(config, rng).run(&attacks(), |attack| {
        for target in &targets {
            let status = run(check(&router, attack.request(target)));
            seen.borrow_mut().insert(status.as_u16());
        }
        Ok(())
    });
    result.unwrap_or_else(|error| panic!("{error}"));
    // Requests were malformed, unauthorized, for an unknown route, for an unknown method, and valid.
    for status in [400, 401, 404, 405, 501] {
        assert!(seen.borrow().contains(&status), "{seen:?}");
    }
}

#[tokio::test]
async fn a_malformed_query_has_a_small_response_on_every_route() {
    let router = router();
    let long = "a".repeat(60_000);
    for query in
        ["%&".repeat(32_000), format!("{long}=%"), format!("{}=%", "%01".repeat(20_000)), "%01%=&".repeat(10_000)]
    {
        for target in targets() {
            let path: String = target.operation.path().replace(['{', '}'], "");
            let request = Request::builder().method(target.operation.method()).uri(format!("{path}?{query}"));
            let request = request.header("authorization", "Bearer t0ken").body(Body::empty()).expect("a request");
            assert_eq!(check(&router, request).await, StatusCode::BAD_REQUEST, "{path}");
        }
    }
}

/// Returns the message and the number of details of the response to a query.
async fn rejection_of(query: &str) -> (String, usize) {
    let request = Request::get(format!("/books?{query}")).header("authorization", "Bearer t0ken");
    let (status, _, body) = respond(router(), request.body(Body::empty()).expect("a request")).await;
    assert_eq!(status, StatusCode::BAD_REQUEST);
    let body = json(&body);
    (body["message"].as_str().expect("a message").to_owned(), body["details"].as_array().expect("details").len())
}

#[tokio::test]
async fn errors_of_a_query_are_reported_once_and_limited_in_number_and_size() {
    let problem = "contains a `%` that is not followed by two hexadecimal digits";
    assert_eq!(rejection_of(&"%&".repeat(32_000)).await, (format!("query `%`: {problem}"), 1));
    let many: String = (0..5000).map(|number| format!("{number}%&")).collect();
    let large: String = (0..100).map(|number| format!("{}{number}%&", "%22".repeat(80))).collect();
    for (query, fit) in [(many, 80..100), (large, 10..50)] {
        let (message, count) = rejection_of(&query).await;
        assert!(fit.contains(&count), "{count}");
        assert!(message.ends_with("; there may be more errors"), "{message}");
    }
    let longest = format!("{}{}%", "a".repeat(30_000), "b".repeat(30_000));
    let expected = format!("query `{}…{}%`: {problem}", "a".repeat(100), "b".repeat(99));
    assert_eq!(rejection_of(&longest).await, (expected, 1));
}
