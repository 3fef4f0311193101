//! No token, password or one-time code is logged, and without a subscriber nothing is printed.

use std::convert::Infallible;
use std::process::Command;
use std::time::Duration;

use bytes::Bytes;
use http_body_util::Full;
use hyper::server::conn::http2;
use hyper::service::service_fn;
use hyper_util::client::legacy;
use hyper_util::rt::{TokioExecutor, TokioIo};
use routegen_runtime::Secret;
use serde_json::json;
use tokio::net::TcpListener;
use tokio::task::JoinSet;

use crate::api::{Client, Service, members, tokens};
use crate::capture::Capture;
use crate::scripted_server::{Action, ScriptedResponse, ScriptedServer, unreachable_url};
use crate::token_service::{BRANCH, TokenService, refresh_token};

/// Part of every secret of these tests.
const MARK: &str = "s3cret";

/// Makes calls that carry a secret wherever they can.
async fn call_with_secrets(client: &Client) {
    let password = || Some(Secret::from("new-s3cret"));
    let update = members::UpdateBody { new_password: password(), old_password: password(), ..Default::default() };
    let _ = client.members().update(&update).await;
    let _ = client.tokens().confirm_email(&Secret::from("mail-s3cret")).await;
    let _ = client.members().disable_second_factor(&members::DisableSecondFactorQuery::new("otp-s3cret")).await;
    let _ = client.tokens().exchange(&tokens::ExchangeBody::new("1", "refresh-s3cret")).await;
    let _ = client.branches().hours(BRANCH).await;
    let _ = client.members().me().timeout(Duration::from_millis(200)).await;
}

/// Makes calls that succeed and calls that fail in every way.
async fn call_in_every_way() {
    let service = TokenService::start().await;
    let client = service.builder().on_new_tokens(|_| {}).build().expect("valid settings");
    call_with_secrets(&client).await;
    service.revoke();
    call_with_secrets(&client).await;
    assert!(service.issued() >= 2, "tokens are rotated");
    let actions: [fn() -> Action; 5] = [
        || ScriptedResponse::json(400, json!({ "access_token": "leaked-s3cret", "n": ["s3cret"] })).into(),
        || ScriptedResponse::text(200, "<html>leaked-s3cret").with_header("X-Token", "header-s3cret").into(),
        || ScriptedResponse::json(503, json!({ "token": "leaked-s3cret" })).into(),
        || Action::Close,
        || Action::Hang,
    ];
    // The tasks run on the thread of the test, so that its subscriber receives what they report.
    let mut calls = JoinSet::new();
    let mut spawn = |client: Client| drop(calls.spawn(async move { call_with_secrets(&client).await }));
    for action in actions {
        let server = ScriptedServer::with_requests(move |_| action()).await;
        for builder in
            [Client::builder().access_token("fixed-s3cret"), Client::builder().refresh_token(refresh_token(0))]
        {
            let builder = builder.retries(1).timeout(Duration::from_millis(400));
            spawn(builder.clone().base_urls(server.url()).build().expect("valid settings"));
            spawn(builder.base_urls(server.https_url()).retries(0).build().expect("valid settings"));
        }
    }
    let client = Client::builder().base_urls(unreachable_url()).access_token("fixed-s3cret").retries(1);
    spawn(client.build().expect("valid settings"));
    calls.join_all().await;
}

#[tokio::test]
async fn no_secret_is_logged() {
    let (capture, guard) = Capture::start();
    tracing::trace!("the most verbose level");
    log::trace!("through the `log` crate");
    call_in_every_way().await;
    drop(guard);
    let text = capture.text();
    for event in
        ["the most verbose level", "through the `log` crate", "renewing the access token", "retrying the request"]
    {
        assert!(text.contains(event), "the subscriber did not receive `{event}`");
    }
    let leaks: Vec<_> = text.lines().filter(|line| line.contains(MARK)).take(3).collect();
    assert!(leaks.is_empty(), "{leaks:?}");
}

#[tokio::test]
async fn no_secret_is_logged_over_http_2() {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let url = format!("http://{}", listener.local_addr().expect("an address"));
    let (capture, guard) = Capture::start();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let service = service_fn(|_| async {
                let body = json!({ "access_token": "issued-s3cret", "key": "key-s3cret" }).to_string();
                Ok::<_, Infallible>(http::Response::new(Full::<Bytes>::from(body)))
            });
            tokio::spawn(http2::Builder::new(TokioExecutor::new()).serve_connection(TokioIo::new(stream), service));
        }
    });
    let transport = legacy::Client::builder(TokioExecutor::new()).http2_only(true).build_http();
    let builder = Client::builder().base_url(Service::Main, &url).base_url(Service::Accounts, &url);
    let client = builder.base_url(Service::Branch, &url).refresh_token("refresh-s3cret").build_with(transport);
    let client = client.expect("valid settings");
    call_with_secrets(&client).await;
    client.members().me().await.expect("a response");
    drop(guard);
    let text = capture.text();
    assert!(text.contains("h2::"), "the events of the HTTP/2 library are captured");
    let leaks: Vec<_> = text.lines().filter(|line| line.contains(MARK)).take(3).collect();
    assert!(leaks.is_empty(), "{leaks:?}");
}

/// Runs in a child process of the next test, which reads what it prints.
#[tokio::test]
async fn calls_without_a_subscriber() {
    println!("<<<");
    call_in_every_way().await;
    println!(">>>");
}

#[test]
fn nothing_is_printed_without_a_subscriber() {
    let program = std::env::current_exe().expect("the test program");
    let output = Command::new(program)
        .args(["--exact", "logs::calls_without_a_subscriber", "--nocapture"])
        .output()
        .expect("an output");
    let (out, err) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success() && out.contains("1 passed"), "{out}{err}");
    assert!(out.replace("\r\n", "\n").contains("<<<\n>>>\n"), "{out}");
    assert_eq!(err, "");
}
