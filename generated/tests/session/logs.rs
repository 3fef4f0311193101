//! What nobody may read in a log: tokens, passwords, one-time codes. And where nobody listens, nothing is said.

use std::convert::Infallible;
use std::process::Command;
use std::time::Duration;

use http_body_util::Full;
use hyper::server::conn::http2;
use hyper::service::service_fn;
use hyper_util::client::legacy;
use hyper_util::rt::{TokioExecutor, TokioIo};
use pm2_api::{Client, Secret, Service, auth, user};
use serde_json::json;
use tokio::net::TcpListener;

use super::account::{Account, BUCKET, refresh_token};
use super::capture::Capture;
use super::server::{Answer, Reply, Server, nobody};

/// A part of every secret of these tests, whichever it is.
const MARK: &str = "s3cret";

/// Calls with a secret wherever there can be one.
async fn calls(client: &Client) {
    let password = || Some(Secret::from("new-s3cret"));
    let update = user::UpdateBody { new_password: password(), old_password: password(), ..Default::default() };
    let _ = client.user().update(&update).await;
    let _ = client.auth().valid_email(&Secret::from("mail-s3cret")).await;
    let _ = client.user().otp().disable(&user::otp::DisableQuery::new("otp-s3cret")).await;
    let _ = client.user().otp().enable(&user::otp::EnableBody::new("key-s3cret", "otp-s3cret")).await;
    let _ = client.auth().retrieve_token(&auth::RetrieveTokenBody::new("1", "refresh-s3cret")).await;
    let _ = client.bucket().current_role(BUCKET).await;
    let _ = client.user().retrieve().timeout(Duration::from_millis(200)).await;
}

/// Signing in, tokens that are refused and rotated, answers that are none, nobody listening.
async fn everything() {
    let account = Account::open().await;
    let client = account.builder().on_new_tokens(|_| {}).build().expect("sound settings");
    calls(&client).await;
    account.revoke();
    calls(&client).await;
    assert!(account.granted() >= 2, "tokens are rotated");
    let replies: [fn() -> Reply; 5] = [
        || Answer::json(400, json!({ "access_token": "leaked-s3cret", "n": ["s3cret"] })).into(),
        || Answer::text(200, "<html>leaked-s3cret").with("X-Token", "header-s3cret").into(),
        || Answer::json(503, json!({ "token": "leaked-s3cret" })).into(),
        || Reply::Close,
        || Reply::Silence,
    ];
    for reply in replies {
        let server = Server::start(move |_| reply()).await;
        for builder in
            [Client::builder().access_token("fixed-s3cret"), Client::builder().refresh_token(refresh_token(0))]
        {
            let builder = builder.base_urls(server.url()).retries(1).timeout(Duration::from_millis(400));
            calls(&builder.build().expect("sound settings")).await;
        }
        let tls = Client::builder().base_urls(server.url().replace("http:", "https:")).access_token("fixed-s3cret");
        let _ =
            tls.retries(0).timeout(Duration::from_millis(300)).build().expect("sound settings").user().retrieve().await;
    }
    let client = Client::builder().base_urls(nobody()).access_token("fixed-s3cret").retries(1);
    calls(&client.build().expect("sound settings")).await;
}

#[tokio::test]
async fn no_secret_is_logged() {
    let (capture, guard) = Capture::start();
    tracing::trace!("the finest level");
    log::trace!("by the other way");
    everything().await;
    drop(guard);
    let text = capture.text();
    assert!(text.contains("the finest level") && text.contains("by the other way"));
    assert!(text.contains("renewing the access token") && text.contains("sending again"));
    let leaks: Vec<_> = text.lines().filter(|line| line.contains(MARK)).take(3).collect();
    assert!(leaks.is_empty(), "{leaks:?}");
}

#[tokio::test]
async fn no_secret_is_logged_with_http_2() {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let url = format!("http://{}", listener.local_addr().expect("an address"));
    let (capture, guard) = Capture::start();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let service = service_fn(|_| async {
                let body = json!({ "access_token": "granted-s3cret", "key": "key-s3cret" }).to_string();
                Ok::<_, Infallible>(http::Response::new(Full::<bytes::Bytes>::from(body)))
            });
            tokio::spawn(http2::Builder::new(TokioExecutor::new()).serve_connection(TokioIo::new(stream), service));
        }
    });
    let transport = legacy::Client::builder(TokioExecutor::new()).http2_only(true).build_http();
    let builder = Client::builder().base_url(Service::Api, &url).base_url(Service::Oauth, &url);
    let client = builder.base_url(Service::Node, &url).refresh_token("refresh-s3cret").build_with(transport);
    let client = client.expect("sound settings");
    calls(&client).await;
    client.user().retrieve().await.expect("an answer");
    drop(guard);
    let text = capture.text();
    assert!(text.contains("h2::"), "the protocol's own events are there");
    let leaks: Vec<_> = text.lines().filter(|line| line.contains(MARK)).take(3).collect();
    assert!(leaks.is_empty(), "{leaks:?}");
}

/// A child process runs this alone; see below.
#[tokio::test]
async fn quietly() {
    println!("<<<");
    everything().await;
    println!(">>>");
}

#[test]
fn nothing_is_printed_where_nobody_listens() {
    let program = std::env::current_exe().expect("the program of the tests");
    let output = Command::new(program).args(["--exact", "logs::quietly", "--nocapture"]).output().expect("an output");
    let (out, err) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success() && out.contains("1 passed"), "{out}{err}");
    assert!(out.replace("\r\n", "\n").contains("<<<\n>>>\n"), "{out}");
    assert_eq!(err, "");
}
