//! Calls that take too long are ended.

use std::time::{Duration, Instant};

use routegen_runtime::client::ErrorKind;

use crate::api::members;
use crate::scripted_server::{MAX_WAIT, ScriptedServer, ada, chunk, head};
use crate::{builder, client};

const SHORT: Duration = Duration::from_millis(300);

#[tokio::test]
async fn a_response_that_never_arrives_is_a_timeout() {
    let server = ScriptedServer::with_connections(|mut connection| async move {
        connection.request().await;
        connection.closed_by_client().await;
    })
    .await;
    let client = builder(server.url()).timeout(SHORT).build().expect("valid settings");
    let start = Instant::now();
    let error = client.members().me().await.expect_err("no response");
    assert_eq!(error.kind(), ErrorKind::Timeout);
    assert!(error.is_timeout() && error.is_retryable());
    assert!(start.elapsed() >= SHORT && start.elapsed() < MAX_WAIT);
    // The client closes the connection.
    server.all_closed().await;
}

#[tokio::test]
async fn a_response_that_arrives_too_slowly_is_a_timeout() {
    for body in [head("200 OK", &["content-length: 1000"]), Vec::new()] {
        let server = ScriptedServer::with_connections(move |mut connection| {
            let body = body.clone();
            async move {
                connection.request().await;
                let mut is_open = connection.send(body).await;
                while is_open {
                    tokio::time::sleep(Duration::from_millis(100)).await;
                    is_open = connection.send("H").await;
                }
            }
        })
        .await;
        let error = client(server.url()).members().me().timeout(SHORT).await.expect_err("too slow");
        assert_eq!(error.kind(), ErrorKind::Timeout);
        server.all_closed().await;
    }
}

#[tokio::test]
async fn a_call_can_have_its_own_timeout() {
    let server = ScriptedServer::with_connections(|mut connection| async move {
        connection.request().await;
        tokio::time::sleep(SHORT).await;
        connection.send(ada()).await;
    })
    .await;
    let client = builder(server.url()).timeout(Duration::from_millis(1)).build().expect("valid settings");
    client.members().me().await.expect_err("a timeout");
    client.members().me().timeout(MAX_WAIT).await.expect("a response");
    client.members().me().timeout(Duration::MAX).await.expect("a response");
    let error = client.members().me().timeout(Duration::ZERO).await.expect_err("a timeout");
    assert!(error.is_timeout());
}

#[tokio::test]
async fn a_host_that_accepts_no_connection_is_a_timeout() {
    // The backlog of a socket that accepts no connections is soon full. Then the system ignores further ones.
    let socket = tokio::net::TcpSocket::new_v4().expect("a socket");
    socket.bind("127.0.0.1:0".parse().expect("an address")).expect("a free port");
    let listener = socket.listen(1).expect("a backlog");
    let address = listener.local_addr().expect("an address");
    let mut queued = Vec::new();
    while let Ok(Ok(stream)) = tokio::time::timeout(SHORT, tokio::net::TcpStream::connect(address)).await {
        queued.push(stream);
    }
    let client = builder(format!("http://{address}")).connect_timeout(SHORT).build().expect("valid settings");
    let error = client.members().me().timeout(MAX_WAIT).await.expect_err("no connection");
    assert_eq!(error.kind(), ErrorKind::Transport);
    assert!(error.is_timeout(), "{error:?}");
}

#[tokio::test]
async fn a_tls_handshake_that_never_ends_is_a_timeout() {
    let server = ScriptedServer::silent().await;
    let url = server.https_url();
    let client = builder(url).connect_timeout(SHORT).build().expect("valid settings");
    let error = client.members().update(&members::UpdateBody::default()).timeout(MAX_WAIT).await.expect_err("no TLS");
    assert_eq!(error.kind(), ErrorKind::Transport);
    assert!(error.is_timeout(), "{error:?}");
    server.all_closed().await;
}

#[tokio::test]
async fn a_body_that_never_ends_is_a_timeout() {
    let mut start = head("200 OK", &["transfer-encoding: chunked"]);
    start.extend(chunk("{"));
    let server = ScriptedServer::with_connections(move |mut connection| {
        let start = start.clone();
        async move {
            connection.request().await;
            connection.send(start).await;
            connection.closed_by_client().await;
        }
    })
    .await;
    let error = client(server.url()).members().me().timeout(SHORT).await.expect_err("no end");
    assert!(error.is_timeout());
    server.all_closed().await;
}
