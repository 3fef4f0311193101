//! Limits on what clients can do, and rejected requests.

use std::time::Duration;

use bytes::Bytes;
use http::{Method, StatusCode};
use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;

use crate::support::{TestServer, start_with};
use pm2_mock::{DEMO_ACCESS_TOKEN, Limits, Mock};

/// A timeout that is longer than anything in these tests takes.
pub const LONG: Duration = Duration::from_secs(60);

async fn start(limits: Limits) -> TestServer {
    start_with(Mock::builder().limits(limits)).await
}

/// Opens a connection and sends a string.
pub async fn connect_and_send(server: &TestServer, text: &str) -> TcpStream {
    let mut stream = TcpStream::connect(server.address).await.expect("a connection");
    stream.write_all(text.as_bytes()).await.expect("a write");
    stream
}

/// Returns everything that is received until the server closes the connection.
pub async fn read_to_end(mut stream: TcpStream) -> String {
    let mut text = Vec::new();
    // A reset closes the connection, too.
    let _ = timeout(LONG, stream.read_to_end(&mut text)).await.expect("a closed connection");
    String::from_utf8_lossy(&text).into_owned()
}

/// Returns the head of a request with a body of this length.
pub fn request_head(length: usize) -> String {
    format!(
        "POST /api/oauth/reset_password HTTP/1.1\r\nhost: mock\r\nconnection: close\r\n\
         content-type: application/json\r\ncontent-length: {length}\r\n\r\n"
    )
}

#[tokio::test]
async fn a_body_that_is_too_large_is_rejected() {
    let server = start(Limits { max_body_bytes: 1000, ..Default::default() }).await;
    let large = Bytes::from(vec![b'x'; 1001]);
    let (status, body) = server.send_raw(Method::POST, "/api/oauth/token", "none", large).await;
    assert_eq!(status, StatusCode::PAYLOAD_TOO_LARGE);
    assert!(body.starts_with(b"{\"msg\""));
    let announced = connect_and_send(&server, &request_head(1001)).await;
    assert!(read_to_end(announced).await.starts_with("HTTP/1.1 413"));
}

#[tokio::test]
async fn slow_senders_are_disconnected() {
    let short = Duration::from_millis(100);
    let server = start(Limits { header_timeout: short, request_timeout: short, ..Default::default() }).await;
    let partial_head = connect_and_send(&server, "GET /api/bucket HTTP/1.1\r\nhost:").await;
    let silent = connect_and_send(&server, "").await;
    let partial_body = connect_and_send(&server, &format!("{}{{\"email\":", request_head(30))).await;
    assert!(!read_to_end(partial_head).await.contains("200 OK"));
    assert_eq!(read_to_end(silent).await, "");
    assert!(read_to_end(partial_body).await.starts_with("HTTP/1.1 408"));
}

#[tokio::test]
async fn idle_and_slow_clients_do_not_block_others() {
    let server = start(Limits {
        max_connections: 16,
        max_concurrent_requests: 2,
        header_timeout: LONG,
        request_timeout: LONG,
        ..Default::default()
    })
    .await;
    let mut connections = Vec::new();
    for number in 0..100 {
        let text = match number % 3 {
            0 => String::new(),
            1 => "GET /api/bucket HT".to_owned(),
            _ => format!("{}{{", request_head(30)),
        };
        connections.push(connect_and_send(&server, &text).await);
        let buckets = timeout(LONG, server.client.bucket().retrieve_all()).await.expect("a timely response");
        assert_eq!(buckets.expect("the buckets").len(), 3, "with {number} other connections");
    }
    let early = connections.drain(..50);
    for stream in early {
        read_to_end(stream).await;
    }
}

#[tokio::test]
async fn a_valid_token_is_required() {
    let server = start(Limits::default()).await;
    let (status, _) = server.send_raw(Method::GET, "/api/bucket", "wrong", Bytes::new()).await;
    assert_eq!(status, StatusCode::UNAUTHORIZED);
    let (status, _) = server.send_raw(Method::GET, "/api/bucket", DEMO_ACCESS_TOKEN, Bytes::new()).await;
    assert_eq!(status, StatusCode::OK);
}

#[tokio::test]
async fn an_unknown_path_is_rejected_in_the_error_format_of_the_service() {
    let server = start(Limits::default()).await;
    for path in ["/nowhere", "/api/users/show/", "/mock/nothing"] {
        let (status, error) = server.send(Method::GET, path, "", &json!({})).await;
        assert_eq!((status, &error), (StatusCode::NOT_FOUND, &json!({ "msg": "there is no such route" })), "{path}");
    }
}

#[tokio::test]
async fn extreme_limits_are_accepted() {
    let largest = Limits {
        max_connections: usize::MAX,
        max_concurrent_requests: usize::MAX,
        max_body_bytes: usize::MAX,
        header_timeout: Duration::MAX,
        request_timeout: Duration::MAX,
    };
    let smallest = Limits { max_connections: 0, max_concurrent_requests: 0, ..Default::default() };
    for limits in [largest, smallest] {
        let server = start_with(Mock::builder().limits(limits).token_lifetime(Duration::MAX)).await;
        let buckets = timeout(LONG, server.client.bucket().retrieve_all()).await.expect("a timely response");
        assert_eq!(buckets.expect("the buckets").len(), 3, "with {limits:?}");
    }
}
