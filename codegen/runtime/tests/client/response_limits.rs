//! The client receives no more of a response than its limit allows.

use http::StatusCode;
use routegen_runtime::client::ErrorKind;

use crate::api::Client;
use crate::builder;
use crate::scripted_server::{ScriptedServer, chunk, head, response};

const LIMIT: usize = 64 * 1024;

/// The most that the buffers of sockets and of HTTP hold.
const BUFFERS: usize = 24 << 20;

fn limited(server: &ScriptedServer) -> Client {
    builder(server.url()).response_limit(LIMIT).build().expect("valid settings")
}

/// Starts a server that sends a head and repeats one chunk, a gigabyte in all.
async fn flooding(start: Vec<u8>, repeated: Vec<u8>) -> ScriptedServer {
    ScriptedServer::with_connections(move |mut connection| {
        let (start, repeated) = (start.clone(), repeated.clone());
        async move {
            connection.request().await;
            connection.send(&start).await;
            for _ in 0..(1 << 30) / repeated.len() {
                if !connection.send(&repeated).await {
                    return;
                }
            }
        }
    })
    .await
}

#[tokio::test]
async fn an_endless_response_is_cut_off() {
    let responses = [
        ("200 OK", "content-length: 1073741824", b"x".repeat(1 << 16)),
        ("200 OK", "transfer-encoding: chunked", chunk(b"x".repeat(1 << 16))),
        ("200 OK", "connection: close", b"x".repeat(1 << 16)),
        ("500 Oh", "transfer-encoding: chunked", chunk(b"x".repeat(1 << 16))),
    ];
    for (status, framing, repeated) in responses {
        let server = flooding(head(status, &[framing]), repeated).await;
        let error = limited(&server).members().me().await.expect_err("too large");
        // An error response remains one, however long its body is.
        let expected = if status.starts_with("200") { ErrorKind::TooLarge } else { ErrorKind::UndocumentedStatus };
        assert_eq!(error.kind(), expected);
        let response = error.response().expect("the start of a response");
        assert_eq!(response.status(), status[..3].parse::<StatusCode>().expect("a code"));
        assert!(response.raw().len() <= LIMIT && response.is_truncated());
        server.all_closed().await;
        assert!(server.written() < BUFFERS, "{framing}: {} bytes", server.written());
    }
}

#[tokio::test]
async fn a_content_length_over_the_limit_is_rejected_before_the_body_arrives() {
    let start = head("200 OK", &[&format!("content-length: {}", LIMIT + 1)]);
    let server = ScriptedServer::with_connections(move |mut connection| {
        let start = start.clone();
        async move {
            connection.request().await;
            connection.send(&start).await;
            connection.closed_by_client().await;
        }
    })
    .await;
    let error = limited(&server).members().me().await.expect_err("too large");
    assert_eq!((error.kind(), error.status()), (ErrorKind::TooLarge, Some(StatusCode::OK)));
    assert!(!error.is_retryable());
    server.all_closed().await;
}

#[tokio::test]
async fn a_response_as_large_as_the_limit_is_accepted() {
    let name = "x".repeat(LIMIT - r#"{"name":""}"#.len());
    let server = ScriptedServer::always(response("200 OK", &[], format!(r#"{{"name":"{name}"}}"#))).await;
    let member = limited(&server).members().me().await.expect("a response");
    assert_eq!(member.raw().len(), LIMIT);
    assert_eq!(member.into_inner().name, Some(name));
}
