//! What the tests need: a running mock, and requests by hand.

use std::net::SocketAddr;

use bytes::Bytes;
use http::{Method, Request, StatusCode};
use http_body_util::{BodyExt, Full};
use hyper_util::client::legacy::Client as Http;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use pm2_api::{Client, Error, JsonObject, Nothing, Response, RouteError};
use serde_json::Value;

use pm2_mock::{DEMO_ACCESS_TOKEN, Mock, MockBuilder};

/// A mock, and a client with the demo user's access token.
pub struct Running {
    pub address: SocketAddr,
    pub handle: Mock,
    pub client: Client,
    http: Http<HttpConnector, Full<Bytes>>,
}

pub async fn start() -> Running {
    start_with(Mock::builder()).await
}

pub async fn start_with(settings: MockBuilder) -> Running {
    let handle = settings.start().await.expect("a free port");
    let address = handle.address();
    let client = client(address, DEMO_ACCESS_TOKEN);
    Running { address, handle, client, http: Http::builder(TokioExecutor::new()).build_http() }
}

impl Running {
    pub fn base(&self) -> String {
        format!("http://{}", self.address)
    }

    /// The id of a bucket that demo is a member of.
    pub async fn bucket(&self, name: &str) -> String {
        let buckets = self.client.bucket().retrieve_all().await.expect("the buckets");
        let found = buckets.iter().find(|bucket| bucket.name.as_deref() == Some(name));
        found.and_then(|bucket| bucket.id.clone()).expect("a seeded bucket")
    }

    /// A request as JSON, and its answer as JSON; no body is null.
    /// An empty token is none.
    pub async fn send(&self, method: Method, path: &str, token: &str, body: &Value) -> (StatusCode, Value) {
        let (status, raw) = self.send_raw(method, path, token, Bytes::from(body.to_string())).await;
        (status, serde_json::from_slice(&raw).unwrap_or_default())
    }

    pub async fn send_raw(&self, method: Method, path: &str, token: &str, body: Bytes) -> (StatusCode, Bytes) {
        let mut request = Request::builder()
            .method(method)
            .uri(format!("{}{path}", self.base()))
            .header("content-type", "application/json");
        if !token.is_empty() {
            request = request.header("authorization", format!("Bearer {token}"));
        }
        let request = request.body(Full::new(body)).expect("a request");
        let answer = self.http.request(request).await.expect("an answer");
        let status = answer.status();
        (status, answer.into_body().collect().await.expect("a whole body").to_bytes())
    }
}

pub fn client(address: SocketAddr, token: &str) -> Client {
    let builder = Client::builder().access_token(token).base_urls(format!("http://{address}"));
    builder.build().expect("a client")
}

/// The body of an answer that has none in the documentation.
pub fn undocumented(answer: &Response<Nothing>) -> Value {
    answer.json().expect("JSON")
}

pub fn id_of(thing: &Value) -> String {
    thing["_id"].as_str().expect("an id").to_owned()
}

pub fn object(value: Value) -> JsonObject {
    value.as_object().cloned().expect("an object")
}

/// What came of a call: the status code, and the documented error.
pub fn status<T, E: RouteError>(answer: Result<T, Error<E>>) -> (u16, Option<E>) {
    match answer {
        Ok(_) => (200, None),
        Err(Error::Api(error)) => (error.status().as_u16(), error.error()),
        Err(error) => panic!("{error}"),
    }
}
