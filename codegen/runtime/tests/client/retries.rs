//! Which requests are sent again, how often, and after which delay.

use std::convert::Infallible;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use jiff::{SignedDuration, Timestamp};
use routegen_runtime::NoDocumentedError;
use routegen_runtime::client::{Error, RequestBody};
use serde_json::json;
use tokio::task::JoinSet;

use crate::api::{Client, ClientBuilder, members};
use crate::scripted_server::{Action, ScriptedResponse, ScriptedServer, unreachable_url};
use crate::token_service::ME_ROUTE;

const UPDATE_ROUTE: &str = "POST /members/update";

/// Starts a server that fails that many times before it succeeds.
async fn failing(times: usize, failure: impl Fn() -> Action + Send + Sync + 'static) -> ScriptedServer {
    let failed = AtomicUsize::new(0);
    ScriptedServer::with_requests(move |_| {
        if failed.fetch_add(1, Ordering::SeqCst) < times {
            failure()
        } else {
            ScriptedResponse::json(200, json!({})).into()
        }
    })
    .await
}

fn builder(server: &ScriptedServer) -> ClientBuilder {
    Client::builder().base_urls(server.url()).access_token("mine")
}

fn client(server: &ScriptedServer) -> Client {
    builder(server).build().expect("valid settings")
}

fn status(status: u16) -> Action {
    ScriptedResponse::json(status, json!({ "message": "later" })).into()
}

/// Returns the date that many seconds from now.
fn http_date(ahead: i64) -> String {
    (Timestamp::now() + SignedDuration::from_secs(ahead)).strftime("%a, %d %b %Y %H:%M:%S GMT").to_string()
}

#[tokio::test]
async fn transient_failures_are_retried_twice() {
    let failures: [fn() -> Action; 6] = [
        || status(429),
        || status(502),
        || status(503),
        || status(504),
        || Action::Close,
        || Action::Truncate(ScriptedResponse::json(200, json!({ "name": "ada" }))),
    ];
    let mut calls = JoinSet::new();
    for failure in failures {
        for failed in [2, usize::MAX] {
            calls.spawn(async move {
                let server = failing(failed, failure).await;
                let outcome = client(&server).members().me().await;
                assert_eq!((outcome.is_ok(), server.count(ME_ROUTE)), (failed == 2, 3));
            });
        }
    }
    calls.join_all().await;
}

#[tokio::test]
async fn other_statuses_are_not_retried() {
    for code in [400, 401, 403, 404, 408, 409, 500, 501, 505] {
        let server = failing(usize::MAX, move || status(code)).await;
        client(&server).members().me().await.expect_err("an error response");
        assert_eq!(server.requests().len(), 1, "{code}");
    }
}

#[tokio::test]
async fn a_request_that_is_not_idempotent_is_sent_once() {
    let failures: [fn() -> Action; 6] = [
        || status(429),
        || status(503),
        || ScriptedResponse::json(503, json!({})).with_header("Retry-After", "0").into(),
        || Action::Close,
        || Action::Truncate(ScriptedResponse::json(200, json!({ "name": "ada" }))),
        || Action::Hang,
    ];
    for failure in failures {
        let server = failing(usize::MAX, failure).await;
        let client = builder(&server).retries(9).build().expect("valid settings");
        // The second call may reuse the connection of the first.
        for sent in [1, 2] {
            let body = members::UpdateBody::default();
            let call = client.members().update(&body).timeout(Duration::from_millis(700)).retries(9);
            call.await.expect_err("no success");
            assert_eq!(server.count(UPDATE_ROUTE), sent);
        }
    }
}

#[tokio::test]
async fn a_request_that_is_not_idempotent_is_sent_once_on_a_reused_connection() {
    let responses = AtomicUsize::new(0);
    let server = ScriptedServer::with_requests(move |_| match responses.fetch_add(1, Ordering::SeqCst) {
        0 => ScriptedResponse::json(200, json!({})).into(),
        _ => Action::Close,
    })
    .await;
    let client = client(&server);
    client.members().me().await.expect("a response");
    client.members().update(&members::UpdateBody::default()).await.expect_err("the connection is closed");
    assert_eq!(server.count(UPDATE_ROUTE), 1);
}

#[tokio::test]
async fn the_number_of_retries_can_be_set_per_client_and_per_call() {
    let server = failing(usize::MAX, || status(503)).await;
    let off = builder(&server).retries(0).build().expect("valid settings");
    off.members().me().await.expect_err("503");
    assert_eq!(server.requests().len(), 1);
    off.members().me().retries(3).await.expect_err("503");
    assert_eq!(server.requests().len(), 5);
    client(&server).members().me().retries(0).await.expect_err("503");
    assert_eq!(server.requests().len(), 6);
}

#[tokio::test]
async fn a_failed_connection_is_retried() {
    let client = Client::builder().base_urls(unreachable_url()).build().expect("valid settings");
    let start = Instant::now();
    client.members().me().await.expect_err("nothing listens");
    // The first delay is at least 100 ms, the second twice that.
    assert!(start.elapsed() >= Duration::from_millis(300), "{:?}", start.elapsed());
    client.members().me().retries(0).await.expect_err("nothing listens");
    client.members().update(&members::UpdateBody::default()).await.expect_err("nothing listens");
}

/// Makes a call in a process without sockets, in which time passes only while all tasks wait. The service responds with
/// 503 and these headers, and with success from the second request on. Returns the number of requests, the time that the
/// call took, and its outcome.
async fn call_with(headers: &[(&'static str, &str)]) -> (usize, Duration, Result<(), Error<NoDocumentedError>>) {
    let headers: Vec<_> = headers.iter().map(|(name, value)| (*name, (*value).to_owned())).collect();
    let requests = Arc::new(AtomicUsize::new(0));
    let counter = Arc::clone(&requests);
    let service = tower::service_fn(move |_: http::Request<RequestBody>| {
        let response = match counter.fetch_add(1, Ordering::SeqCst) {
            0 => headers
                .iter()
                .fold(http::Response::builder().status(503), |response, (name, value)| response.header(*name, value))
                .body(r#"{"message": "maintenance"}"#.to_owned()),
            _ => http::Response::builder().body("{}".to_owned()),
        };
        async move { Ok::<_, Infallible>(response.expect("valid headers")) }
    });
    let client = Client::builder().access_token("mine").build_with(service).expect("valid settings");
    let start = tokio::time::Instant::now();
    let outcome = client.members().me().await.map(drop);
    (requests.load(Ordering::SeqCst), start.elapsed(), outcome)
}

#[tokio::test(start_paused = true)]
async fn a_retry_waits_as_long_as_retry_after_says() {
    for (headers, min, max) in [
        (vec![("Retry-After", "1".to_owned())], 1_000, 1_500),
        // A date has whole seconds, so the delay may be up to one second shorter.
        (vec![("Retry-After", http_date(20))], 18_900, 20_500),
        // The date is by the service's clock, which may be an hour ahead or behind.
        (vec![("Retry-After", http_date(3_620)), ("Date", http_date(3_600))], 18_900, 20_500),
        (vec![("Retry-After", http_date(-3_580)), ("Date", http_date(-3_600))], 18_900, 20_500),
    ] {
        let headers: Vec<_> = headers.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let (requests, elapsed, outcome) = call_with(&headers).await;
        outcome.expect("a response");
        assert_eq!(requests, 2);
        assert!((min..max).contains(&elapsed.as_millis()), "{headers:?}: {elapsed:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn an_invalid_retry_after_is_ignored() {
    for value in ["0", "-1", "soon", "1.5", "", "99999999999999999999999", "Sun, 06 Nov 1994 08:49:37 GMT"] {
        let (requests, elapsed, outcome) = call_with(&[("Retry-After", value)]).await;
        outcome.expect("a response");
        assert_eq!(requests, 2, "{value}");
        assert!(elapsed >= Duration::from_millis(100) && elapsed < Duration::from_secs(1), "{value}: {elapsed:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_retry_after_beyond_the_deadline_ends_the_call() {
    for value in ["60".to_owned(), u64::MAX.to_string(), http_date(600)] {
        let (requests, elapsed, outcome) = call_with(&[("Retry-After", &value)]).await;
        let error = outcome.expect_err("503");
        assert!(error.to_string().ends_with("503 Service Unavailable: maintenance"), "{error}");
        assert_eq!(requests, 1);
        assert!(elapsed < Duration::from_secs(1), "{value}: {elapsed:?}");
    }
}
