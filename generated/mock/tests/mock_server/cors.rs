//! Requests that web pages of other origins send.

use bytes::Bytes;
use http::{HeaderMap, Method, Request, Response, StatusCode};
use http_body_util::{BodyExt, Full};
use hyper_util::client::legacy::Client;
use hyper_util::rt::TokioExecutor;
use serde_json::Value;

use crate::support::{TestServer, start, start_with};
use pm2_mock::{Cors, DEMO_ACCESS_TOKEN, Limits, Mock};

const ORIGIN: &str = "http://localhost:3000";

async fn send(request: http::request::Builder, body: &'static str) -> Response<Bytes> {
    let request = request.body(Full::new(Bytes::from(body))).expect("a request");
    let (parts, body) =
        Client::builder(TokioExecutor::new()).build_http().request(request).await.expect("a response").into_parts();
    Response::from_parts(parts, body.collect().await.expect("a complete body").to_bytes())
}

/// Sends what a browser sends before a `PUT` with a token and a JSON body.
async fn preflight(server: &TestServer, path: &str, origin: &str) -> Response<Bytes> {
    let request = Request::options(format!("{}{path}", server.base_url()))
        .header("origin", origin)
        .header("access-control-request-method", "PUT")
        .header("access-control-request-headers", "authorization,content-type");
    send(request, "").await
}

fn header<'r>(headers: &'r HeaderMap, name: &str) -> &'r str {
    headers.get(name).map_or("", |value| value.to_str().expect("a string"))
}

#[tokio::test]
async fn a_preflight_request_allows_methods_and_the_authorization_header_for_any_origin() {
    let server = start().await;
    for path in ["/api/bucket/x", "/api/users/isLogged", "/mock/reset", "/nowhere"] {
        let response = preflight(&server, path, ORIGIN).await;
        assert_eq!(response.status(), StatusCode::OK, "{path}");
        let headers = response.headers();
        assert_eq!(header(headers, "access-control-allow-origin"), "*");
        assert_eq!(header(headers, "access-control-allow-headers"), "authorization,content-type");
        let methods: Vec<_> = header(headers, "access-control-allow-methods").split(',').collect();
        assert!(["GET", "POST", "PUT", "DELETE"].iter().all(|method| methods.contains(method)), "{methods:?}");
        assert_eq!(header(headers, "access-control-max-age"), "3600");
    }
}

#[tokio::test]
async fn pages_of_other_origins_can_read_responses_and_rejections() {
    let limits = Limits { max_body_bytes: 10, ..Default::default() };
    let server = start_with(Mock::builder().limits(limits)).await;
    let bearer = format!("Bearer {DEMO_ACCESS_TOKEN}");
    for (method, path, token, body, status) in [
        (Method::GET, "/api/bucket", bearer.as_str(), "", 200),
        (Method::GET, "/api/bucket", "", "", 401),
        (Method::POST, "/api/oauth/token", "", "0123456789+", 413),
        (Method::GET, "/nowhere", "", "", 404),
    ] {
        let request = Request::builder()
            .method(method)
            .uri(format!("{}{path}", server.base_url()))
            .header("origin", ORIGIN)
            .header("authorization", token)
            .header("content-type", "application/json");
        let response = send(request, body).await;
        assert_eq!(response.status().as_u16(), status, "{path}");
        assert_eq!(header(response.headers(), "access-control-allow-origin"), "*", "{path}");
        assert!(serde_json::from_slice::<Value>(response.body()).is_ok(), "{path}");
    }
}

#[tokio::test]
async fn only_the_listed_origins_are_allowed() {
    let cors = format!("{ORIGIN},https://example.com").parse().expect("origins");
    let server = start_with(Mock::builder().cors(cors)).await;
    for (origin, allowed) in [
        (ORIGIN, ORIGIN),
        ("https://example.com", "https://example.com"),
        ("http://example.com", ""),
        ("http://localhost:3001", ""),
        ("null", ""),
    ] {
        let response = preflight(&server, "/api/bucket", origin).await;
        assert_eq!(header(response.headers(), "access-control-allow-origin"), allowed, "{origin}");
    }
}

#[tokio::test]
async fn without_cors_no_header_is_sent() {
    let server = start_with(Mock::builder().cors(Cors::disabled())).await;
    let response = preflight(&server, "/api/bucket", ORIGIN).await;
    assert_eq!(response.status(), StatusCode::METHOD_NOT_ALLOWED);
    assert!(response.headers().keys().all(|name| !name.as_str().starts_with("access-control")));
}
