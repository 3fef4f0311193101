//! Bodies that arrive too slowly or never.

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
use routegen_runtime::server::{AnyToken, Context as RequestContext, HandlerResult, Server};
use serde_json::json;
use tokio::net::TcpListener;
use tokio::time::{Instant, Sleep, sleep};

use crate::api::members;
use crate::{Ada, json, respond};

const BODY: &str = r#"{"name":"ada"}"#;

struct Handlers;

impl members::MembersServer<Ada> for Handlers {
    async fn update(
        &self,
        _context: RequestContext<Ada>,
        body: members::UpdateBody,
    ) -> HandlerResult<members::Member, members::UpdateError> {
        Ok(members::Member { name: body.name, ..Default::default() }.into())
    }
}

fn server() -> Server<AnyToken<Ada>> {
    Server::new(AnyToken(Ada)).with(members::endpoints(Handlers.into()))
}

fn request(body: Body) -> Request<Body> {
    Request::post("/members/update").header("authorization", "Bearer t").body(body).expect("a request")
}

/// A body whose bytes arrive one by one, each after a delay.
struct SlowBody {
    bytes: std::vec::IntoIter<u8>,
    delay: Duration,
    sleep: Pin<Box<Sleep>>,
}

impl SlowBody {
    fn body(text: String, delay: Duration) -> Body {
        Body::new(Self { bytes: text.into_bytes().into_iter(), delay, sleep: Box::pin(sleep(delay)) })
    }
}

impl http_body::Body for SlowBody {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        std::task::ready!(self.sleep.as_mut().poll(context));
        self.sleep = Box::pin(sleep(self.delay));
        Poll::Ready(self.bytes.next().map(|byte| Ok(Frame::data(Bytes::from(vec![byte])))))
    }
}

/// Sends a request. Returns the status and the time that the response took.
async fn timed(router: Router, request: Request<Body>) -> (StatusCode, Duration) {
    let start = Instant::now();
    let (status, headers, body) = respond(router, request).await;
    let closes = headers.get("connection").is_some_and(|value| value == "close");
    assert_eq!(closes, status == StatusCode::REQUEST_TIMEOUT, "{headers:?}");
    assert_eq!(headers["content-type"], "application/json");
    assert!(status != StatusCode::REQUEST_TIMEOUT || json(&body)["message"].is_string());
    (status, start.elapsed())
}

#[tokio::test(start_paused = true)]
async fn a_body_that_arrives_too_slowly_is_a_timeout() {
    let second = Duration::from_secs(1);
    for (limit, router) in [
        (Duration::from_secs(30), server().into_router()),
        (Duration::from_secs(5), server().body_timeout(Duration::from_secs(5)).into_router()),
    ] {
        let never = SlowBody::body(String::new(), Duration::from_secs(1_000_000));
        let slow = SlowBody::body(format!("{BODY}{}", " ".repeat(1000)), second);
        for body in [never, slow] {
            let (status, elapsed) = timed(router.clone(), request(body)).await;
            assert_eq!(status, StatusCode::REQUEST_TIMEOUT);
            assert!(elapsed >= limit && elapsed < limit + second, "{elapsed:?}");
        }
        let steady = SlowBody::body(BODY.to_owned(), limit / 20);
        assert_eq!(timed(router, request(steady)).await.0, StatusCode::OK);
    }
}

#[tokio::test(start_paused = true)]
async fn the_timeout_can_be_disabled() {
    let slow = SlowBody::body(BODY.to_owned(), Duration::from_secs(100_000));
    let (status, elapsed) = timed(server().body_timeout(Duration::MAX).into_router(), request(slow)).await;
    assert_eq!(status, StatusCode::OK);
    assert!(elapsed > Duration::from_secs(1_000_000), "{elapsed:?}");
}

#[tokio::test(start_paused = true)]
async fn the_message_contains_the_timeout() {
    let never = SlowBody::body(String::new(), Duration::from_secs(1_000_000));
    let (_, _, body) = respond(server().into_router(), request(never)).await;
    assert_eq!(json(&body), json!({ "message": "the body did not arrive within 30s" }));
}

/// Sends bytes on a new connection. Returns all bytes that the server sends.
fn exchange(address: SocketAddr, request: &str) -> String {
    let mut connection = std::net::TcpStream::connect(address).expect("a connection");
    connection.set_read_timeout(Some(Duration::from_secs(30))).expect("a socket");
    connection.write_all(request.as_bytes()).expect("an open connection");
    let mut received = String::new();
    connection.read_to_string(&mut received).expect("an end");
    received
}

fn head(length: usize) -> String {
    format!("POST /members/update HTTP/1.1\r\nhost: h\r\nauthorization: Bearer t\r\ncontent-length: {length}\r\n")
}

#[tokio::test]
async fn the_connection_of_an_incomplete_body_is_closed() {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let address = listener.local_addr().expect("a bound port");
    let router = server().body_timeout(Duration::from_millis(50)).into_router();
    let serving = tokio::spawn(axum::serve(listener, router).into_future());
    let request = format!("{}\r\n{{\"user", head(BODY.len()));
    let received = tokio::task::spawn_blocking(move || exchange(address, &request)).await.expect("no panic");
    assert!(received.starts_with("HTTP/1.1 408 "), "{received}");
    assert!(received.contains("\r\nconnection: close\r\n"), "{received}");
    assert!(received.ends_with(r#"{"message":"the body did not arrive within 50ms"}"#), "{received}");
    serving.abort();
}

/// Starting a timer on a runtime without one panics, and the response would be 500.
#[test]
fn a_body_that_has_arrived_needs_no_timer() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_io().build().expect("a runtime");
    runtime.block_on(async {
        let router = server().into_router();
        let (status, ..) = respond(router.clone(), request(BODY.into())).await;
        assert_eq!(status, StatusCode::OK);
        assert_eq!(respond(router.clone(), request(Body::empty())).await.0, StatusCode::OK);

        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("a bound port");
        let requests = [
            format!("{}connection: close\r\n\r\n{BODY}", head(BODY.len())),
            format!("{}connection: close\r\n\r\n", head(0)),
        ];
        for request in requests {
            let client = std::thread::spawn(move || exchange(address, &request));
            let (stream, _) = listener.accept().await.expect("a connection");
            // The complete request has arrived before the server reads from the connection.
            while stream.peek(&mut [0; 4096]).await.expect("data") < 100 {}
            let service = TowerToHyperService::new(router.clone());
            let connection = hyper::server::conn::http1::Builder::new().serve_connection(TokioIo::new(stream), service);
            connection.await.expect("a request and its response");
            let received = client.join().expect("no panic");
            assert!(received.starts_with("HTTP/1.1 200 "), "{received}");
        }
    });
}
