//! The `tracing` span of a call.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use routegen_runtime::Secret;
use serde_json::json;

use crate::api::Client;
use crate::capture::{Capture, CapturedSpan};
use crate::scripted_server::{Action, ScriptedResponse, ScriptedServer, unreachable_url};
use crate::token_service::{BRANCH, TokenService};

fn field<'a>(span: &'a CapturedSpan, name: &str) -> Option<&'a str> {
    span.fields.get(name).map(String::as_str)
}

#[tokio::test]
async fn a_call_has_a_span_with_the_field_names_of_opentelemetry() {
    let server = ScriptedServer::with_requests(|_| ScriptedResponse::json(200, json!({})).into()).await;
    let client = Client::builder().base_urls(server.url()).build().expect("valid settings");
    let (capture, guard) = Capture::start();
    client.members().show("ada").await.expect("a response");
    drop(guard);
    let span = capture.span("members.show");
    assert_eq!(span.target, "routegen_runtime");
    let port = server.url().rsplit(':').next().expect("a port").to_owned();
    let expected = [
        ("http.request.method", "GET"),
        ("http.response.status_code", "200"),
        ("operation", "members.show"),
        ("otel.kind", "client"),
        ("otel.name", "GET /members/named/{name}"),
        ("server.address", "127.0.0.1"),
        ("server.port", &port),
        ("url.template", "/members/named/{name}"),
    ];
    let fields: Vec<_> = span.fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    assert_eq!(fields, expected);
}

#[tokio::test]
async fn an_error_response_is_the_error_of_the_span() {
    let server = ScriptedServer::with_requests(|_| ScriptedResponse::json(404, json!({})).into()).await;
    let client = Client::builder().base_urls(server.url()).build().expect("valid settings");
    let (capture, guard) = Capture::start();
    client.members().show("ada").await.expect_err("404");
    drop(guard);
    let span = capture.span("members.show");
    assert_eq!(field(&span, "http.response.status_code"), Some("404"));
    assert_eq!(field(&span, "error.type"), Some("404"));
    assert_eq!(field(&span, "otel.status_code"), Some("ERROR"));
}

#[tokio::test]
async fn a_documented_redirect_is_not_an_error_of_the_span() {
    let server =
        ScriptedServer::with_requests(|_| ScriptedResponse::text(301, "").with_header("Location", "/").into()).await;
    let client = Client::builder().base_urls(server.url()).build().expect("valid settings");
    let (capture, guard) = Capture::start();
    client.tokens().confirm_email(&Secret::from("a-token")).await.expect("a redirect");
    drop(guard);
    let span = capture.span("tokens.confirmEmail");
    assert_eq!(field(&span, "http.response.status_code"), Some("301"));
    assert_eq!(field(&span, "error.type"), None);
}

#[tokio::test]
async fn the_error_type_of_a_span_is_the_kind_of_the_failure() {
    let client = Client::builder().base_urls(unreachable_url()).retries(0).build().expect("valid settings");
    let silent = ScriptedServer::with_requests(|_| Action::Hang).await;
    let waiting = Client::builder().base_urls(silent.url()).build().expect("valid settings");
    let (capture, guard) = Capture::start();
    client.members().show("ada").await.expect_err("nothing listens");
    waiting.members().me().timeout(Duration::from_millis(50)).await.expect_err("no response");
    drop(guard);
    assert_eq!(field(&capture.span("members.show"), "error.type"), Some("transport"));
    assert_eq!(field(&capture.span("members.me"), "error.type"), Some("timeout"));
}

#[tokio::test]
async fn a_failure_that_a_retry_resolved_is_not_an_error_of_the_span() {
    let responses = AtomicUsize::new(0);
    let server = ScriptedServer::with_requests(move |_| {
        let status = if responses.fetch_add(1, Ordering::SeqCst) < 2 { 503 } else { 200 };
        ScriptedResponse::json(status, json!({})).into()
    })
    .await;
    let client = Client::builder().base_urls(server.url()).build().expect("valid settings");
    let (capture, guard) = Capture::start();
    client.members().show("ada").await.expect("a response in the end");
    drop(guard);
    let span = capture.span("members.show");
    assert_eq!(field(&span, "http.request.resend_count"), Some("2"));
    assert_eq!(field(&span, "http.response.status_code"), Some("200"));
    assert_eq!((field(&span, "error.type"), field(&span, "otel.status_code")), (None, None));
    assert!(capture.text().contains("retrying the request"));
}

#[tokio::test]
async fn token_refresh_and_discovery_have_their_own_spans() {
    let service = TokenService::start().await;
    let client = service.client();
    let (capture, guard) = Capture::start();
    client.branches().hours(BRANCH).await.expect("a response");
    drop(guard);
    let call = capture.span("branches.openingHours");
    assert_eq!(field(&call, "url.template"), Some("/branches/{branch}/hours"));
    assert_eq!(call.parent, None);
    for (operation, template) in [("branches.find", "/branches/{branch}"), ("tokens.exchange", "/tokens")] {
        let span = capture.span(operation);
        assert_eq!(field(&span, "url.template"), Some(template));
        assert_eq!(field(&span, "http.response.status_code"), Some("200"));
        let parent = &capture.spans()[span.parent.expect("a parent span")];
        assert_eq!(field(parent, "operation"), Some("branches.openingHours"));
    }
    assert!(!capture.text().contains(BRANCH), "no argument is logged");
}
