//! Answers in gzip.

use std::io::Write;

use flate2::Compression;
use flate2::write::GzEncoder;
use http::StatusCode;
use pm2_api::{CallErrorKind, Error, user};

use crate::server::{Server, answer};
use crate::{builder, call_error, client};

fn gzip(text: impl AsRef<[u8]>) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(text.as_ref()).expect("memory");
    encoder.finish().expect("memory")
}

fn gzipped(status: &str, body: impl AsRef<[u8]>) -> Vec<u8> {
    answer(status, &["content-encoding: gzip", "x-trace: 7"], body)
}

#[tokio::test]
async fn successes_are_unpacked() {
    let server = Server::answering(gzipped("200 OK", gzip(r#"{"username": "ada"}"#))).await;
    let client = client(server.url());
    let user = client.user().retrieve().await.expect("an answer");
    assert_eq!(user.username.as_deref(), Some("ada"));
    assert_eq!(user.raw(), r#"{"username": "ada"}"#);
    let mut download = client.data().profiling().download("b", "f").await.expect("an answer").into_inner();
    assert_eq!(download.chunk().await.expect("a piece").expect("a piece"), r#"{"username": "ada"}"#);
    assert!(download.chunk().await.expect("an end").is_none());
    assert_eq!(server.accepted(), 1);
}

#[tokio::test]
async fn errors_are_unpacked() {
    let server = Server::answering(gzipped("404 Not Found", gzip(r#"{"msg": "who?"}"#))).await;
    let client = client(server.url());
    let Err(Error::Api(error)) = client.user().show("ada").await else { panic!("404 is an error") };
    assert_eq!((error.error(), error.message()), (Some(user::ShowError::NotFound), Some("who?")));
    let error = client.data().profiling().download("b", "f").await.expect_err("404");
    assert_eq!(error.response().expect("an answer").message(), Some("who?"));
}

#[tokio::test]
async fn broken_gzip_is_an_error_that_keeps_the_status() {
    let whole = gzip(r#"{"username": "ada"}"#.repeat(100));
    let cut = &whole[..whole.len() / 2];
    let mut corrupt = whole.clone();
    for byte in &mut corrupt[12..30] {
        *byte ^= 0x55;
    }
    let mut wrong_sum = whole.clone();
    let at = wrong_sum.len() - 6;
    wrong_sum[at] ^= 1;
    for (status, body) in
        [("200 OK", cut), ("200 OK", &corrupt), ("200 OK", &wrong_sum), ("200 OK", b"{}"), ("500 Oh", cut)]
    {
        let server = Server::answering(gzipped(status, body)).await;
        let error = call_error(client(server.url()).user().retrieve().await.expect_err("broken"));
        assert_eq!(error.kind(), CallErrorKind::Transport);
        let reply = error.response().expect("a head");
        assert_eq!(reply.status(), status[..3].parse::<StatusCode>().expect("a code"));
        assert_eq!(reply.headers()["x-trace"], "7");
        let download = client(server.url()).data().profiling().download("b", "f").await;
        match download {
            Ok(download) => drop(download.into_inner().bytes().await.expect_err("broken")),
            Err(error) => assert_eq!(call_error(error).kind(), CallErrorKind::Transport),
        }
    }
}

#[tokio::test]
async fn the_limit_holds_after_unpacking() {
    let bomb = gzip(vec![b' '; 64 << 20]);
    assert!(bomb.len() < 100_000);
    let server = Server::answering(gzipped("200 OK", &bomb)).await;
    let client = builder(server.url()).response_limit(100_000).build().expect("sound settings");
    let error = call_error(client.user().retrieve().await.expect_err("a bomb"));
    assert_eq!(error.kind(), CallErrorKind::TooLarge);
    let mut download = client.data().profiling().download("b", "f").await.expect("a beginning").into_inner();
    let mut length = 0;
    let error = loop {
        match download.chunk().await {
            Ok(piece) => length += piece.expect("no end").len(),
            Err(error) => break error,
        }
    };
    assert!(length <= 100_000, "{length}");
    assert!(error.to_string().contains("limit"), "{error}");
}
