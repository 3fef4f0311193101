//! What a client may ask of the mock, and how it ends.

use std::time::Duration;

use bytes::Bytes;
use http::{Method, StatusCode};
use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;

use crate::support::{Running, start_with};
use pm2_mock::{DEMO_ACCESS_TOKEN, Limits, Mock};

/// Longer than anything here takes.
const LONG: Duration = Duration::from_secs(60);

async fn start(limits: Limits) -> Running {
    start_with(Mock::builder().limits(limits)).await
}

/// A connection on which something has been written.
async fn open(mock: &Running, text: &str) -> TcpStream {
    let mut stream = TcpStream::connect(mock.address).await.expect("a connection");
    stream.write_all(text.as_bytes()).await.expect("a write");
    stream
}

/// All that still comes on a connection. Ends when the mock closes it.
async fn rest(mut stream: TcpStream) -> String {
    let mut text = Vec::new();
    // A connection that is reset has ended, too.
    let _ = timeout(LONG, stream.read_to_end(&mut text)).await.expect("an end");
    String::from_utf8_lossy(&text).into_owned()
}

fn head(length: usize) -> String {
    format!(
        "POST /api/oauth/reset_password HTTP/1.1\r\nhost: mock\r\nconnection: close\r\n\
         content-type: application/json\r\ncontent-length: {length}\r\n\r\n"
    )
}

#[tokio::test]
async fn a_body_may_not_be_too_large() {
    let mock = start(Limits { body: 1000, ..Default::default() }).await;
    let large = Bytes::from(vec![b'x'; 1001]);
    let (status, body) = mock.send_raw(Method::POST, "/api/oauth/token", "none", large).await;
    assert_eq!(status, StatusCode::PAYLOAD_TOO_LARGE);
    assert!(body.starts_with(b"{\"msg\""));
    let announced = open(&mock, &head(1001)).await;
    assert!(rest(announced).await.starts_with("HTTP/1.1 413"));
}

#[tokio::test]
async fn whoever_sends_too_slowly_is_cut_off() {
    let short = Duration::from_millis(100);
    let mock = start(Limits { header_time: short, request_time: short, ..Default::default() }).await;
    let half_a_head = open(&mock, "GET /api/bucket HTTP/1.1\r\nhost:").await;
    let nothing = open(&mock, "").await;
    let half_a_body = open(&mock, &format!("{}{{\"email\":", head(30))).await;
    assert!(!rest(half_a_head).await.contains("200 OK"));
    assert_eq!(rest(nothing).await, "");
    assert!(rest(half_a_body).await.starts_with("HTTP/1.1 408"));
}

#[tokio::test]
async fn idle_and_slow_clients_keep_nobody_out() {
    let mock =
        start(Limits { connections: 16, requests: 2, header_time: LONG, request_time: LONG, ..Default::default() })
            .await;
    let mut crowd = Vec::new();
    for number in 0..100 {
        let text = match number % 3 {
            0 => String::new(),
            1 => "GET /api/bucket HT".to_owned(),
            _ => format!("{}{{", head(30)),
        };
        crowd.push(open(&mock, &text).await);
        let served = timeout(LONG, mock.client.bucket().retrieve_all()).await.expect("no wait");
        assert_eq!(served.expect("the buckets").len(), 3, "with {number} others");
    }
    let early = crowd.drain(..50);
    for stream in early {
        rest(stream).await;
    }
}

#[tokio::test]
async fn requests_under_way_are_finished_before_the_end() {
    let mock = start(Limits::default()).await;
    let body = "{\"email\":\"demo@example.com\"}";
    let mut slow = open(&mock, &head(body.len())).await;
    let idle = open(&mock, "").await;
    slow.write_all(&body.as_bytes()[..5]).await.expect("a write");
    // The mock has to have seen the request before it is told to stop.
    mock.client.bucket().retrieve_all().await.expect("the buckets");
    tokio::time::sleep(Duration::from_millis(200)).await;
    let (address, stopping) = (mock.address, tokio::spawn(mock.handle.stop()));
    tokio::time::sleep(Duration::from_millis(200)).await;
    assert!(TcpStream::connect(address).await.is_err(), "nobody is let in any more");
    slow.write_all(&body.as_bytes()[5..]).await.expect("a write");
    assert!(rest(slow).await.starts_with("HTTP/1.1 200"));
    rest(idle).await;
    timeout(LONG, stopping).await.expect("an end").expect("no panic");
}

#[tokio::test]
async fn a_token_is_needed() {
    let mock = start(Limits::default()).await;
    let (status, _) = mock.send_raw(Method::GET, "/api/bucket", "wrong", Bytes::new()).await;
    assert_eq!(status, StatusCode::UNAUTHORIZED);
    let (status, _) = mock.send_raw(Method::GET, "/api/bucket", DEMO_ACCESS_TOKEN, Bytes::new()).await;
    assert_eq!(status, StatusCode::OK);
}

#[tokio::test]
async fn a_path_that_nobody_has_is_refused_in_the_service_s_own_words() {
    let mock = start(Limits::default()).await;
    for path in ["/nowhere", "/api/users/show/", "/mock/nothing"] {
        let (status, refusal) = mock.send(Method::GET, path, "", &json!({})).await;
        assert_eq!((status, &refusal), (StatusCode::NOT_FOUND, &json!({ "msg": "there is no such route" })), "{path}");
    }
}
