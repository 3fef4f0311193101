//! Bodies that arrive too slowly, or never.

use std::convert::Infallible;
use std::future::IntoFuture;
use std::io::{Read, Write};
use std::net::SocketAddr;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use bytes::Bytes;
use http::{Request, StatusCode};
use http_body::Frame;
use hyper_util::rt::TokioIo;
use hyper_util::service::TowerToHyperService;
use pm2_api::{AnyToken, Context as Caller, HandlerResult, Server, types, user};
use serde_json::json;
use tokio::net::TcpListener;
use tokio::time::{Instant, Sleep, sleep};

use crate::common::{Ada, answer, json};

const BODY: &str = r#"{"username":"ada"}"#;

struct Stub;

impl user::UserServer<Ada> for Stub {
    async fn update(
        &self,
        _context: Caller<Ada>,
        body: user::UpdateBody,
    ) -> HandlerResult<types::User, user::UpdateError> {
        Ok(types::User { username: body.username, ..Default::default() }.into())
    }
}

fn server() -> Server<AnyToken<Ada>> {
    Server::new(AnyToken(Ada)).with(user::endpoints(Stub.into()))
}

fn request(body: Body) -> Request<Body> {
    Request::post("/api/users/update").header("authorization", "Bearer t").body(body).expect("a request")
}

/// A body whose bytes arrive one by one, each after a pause.
struct Trickle {
    bytes: std::vec::IntoIter<u8>,
    pause: Duration,
    sleep: Pin<Box<Sleep>>,
}

impl Trickle {
    fn body(text: String, pause: Duration) -> Body {
        Body::new(Self { bytes: text.into_bytes().into_iter(), pause, sleep: Box::pin(sleep(pause)) })
    }
}

impl http_body::Body for Trickle {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        std::task::ready!(self.sleep.as_mut().poll(context));
        self.sleep = Box::pin(sleep(self.pause));
        Poll::Ready(self.bytes.next().map(|byte| Ok(Frame::data(Bytes::from(vec![byte])))))
    }
}

/// Sends a request, and tells how long the response took.
async fn timed(router: Router, request: Request<Body>) -> (StatusCode, Duration) {
    let start = Instant::now();
    let (status, headers, body) = answer(router, request).await;
    let closes = headers.get("connection").is_some_and(|value| value == "close");
    assert_eq!(closes, status == StatusCode::REQUEST_TIMEOUT, "{headers:?}");
    assert_eq!(headers["content-type"], "application/json");
    assert!(status != StatusCode::REQUEST_TIMEOUT || json(&body)["msg"].is_string());
    (status, start.elapsed())
}

#[tokio::test(start_paused = true)]
async fn a_body_that_never_ends_is_given_up() {
    let second = Duration::from_secs(1);
    for (limit, router) in [
        (Duration::from_secs(30), server().into_router()),
        (Duration::from_secs(5), server().body_timeout(Duration::from_secs(5)).into_router()),
    ] {
        let never = Trickle::body(String::new(), Duration::from_secs(1_000_000));
        let trickling = Trickle::body(format!("{BODY}{}", " ".repeat(1000)), second);
        for body in [never, trickling] {
            let (status, elapsed) = timed(router.clone(), request(body)).await;
            assert_eq!(status, StatusCode::REQUEST_TIMEOUT);
            assert!(elapsed >= limit && elapsed < limit + second, "{elapsed:?}");
        }
        let slow = Trickle::body(BODY.to_owned(), limit / 20);
        assert_eq!(timed(router, request(slow)).await.0, StatusCode::OK);
    }
}

#[tokio::test(start_paused = true)]
async fn the_time_limit_can_be_taken_away() {
    let slow = Trickle::body(BODY.to_owned(), Duration::from_secs(100_000));
    let (status, elapsed) = timed(server().body_timeout(Duration::MAX).into_router(), request(slow)).await;
    assert_eq!(status, StatusCode::OK);
    assert!(elapsed > Duration::from_secs(1_000_000), "{elapsed:?}");
}

#[tokio::test(start_paused = true)]
async fn the_message_tells_the_limit() {
    let never = Trickle::body(String::new(), Duration::from_secs(1_000_000));
    let (_, _, body) = answer(server().into_router(), request(never)).await;
    assert_eq!(json(&body), json!({ "msg": "the body did not arrive within 30s" }));
}

/// All that comes on a new connection after these bytes were sent.
fn exchange(address: SocketAddr, request: &str) -> String {
    let mut connection = std::net::TcpStream::connect(address).expect("a server");
    connection.set_read_timeout(Some(Duration::from_secs(30))).expect("a socket");
    connection.write_all(request.as_bytes()).expect("an open connection");
    let mut received = String::new();
    connection.read_to_string(&mut received).expect("an end");
    received
}

fn head(length: usize) -> String {
    format!("POST /api/users/update HTTP/1.1\r\nhost: h\r\nauthorization: Bearer t\r\ncontent-length: {length}\r\n")
}

#[tokio::test]
async fn the_connection_of_a_body_that_never_ends_is_closed() {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let address = listener.local_addr().expect("a bound port");
    let router = server().body_timeout(Duration::from_millis(50)).into_router();
    let serving = tokio::spawn(axum::serve(listener, router).into_future());
    let request = format!("{}\r\n{{\"user", head(BODY.len()));
    let received = tokio::task::spawn_blocking(move || exchange(address, &request)).await.expect("no panic");
    assert!(received.starts_with("HTTP/1.1 408 "), "{received}");
    assert!(received.contains("\r\nconnection: close\r\n"), "{received}");
    assert!(received.ends_with(r#"{"msg":"the body did not arrive within 50ms"}"#), "{received}");
    serving.abort();
}

/// A runtime without a timer panics where one is started, which would be answered with 500.
#[test]
fn a_body_that_has_arrived_needs_no_timer() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_io().build().expect("a runtime");
    runtime.block_on(async {
        let router = server().into_router();
        let (status, ..) = answer(router.clone(), request(BODY.into())).await;
        assert_eq!(status, StatusCode::OK);
        assert_eq!(answer(router.clone(), request(Body::empty())).await.0, StatusCode::OK);

        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("a bound port");
        let requests = [
            format!("{}connection: close\r\n\r\n{BODY}", head(BODY.len())),
            format!("{}connection: close\r\n\r\n", head(0)),
        ];
        for request in requests {
            let client = std::thread::spawn(move || exchange(address, &request));
            let (stream, _) = listener.accept().await.expect("a connection");
            // Everything that the client sends is there before the server reads anything.
            while stream.peek(&mut [0; 4096]).await.expect("data") < 100 {}
            let service = TowerToHyperService::new(router.clone());
            let connection = hyper::server::conn::http1::Builder::new().serve_connection(TokioIo::new(stream), service);
            connection.await.expect("a request and its response");
            let received = client.join().expect("no panic");
            assert!(received.starts_with("HTTP/1.1 200 "), "{received}");
        }
    });
}
