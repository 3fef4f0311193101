//! Transports: services that send an HTTP request and return the response.

mod hyper_transport;
mod proxy;
#[cfg(feature = "reqwest")]
mod reqwest_transport;
mod tls;

use std::future::{Future, ready};
use std::pin::Pin;

use bytes::Bytes;
use http::header::CONTENT_ENCODING;
use http_body::Body;
use http_body_util::combinators::UnsyncBoxBody;
use http_body_util::{BodyExt, Full};
use tower::{Service, ServiceExt, service_fn};
use tower_http::decompression::Decompression;

use crate::BoxError;

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
        let response = self.0.clone().oneshot(request);
        Box::pin(async move { decompress(response.await.map_err(Into::into)?).await })
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
    let mut response = Some(response);
    let service = service_fn(|_: http::Request<()>| ready(response.take().ok_or("the response is already taken")));
    let decompressed = Decompression::new(service).oneshot(http::Request::new(())).await?;
    Ok(decompressed.map(BodyExt::boxed_unsync))
}
