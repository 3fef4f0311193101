//! The span of a call.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use pm2_api::{Client, Secret};
use serde_json::json;

use super::account::{Account, BUCKET};
use super::capture::{Capture, SeenSpan};
use super::server::{Answer, Reply, Server, nobody};

fn field<'a>(span: &'a SeenSpan, name: &str) -> Option<&'a str> {
    span.fields.get(name).map(String::as_str)
}

#[tokio::test]
async fn a_call_has_a_span_with_the_names_of_opentelemetry() {
    let server = Server::start(|_| Answer::json(200, json!({})).into()).await;
    let client = Client::builder().base_urls(server.url()).build().expect("sound settings");
    let (capture, guard) = Capture::start();
    client.user().show("ada").await.expect("an answer");
    drop(guard);
    let span = capture.span("user.show");
    assert_eq!(span.target, "routegen_runtime");
    let port = server.url().rsplit(':').next().expect("a port").to_owned();
    let expected = [
        ("http.request.method", "GET"),
        ("http.response.status_code", "200"),
        ("operation", "user.show"),
        ("otel.kind", "client"),
        ("otel.name", "GET /api/users/show/{id}"),
        ("server.address", "127.0.0.1"),
        ("server.port", &port),
        ("url.template", "/api/users/show/{id}"),
    ];
    let fields: Vec<_> = span.fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    assert_eq!(fields, expected);
}

#[tokio::test]
async fn a_refusal_is_the_error_of_the_span() {
    let server = Server::start(|_| Answer::json(404, json!({})).into()).await;
    let client = Client::builder().base_urls(server.url()).build().expect("sound settings");
    let (capture, guard) = Capture::start();
    client.user().show("ada").await.expect_err("404");
    drop(guard);
    let span = capture.span("user.show");
    assert_eq!(field(&span, "http.response.status_code"), Some("404"));
    assert_eq!(field(&span, "error.type"), Some("404"));
    assert_eq!(field(&span, "otel.status_code"), Some("ERROR"));
}

#[tokio::test]
async fn a_documented_redirection_is_none() {
    let server = Server::start(|_| Answer::text(301, "").with("Location", "/").into()).await;
    let client = Client::builder().base_urls(server.url()).build().expect("sound settings");
    let (capture, guard) = Capture::start();
    client.auth().valid_email(&Secret::from("a-token")).await.expect("a redirection");
    drop(guard);
    let span = capture.span("auth.validEmail");
    assert_eq!(field(&span, "http.response.status_code"), Some("301"));
    assert_eq!(field(&span, "error.type"), None);
}

#[tokio::test]
async fn a_failure_has_the_name_of_its_kind() {
    let client = Client::builder().base_urls(nobody()).retries(0).build().expect("sound settings");
    let silent = Server::start(|_| Reply::Silence).await;
    let waiting = Client::builder().base_urls(silent.url()).build().expect("sound settings");
    let (capture, guard) = Capture::start();
    client.user().show("ada").await.expect_err("nobody listens");
    waiting.user().retrieve().timeout(Duration::from_millis(50)).await.expect_err("no answer");
    drop(guard);
    assert_eq!(field(&capture.span("user.show"), "error.type"), Some("transport"));
    assert_eq!(field(&capture.span("user.retrieve"), "error.type"), Some("timeout"));
}

#[tokio::test]
async fn a_failure_that_has_passed_is_no_error() {
    let failed = AtomicUsize::new(0);
    let server = Server::start(move |_| {
        let status = if failed.fetch_add(1, Ordering::SeqCst) < 2 { 503 } else { 200 };
        Answer::json(status, json!({})).into()
    })
    .await;
    let client = Client::builder().base_urls(server.url()).build().expect("sound settings");
    let (capture, guard) = Capture::start();
    client.user().show("ada").await.expect("an answer in the end");
    drop(guard);
    let span = capture.span("user.show");
    assert_eq!(field(&span, "http.request.resend_count"), Some("2"));
    assert_eq!(field(&span, "http.response.status_code"), Some("200"));
    assert_eq!((field(&span, "error.type"), field(&span, "otel.status_code")), (None, None));
    assert!(capture.text().contains("sending again"));
}

#[tokio::test]
async fn what_a_call_waits_for_has_spans_of_its_own() {
    let account = Account::open().await;
    let client = account.client();
    let (capture, guard) = Capture::start();
    client.bucket().current_role(BUCKET).await.expect("an answer");
    drop(guard);
    let call = capture.span("bucket.currentRole");
    assert_eq!(field(&call, "url.template"), Some("/api/bucket/{id}/current_role"));
    assert_eq!(call.parent, None);
    for (operation, template) in [("bucket.retrieve", "/api/bucket/{id}"), ("auth.retrieveToken", "/api/oauth/token")] {
        let span = capture.span(operation);
        assert_eq!(field(&span, "url.template"), Some(template));
        assert_eq!(field(&span, "http.response.status_code"), Some("200"));
        let parent = &capture.spans()[span.parent.expect("a span that it belongs to")];
        assert_eq!(field(parent, "operation"), Some("bucket.currentRole"));
    }
    assert!(!capture.text().contains(BUCKET), "no value of an argument is told");
}
