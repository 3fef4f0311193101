//! No more of an answer than the client's limit is taken.

use http::StatusCode;
use pm2_api::{CallErrorKind, Client};

use crate::server::{Server, answer, chunk, head};
use crate::{builder, kind};

const LIMIT: usize = 64 * 1024;

/// What lies in the buffers of sockets and of HTTP, at most.
const BUFFERS: usize = 24 << 20;

fn limited(server: &Server) -> Client {
    builder(server.url()).response_limit(LIMIT).build().expect("sound settings")
}

/// A server that sends a head, and then one piece again and again, a gigabyte in all.
async fn flooding(start: Vec<u8>, piece: Vec<u8>) -> Server {
    Server::start(move |mut talk| {
        let (start, piece) = (start.clone(), piece.clone());
        async move {
            talk.request().await;
            talk.say(&start).await;
            for _ in 0..(1 << 30) / piece.len() {
                if !talk.say(&piece).await {
                    return;
                }
            }
        }
    })
    .await
}

#[tokio::test]
async fn a_flood_is_cut_off() {
    let floods = [
        ("200 OK", "content-length: 1073741824", b"x".repeat(1 << 16)),
        ("200 OK", "transfer-encoding: chunked", chunk(b"x".repeat(1 << 16))),
        ("200 OK", "connection: close", b"x".repeat(1 << 16)),
        ("500 Oh", "transfer-encoding: chunked", chunk(b"x".repeat(1 << 16))),
    ];
    for (status, framing, piece) in floods {
        let server = flooding(head(status, &[framing]), piece).await;
        let error = limited(&server).user().retrieve().await.expect_err("a flood");
        // An error of the service stays one, however long its body is.
        let expected = if status.starts_with("200") { Some(CallErrorKind::TooLarge) } else { None };
        assert_eq!(kind(&error), expected);
        let reply = error.response().expect("the beginning of an answer");
        assert_eq!(reply.status(), status[..3].parse::<StatusCode>().expect("a code"));
        assert!(reply.raw().len() <= LIMIT && reply.is_truncated());
        server.all_ended().await;
        assert!(server.written() < BUFFERS, "{framing}: {} bytes", server.written());
    }
}

#[tokio::test]
async fn a_length_over_the_limit_is_refused_without_a_byte_of_the_body() {
    let start = head("200 OK", &[&format!("content-length: {}", LIMIT + 1)]);
    let server = Server::start(move |mut talk| {
        let start = start.clone();
        async move {
            talk.request().await;
            talk.say(&start).await;
            talk.hung_up().await;
        }
    })
    .await;
    let error = limited(&server).user().retrieve().await.expect_err("too large");
    assert_eq!((kind(&error), error.status()), (Some(CallErrorKind::TooLarge), Some(StatusCode::OK)));
    assert!(!error.is_retryable());
    server.all_ended().await;
}

#[tokio::test]
async fn an_answer_of_just_the_limit_is_taken() {
    let name = "x".repeat(LIMIT - r#"{"username":""}"#.len());
    let server = Server::answering(answer("200 OK", &[], format!(r#"{{"username":"{name}"}}"#))).await;
    let user = limited(&server).user().retrieve().await.expect("an answer");
    assert_eq!(user.raw().len(), LIMIT);
    assert_eq!(user.into_inner().username, Some(name));
}
