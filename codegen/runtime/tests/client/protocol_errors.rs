//! Servers that violate HTTP or respond with something else than JSON.

use std::error::Error as _;
use std::time::Duration;

use http::StatusCode;
use routegen_runtime::client::ErrorKind;

use crate::client;
use crate::scripted_server::{ScriptedServer, ada, chunk, head, response};

#[tokio::test]
async fn a_connection_closed_before_the_response_is_a_transport_error() {
    let server = ScriptedServer::with_connections(|mut connection| async move {
        connection.request().await;
    })
    .await;
    let error = client(server.url()).members().me().await.expect_err("no response");
    assert_eq!((error.kind(), error.status()), (ErrorKind::Transport, None));
    assert!(error.is_retryable() && !error.is_timeout() && error.source().is_some());
}

#[tokio::test]
async fn the_error_of_a_truncated_response_keeps_what_was_received() {
    for start in [
        [head("200 OK", &["content-length: 100", "x-trace: 7"]), b"{\"name\"".to_vec()].concat(),
        [head("200 OK", &["transfer-encoding: chunked", "x-trace: 7"]), chunk("{\"name\"")].concat(),
    ] {
        let server = ScriptedServer::always_closing(start).await;
        let error = client(server.url()).members().me().await.expect_err("a truncated response");
        assert_eq!(error.kind(), ErrorKind::Transport);
        assert!(error.to_string().contains("is incomplete"), "{error}");
        let response = error.response().expect("the start of a response");
        assert_eq!(
            (response.status(), &response.headers()["x-trace"]),
            (StatusCode::OK, &"7".parse().expect("a value"))
        );
        assert!(response.raw() == "{\"name\"" && response.is_truncated());
    }
}

#[tokio::test]
async fn a_truncated_head_is_a_transport_error() {
    let server = ScriptedServer::always_closing("HTTP/1.1 200 OK\r\ncontent-ty").await;
    let error = client(server.url()).members().me().await.expect_err("a truncated head");
    assert_eq!(error.kind(), ErrorKind::Transport);
}

#[tokio::test]
async fn a_response_that_is_not_http_is_a_transport_error() {
    for bytes in
        ["SSH-2.0-OpenSSH_9.9\r\n", "\0\u{1}\u{2}\r\n\r\n", "HTTP/1.1 abc OK\r\n\r\n", "HTTP/9.9 200 OK\r\n\r\n"]
    {
        let server = ScriptedServer::always_closing(bytes).await;
        let error = client(server.url()).members().me().await.expect_err(bytes);
        assert_eq!(error.kind(), ErrorKind::Transport, "{error:?}");
    }
}

#[tokio::test]
async fn contradictory_content_lengths_are_a_transport_error() {
    let server =
        ScriptedServer::always_closing("HTTP/1.1 200 OK\r\ncontent-length: 2\r\ncontent-length: 3\r\n\r\n{} ").await;
    let error = client(server.url()).members().me().await.expect_err("two lengths");
    assert_eq!(error.kind(), ErrorKind::Transport, "{error:?}");
}

#[tokio::test]
async fn json_is_decoded_regardless_of_its_content_type() {
    for kind in ["content-type: text/html", "content-type: image/png", "x-no: type", "content-type: \u{7f}"] {
        let server = ScriptedServer::always(response("200 OK", &[kind], r#"{"name": "ada"}"#)).await;
        match client(server.url()).members().me().await {
            Ok(member) => assert_eq!(member.name.as_deref(), Some("ada")),
            // A header with a control character is malformed.
            Err(error) => assert!(kind.contains('\u{7f}') && error.kind() == ErrorKind::Transport),
        }
    }
}

#[tokio::test]
async fn a_response_that_is_not_json_is_an_error_that_keeps_the_body() {
    let page = "<html><title>Maintenance</title></html>";
    let server = ScriptedServer::always(response("200 OK", &["content-type: text/html"], page)).await;
    let error = client(server.url()).members().me().await.expect_err("a web page");
    assert_eq!((error.kind(), error.status()), (ErrorKind::Decode, Some(StatusCode::OK)));
    assert_eq!(error.response().expect("the response").raw(), page);
    assert!(!error.is_retryable() && !error.is_timeout());
}

#[tokio::test]
async fn an_unexpected_body_does_not_affect_later_calls() {
    let mut bytes = head("204 No Content", &["content-length: 9"]);
    bytes.extend(b"surprise!");
    let server = ScriptedServer::always(bytes).await;
    let client = client(server.url());
    for _ in 0..3 {
        let response = client.tokens().revoke().await.expect("a response");
        assert_eq!((response.status().as_u16(), response.raw().len()), (204, 0));
        // By now the client may or may not have received the unexpected body.
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    assert_eq!(server.requests().len(), 3);
}

#[tokio::test]
async fn responses_without_a_body_are_accepted() {
    for (status, headers) in [
        ("204 No Content", &[][..]),
        ("200 OK", &["content-length: 0"]),
        ("204 No Content", &["content-encoding: gzip"]),
        ("200 OK", &["content-length: 0", "content-encoding: gzip"]),
    ] {
        let server = ScriptedServer::always(head(status, headers)).await;
        let response =
            client(server.url()).tokens().revoke().await.unwrap_or_else(|error| panic!("{headers:?}: {error:?}"));
        assert!(response.raw().is_empty() && response.mismatches().is_empty());
    }
}

#[tokio::test]
async fn trailers_are_ignored() {
    let mut bytes = head("200 OK", &["transfer-encoding: chunked", "trailer: x-sum"]);
    bytes.extend(chunk(r#"{"name": "#));
    bytes.extend(chunk(r#""ada"}"#));
    bytes.extend(b"0\r\nx-sum: 5\r\n\r\n");
    let server = ScriptedServer::always(bytes).await;
    let client = client(server.url());
    for _ in 0..2 {
        let member = client.members().me().await.expect("a response");
        assert_eq!(member.name.as_deref(), Some("ada"));
    }
    assert_eq!(server.accepted(), 1);
}

#[tokio::test]
async fn a_head_that_is_too_large_is_a_transport_error() {
    let many: Vec<String> = (0..1000).map(|number| format!("x-{number}: {number}")).collect();
    let many: Vec<&str> = many.iter().map(String::as_str).collect();
    let long = format!("x-long: {}", "a".repeat(8 << 20));
    for headers in [many.as_slice(), &[long.as_str()]] {
        let server = ScriptedServer::always(response("200 OK", headers, "{}")).await;
        let error = client(server.url()).members().me().await.expect_err("too large a head");
        assert_eq!(error.kind(), ErrorKind::Transport, "{error:?}");
        assert!(error.source().is_some());
        assert!(server.written() < 1 << 20, "{} bytes", server.written());
    }
}

#[tokio::test]
async fn a_head_of_80_kilobytes_is_accepted() {
    let headers: Vec<String> = (0..80).map(|number| format!("x-{number}: {}", "b".repeat(1000))).collect();
    let headers: Vec<&str> = headers.iter().map(String::as_str).collect();
    let server = ScriptedServer::always(response("200 OK", &headers, "{}")).await;
    let member = client(server.url()).members().me().await.expect("a response");
    assert_eq!(member.headers()["x-79"].len(), 1000);
}

#[tokio::test]
async fn a_failed_connection_does_not_affect_the_next_one() {
    let server = ScriptedServer::with_connections(|mut connection| async move {
        if connection.number % 2 == 0 {
            connection.request().await;
            connection.send("nonsense\r\n\r\n").await;
            return;
        }
        while connection.request().await.is_some() && connection.send(ada()).await {}
    })
    .await;
    let client = client(server.url());
    client.members().me().await.expect_err("nonsense");
    client.members().me().await.expect("a response");
    client.members().me().await.expect("a response");
    assert_eq!(server.accepted(), 2);
}
