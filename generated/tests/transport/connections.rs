//! HTTP/1.1, the pool of connections, base URLs, and what every request carries.

use pm2_api::{Service, user};

use crate::server::{Server, ada, answer, head};
use crate::{builder, client};

#[tokio::test]
async fn calls_share_a_connection() {
    let server = Server::answering(ada()).await;
    let client = client(server.url());
    for _ in 0..10 {
        let user = client.user().show("ada").await.expect("an answer");
        assert_eq!(user.username.as_deref(), Some("ada"));
    }
    assert_eq!((server.sent().len(), server.accepted()), (10, 1));
}

#[tokio::test]
async fn a_request_says_who_sends_it_and_what_it_takes() {
    let server = Server::answering(ada()).await;
    let client = builder(server.url()).access_token("t0ken").build().expect("sound settings");
    let body = user::UpdateBody { username: Some("ada".to_owned()), ..Default::default() };
    client.user().update(&body).await.expect("an answer");
    let sent = server.last();
    assert_eq!(sent.line, "POST /api/users/update HTTP/1.1");
    assert_eq!(sent.header("host"), Some(server.address().to_string().as_str()));
    assert_eq!(sent.header("user-agent"), Some(concat!("pm2-api/", env!("CARGO_PKG_VERSION"))));
    assert_eq!(sent.header("authorization"), Some("Bearer t0ken"));
    assert_eq!(sent.header("accept-encoding"), Some("gzip"));
    assert_eq!(sent.header("content-type"), Some("application/json"));
    assert_eq!(sent.body, br#"{"username":"ada"}"#);
    client.user().retrieve().await.expect("an answer");
    assert_eq!((server.last().header("content-type"), server.last().body.len()), (None, 0));
}

#[tokio::test]
async fn a_connection_that_was_closed_while_idle_fails_no_call() {
    let server = Server::answering_once(ada()).await;
    let client = client(server.url());
    for count in 1..=5 {
        // One that must not be sent twice, and that is not sent twice.
        client.user().update(&user::UpdateBody::default()).await.expect("an answer");
        server.all_ended().await;
        assert_eq!((server.sent().len(), server.accepted()), (count, count));
    }
}

#[tokio::test]
async fn a_connection_that_the_server_wants_to_close_is_not_used_again() {
    let server = Server::answering(answer("200 OK", &["connection: close"], "{}")).await;
    let client = client(server.url());
    for _ in 0..3 {
        client.user().retrieve().await.expect("an answer");
    }
    assert_eq!((server.sent().len(), server.accepted()), (3, 3));
}

#[tokio::test]
async fn a_server_of_http_1_0_is_understood() {
    let server = Server::answering_once("HTTP/1.0 200 OK\r\n\r\n{\"username\": \"ada\"}").await;
    let user = client(server.url()).user().retrieve().await.expect("an answer");
    assert_eq!(user.username.as_deref(), Some("ada"));
}

#[tokio::test]
async fn an_answer_given_before_the_final_one_is_passed_over() {
    let mut early = head("100 Continue", &[]);
    early.extend(head("103 Early Hints", &["link: </style.css>"]));
    early.extend(ada());
    let server = Server::answering(early).await;
    let client = client(server.url());
    for _ in 0..2 {
        let user = client.user().retrieve().await.expect("an answer");
        assert_eq!((user.status().as_u16(), user.username.as_deref()), (200, Some("ada")));
    }
}

#[tokio::test]
async fn services_are_called_where_each_of_them_is() {
    let [api, oauth, node] = [
        Server::answering(ada()).await,
        Server::answering("HTTP/1.1 301 Gone on\r\ncontent-length: 0\r\n\r\n").await,
        { Server::answering(answer("200 OK", &[], "{}")).await },
    ];
    let client = builder(api.url())
        .base_url(Service::Oauth, format!("{}/deep/down/", oauth.url()))
        .base_url(Service::Node, format!("{}/node", node.url()))
        .build()
        .expect("sound settings");
    client.user().retrieve().await.expect("an answer");
    client.auth().valid_email(&"abc".into()).await.expect("an answer");
    client.data().profiling().retrieve("b1", "f").await.expect("an answer");
    assert_eq!(api.last().line, "GET /api/users/isLogged HTTP/1.1");
    assert_eq!(oauth.last().line, "GET /deep/down/api/oauth/valid_email/abc HTTP/1.1");
    assert_eq!(node.last().line, "GET /node/api/bucket/b1/data/profilings/f HTTP/1.1");
}

#[test]
fn a_client_outlives_the_runtime_that_it_was_used_on() {
    let runtime = || tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build();
    let servers = runtime().expect("a runtime");
    let server = servers.block_on(Server::answering(ada()));
    let client = client(server.url());
    for _ in 0..2 {
        let used = runtime().expect("a runtime");
        for _ in 0..2 {
            used.block_on(client.user().retrieve().into_future()).expect("an answer");
        }
    }
    assert_eq!(server.sent().len(), 4);
}

#[test]
fn only_http_is_spoken() {
    for url in ["ftp://127.0.0.1", "ws://127.0.0.1", "file:///etc/passwd", "unix:///run/x", "127.0.0.1"] {
        let error = builder(url.to_owned()).build().expect_err(url);
        assert!(error.to_string().contains("must"), "{error}");
    }
}
