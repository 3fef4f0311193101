//! The transport: any service that turns a request into an answer.

mod connect;
mod proxy;
#[cfg(feature = "reqwest")]
mod reqwest_client;
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

pub(super) use connect::connecting;
#[cfg(feature = "reqwest")]
pub(super) use reqwest_client::Reqwest;

/// The body of every request.
pub type RequestBody = Full<Bytes>;

/// The body of every answer, whichever transport it came from.
pub type ResponseBody = UnsyncBoxBody<Bytes, BoxError>;

type Answer = Pin<Box<dyn Future<Output = Result<http::Response<ResponseBody>, BoxError>> + Send>>;

/// A transport of any type.
pub(super) trait Transport: Send + Sync {
    fn send(&self, request: http::Request<RequestBody>) -> Answer;
}

/// A service of the caller's.
struct Tower<S>(S);

impl<S, B> Transport for Tower<S>
where
    S: Service<http::Request<RequestBody>, Response = http::Response<B>> + Clone + Send + Sync + 'static,
    S::Error: Into<BoxError>,
    S::Future: Send,
    B: Body<Data = Bytes> + Send + 'static,
    B::Error: Into<BoxError> + Send,
{
    fn send(&self, request: http::Request<RequestBody>) -> Answer {
        let answer = self.0.clone().oneshot(request);
        Box::pin(async move { plain(answer.await.map_err(Into::into)?).await })
    }
}

/// An answer without compression. Most answers have none, so the way through the decompressor is only taken by those that do.
async fn plain<B>(answer: http::Response<B>) -> Result<http::Response<ResponseBody>, BoxError>
where
    B: Body<Data = Bytes> + Send + 'static,
    B::Error: Into<BoxError> + Send,
{
    let answer = answer.map(|body| body.map_err(Into::into).boxed_unsync());
    if !answer.headers().contains_key(CONTENT_ENCODING) {
        return Ok(answer);
    }
    let mut answer = Some(answer);
    let answered = service_fn(|_: http::Request<()>| ready(answer.take().ok_or("asked twice")));
    let answer = Decompression::new(answered).oneshot(http::Request::new(())).await?;
    Ok(answer.map(BodyExt::boxed_unsync))
}

/// Hides the type of a service.
pub(super) fn boxed<S, B>(service: S) -> Box<dyn Transport>
where
    S: Service<http::Request<RequestBody>, Response = http::Response<B>> + Clone + Send + Sync + 'static,
    S::Error: Into<BoxError>,
    S::Future: Send,
    B: Body<Data = Bytes> + Send + 'static,
    B::Error: Into<BoxError> + Send,
{
    Box::new(Tower(service))
}
