//! Transports of the caller's.

use axum::Router;
use axum::routing::get;
use http::StatusCode;
use pm2_api::{CallErrorKind, Client, Service};
use tower::ServiceBuilder;

use crate::server::{Server, ada, answer};
use crate::{all_text, builder, call_error};

#[tokio::test]
async fn a_router_in_the_same_process() {
    let router = Router::new().route("/api/users/show/{name}", get(|| async { r#"{"username": "ada"}"# }));
    let client = builder("http://localhost".to_owned()).build_with(router).expect("sound settings");
    let user = client.user().show("ada").await.expect("an answer");
    assert_eq!(user.username.as_deref(), Some("ada"));
    let error = client.user().retrieve().await.expect_err("no such route");
    assert_eq!(error.status(), Some(StatusCode::NOT_FOUND));
}

#[tokio::test]
async fn a_service_with_layers_around_it() {
    let router = Router::new().fallback(|headers: http::HeaderMap| async move {
        assert_eq!(headers["x-layer"], "yes");
        r#"{"username": "ada"}"#
    });
    let service = ServiceBuilder::new()
        .map_request(|mut request: http::Request<pm2_api::RequestBody>| {
            request.headers_mut().insert("x-layer", "yes".parse().expect("a value"));
            request
        })
        .service(router);
    let client = builder("http://localhost".to_owned()).build_with(service).expect("sound settings");
    assert_eq!(client.user().retrieve().await.expect("an answer").username.as_deref(), Some("ada"));
}

#[tokio::test]
async fn a_service_that_fails_is_a_transport_error() {
    let service = tower::service_fn(|_: http::Request<pm2_api::RequestBody>| async {
        Err::<http::Response<String>, _>("the modem is busy")
    });
    let client = builder("http://localhost".to_owned()).build_with(service).expect("sound settings");
    let error = call_error(client.user().retrieve().await.expect_err("a failure"));
    assert_eq!(error.kind(), CallErrorKind::Transport);
    assert!(all_text(&*error).contains("the modem is busy"));
}

#[tokio::test]
async fn a_base_url_in_upper_case_is_as_safe_as_one_in_lower_case() {
    let router = Router::new().fallback(|| async { r#"{"node": {"endpoints": {"web": "http://node.example.com"}}}"# });
    for url in ["https://app.example.com", "HTTPS://app.example.com"] {
        let builder = Client::builder().base_url(Service::Api, url).access_token("t0ken");
        let client = builder.build_with(router.clone()).expect("sound settings");
        let error = call_error(client.data().profiling().retrieve("b1", "f").await.expect_err("no TLS"));
        assert_eq!(error.kind(), CallErrorKind::BaseUrl);
        assert!(all_text(&*error).contains("is not `https`"), "{error:?}");
    }
}

#[cfg(feature = "reqwest")]
mod through_reqwest {
    use std::time::Duration;

    use pm2_api::user;

    use super::*;
    use crate::kind;

    const SHORT: Duration = Duration::from_millis(300);

    fn client(server: &Server, reqwest: reqwest::ClientBuilder) -> Client {
        let reqwest = reqwest.redirect(reqwest::redirect::Policy::none()).build().expect("a client");
        builder(server.url()).access_token("t0ken").build_with_reqwest(reqwest).expect("sound settings")
    }

    #[tokio::test]
    async fn calls_are_made() {
        let server = Server::answering(ada()).await;
        let client = client(&server, reqwest::Client::builder().no_proxy());
        let body = user::UpdateBody { username: Some("ada".to_owned()), ..Default::default() };
        let user = client.user().update(&body).await.expect("an answer");
        assert_eq!(user.username.as_deref(), Some("ada"));
        let sent = server.last();
        assert_eq!(sent.line, "POST /api/users/update HTTP/1.1");
        assert_eq!(sent.header("authorization"), Some("Bearer t0ken"));
        assert_eq!(sent.header("user-agent"), Some(concat!("pm2-api/", env!("CARGO_PKG_VERSION"))));
        assert_eq!(sent.body, br#"{"username":"ada"}"#);
    }

    #[tokio::test]
    async fn redirections_are_errors() {
        let server = Server::answering(answer("302 Found", &["location: http://127.0.0.1:1/"], "")).await;
        let client = client(&server, reqwest::Client::builder().no_proxy());
        let error = client.user().retrieve().await.expect_err("a redirection");
        assert_eq!(error.status(), Some(StatusCode::FOUND));
    }

    #[tokio::test]
    async fn its_time_outs_are_time_outs() {
        let server = Server::start(|mut talk| async move { talk.hung_up().await }).await;
        let client = client(&server, reqwest::Client::builder().no_proxy().timeout(SHORT));
        let error = client.user().retrieve().await.expect_err("no answer");
        assert_eq!(kind(&error), Some(CallErrorKind::Transport));
        assert!(error.is_timeout(), "{error:?}");
    }

    #[tokio::test]
    async fn its_errors_show_no_secret() {
        let server = Server::answering_once("nonsense\r\n\r\n").await;
        let client = client(&server, reqwest::Client::builder().no_proxy());
        let error = client.auth().valid_email(&"s3cret".into()).await.expect_err("nonsense");
        let text = all_text(&error);
        assert!(!text.contains("s3cret") && !text.contains("t0ken"), "{text}");
    }
}
