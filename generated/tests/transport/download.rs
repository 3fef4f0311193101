//! Answers and downloads, as the caller gets them.

use std::future::poll_fn;
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use futures_core::Stream;
use http::StatusCode;
use pm2_api::{BoxError, Client, Download, Response};
use tokio::sync::Notify;

use crate::server::{Server, ada, answer, chunk, head};
use crate::{builder, client};

async fn begun(client: &Client) -> Response<Download> {
    client.data().profiling().download("b1", "cpu.profile").await.expect("an answer")
}

async fn next(stream: &mut (impl Stream<Item = Result<Bytes, BoxError>> + Unpin)) -> Option<Result<Bytes, BoxError>> {
    poll_fn(|cx| Pin::new(&mut *stream).poll_next(cx)).await
}

/// A server that sends the beginning of a download, and then waits for the client to hang up.
async fn stalling(start: Vec<u8>) -> Server {
    Server::start(move |mut talk| {
        let start = start.clone();
        async move {
            talk.request().await;
            talk.say(start).await;
            talk.hung_up().await;
        }
    })
    .await
}

#[tokio::test]
async fn an_answer_has_a_status_headers_and_a_body() {
    let server = Server::answering(ada()).await;
    let user = client(server.url()).user().retrieve().await.expect("an answer");
    assert_eq!(user.status(), StatusCode::OK);
    assert_eq!(user.headers()["content-type"], "application/json");
    assert_eq!(user.username.as_deref(), Some("ada"));
    assert_eq!(user.body().username.as_deref(), Some("ada"));
    assert_eq!(user.raw(), r#"{"username": "ada"}"#);
    assert_eq!(user.json().expect("JSON")["username"], "ada");
    assert_eq!(user.into_inner().username.as_deref(), Some("ada"));
}

#[tokio::test]
async fn a_download_can_be_read_before_all_of_it_is_sent() {
    let read = Arc::new(Notify::new());
    let has_read = Arc::clone(&read);
    let server = Server::start(move |mut talk| {
        let has_read = Arc::clone(&has_read);
        async move {
            talk.request().await;
            talk.say(head("200 OK", &["content-length: 10", "content-type: application/octet-stream"])).await;
            talk.say("first").await;
            has_read.notified().await;
            talk.say("later").await;
            talk.hung_up().await;
        }
    })
    .await;
    let download = begun(&client(server.url())).await;
    assert_eq!(download.headers()["content-type"], "application/octet-stream");
    assert_eq!(download.headers()["content-length"], "10");
    let mut download = download.into_inner();
    assert_eq!(download.chunk().await.expect("a piece").expect("a piece"), "first");
    read.notify_one();
    assert_eq!(next(&mut download).await.expect("a piece").expect("a piece"), "later");
    assert!(next(&mut download).await.is_none());
    assert!(download.chunk().await.expect("an end").is_none());
}

#[tokio::test]
async fn a_download_can_be_had_as_a_whole() {
    let file: Vec<u8> = (0..=255).cycle().take(1 << 20).collect();
    let server = Server::answering(answer("200 OK", &[], &file)).await;
    let client = client(server.url());
    for _ in 0..2 {
        assert!(begun(&client).await.into_inner().bytes().await.expect("all of it") == file);
    }
    assert_eq!(server.accepted(), 1);
}

#[tokio::test]
async fn a_download_over_the_limit_ends_with_an_error() {
    let mut start = head("200 OK", &["transfer-encoding: chunked"]);
    start.extend(chunk([b'x'; 60]));
    start.extend(chunk([b'x'; 60]));
    let server = stalling(start).await;
    let client = builder(server.url()).response_limit(100).build().expect("sound settings");
    let error = begun(&client).await.into_inner().bytes().await.expect_err("too large");
    assert!(error.to_string().contains("limit"), "{error}");
    server.all_ended().await;
}

#[tokio::test]
async fn a_download_whose_length_is_over_the_limit_does_not_begin() {
    let server = stalling(head("200 OK", &["content-length: 101"])).await;
    let client = builder(server.url()).response_limit(100).build().expect("sound settings");
    let error = client.data().profiling().download("b1", "f").await.expect_err("too large");
    assert_eq!(crate::kind(&error), Some(pm2_api::CallErrorKind::TooLarge));
    assert_eq!(error.status(), Some(StatusCode::OK));
    server.all_ended().await;
}

#[tokio::test]
async fn a_download_that_stalls_ends_with_a_time_out() {
    let mut start = head("200 OK", &["transfer-encoding: chunked"]);
    start.extend(chunk("first"));
    let server = stalling(start).await;
    let client = builder(server.url()).timeout(Duration::from_millis(300)).build().expect("sound settings");
    let mut download = begun(&client).await.into_inner();
    assert_eq!(download.chunk().await.expect("a piece").expect("a piece"), "first");
    // Time that the caller takes is not the service's.
    tokio::time::sleep(Duration::from_millis(400)).await;
    let error = download.chunk().await.expect_err("a stall");
    assert_eq!(error.downcast::<io::Error>().expect("a time-out").kind(), io::ErrorKind::TimedOut);
    // After that there is no more of it, and nobody keeps the connection.
    assert!(next(&mut download).await.is_none());
    server.all_ended().await;
}

#[tokio::test]
async fn a_download_may_take_longer_than_a_call() {
    let server = Server::start(|mut talk| async move {
        talk.request().await;
        talk.say(head("200 OK", &["content-length: 12"])).await;
        for _ in 0..12 {
            tokio::time::sleep(Duration::from_millis(100)).await;
            talk.say("x").await;
        }
        talk.hung_up().await;
    })
    .await;
    let client = builder(server.url()).timeout(Duration::from_secs(1)).build().expect("sound settings");
    assert_eq!(begun(&client).await.into_inner().bytes().await.expect("all of it").len(), 12);
}

#[tokio::test]
async fn a_download_that_breaks_off_ends_with_an_error() {
    let first = chunk("first");
    for start in [
        [head("200 OK", &["content-length: 100"]), b"first".to_vec()].concat(),
        [head("200 OK", &["transfer-encoding: chunked"]), first].concat(),
    ] {
        let server = Server::answering_once(start).await;
        let mut download = begun(&client(server.url())).await.into_inner();
        assert_eq!(next(&mut download).await.expect("a piece").expect("a piece"), "first");
        assert!(next(&mut download).await.expect("an end").is_err());
        assert!(next(&mut download).await.is_none());
    }
}

#[tokio::test]
async fn a_download_that_nobody_wants_any_more_is_hung_up_on() {
    let server = stalling(head("200 OK", &["content-length: 100"])).await;
    let client = client(server.url());
    drop(begun(&client).await);
    server.all_ended().await;
}

#[tokio::test]
async fn a_download_that_is_refused_is_an_error_with_its_answer() {
    let server = Server::answering(answer("500 Oh", &[], r#"{"msg": "no such file"}"#)).await;
    let error = client(server.url()).data().profiling().download("b1", "f").await.expect_err("500");
    assert_eq!(error.status(), Some(StatusCode::INTERNAL_SERVER_ERROR));
    assert!(error.to_string().ends_with("no such file"), "{error}");
}
