//! A running mock server, a typed client for it, and raw requests.

use std::net::SocketAddr;

use bytes::Bytes;
use http::{Method, Request, StatusCode};
use http_body_util::{BodyExt, Full};
use hyper_util::client::legacy::Client as Http;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use pm2_api::{Client, Error, ErrorKind, JsonObject, RouteError};
use serde_json::Value;

use pm2_mock::{DEMO_ACCESS_TOKEN, Mock, MockBuilder};

/// A running mock server and a client with the access token of the user `demo`.
pub struct TestServer {
    pub address: SocketAddr,
    pub mock: Mock,
    pub client: Client,
    http: Http<HttpConnector, Full<Bytes>>,
}

pub async fn start() -> TestServer {
    start_with(Mock::builder()).await
}

pub async fn start_with(builder: MockBuilder) -> TestServer {
    let mock = builder.start().await.expect("a free port");
    let address = mock.address();
    let client = client(address, DEMO_ACCESS_TOKEN);
    TestServer { address, mock, client, http: Http::builder(TokioExecutor::new()).build_http() }
}

impl TestServer {
    pub fn base_url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Returns the id of a bucket that `demo` is a member of.
    pub async fn bucket_id(&self, name: &str) -> String {
        let buckets = self.client.bucket().retrieve_all().await.expect("the buckets");
        let found = buckets.iter().find(|bucket| bucket.name.as_deref() == Some(name));
        found.and_then(|bucket| bucket.id.clone()).expect("a bucket of the sample data")
    }

    /// Sends a JSON body and returns the response as JSON, or null if its body is empty.
    ///
    /// If the token is empty, the request has no `Authorization` header.
    pub async fn send(&self, method: Method, path: &str, token: &str, body: &Value) -> (StatusCode, Value) {
        let (status, raw) = self.send_raw(method, path, token, Bytes::from(body.to_string())).await;
        (status, serde_json::from_slice(&raw).unwrap_or_default())
    }

    pub async fn send_raw(&self, method: Method, path: &str, token: &str, body: Bytes) -> (StatusCode, Bytes) {
        let mut request = Request::builder()
            .method(method)
            .uri(format!("{}{path}", self.base_url()))
            .header("content-type", "application/json");
        if !token.is_empty() {
            request = request.header("authorization", format!("Bearer {token}"));
        }
        let request = request.body(Full::new(body)).expect("a request");
        let response = self.http.request(request).await.expect("a response");
        let status = response.status();
        (status, response.into_body().collect().await.expect("a complete body").to_bytes())
    }
}

pub fn client(address: SocketAddr, token: &str) -> Client {
    let builder = Client::builder().access_token(token).base_urls(format!("http://{address}"));
    builder.build().expect("a client")
}

pub fn id_of(resource: &Value) -> String {
    resource["_id"].as_str().expect("an id").to_owned()
}

pub fn object(value: Value) -> JsonObject {
    value.as_object().cloned().expect("an object")
}

/// Returns the status code of a failed call and its documented error, or 200 for a successful call.
pub fn status<T, E: RouteError>(result: Result<T, Error<E>>) -> (u16, Option<E>) {
    match result {
        Ok(_) => (200, None),
        Err(error) => {
            let is_response = matches!(error.kind(), ErrorKind::Documented | ErrorKind::UndocumentedStatus);
            let status = error.status().filter(|_| is_response);
            (status.unwrap_or_else(|| panic!("{error}")).as_u16(), error.documented().copied())
        }
    }
}
