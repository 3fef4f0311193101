//! Transports: services that send an HTTP request and return the response.

#[cfg(feature = "hyper")]
mod hyper_transport;
#[cfg(feature = "hyper")]
mod proxy;
#[cfg(feature = "reqwest")]
mod reqwest_transport;
#[cfg(feature = "hyper")]
mod tls;

use std::future::{Future, Ready, poll_fn, ready};
use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use http::header::CONTENT_ENCODING;
use http_body::Body;
use http_body_util::combinators::UnsyncBoxBody;
use http_body_util::{BodyExt, Full};
use tower_http::decompression::Decompression;
use tower_service::Service;

use crate::BoxError;

#[cfg(feature = "hyper")]
pub(super) use hyper_transport::hyper_transport;
#[cfg(feature = "reqwest")]
pub(super) use reqwest_transport::ReqwestService;

/// The body of every request.
pub type RequestBody = Full<Bytes>;

/// The body of every response, for all transports.
pub type ResponseBody = UnsyncBoxBody<Bytes, BoxError>;

type ResponseFuture = Pin<Box<dyn Future<Output = Result<http::Response<ResponseBody>, BoxError>> + Send>>;

/// A transport of any type.
pub(super) trait Transport: Send + Sync {
    fn send(&self, request: http::Request<RequestBody>) -> ResponseFuture;
}

/// A transport made of a tower service.
pub(super) struct ServiceTransport<S>(pub(super) S);

impl<S, B> Transport for ServiceTransport<S>
where
    S: Service<http::Request<RequestBody>, Response = http::Response<B>> + Clone + Send + Sync + 'static,
    S::Error: Into<BoxError>,
    S::Future: Send,
    B: Body<Data = Bytes> + Send + 'static,
    B::Error: Into<BoxError> + Send,
{
    fn send(&self, request: http::Request<RequestBody>) -> ResponseFuture {
        let mut service = self.0.clone();
        Box::pin(async move {
            poll_fn(|cx| service.poll_ready(cx)).await.map_err(Into::into)?;
            decompress(service.call(request).await.map_err(Into::into)?).await
        })
    }
}

/// Decompresses a response. Most responses are not compressed, and skip the decompressor.
async fn decompress<B>(response: http::Response<B>) -> Result<http::Response<ResponseBody>, BoxError>
where
    B: Body<Data = Bytes> + Send + 'static,
    B::Error: Into<BoxError> + Send,
{
    let response = response.map(|body| body.map_err(Into::into).boxed_unsync());
    if !response.headers().contains_key(CONTENT_ENCODING) {
        return Ok(response);
    }
    let decompressed = Decompression::new(Received(Some(response))).call(http::Request::new(())).await?;
    Ok(decompressed.map(BodyExt::boxed_unsync))
}

/// A service that returns a response that has already been received.
struct Received(Option<http::Response<ResponseBody>>);

impl Service<http::Request<()>> for Received {
    type Response = http::Response<ResponseBody>;
    type Error = BoxError;
    type Future = Ready<Result<Self::Response, BoxError>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, _: http::Request<()>) -> Self::Future {
        ready(self.0.take().ok_or_else(|| "the response is already taken".into()))
    }
}
