//! A client of a service that always responds with the same body.

use std::convert::Infallible;

use bytes::Bytes;
use http_body_util::Full;
use routegen_runtime::client::RequestBody;

use crate::api::{Client, ClientBuilder};

pub fn client(body: impl Into<Bytes>) -> Client {
    client_with(body, |builder| builder)
}

pub fn client_with(body: impl Into<Bytes>, settings: impl FnOnce(ClientBuilder) -> ClientBuilder) -> Client {
    let body = body.into();
    let service = tower::service_fn(move |_: http::Request<RequestBody>| {
        let response = http::Response::builder().header("x-trace", "7").body(Full::new(body.clone()));
        async move { Ok::<_, Infallible>(response.expect("a response")) }
    });
    settings(Client::builder()).build_with(service).expect("valid settings")
}
