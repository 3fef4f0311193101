//! What becomes of JSON that does not match the documentation, on its way to a client and to a server.

#[path = "../session/capture.rs"]
#[allow(dead_code, reason = "what is logged is all that matters here")]
mod capture;
#[path = "../common/mod.rs"]
mod common;
mod costs;
mod leaks;
mod responses;

use std::convert::Infallible;

use bytes::Bytes;
use http_body_util::Full;
use pm2_api::{Client, ClientBuilder, RequestBody};

/// A client whose service always responds with this body.
fn client(body: impl Into<Bytes>) -> Client {
    client_with(body, |builder| builder)
}

fn client_with(body: impl Into<Bytes>, settings: impl FnOnce(ClientBuilder) -> ClientBuilder) -> Client {
    let body = body.into();
    let service = tower::service_fn(move |_: http::Request<RequestBody>| {
        let response = http::Response::builder().header("x-trace", "7").body(Full::new(body.clone()));
        async move { Ok::<_, Infallible>(response.expect("a response")) }
    });
    settings(Client::builder()).build_with(service).expect("sound settings")
}
