//! An error response is at most 16 KiB larger than its request, on every route and whatever the request holds.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::sync::{Arc, LazyLock};

use axum::Router;
use axum::body::Body;
use http::{HeaderMap, HeaderValue, Method, Request, StatusCode};
use pm2_api::{AnyToken, Server, actions, auth, bucket, dashboard, data, misc, node, orchestration, tokens, user};
use proptest::prelude::*;
use proptest::sample::select;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use serde_json::{Map, Value};

use crate::common::{Ada, answer, json};

const MARGIN: usize = 16 * 1024;

static DOCUMENT: LazyLock<Value> =
    LazyLock::new(|| serde_json::from_str(include_str!("../../openapi.json")).expect("JSON"));

/// Implements nothing, so that a request that is as documented is answered with 501.
struct Nobody;

macro_rules! unimplemented_namespaces {
    ($($($module:ident)::+ $server:ident),* $(,)?) => {
        $(impl $($module::)+$server<Ada> for Nobody {})*
    };
}

unimplemented_namespaces! {
    actions ActionsServer, auth AuthServer, bucket BucketServer, bucket::alert AlertServer,
    bucket::alert::analyzer AnalyzerServer, bucket::application ApplicationServer, bucket::billing BillingServer,
    bucket::server ServerServer, bucket::webcheck WebcheckServer, dashboard DashboardServer,
    data::dependencies DependenciesServer, data::events EventsServer, data::exceptions ExceptionsServer,
    data::issues IssuesServer, data::logs LogsServer, data::metrics MetricsServer,
    data::notifications NotificationsServer, data::outliers OutliersServer, data::processes ProcessesServer,
    data::profiling ProfilingServer, data::status StatusServer, data::traces TracesServer,
    data::transactions TransactionsServer, misc MiscServer, node NodeServer, orchestration OrchestrationServer,
    tokens TokensServer, user UserServer, user::otp OtpServer, user::providers ProvidersServer,
}

fn router() -> Router {
    Server::new(AnyToken(Ada)).with(pm2_api::endpoints(Arc::new(Nobody))).into_router()
}

/// An operation of the OpenAPI document.
struct Operation {
    method: Method,
    path: &'static str,
    parameters: Vec<&'static str>,
    body: Option<&'static Value>,
}

fn operations() -> Vec<Operation> {
    let mut operations = Vec::new();
    for (path, methods) in DOCUMENT["paths"].as_object().expect("paths") {
        for (method, operation) in methods.as_object().expect("operations") {
            let parameters = operation["parameters"].as_array().into_iter().flatten();
            let names = parameters.filter(|parameter| parameter["in"] == "query").filter_map(|it| it["name"].as_str());
            operations.push(Operation {
                method: method.to_uppercase().parse().expect("a method"),
                path,
                parameters: names.collect(),
                body: operation.pointer("/requestBody/content/application~1json/schema"),
            });
        }
    }
    operations
}

/// What a hostile client sends, whatever the route.
#[derive(Debug, Clone)]
struct Attack {
    /// Takes the place of each path parameter, percent-encoded.
    path: Repeated,
    /// Takes the place of the query: pieces, `{name}` for a documented parameter.
    query: Repeated,
    authorization: Vec<u8>,
    /// A method in place of the documented one.
    method: Option<Method>,
    /// Appended to the path.
    suffix: Repeated,
    /// How the body is not as documented, value by value.
    choices: Vec<u8>,
    /// Keys and strings in the body.
    text: Repeated,
    /// Items in each array of the body.
    items: usize,
}

/// A piece of text that is repeated, so that a counterexample is short to print.
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

/// A text of some length, made of the pieces that cost most where they are repeated.
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
    fn uri(&self, operation: &Operation) -> String {
        let mut uri = String::new();
        let mut rest = operation.path;
        while let Some((before, after)) = rest.split_once('{') {
            uri.push_str(before);
            uri.push_str(&self.path.text());
            rest = after.split_once('}').map_or("", |(_, rest)| rest);
        }
        uri.push_str(rest);
        uri.push_str(&self.suffix.text());
        uri.push('?');
        let names = if operation.parameters.is_empty() { &["other"][..] } else { &operation.parameters };
        for (piece, name) in self.query.text().split("{name}").zip(names.iter().cycle()) {
            uri.push_str(piece);
            uri.push_str(name);
        }
        // `Uri` takes less than 64 KiB.
        uri.truncate(65_000);
        uri
    }

    fn body(&self, schema: &Value) -> String {
        let mut choices = self.choices.iter().copied().cycle();
        self.wrong(schema, &mut choices, 0).to_string()
    }

    /// A value that is mostly not what the schema asks for.
    fn wrong(&self, schema: &Value, choices: &mut impl Iterator<Item = u8>, depth: usize) -> Value {
        if let Some(reference) = schema["$ref"].as_str() {
            return self.wrong(DOCUMENT.pointer(&reference[1..]).expect("a schema"), choices, depth);
        }
        if let Some(first) = schema.pointer("/allOf/0").or_else(|| schema.pointer("/anyOf/0")) {
            return self.wrong(first, choices, depth);
        }
        let choice = choices.next().unwrap_or_default();
        if depth > 8 || choice.is_multiple_of(16) {
            return self.text.text().into();
        }
        match schema["type"].as_str() {
            Some("object") => {
                let documented = schema["properties"].as_object().into_iter().flatten();
                let mut fields: Map<_, _> =
                    documented.map(|(name, schema)| (name.clone(), self.wrong(schema, choices, depth + 1))).collect();
                let further = &schema["additionalProperties"];
                for number in 0..if depth < 2 { self.items.min(20) } else { 1 } {
                    let value = self.wrong(further, choices, depth + 1);
                    fields.insert(format!("{}{number}", self.text.text()), value);
                }
                Value::Object(fields)
            }
            Some("array") => {
                let items = if depth < 2 { self.items } else { 1 };
                (0..items).map(|_| self.wrong(&schema["items"], choices, depth + 1)).collect()
            }
            Some("string") if choice.is_multiple_of(2) => 5.into(),
            Some("string") => Value::Null,
            Some(_) | None => self.text.text().chars().take(50).collect::<String>().into(),
        }
    }

    fn request(&self, operation: &Operation) -> Request<Body> {
        let mut request = Request::builder()
            .method(self.method.clone().unwrap_or_else(|| operation.method.clone()))
            .uri(self.uri(operation))
            .header("content-type", "application/json");
        if let Ok(value) = HeaderValue::from_bytes(&self.authorization) {
            request = request.header("authorization", value);
        }
        request.body(operation.body.map_or_else(String::new, |schema| self.body(schema)).into()).expect("a request")
    }
}

fn head_size(headers: &HeaderMap) -> usize {
    headers.iter().map(|(name, value)| name.as_str().len() + value.len() + 4).sum()
}

/// Sends a request and holds the size of an error response against it.
async fn check(router: &Router, request: Request<Body>) -> StatusCode {
    let line = format!("{} {}", request.method(), request.uri());
    let label: String = line.chars().take(200).collect();
    let body = http_body::Body::size_hint(request.body()).exact().expect("a whole body");
    let sent = line.len() + head_size(request.headers()) + usize::try_from(body).expect("a small body");
    let (status, headers, body) = answer(router.clone(), request).await;
    let received = head_size(&headers) + body.len();
    if status.is_client_error() || status.is_server_error() {
        assert!(received <= sent + MARGIN, "{label}: {received} bytes for {sent}");
        assert!(body.len() < MARGIN, "{label}: {} bytes", body.len());
    }
    status
}

/// Sends requests without a thread of their own.
fn run<T>(work: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime").block_on(work)
}

#[test]
fn an_error_response_is_never_much_larger_than_its_request() {
    let (router, operations) = (router(), operations());
    assert_eq!(operations.len(), 158);
    let seen = RefCell::new(BTreeSet::new());
    let config = Config { cases: 16, max_shrink_iters: 20, failure_persistence: None, ..Config::default() };
    // The same attacks in each run, so that all kinds of errors are met in each run.
    let rng = TestRng::deterministic_rng(RngAlgorithm::ChaCha);
    let result = TestRunner::new_with_rng(config, rng).run(&attacks(), |attack| {
        for operation in &operations {
            let status = run(check(&router, attack.request(operation)));
            seen.borrow_mut().insert(status.as_u16());
        }
        Ok(())
    });
    result.unwrap_or_else(|error| panic!("{error}"));
    // All kinds of errors have been met: what is malformed, unauthorized, unknown, and well-formed all the same.
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
        for operation in operations() {
            let path: String = operation.path.replace(['{', '}'], "");
            let request = Request::builder().method(operation.method).uri(format!("{path}?{query}"));
            let request = request.header("authorization", "Bearer t0ken").body(Body::empty()).expect("a request");
            assert_eq!(check(&router, request).await, StatusCode::BAD_REQUEST, "{path}");
        }
    }
}

/// The message and the number of details of the response to a query.
async fn refused(query: &str) -> (String, usize) {
    let request = Request::get(format!("/api/bucket?{query}")).header("authorization", "Bearer t0ken");
    let (status, _, body) = answer(router(), request.body(Body::empty()).expect("a request")).await;
    assert_eq!(status, StatusCode::BAD_REQUEST);
    let body = json(&body);
    (body["msg"].as_str().expect("a message").to_owned(), body["details"].as_array().expect("details").len())
}

#[tokio::test]
async fn errors_of_a_query_are_told_once_and_limited_in_number_and_size() {
    let problem = "holds a `%` that two hexadecimal digits do not follow";
    assert_eq!(refused(&"%&".repeat(32_000)).await, (format!("query `%`: {problem}"), 1));
    let many: String = (0..5000).map(|number| format!("{number}%&")).collect();
    let large: String = (0..100).map(|number| format!("{}{number}%&", "%22".repeat(80))).collect();
    for (query, fit) in [(many, 80..100), (large, 10..50)] {
        let (message, count) = refused(&query).await;
        assert!(fit.contains(&count), "{count}");
        assert!(message.ends_with("; there may be more errors"), "{message}");
    }
    let longest = format!("{}{}%", "a".repeat(30_000), "b".repeat(30_000));
    let expected = format!("query `{}…{}%`: {problem}", "a".repeat(100), "b".repeat(99));
    assert_eq!(refused(&longest).await, (expected, 1));
}
