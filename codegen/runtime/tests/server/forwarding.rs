//! A proxy: handlers that call another service with the client and forward its response.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use http::{HeaderMap, Request, StatusCode};
use routegen_runtime::client::RequestBody;
use routegen_runtime::server::{AnyToken, Context, HandlerError, HandlerResult, Server};
use routegen_runtime::{Download, NoDocumentedError};
use serde_json::json;

use crate::api::{Client, books, branches, members};
use crate::{Ada, json, respond};

/// Forwards requests to another service.
struct Proxy(Client);

impl members::MembersServer<Ada> for Proxy {
    async fn me(&self, _context: Context<Ada>) -> HandlerResult<members::Member, NoDocumentedError> {
        Ok(self.0.members().me().await?)
    }

    async fn show(&self, _context: Context<()>, name: String) -> HandlerResult<members::Member, members::ShowError> {
        let mut member = self.0.members().show(&name).await?;
        member.email = None;
        Ok(member)
    }

    async fn delete(&self, _context: Context<Ada>) -> HandlerResult<members::Member, members::DeleteError> {
        // The errors of the first operation are not those of this route.
        self.0.members().show("me").await.map_err(|error| HandlerError::from_error(&error))?;
        Ok(self.0.members().delete().timeout(Duration::from_millis(50)).await?)
    }
}

impl books::BooksServer<Ada> for Proxy {
    async fn list(&self, _context: Context<Ada>) -> HandlerResult<Vec<books::Book>, books::ListError> {
        Ok(self.0.books().list().await?)
    }
}

impl branches::BranchesServer<Ada> for Proxy {
    async fn download(
        &self,
        _context: Context<Ada>,
        branch: String,
        file: String,
    ) -> HandlerResult<Download, branches::DownloadError> {
        Ok(self.0.branches().download(&branch, &file).await?)
    }
}

/// Sends a request through the proxy to a service. Returns the response of the proxy.
async fn through(service: Router, method: &str, uri: &str) -> (StatusCode, HeaderMap, Vec<u8>) {
    let client = Client::builder()
        .access_token("of-the-proxy")
        .discover_base_urls(false)
        .build_with(service)
        .expect("valid settings");
    through_client(client, method, uri).await
}

async fn through_client(client: Client, method: &str, uri: &str) -> (StatusCode, HeaderMap, Vec<u8>) {
    let proxy = Arc::new(Proxy(client));
    let router = Server::new(AnyToken(Ada))
        .with(members::endpoints(Arc::clone(&proxy)))
        .with(books::endpoints(Arc::clone(&proxy)))
        .with(branches::endpoints(proxy))
        .into_router();
    let request = Request::builder().method(method).uri(uri).header("authorization", "Bearer t").body(Body::empty());
    let (status, headers, body) = respond(router, request.expect("a request")).await;
    (status, headers, body.to_vec())
}

/// Returns a service that always responds with this.
fn service(status: u16, headers: &'static [(&'static str, &'static str)], body: &'static str) -> Router {
    Router::new().fallback(move || async move {
        let mut response = http::Response::builder().status(status);
        for (name, value) in headers {
            response = response.header(*name, *value);
        }
        response.body(Body::from(body)).expect("a response")
    })
}

#[tokio::test]
async fn a_response_is_forwarded_with_its_status_and_headers() {
    let headers = &[
        ("x-custom", "1"),
        ("set-cookie", "a"),
        ("set-cookie", "b"),
        ("content-type", "application/json;charset=utf-8"),
        ("connection", "close, x-hop"),
        ("x-hop", "1"),
        ("keep-alive", "timeout=5"),
        ("transfer-encoding", "chunked"),
    ];
    let body = r#"{ "name": "ada", "email": "a@example.com", "unknown": [1, null] }"#;
    let (status, headers, body) = through(service(203, headers, body), "GET", "/members/named/ada").await;
    assert_eq!(status.as_u16(), 203);
    assert_eq!(json(&body), json!({ "name": "ada", "unknown": [1, null] }));
    assert_eq!(headers["x-custom"], "1");
    assert_eq!(headers.get_all("set-cookie").iter().count(), 2);
    assert_eq!(headers["content-type"], "application/json");
    for name in ["connection", "x-hop", "keep-alive", "transfer-encoding"] {
        assert!(!headers.contains_key(name), "{name}");
    }
    let (status, _, body) = through(service(200, &[("content-length", "4")], "[{}]"), "GET", "/books/").await;
    assert_eq!((status, json(&body)), (StatusCode::OK, json!([{}])));
}

#[tokio::test]
async fn a_file_is_forwarded_unchanged() {
    let headers =
        &[("content-type", "application/x-profile"), ("content-encoding", "x-custom"), ("content-length", "3")];
    let uri = "/branches/b/scans/f";
    let (status, headers, body) = through(service(200, headers, "abc"), "GET", uri).await;
    assert_eq!((status, body.as_slice()), (StatusCode::OK, &b"abc"[..]));
    assert_eq!(headers["content-type"], "application/x-profile");
    assert_eq!(headers["content-encoding"], "x-custom");
}

// Paused time skips the delay that `Retry-After` asks the client for.
#[tokio::test(start_paused = true)]
async fn an_error_response_is_forwarded_whether_it_is_documented_or_not() {
    for (status, body) in [(404, r#"{"message":"no ada"}"#), (418, "<p>tea</p>"), (503, "")] {
        let headers = &[("retry-after", "7"), ("content-type", "text/x-custom"), ("connection", "close")];
        let (forwarded, headers, forwarded_body) =
            through(service(status, headers, body), "GET", "/members/named/ada").await;
        assert_eq!((forwarded.as_u16(), forwarded_body), (status, body.as_bytes().to_vec()));
        assert_eq!(headers["retry-after"], "7");
        assert_eq!(headers["content-type"], "text/x-custom");
        assert!(!headers.contains_key("connection"));
    }
    let challenge = &[("www-authenticate", "Bearer realm=\"service\"")];
    let (status, headers, _) = through(service(401, challenge, ""), "GET", "/members/me").await;
    assert_eq!(status, StatusCode::UNAUTHORIZED);
    assert_eq!(headers["www-authenticate"], "Bearer realm=\"service\"");
    let (status, headers, body) = through(service(402, &[], r#"{"error":"pay"}"#), "DELETE", "/members/me").await;
    assert_eq!((status.as_u16(), json(&body)), (402, json!({ "error": "pay" })));
    assert_eq!(headers["content-type"], "application/json");
}

#[tokio::test]
async fn a_failed_call_is_reported_without_its_secrets() {
    let message = |body: &[u8]| json(body)["message"].as_str().expect("a message").to_owned();
    let (status, _, body) = through(service(200, &[], "no JSON: s3cret"), "GET", "/members/me").await;
    assert_eq!(status, StatusCode::BAD_GATEWAY);
    assert!(!message(&body).contains("s3cret"));

    let broken = tower::service_fn(|_: Request<RequestBody>| async {
        Err::<http::Response<Body>, _>(std::io::Error::other("10.0.0.1 is down"))
    });
    let client = Client::builder().access_token("t").build_with(broken).expect("valid settings");
    let (status, _, body) = through_client(client, "GET", "/members/me").await;
    assert_eq!(status, StatusCode::BAD_GATEWAY);
    assert!(!message(&body).contains("10.0.0.1"));

    let (status, _, body) = through(service(200, &[], "{}"), "GET", "/members/named/%2E%2E").await;
    assert_eq!((status, message(&body).is_empty()), (StatusCode::BAD_REQUEST, false));

    let slow = tower::service_fn(|request: Request<RequestBody>| async move {
        if request.method() == http::Method::DELETE {
            std::future::pending::<()>().await;
        }
        Ok::<_, Infallible>(http::Response::new(Body::from("{}")))
    });
    let client = Client::builder().access_token("t").build_with(slow).expect("valid settings");
    let (status, _, body) = through_client(client, "DELETE", "/members/me").await;
    assert_eq!((status, message(&body).is_empty()), (StatusCode::GATEWAY_TIMEOUT, false));
}
