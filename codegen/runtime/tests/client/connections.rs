//! HTTP/1.1: connections and their reuse, base URLs, and what every request contains.

use crate::api::{Service, USER_AGENT, members};
use crate::scripted_server::{ScriptedServer, ada, head, response};
use crate::{builder, client};

#[tokio::test]
async fn calls_share_a_connection() {
    let server = ScriptedServer::always(ada()).await;
    let client = client(server.url());
    for _ in 0..10 {
        let member = client.members().show("ada").await.expect("a response");
        assert_eq!(member.name.as_deref(), Some("ada"));
    }
    assert_eq!((server.requests().len(), server.accepted()), (10, 1));
}

#[tokio::test]
async fn a_request_has_headers_for_host_agent_token_and_encoding() {
    let server = ScriptedServer::always(ada()).await;
    let client = builder(server.url()).access_token("t0ken").build().expect("valid settings");
    let body = members::UpdateBody { name: Some("ada".to_owned()), ..Default::default() };
    client.members().update(&body).await.expect("a response");
    let request = server.last_request();
    assert_eq!(request.line, "POST /members/update HTTP/1.1");
    assert_eq!(request.header("host"), Some(server.address().to_string().as_str()));
    assert_eq!(request.header("user-agent"), Some(USER_AGENT));
    assert_eq!(request.header("authorization"), Some("Bearer t0ken"));
    assert_eq!(request.header("accept-encoding"), Some("gzip"));
    assert_eq!(request.header("content-type"), Some("application/json"));
    assert_eq!(request.body, br#"{"name":"ada"}"#);
    client.members().me().await.expect("a response");
    assert_eq!((server.last_request().header("content-type"), server.last_request().body.len()), (None, 0));
}

#[tokio::test]
async fn an_idle_connection_that_the_server_closed_fails_no_call() {
    let server = ScriptedServer::always_closing(ada()).await;
    let client = client(server.url());
    for count in 1..=5 {
        // The request is not idempotent, and is not sent twice.
        client.members().update(&members::UpdateBody::default()).await.expect("a response");
        server.all_closed().await;
        assert_eq!((server.requests().len(), server.accepted()), (count, count));
    }
}

#[tokio::test]
async fn a_connection_that_the_server_announces_to_close_is_not_reused() {
    let server = ScriptedServer::always(response("200 OK", &["connection: close"], "{}")).await;
    let client = client(server.url());
    for _ in 0..3 {
        client.members().me().await.expect("a response");
    }
    assert_eq!((server.requests().len(), server.accepted()), (3, 3));
}

#[tokio::test]
async fn responses_of_http_1_0_are_accepted() {
    let server = ScriptedServer::always_closing("HTTP/1.0 200 OK\r\n\r\n{\"name\": \"ada\"}").await;
    let member = client(server.url()).members().me().await.expect("a response");
    assert_eq!(member.name.as_deref(), Some("ada"));
}

#[tokio::test]
async fn informational_responses_are_skipped() {
    let mut early = head("100 Continue", &[]);
    early.extend(head("103 Early Hints", &["link: </style.css>"]));
    early.extend(ada());
    let server = ScriptedServer::always(early).await;
    let client = client(server.url());
    for _ in 0..2 {
        let member = client.members().me().await.expect("a response");
        assert_eq!((member.status().as_u16(), member.name.as_deref()), (200, Some("ada")));
    }
}

#[tokio::test]
async fn each_service_is_called_at_its_base_url() {
    let [main, accounts, branch] = [
        ScriptedServer::always(ada()).await,
        ScriptedServer::always("HTTP/1.1 301 Moved\r\ncontent-length: 0\r\n\r\n").await,
        ScriptedServer::always(response("200 OK", &[], "{}")).await,
    ];
    let client = builder(main.url())
        .base_url(Service::Accounts, format!("{}/deep/down/", accounts.url()))
        .base_url(Service::Branch, format!("{}/branch", branch.url()))
        .build()
        .expect("valid settings");
    client.members().me().await.expect("a response");
    client.tokens().confirm_email(&"abc".into()).await.expect("a response");
    client.branches().hours("b1").await.expect("a response");
    assert_eq!(main.last_request().line, "GET /members/me HTTP/1.1");
    assert_eq!(accounts.last_request().line, "GET /deep/down/confirmations/abc HTTP/1.1");
    assert_eq!(branch.last_request().line, "GET /branch/branches/b1/hours HTTP/1.1");
}

#[test]
fn a_client_outlives_the_runtime_that_it_was_used_on() {
    let runtime = || tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build();
    let server_runtime = runtime().expect("a runtime");
    let server = server_runtime.block_on(ScriptedServer::always(ada()));
    let client = client(server.url());
    for _ in 0..2 {
        let client_runtime = runtime().expect("a runtime");
        for _ in 0..2 {
            client_runtime.block_on(client.members().me().into_future()).expect("a response");
        }
    }
    assert_eq!(server.requests().len(), 4);
}

#[test]
fn a_base_url_of_another_scheme_is_an_error() {
    for url in ["ftp://127.0.0.1", "ws://127.0.0.1", "file:///etc/passwd", "unix:///run/x", "127.0.0.1"] {
        let error = builder(url.to_owned()).build().expect_err(url);
        assert!(error.to_string().contains("must"), "{error}");
    }
}
