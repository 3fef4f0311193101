//! Responses that are compressed with gzip.

use std::io::Write;

use flate2::Compression;
use flate2::write::GzEncoder;
use http::StatusCode;
use routegen_runtime::client::ErrorKind;

use crate::api::members;
use crate::scripted_server::{ScriptedServer, response};
use crate::{builder, client};

fn gzip(text: impl AsRef<[u8]>) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(text.as_ref()).expect("memory");
    encoder.finish().expect("memory")
}

fn gzipped(status: &str, body: impl AsRef<[u8]>) -> Vec<u8> {
    response(status, &["content-encoding: gzip", "x-trace: 7"], body)
}

#[tokio::test]
async fn responses_and_downloads_are_decompressed() {
    let server = ScriptedServer::always(gzipped("200 OK", gzip(r#"{"name": "ada"}"#))).await;
    let client = client(server.url());
    let member = client.members().me().await.expect("a response");
    assert_eq!(member.name.as_deref(), Some("ada"));
    assert_eq!(member.raw(), r#"{"name": "ada"}"#);
    let mut download = client.branches().download("b", "f").await.expect("a response").into_inner();
    assert_eq!(download.chunk().await.expect("a chunk").expect("a chunk"), r#"{"name": "ada"}"#);
    assert!(download.chunk().await.expect("an end").is_none());
    assert_eq!(server.accepted(), 1);
}

#[tokio::test]
async fn error_responses_are_decompressed() {
    let server = ScriptedServer::always(gzipped("404 Not Found", gzip(r#"{"message": "who?"}"#))).await;
    let client = client(server.url());
    let Err(error) = client.members().show("ada").await else { panic!("404 is an error") };
    assert_eq!((error.documented().copied(), error.message()), (Some(members::ShowError::NotFound), Some("who?")));
    let error = client.branches().download("b", "f").await.expect_err("404");
    assert_eq!(error.response().expect("a response").message(), Some("who?"));
}

#[tokio::test]
async fn invalid_gzip_data_is_an_error_that_keeps_the_status() {
    let whole = gzip(r#"{"name": "ada"}"#.repeat(100));
    let truncated = &whole[..whole.len() / 2];
    let mut corrupt = whole.clone();
    for byte in &mut corrupt[12..30] {
        *byte ^= 0x55;
    }
    let mut wrong_checksum = whole.clone();
    let at = wrong_checksum.len() - 6;
    wrong_checksum[at] ^= 1;
    for (status, body) in [
        ("200 OK", truncated),
        ("200 OK", &corrupt),
        ("200 OK", &wrong_checksum),
        ("200 OK", b"{}"),
        ("500 Oh", truncated),
    ] {
        let server = ScriptedServer::always(gzipped(status, body)).await;
        let error = client(server.url()).members().me().await.expect_err("invalid data");
        assert_eq!(error.kind(), ErrorKind::Transport);
        let response = error.response().expect("a head");
        assert_eq!(response.status(), status[..3].parse::<StatusCode>().expect("a code"));
        assert_eq!(response.headers()["x-trace"], "7");
        let download = client(server.url()).branches().download("b", "f").await;
        match download {
            Ok(download) => drop(download.into_inner().bytes().await.expect_err("invalid data")),
            Err(error) => assert_eq!(error.kind(), ErrorKind::Transport),
        }
    }
}

#[tokio::test]
async fn the_size_limit_applies_to_the_decompressed_body() {
    let bomb = gzip(vec![b' '; 64 << 20]);
    assert!(bomb.len() < 100_000);
    let server = ScriptedServer::always(gzipped("200 OK", &bomb)).await;
    let client = builder(server.url()).response_limit(100_000).build().expect("valid settings");
    let error = client.members().me().await.expect_err("too large");
    assert_eq!(error.kind(), ErrorKind::TooLarge);
    let mut download = client.branches().download("b", "f").await.expect("a response").into_inner();
    let mut length = 0;
    let error = loop {
        match download.chunk().await {
            Ok(chunk) => length += chunk.expect("another chunk").len(),
            Err(error) => break error,
        }
    };
    assert!(length <= 100_000, "{length}");
    assert!(error.to_string().contains("limit"), "{error}");
}
