//! The transport: any service that turns a request into an answer.

mod connect;
mod proxy;
#[cfg(feature = "reqwest")]
mod reqwest_client;
mod tls;

use std::future::Future;
use std::pin::Pin;

use bytes::Bytes;
use http_body::Body;
use http_body_util::combinators::UnsyncBoxBody;
use http_body_util::{BodyExt, Full};
use tower::{Service, ServiceExt};
use tower_http::decompression::Decompression;

use crate::runtime::BoxError;

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

/// A service whose answers may be compressed.
struct Tower<S>(Decompression<S>);

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
        Box::pin(async move {
            let answer = answer.await.map_err(Into::into)?;
            Ok(answer.map(|body| body.map_err(Into::into).boxed_unsync()))
        })
    }
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
    Box::new(Tower(Decompression::new(service)))
}
