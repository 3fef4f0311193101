//! What is sent again, how often, and how long after.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use jiff::{SignedDuration, Timestamp};
use pm2_api::{Client, ClientBuilder, user};
use serde_json::json;

use super::account::USER_ROUTE;
use super::server::{Answer, Reply, Server, nobody};

const UPDATE_ROUTE: &str = "POST /api/users/update";

/// A server that fails so many times before it succeeds.
async fn failing(times: usize, failure: impl Fn() -> Reply + Send + Sync + 'static) -> Server {
    let failed = AtomicUsize::new(0);
    Server::start(move |_| {
        if failed.fetch_add(1, Ordering::SeqCst) < times { failure() } else { Answer::json(200, json!({})).into() }
    })
    .await
}

fn builder(server: &Server) -> ClientBuilder {
    Client::builder().base_urls(server.url()).access_token("mine")
}

fn client(server: &Server) -> Client {
    builder(server).build().expect("sound settings")
}

fn status(status: u16) -> Reply {
    Answer::json(status, json!({ "msg": "later" })).into()
}

fn http_date(ahead: i64) -> String {
    (Timestamp::now() + SignedDuration::from_secs(ahead)).strftime("%a, %d %b %Y %H:%M:%S GMT").to_string()
}

#[tokio::test]
async fn failures_that_may_pass_are_tried_again_twice() {
    let failures: [fn() -> Reply; 6] = [
        || status(429),
        || status(502),
        || status(503),
        || status(504),
        || Reply::Close,
        || Reply::Broken(Answer::json(200, json!({ "username": "ada" }))),
    ];
    for failure in failures {
        let server = failing(2, failure).await;
        client(&server).user().retrieve().await.expect("an answer in the end");
        assert_eq!(server.count(USER_ROUTE), 3);
        let server = failing(usize::MAX, failure).await;
        client(&server).user().retrieve().await.expect_err("no answer ever");
        assert_eq!(server.count(USER_ROUTE), 3);
    }
}

#[tokio::test]
async fn other_failures_are_final() {
    for code in [400, 401, 403, 404, 408, 409, 500, 501, 505] {
        let server = failing(usize::MAX, move || status(code)).await;
        client(&server).user().retrieve().await.expect_err("a refusal");
        assert_eq!(server.seen().len(), 1, "{code}");
    }
}

#[tokio::test]
async fn what_changes_something_is_sent_once_whatever_happens() {
    let failures: [fn() -> Reply; 6] = [
        || status(429),
        || status(503),
        || Answer::json(503, json!({})).with("Retry-After", "0").into(),
        || Reply::Close,
        || Reply::Broken(Answer::json(200, json!({ "username": "ada" }))),
        || Reply::Silence,
    ];
    for failure in failures {
        let server = failing(usize::MAX, failure).await;
        let client = builder(&server).retries(9).build().expect("sound settings");
        // On a fresh connection, and on one that was used before.
        for sent in [1, 2] {
            let body = user::UpdateBody::default();
            let call = client.user().update(&body).timeout(Duration::from_millis(700)).retries(9);
            call.await.expect_err("no success");
            assert_eq!(server.count(UPDATE_ROUTE), sent);
        }
    }
}

#[tokio::test]
async fn what_changes_something_is_sent_once_on_a_connection_that_served_before() {
    let answered = AtomicUsize::new(0);
    let server = Server::start(move |_| match answered.fetch_add(1, Ordering::SeqCst) {
        0 => Answer::json(200, json!({})).into(),
        _ => Reply::Close,
    })
    .await;
    let client = client(&server);
    client.user().retrieve().await.expect("an answer");
    client.user().update(&user::UpdateBody::default()).await.expect_err("the connection is closed");
    assert_eq!(server.count(UPDATE_ROUTE), 1);
}

#[tokio::test]
async fn retries_can_be_switched_off_or_raised() {
    let server = failing(usize::MAX, || status(503)).await;
    let off = builder(&server).retries(0).build().expect("sound settings");
    off.user().retrieve().await.expect_err("503");
    assert_eq!(server.seen().len(), 1);
    off.user().retrieve().retries(3).await.expect_err("503");
    assert_eq!(server.seen().len(), 5);
    client(&server).user().retrieve().retries(0).await.expect_err("503");
    assert_eq!(server.seen().len(), 6);
}

#[tokio::test]
async fn nobody_listening_is_tried_again() {
    let client = Client::builder().base_urls(nobody()).build().expect("sound settings");
    let start = Instant::now();
    client.user().retrieve().await.expect_err("nobody listens");
    // The first pause is at least a tenth of a second, the second twice that.
    assert!(start.elapsed() >= Duration::from_millis(300), "{:?}", start.elapsed());
    let start = Instant::now();
    client.user().retrieve().retries(0).await.expect_err("nobody listens");
    client.user().update(&user::UpdateBody::default()).await.expect_err("nobody listens");
    assert!(start.elapsed() < Duration::from_secs(10));
}

/// How long a call takes whose first answer is 503 with that header.
async fn after(headers: &[(&'static str, String)]) -> Duration {
    let headers = headers.to_vec();
    let server = failing(1, move || {
        let answer = Answer::json(503, json!({}));
        headers.iter().fold(answer, |answer, (name, value)| answer.with(name, value.clone())).into()
    })
    .await;
    let start = Instant::now();
    client(&server).user().retrieve().await.expect("an answer");
    assert_eq!(server.seen().len(), 2);
    start.elapsed()
}

#[tokio::test]
async fn the_service_is_left_alone_as_long_as_it_asks() {
    assert!(after(&[("Retry-After", "1".to_owned())]).await >= Duration::from_secs(1));
    // A date has whole seconds, so the pause may be up to one shorter.
    assert!(after(&[("Retry-After", http_date(3))]).await >= Duration::from_millis(1_900));
    // By a clock that is an hour ahead, and by one that is an hour behind.
    let ahead = [("Retry-After", http_date(3_602)), ("Date", http_date(3_600))];
    assert!(after(&ahead).await >= Duration::from_millis(1_900));
    let behind = [("Retry-After", http_date(-3_598)), ("Date", http_date(-3_600))];
    assert!(after(&behind).await >= Duration::from_millis(1_900));
}

#[tokio::test]
async fn an_odd_wish_is_no_wish() {
    for value in ["0", "-1", "soon", "1.5", "", "99999999999999999999999", "Sun, 06 Nov 1994 08:49:37 GMT"] {
        assert!(after(&[("Retry-After", value.to_owned())]).await >= Duration::from_millis(100), "{value}");
    }
}

#[tokio::test]
async fn a_wish_that_outlasts_the_call_ends_it_at_once() {
    for value in ["60".to_owned(), u64::MAX.to_string(), http_date(600)] {
        let server = failing(usize::MAX, move || {
            Answer::json(503, json!({ "msg": "maintenance" })).with("Retry-After", value.clone()).into()
        })
        .await;
        let start = Instant::now();
        let error = client(&server).user().retrieve().await.expect_err("503");
        assert!(error.to_string().ends_with("503 Service Unavailable: maintenance"), "{error}");
        assert!(start.elapsed() < Duration::from_secs(10), "{:?}", start.elapsed());
        assert_eq!(server.seen().len(), 1);
    }
}
