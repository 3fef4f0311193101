//! Responses and downloads, as callers get them.

use std::future::poll_fn;
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use futures_core::Stream;
use http::StatusCode;
use routegen_runtime::client::ErrorKind;
use routegen_runtime::{BoxError, Download, Response};
use tokio::sync::Notify;

use crate::api::Client;
use crate::scripted_server::{ScriptedServer, ada, chunk, head, response};
use crate::{builder, client};

async fn start_download(client: &Client) -> Response<Download> {
    client.branches().download("b1", "cpu.profile").await.expect("a response")
}

async fn next_item(
    stream: &mut (impl Stream<Item = Result<Bytes, BoxError>> + Unpin),
) -> Option<Result<Bytes, BoxError>> {
    poll_fn(|cx| Pin::new(&mut *stream).poll_next(cx)).await
}

/// Starts a server that sends the start of a response and then waits for the client to close the connection.
async fn stalling(start: Vec<u8>) -> ScriptedServer {
    ScriptedServer::with_connections(move |mut connection| {
        let start = start.clone();
        async move {
            connection.request().await;
            connection.send(start).await;
            connection.closed_by_client().await;
        }
    })
    .await
}

#[tokio::test]
async fn a_response_has_a_status_headers_and_a_body() {
    let server = ScriptedServer::always(ada()).await;
    let member = client(server.url()).members().me().await.expect("a response");
    assert_eq!(member.status(), StatusCode::OK);
    assert_eq!(member.headers()["content-type"], "application/json");
    assert_eq!(member.name.as_deref(), Some("ada"));
    assert_eq!(member.body().name.as_deref(), Some("ada"));
    assert_eq!(member.raw(), r#"{"name": "ada"}"#);
    assert_eq!(member.json().expect("valid JSON")["name"], "ada");
    assert_eq!(member.into_inner().name.as_deref(), Some("ada"));
}

#[tokio::test]
async fn a_download_can_be_read_before_it_is_complete() {
    let first_read = Arc::new(Notify::new());
    let notified = Arc::clone(&first_read);
    let server = ScriptedServer::with_connections(move |mut connection| {
        let notified = Arc::clone(&notified);
        async move {
            connection.request().await;
            connection.send(head("200 OK", &["content-length: 10", "content-type: application/octet-stream"])).await;
            connection.send("first").await;
            notified.notified().await;
            connection.send("later").await;
            connection.closed_by_client().await;
        }
    })
    .await;
    let download = start_download(&client(server.url())).await;
    assert_eq!(download.headers()["content-type"], "application/octet-stream");
    assert_eq!(download.headers()["content-length"], "10");
    let mut download = download.into_inner();
    assert_eq!(download.chunk().await.expect("a chunk").expect("a chunk"), "first");
    first_read.notify_one();
    assert_eq!(next_item(&mut download).await.expect("a chunk").expect("a chunk"), "later");
    assert!(next_item(&mut download).await.is_none());
    assert!(download.chunk().await.expect("an end").is_none());
}

#[tokio::test]
async fn a_download_can_be_read_as_a_whole() {
    let file: Vec<u8> = (0..=255).cycle().take(1 << 20).collect();
    let server = ScriptedServer::always(response("200 OK", &[], &file)).await;
    let client = client(server.url());
    for _ in 0..2 {
        assert!(start_download(&client).await.into_inner().bytes().await.expect("the whole body") == file);
    }
    assert_eq!(server.accepted(), 1);
}

#[tokio::test]
async fn a_download_over_the_limit_ends_with_an_error() {
    let mut start = head("200 OK", &["transfer-encoding: chunked"]);
    start.extend(chunk([b'x'; 60]));
    start.extend(chunk([b'x'; 60]));
    let server = stalling(start).await;
    let client = builder(server.url()).response_limit(100).build().expect("valid settings");
    let error = start_download(&client).await.into_inner().bytes().await.expect_err("too large");
    assert!(error.to_string().contains("limit"), "{error}");
    server.all_closed().await;
}

#[tokio::test]
async fn a_download_whose_content_length_is_over_the_limit_does_not_start() {
    let server = stalling(head("200 OK", &["content-length: 101"])).await;
    let client = builder(server.url()).response_limit(100).build().expect("valid settings");
    let error = client.branches().download("b1", "f").await.expect_err("too large");
    assert_eq!(error.kind(), ErrorKind::TooLarge);
    assert_eq!(error.status(), Some(StatusCode::OK));
    server.all_closed().await;
}

#[tokio::test]
async fn a_download_that_stalls_ends_with_a_timeout() {
    let mut start = head("200 OK", &["transfer-encoding: chunked"]);
    start.extend(chunk("first"));
    let server = stalling(start).await;
    let client = builder(server.url()).timeout(Duration::from_secs(1)).build().expect("valid settings");
    let mut download = start_download(&client).await.into_inner();
    assert_eq!(download.chunk().await.expect("a chunk").expect("a chunk"), "first");
    // The timeout does not count the time that the caller takes between two reads.
    tokio::time::sleep(Duration::from_millis(1_200)).await;
    let error = download.chunk().await.expect_err("a stall");
    assert_eq!(error.downcast::<io::Error>().expect("a timeout").kind(), io::ErrorKind::TimedOut);
    // The stream has ended and the connection is closed.
    assert!(next_item(&mut download).await.is_none());
    server.all_closed().await;
}

#[tokio::test]
async fn a_download_may_take_longer_than_a_call() {
    let server = ScriptedServer::with_connections(|mut connection| async move {
        connection.request().await;
        connection.send(head("200 OK", &["content-length: 12"])).await;
        for _ in 0..12 {
            tokio::time::sleep(Duration::from_millis(100)).await;
            connection.send("x").await;
        }
        connection.closed_by_client().await;
    })
    .await;
    let client = builder(server.url()).timeout(Duration::from_secs(1)).build().expect("valid settings");
    assert_eq!(start_download(&client).await.into_inner().bytes().await.expect("the whole body").len(), 12);
}

#[tokio::test]
async fn a_truncated_download_ends_with_an_error() {
    let first = chunk("first");
    for start in [
        [head("200 OK", &["content-length: 100"]), b"first".to_vec()].concat(),
        [head("200 OK", &["transfer-encoding: chunked"]), first].concat(),
    ] {
        let server = ScriptedServer::always_closing(start).await;
        let mut download = start_download(&client(server.url())).await.into_inner();
        assert_eq!(next_item(&mut download).await.expect("a chunk").expect("a chunk"), "first");
        assert!(next_item(&mut download).await.expect("an end").is_err());
        assert!(next_item(&mut download).await.is_none());
    }
}

#[tokio::test]
async fn dropping_a_download_closes_its_connection() {
    let server = stalling(head("200 OK", &["content-length: 100"])).await;
    let client = client(server.url());
    drop(start_download(&client).await);
    server.all_closed().await;
}

#[tokio::test]
async fn an_error_response_to_a_download_is_an_error_with_its_message() {
    let server = ScriptedServer::always(response("500 Oh", &[], r#"{"message": "no such file"}"#)).await;
    let error = client(server.url()).branches().download("b1", "f").await.expect_err("500");
    assert_eq!(error.status(), Some(StatusCode::INTERNAL_SERVER_ERROR));
    assert!(error.to_string().ends_with("no such file"), "{error}");
}
