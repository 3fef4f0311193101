//! What takes too long is ended.

use std::time::{Duration, Instant};

use pm2_api::{CallErrorKind, user};

use crate::server::{FOREVER, Server, ada, chunk, head};
use crate::{builder, client, kind};

const SHORT: Duration = Duration::from_millis(300);

#[tokio::test]
async fn a_server_that_never_answers() {
    let server = Server::start(|mut talk| async move {
        talk.request().await;
        talk.hung_up().await;
    })
    .await;
    let client = builder(server.url()).timeout(SHORT).build().expect("sound settings");
    let begun = Instant::now();
    let error = client.user().retrieve().await.expect_err("no answer");
    assert_eq!(kind(&error), Some(CallErrorKind::Timeout));
    assert!(error.is_timeout() && error.is_retryable());
    assert!(begun.elapsed() >= SHORT && begun.elapsed() < FOREVER);
    // Who gives up hangs up.
    server.all_ended().await;
}

#[tokio::test]
async fn a_server_that_answers_byte_by_byte() {
    for body in [head("200 OK", &["content-length: 1000"]), Vec::new()] {
        let server = Server::start(move |mut talk| {
            let body = body.clone();
            async move {
                talk.request().await;
                let mut heard = talk.say(body).await;
                while heard {
                    tokio::time::sleep(Duration::from_millis(100)).await;
                    heard = talk.say("H").await;
                }
            }
        })
        .await;
        let error = client(server.url()).user().retrieve().timeout(SHORT).await.expect_err("too slow");
        assert_eq!(kind(&error), Some(CallErrorKind::Timeout));
        server.all_ended().await;
    }
}

#[tokio::test]
async fn a_call_of_its_own_time() {
    let server = Server::start(|mut talk| async move {
        talk.request().await;
        tokio::time::sleep(SHORT).await;
        talk.say(ada()).await;
    })
    .await;
    let client = builder(server.url()).timeout(Duration::from_millis(1)).build().expect("sound settings");
    client.user().retrieve().await.expect_err("too short a time");
    client.user().retrieve().timeout(FOREVER).await.expect("an answer");
    client.user().retrieve().timeout(Duration::MAX).await.expect("an answer");
    let error = client.user().retrieve().timeout(Duration::ZERO).await.expect_err("no time at all");
    assert!(error.is_timeout());
}

#[tokio::test]
async fn a_host_that_accepts_no_connection() {
    // The queue of a socket that nobody accepts from is soon full; then the system answers no more.
    let socket = tokio::net::TcpSocket::new_v4().expect("a socket");
    socket.bind("127.0.0.1:0".parse().expect("an address")).expect("a free port");
    let listener = socket.listen(1).expect("a queue");
    let address = listener.local_addr().expect("an address");
    let mut queued = Vec::new();
    while let Ok(Ok(stream)) = tokio::time::timeout(SHORT, tokio::net::TcpStream::connect(address)).await {
        queued.push(stream);
    }
    let client = builder(format!("http://{address}")).connect_timeout(SHORT).build().expect("sound settings");
    let error = client.user().retrieve().timeout(FOREVER).await.expect_err("no connection");
    assert_eq!(kind(&error), Some(CallErrorKind::Transport));
    assert!(error.is_timeout(), "{error:?}");
}

#[tokio::test]
async fn a_host_that_accepts_but_never_shakes_hands() {
    let server = Server::start(|mut talk| async move { talk.hung_up().await }).await;
    let url = server.url().replace("http:", "https:");
    let client = builder(url).connect_timeout(SHORT).build().expect("sound settings");
    let error = client.user().update(&user::UpdateBody::default()).timeout(FOREVER).await.expect_err("no TLS");
    assert_eq!(kind(&error), Some(CallErrorKind::Transport));
    assert!(error.is_timeout(), "{error:?}");
    server.all_ended().await;
}

#[tokio::test]
async fn a_body_that_never_ends_does_not_hang() {
    let mut start = head("200 OK", &["transfer-encoding: chunked"]);
    start.extend(chunk("{"));
    let server = Server::start(move |mut talk| {
        let start = start.clone();
        async move {
            talk.request().await;
            talk.say(start).await;
            talk.hung_up().await;
        }
    })
    .await;
    let error = client(server.url()).user().retrieve().timeout(SHORT).await.expect_err("no end");
    assert!(error.is_timeout());
    server.all_ended().await;
}
