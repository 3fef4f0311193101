//! Transports that the caller provides.

use axum::Router;
use axum::routing::get;
use http::StatusCode;
use routegen_runtime::client::{ErrorKind, RequestBody};
use tower::ServiceBuilder;

use crate::api::{Client, Service};
use crate::scripted_server::{ScriptedServer, ada, response};
use crate::{builder, full_text};

#[tokio::test]
async fn a_router_in_the_same_process_is_a_transport() {
    let router = Router::new().route("/members/named/{name}", get(|| async { r#"{"name": "ada"}"# }));
    let client = builder("http://localhost".to_owned()).build_with(router).expect("valid settings");
    let member = client.members().show("ada").await.expect("a response");
    assert_eq!(member.name.as_deref(), Some("ada"));
    let error = client.members().me().await.expect_err("no such route");
    assert_eq!(error.status(), Some(StatusCode::NOT_FOUND));
}

#[tokio::test]
async fn a_service_with_layers_is_a_transport() {
    let router = Router::new().fallback(|headers: http::HeaderMap| async move {
        assert_eq!(headers["x-layer"], "yes");
        r#"{"name": "ada"}"#
    });
    let service = ServiceBuilder::new()
        .map_request(|mut request: http::Request<RequestBody>| {
            request.headers_mut().insert("x-layer", "yes".parse().expect("a value"));
            request
        })
        .service(router);
    let client = builder("http://localhost".to_owned()).build_with(service).expect("valid settings");
    assert_eq!(client.members().me().await.expect("a response").name.as_deref(), Some("ada"));
}

#[tokio::test]
async fn a_service_that_fails_is_a_transport_error() {
    let service = tower::service_fn(|_: http::Request<RequestBody>| async {
        Err::<http::Response<String>, _>("the modem is busy")
    });
    let client = builder("http://localhost".to_owned()).build_with(service).expect("valid settings");
    let error = client.members().me().await.expect_err("a failure");
    assert_eq!(error.kind(), ErrorKind::Transport);
    assert!(full_text(&error).contains("the modem is busy"));
}

#[tokio::test]
async fn the_scheme_of_a_base_url_is_compared_without_case() {
    let router =
        Router::new().fallback(|| async { r#"{"branch": {"addresses": {"web": "http://node.example.com"}}}"# });
    for url in ["https://app.example.com", "HTTPS://app.example.com"] {
        let builder = Client::builder().base_url(Service::Main, url).access_token("t0ken");
        let client = builder.build_with(router.clone()).expect("valid settings");
        let error = client.branches().hours("b1").await.expect_err("no TLS");
        assert_eq!(error.kind(), ErrorKind::BaseUrl);
        assert!(full_text(&error).contains("is not `https`"), "{error:?}");
    }
}

#[cfg(feature = "reqwest")]
mod with_reqwest {
    use std::time::Duration;

    use crate::api::{USER_AGENT, members};

    use super::*;

    const SHORT: Duration = Duration::from_millis(300);

    fn client(server: &ScriptedServer, reqwest: reqwest::ClientBuilder) -> Client {
        let reqwest = reqwest.redirect(reqwest::redirect::Policy::none()).build().expect("a client");
        builder(server.url()).access_token("t0ken").build_with_reqwest(reqwest).expect("valid settings")
    }

    #[tokio::test]
    async fn calls_are_sent() {
        let server = ScriptedServer::always(ada()).await;
        let client = client(&server, reqwest::Client::builder().no_proxy());
        let body = members::UpdateBody { name: Some("ada".to_owned()), ..Default::default() };
        let member = client.members().update(&body).await.expect("a response");
        assert_eq!(member.name.as_deref(), Some("ada"));
        let request = server.last_request();
        assert_eq!(request.line, "POST /members/update HTTP/1.1");
        assert_eq!(request.header("authorization"), Some("Bearer t0ken"));
        assert_eq!(request.header("user-agent"), Some(USER_AGENT));
        assert_eq!(request.body, br#"{"name":"ada"}"#);
    }

    #[tokio::test]
    async fn redirects_are_errors() {
        let server = ScriptedServer::always(response("302 Found", &["location: http://127.0.0.1:1/"], "")).await;
        let client = client(&server, reqwest::Client::builder().no_proxy());
        let error = client.members().me().await.expect_err("a redirect");
        assert_eq!(error.status(), Some(StatusCode::FOUND));
    }

    #[tokio::test]
    async fn its_timeouts_are_timeouts() {
        let server = ScriptedServer::silent().await;
        let client = client(&server, reqwest::Client::builder().no_proxy().timeout(SHORT));
        let error = client.members().me().await.expect_err("no response");
        assert_eq!(error.kind(), ErrorKind::Transport);
        assert!(error.is_timeout(), "{error:?}");
    }

    #[tokio::test]
    async fn its_errors_contain_no_secret() {
        let server = ScriptedServer::always_closing("nonsense\r\n\r\n").await;
        let client = client(&server, reqwest::Client::builder().no_proxy());
        let error = client.tokens().confirm_email(&"s3cret".into()).await.expect_err("nonsense");
        let text = full_text(&error);
        assert!(!text.contains("s3cret") && !text.contains("t0ken"), "{text}");
    }
}
