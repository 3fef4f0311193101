//! How the server stops.

use std::time::Duration;

use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;
use tokio::time::{sleep, timeout};

use crate::limits::{LONG, connect_and_send, read_to_end, request_head};
use crate::support::start;

#[tokio::test]
async fn requests_in_progress_are_completed_before_the_server_stops() {
    let server = start().await;
    let body = "{\"email\":\"demo@example.com\"}";
    let mut slow = connect_and_send(&server, &request_head(body.len())).await;
    let idle = connect_and_send(&server, "").await;
    slow.write_all(&body.as_bytes()[..5]).await.expect("a write");
    // The server must have received the request before it is told to stop.
    server.client.bucket().retrieve_all().await.expect("the buckets");
    sleep(Duration::from_millis(200)).await;
    let (address, stopping) = (server.address, tokio::spawn(server.mock.stop()));
    sleep(Duration::from_millis(200)).await;
    assert!(TcpStream::connect(address).await.is_err(), "no further connections are accepted");
    slow.write_all(&body.as_bytes()[5..]).await.expect("a write");
    assert!(read_to_end(slow).await.starts_with("HTTP/1.1 200"));
    read_to_end(idle).await;
    timeout(LONG, stopping).await.expect("a stopped server").expect("no panic");
}

#[tokio::test]
async fn a_dropped_mock_stops_listening() {
    let server = start().await;
    let idle = connect_and_send(&server, "").await;
    let address = server.address;
    drop(server.mock);
    assert_eq!(read_to_end(idle).await, "");
    let closed = async {
        while TcpStream::connect(address).await.is_ok() {
            sleep(Duration::from_millis(10)).await;
        }
    };
    timeout(LONG, closed).await.expect("a closed port");
}
