//! Wraps a `reqwest::Client` in a tower service, so that it can be a transport.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

use reqwest::{Body, Client, Error, Request};
use tower_service::Service;

use super::RequestBody;

/// A `reqwest::Client` that was configured by the caller.
#[derive(Clone)]
pub(in crate::client) struct ReqwestService(pub(in crate::client) Client);

impl Service<http::Request<RequestBody>> for ReqwestService {
    type Response = http::Response<Body>;
    type Error = Error;
    type Future = Pin<Box<dyn Future<Output = Result<http::Response<Body>, Error>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Error>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: http::Request<RequestBody>) -> Self::Future {
        let client = self.0.clone();
        Box::pin(async move {
            let request = Request::try_from(request.map(Body::wrap))?;
            // The error would show the URL, and with it the values of path and query.
            client.execute(request).await.map(Into::into).map_err(Error::without_url)
        })
    }
}
