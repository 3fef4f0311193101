//! A proxy: stubs that ask the service itself, and hand on what it says.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use http::{HeaderMap, Request, StatusCode};
use pm2_api::{
    AnyToken, Client, Context, Download, HandlerError, HandlerResult, NoDocumentedError, Server, bucket, data, types,
    user,
};
use serde_json::json;

use crate::common::{Ada, answer, json};

/// Asks the service behind it.
struct Proxy(Client);

impl user::UserServer<Ada> for Proxy {
    async fn retrieve(&self, _context: Context<Ada>) -> HandlerResult<types::User, NoDocumentedError> {
        Ok(self.0.user().retrieve().await?)
    }

    async fn show(&self, _context: Context<()>, id: String) -> HandlerResult<user::ShowResponse, user::ShowError> {
        let mut shown = self.0.user().show(&id).await?;
        shown.email = None;
        Ok(shown)
    }

    async fn delete(&self, _context: Context<Ada>) -> HandlerResult<types::User, user::DeleteError> {
        // Two operations in one: the errors of the first are not those of this route.
        self.0.user().show("me").await.map_err(|error| HandlerError::of_call(&error))?;
        Ok(self.0.user().delete().timeout(Duration::from_millis(50)).await?)
    }
}

impl bucket::BucketServer<Ada> for Proxy {
    async fn retrieve_all(
        &self,
        _context: Context<Ada>,
    ) -> HandlerResult<Vec<types::Bucket>, bucket::RetrieveAllError> {
        Ok(self.0.bucket().retrieve_all().await?)
    }
}

impl data::profiling::ProfilingServer<Ada> for Proxy {
    async fn download(
        &self,
        _context: Context<Ada>,
        id: String,
        filename: String,
    ) -> HandlerResult<Download, data::profiling::DownloadError> {
        Ok(self.0.data().profiling().download(&id, &filename).await?)
    }
}

/// What the service answers, and what the proxy makes of it.
async fn through(service: Router, method: &str, uri: &str) -> (StatusCode, HeaderMap, Vec<u8>) {
    let client = Client::builder()
        .access_token("of-the-proxy")
        .resolve_base_urls(false)
        .build_with(service)
        .expect("sound settings");
    through_client(client, method, uri).await
}

async fn through_client(client: Client, method: &str, uri: &str) -> (StatusCode, HeaderMap, Vec<u8>) {
    let proxy = Arc::new(Proxy(client));
    let router = Server::new(AnyToken(Ada))
        .with(user::endpoints(Arc::clone(&proxy)))
        .with(bucket::endpoints(Arc::clone(&proxy)))
        .with(data::profiling::endpoints(proxy))
        .into_router();
    let request = Request::builder().method(method).uri(uri).header("authorization", "Bearer t").body(Body::empty());
    let (status, headers, body) = answer(router, request.expect("a request")).await;
    (status, headers, body.to_vec())
}

/// A service that answers everything the same.
fn service(status: u16, headers: &'static [(&'static str, &'static str)], body: &'static str) -> Router {
    Router::new().fallback(move || async move {
        let mut answer = http::Response::builder().status(status);
        for (name, value) in headers {
            answer = answer.header(*name, *value);
        }
        answer.body(Body::from(body)).expect("an answer")
    })
}

#[tokio::test]
async fn an_answer_is_handed_on_with_its_status_and_headers() {
    let headers = &[
        ("x-own", "1"),
        ("set-cookie", "a"),
        ("set-cookie", "b"),
        ("content-type", "application/json;charset=utf-8"),
        ("connection", "close, x-hop"),
        ("x-hop", "1"),
        ("keep-alive", "timeout=5"),
        ("transfer-encoding", "chunked"),
    ];
    let body = r#"{ "username": "ada", "email": "a@example.com", "unknown": [1, null] }"#;
    let (status, headers, body) = through(service(203, headers, body), "GET", "/api/users/show/ada").await;
    assert_eq!(status.as_u16(), 203);
    assert_eq!(json(&body), json!({ "username": "ada", "unknown": [1, null] }));
    assert_eq!(headers["x-own"], "1");
    assert_eq!(headers.get_all("set-cookie").iter().count(), 2);
    assert_eq!(headers["content-type"], "application/json");
    for name in ["connection", "x-hop", "keep-alive", "transfer-encoding"] {
        assert!(!headers.contains_key(name), "{name}");
    }
    let (status, _, body) = through(service(200, &[("content-length", "4")], "[{}]"), "GET", "/api/bucket/").await;
    assert_eq!((status, json(&body)), (StatusCode::OK, json!([{}])));
}

#[tokio::test]
async fn a_file_is_handed_on_as_it_is() {
    let headers = &[("content-type", "application/x-profile"), ("content-encoding", "x-own"), ("content-length", "3")];
    let uri = "/api/bucket/b/data/profilings/f/download";
    let (status, headers, body) = through(service(200, headers, "abc"), "GET", uri).await;
    assert_eq!((status, body.as_slice()), (StatusCode::OK, &b"abc"[..]));
    assert_eq!(headers["content-type"], "application/x-profile");
    assert_eq!(headers["content-encoding"], "x-own");
}

#[tokio::test]
async fn an_error_is_handed_on_documented_or_not() {
    for (status, body) in [(404, r#"{"msg":"no ada"}"#), (418, "<p>tea</p>"), (503, "")] {
        let headers = &[("retry-after", "7"), ("content-type", "text/x-own"), ("connection", "close")];
        let (answered, headers, handed_on) =
            through(service(status, headers, body), "GET", "/api/users/show/ada").await;
        assert_eq!((answered.as_u16(), handed_on), (status, body.as_bytes().to_vec()));
        assert_eq!(headers["retry-after"], "7");
        assert_eq!(headers["content-type"], "text/x-own");
        assert!(!headers.contains_key("connection"));
    }
    let challenge = &[("www-authenticate", "Bearer realm=\"service\"")];
    let (status, headers, _) = through(service(401, challenge, ""), "GET", "/api/users/isLogged").await;
    assert_eq!(status, StatusCode::UNAUTHORIZED);
    assert_eq!(headers["www-authenticate"], "Bearer realm=\"service\"");
    let (status, headers, body) = through(service(402, &[], r#"{"error":"pay"}"#), "DELETE", "/api/users/delete").await;
    assert_eq!((status.as_u16(), json(&body)), (402, json!({ "error": "pay" })));
    assert_eq!(headers["content-type"], "application/json");
}

#[tokio::test]
async fn what_keeps_a_proxy_from_an_answer_is_told_without_its_secrets() {
    let message = |body: &[u8]| json(body)["msg"].as_str().expect("a message").to_owned();
    let (status, _, body) = through(service(200, &[], "no JSON: s3cret"), "GET", "/api/users/isLogged").await;
    assert_eq!(status, StatusCode::BAD_GATEWAY);
    assert!(!message(&body).contains("s3cret"));

    let broken = tower::service_fn(|_: Request<pm2_api::RequestBody>| async {
        Err::<http::Response<Body>, _>(std::io::Error::other("10.0.0.1 is down"))
    });
    let client = Client::builder().access_token("t").build_with(broken).expect("sound settings");
    let (status, _, body) = through_client(client, "GET", "/api/users/isLogged").await;
    assert_eq!(status, StatusCode::BAD_GATEWAY);
    assert!(!message(&body).contains("10.0.0.1"));

    let (status, _, body) = through(service(200, &[], "{}"), "GET", "/api/users/show/%2E%2E").await;
    assert_eq!((status, message(&body).is_empty()), (StatusCode::BAD_REQUEST, false));

    let slow = tower::service_fn(|request: Request<pm2_api::RequestBody>| async move {
        if request.method() == http::Method::DELETE {
            std::future::pending::<()>().await;
        }
        Ok::<_, Infallible>(http::Response::new(Body::from("{}")))
    });
    let client = Client::builder().access_token("t").build_with(slow).expect("sound settings");
    let (status, _, body) = through_client(client, "DELETE", "/api/users/delete").await;
    assert_eq!((status, message(&body).is_empty()), (StatusCode::GATEWAY_TIMEOUT, false));
}
