//! The transport: any service that turns a request into an answer.

use std::future::Future;
use std::pin::Pin;

use bytes::Bytes;
use http_body::Body;
use http_body_util::combinators::UnsyncBoxBody;
use http_body_util::{BodyExt, Full};
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use tower::{Service, ServiceExt};

use crate::runtime::BoxError;

/// The body of every request.
pub type RequestBody = Full<Bytes>;

/// The body of every answer, whichever transport it came from.
pub type ResponseBody = UnsyncBoxBody<Bytes, BoxError>;

type Answer = Pin<Box<dyn Future<Output = Result<http::Response<ResponseBody>, BoxError>> + Send>>;

/// A transport of any type.
pub(super) trait Transport: Send + Sync {
    fn send(&self, request: http::Request<RequestBody>) -> Answer;
}

struct Tower<S>(S);

impl<S, B> Transport for Tower<S>
where
    S: Service<http::Request<RequestBody>, Response = http::Response<B>> + Clone + Send + Sync + 'static,
    S::Error: Into<BoxError>,
    S::Future: Send,
    B: Body<Data = Bytes> + Send + 'static,
    B::Error: Into<BoxError>,
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
    B::Error: Into<BoxError>,
{
    Box::new(Tower(service))
}

/// The default transport: HTTP/1.1 with a connection pool, and TLS for `https`.
pub(super) fn connecting() -> legacy::Client<HttpsConnector<HttpConnector>, RequestBody> {
    let connector = HttpsConnectorBuilder::new().with_webpki_roots().https_or_http().enable_http1().build();
    legacy::Client::builder(TokioExecutor::new()).build(connector)
}
