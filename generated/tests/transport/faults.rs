//! Servers that do not keep to the rules.

use std::error::Error as _;
use std::time::Duration;

use http::StatusCode;
use pm2_api::CallErrorKind;

use crate::server::{Server, ada, answer, chunk, head};
use crate::{call_error, client, kind};

#[tokio::test]
async fn a_server_that_closes_before_it_answers_is_a_transport_error() {
    let server = Server::start(|mut talk| async move {
        talk.request().await;
    })
    .await;
    let error = client(server.url()).user().retrieve().await.expect_err("no answer");
    assert_eq!((kind(&error), error.status()), (Some(CallErrorKind::Transport), None));
    assert!(error.is_retryable() && !error.is_timeout() && error.source().is_some());
}

#[tokio::test]
async fn an_answer_that_breaks_off_keeps_what_came_of_it() {
    for start in [
        [head("200 OK", &["content-length: 100", "x-trace: 7"]), b"{\"username\"".to_vec()].concat(),
        [head("200 OK", &["transfer-encoding: chunked", "x-trace: 7"]), chunk("{\"username\"")].concat(),
    ] {
        let server = Server::answering_once(start).await;
        let error = call_error(client(server.url()).user().retrieve().await.expect_err("half an answer"));
        assert_eq!(error.kind(), CallErrorKind::Transport);
        assert!(error.to_string().contains("broke off"), "{error}");
        let reply = error.response().expect("the beginning of an answer");
        assert_eq!((reply.status(), &reply.headers()["x-trace"]), (StatusCode::OK, &"7".parse().expect("a value")));
        assert!(reply.raw() == "{\"username\"" && reply.is_truncated());
    }
}

#[tokio::test]
async fn a_head_that_breaks_off_is_a_transport_error() {
    let server = Server::answering_once("HTTP/1.1 200 OK\r\ncontent-ty").await;
    let error = client(server.url()).user().retrieve().await.expect_err("half a head");
    assert_eq!(kind(&error), Some(CallErrorKind::Transport));
}

#[tokio::test]
async fn what_is_not_http_is_a_transport_error() {
    for garbage in
        ["SSH-2.0-OpenSSH_9.9\r\n", "\0\u{1}\u{2}\r\n\r\n", "HTTP/1.1 abc OK\r\n\r\n", "HTTP/9.9 200 OK\r\n\r\n"]
    {
        let server = Server::answering_once(garbage).await;
        let error = client(server.url()).user().retrieve().await.expect_err(garbage);
        assert_eq!(kind(&error), Some(CallErrorKind::Transport), "{error:?}");
    }
}

#[tokio::test]
async fn lengths_that_contradict_each_other_are_a_transport_error() {
    let server = Server::answering_once("HTTP/1.1 200 OK\r\ncontent-length: 2\r\ncontent-length: 3\r\n\r\n{} ").await;
    let error = client(server.url()).user().retrieve().await.expect_err("two lengths");
    assert_eq!(kind(&error), Some(CallErrorKind::Transport), "{error:?}");
}

#[tokio::test]
async fn json_is_read_whatever_it_is_called() {
    for kind in ["content-type: text/html", "content-type: image/png", "x-no: type", "content-type: \u{7f}"] {
        let server = Server::answering(answer("200 OK", &[kind], r#"{"username": "ada"}"#)).await;
        match client(server.url()).user().retrieve().await {
            Ok(user) => assert_eq!(user.username.as_deref(), Some("ada")),
            // A header with a control character is no header.
            Err(error) => assert!(kind.contains('\u{7f}') && call_error(error).kind() == CallErrorKind::Transport),
        }
    }
}

#[tokio::test]
async fn a_page_instead_of_json_is_an_error_that_keeps_the_page() {
    let page = "<html><title>Maintenance</title></html>";
    let server = Server::answering(answer("200 OK", &["content-type: text/html"], page)).await;
    let error = client(server.url()).user().retrieve().await.expect_err("a page");
    assert_eq!((kind(&error), error.status()), (Some(CallErrorKind::Decode), Some(StatusCode::OK)));
    assert_eq!(error.response().expect("the answer").raw(), page);
    assert!(!error.is_retryable() && !error.is_timeout());
}

#[tokio::test]
async fn a_body_where_there_must_be_none_disturbs_no_later_call() {
    let mut answer = head("204 No Content", &["content-length: 9"]);
    answer.extend(b"surprise!");
    let server = Server::answering(answer).await;
    let client = client(server.url());
    for _ in 0..3 {
        let answer = client.auth().revoke().await.expect("an answer");
        assert_eq!((answer.status().as_u16(), answer.raw().len()), (204, 0));
        // By now the client may or may not have seen the surplus.
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    assert_eq!(server.sent().len(), 3);
}

#[tokio::test]
async fn answers_without_a_body_are_understood() {
    for (status, headers) in [
        ("204 No Content", &[][..]),
        ("200 OK", &["content-length: 0"]),
        ("204 No Content", &["content-encoding: gzip"]),
        ("200 OK", &["content-length: 0", "content-encoding: gzip"]),
    ] {
        let server = Server::answering(head(status, headers)).await;
        let answer =
            client(server.url()).auth().revoke().await.unwrap_or_else(|error| panic!("{headers:?}: {error:?}"));
        assert!(answer.raw().is_empty() && answer.mismatches().is_empty());
    }
}

#[tokio::test]
async fn trailers_are_passed_over() {
    let mut answer = head("200 OK", &["transfer-encoding: chunked", "trailer: x-sum"]);
    answer.extend(chunk(r#"{"username": "#));
    answer.extend(chunk(r#""ada"}"#));
    answer.extend(b"0\r\nx-sum: 5\r\n\r\n");
    let server = Server::answering(answer).await;
    let client = client(server.url());
    for _ in 0..2 {
        let user = client.user().retrieve().await.expect("an answer");
        assert_eq!(user.username.as_deref(), Some("ada"));
    }
    assert_eq!(server.accepted(), 1);
}

#[tokio::test]
async fn a_head_that_is_too_large_is_an_error() {
    let many: Vec<String> = (0..1000).map(|number| format!("x-{number}: {number}")).collect();
    let many: Vec<&str> = many.iter().map(String::as_str).collect();
    let long = format!("x-long: {}", "a".repeat(8 << 20));
    for headers in [many.as_slice(), &[long.as_str()]] {
        let server = Server::answering(answer("200 OK", headers, "{}")).await;
        let error = client(server.url()).user().retrieve().await.expect_err("too large a head");
        assert_eq!(kind(&error), Some(CallErrorKind::Transport), "{error:?}");
        assert!(error.source().is_some());
        assert!(server.written() < 1 << 20, "{} bytes", server.written());
    }
}

#[tokio::test]
async fn a_head_of_usual_size_is_read() {
    let headers: Vec<String> = (0..80).map(|number| format!("x-{number}: {}", "b".repeat(1000))).collect();
    let headers: Vec<&str> = headers.iter().map(String::as_str).collect();
    let server = Server::answering(answer("200 OK", &headers, "{}")).await;
    let user = client(server.url()).user().retrieve().await.expect("an answer");
    assert_eq!(user.headers()["x-79"].len(), 1000);
}

#[tokio::test]
async fn a_failure_of_one_connection_is_none_of_the_next() {
    let server = Server::start(|mut talk| async move {
        if talk.number % 2 == 0 {
            talk.request().await;
            talk.say("nonsense\r\n\r\n").await;
            return;
        }
        while talk.request().await.is_some() && talk.say(ada()).await {}
    })
    .await;
    let client = client(server.url());
    client.user().retrieve().await.expect_err("nonsense");
    client.user().retrieve().await.expect("an answer");
    client.user().retrieve().await.expect("an answer");
    assert_eq!(server.accepted(), 2);
}
