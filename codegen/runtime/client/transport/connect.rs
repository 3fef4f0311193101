//! The default transport: HTTP/1.1 and HTTP/2 with a connection pool, TLS for `https`, proxies as the environment has them.

use std::future::Future;
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use http::Uri;
use http::header::PROXY_AUTHORIZATION;
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::client::proxy::matcher::Matcher;
use hyper_util::rt::{TokioExecutor, TokioTimer};
use tower::Service;

use super::proxy::ThroughProxy;
use super::tls;
use super::{Answer, RequestBody, Transport, plain};
use crate::runtime::BoxError;

type Connector = InTime<HttpsConnector<ThroughProxy>>;
type Pool = legacy::Client<Connector, RequestBody>;

/// How long a connection is kept that nobody uses. Load balancers close theirs after a minute.
const IDLE: Duration = Duration::from_secs(50);

/// The default transport; nothing where TLS cannot be set up.
pub(in super::super) fn connecting(timeout: Duration) -> Option<Connecting> {
    let proxies = named_in_environment().then(|| Arc::new(Matcher::from_env()));
    let mut tcp = HttpConnector::new();
    tcp.enforce_http(false);
    tcp.set_nodelay(true);
    tcp.set_keepalive(Some(IDLE));
    let connector = HttpsConnectorBuilder::new()
        .with_tls_config(tls::config()?)
        .https_or_http()
        .enable_all_versions()
        .wrap_connector(ThroughProxy::new(tcp, proxies.clone()));
    let pool = legacy::Client::builder(TokioExecutor::new())
        .pool_timer(TokioTimer::new())
        .pool_idle_timeout(IDLE)
        .build(InTime { connector, timeout });
    Some(Connecting { pool, proxies })
}

/// Whether there is any proxy, so that without one no request has to look for it.
fn named_in_environment() -> bool {
    let names = ["ALL_PROXY", "all_proxy", "HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy"];
    names.iter().any(|name| std::env::var_os(name).is_some_and(|url| !url.is_empty()))
}

/// A pool of connections.
pub(in super::super) struct Connecting {
    pool: Pool,
    proxies: Option<Arc<Matcher>>,
}

impl Transport for Connecting {
    fn send(&self, mut request: http::Request<RequestBody>) -> Answer {
        // Through a tunnel, the proxy is told who asks when the tunnel is made; without one, by each request.
        if request.uri().scheme_str() == Some("http")
            && let Some(proxy) = self.proxies.as_ref().and_then(|proxies| proxies.intercept(request.uri()))
            && let Some(credentials) = proxy.basic_auth()
        {
            request.headers_mut().insert(PROXY_AUTHORIZATION, credentials.clone());
        }
        let answer = self.pool.request(request);
        Box::pin(async move { plain(answer.await?).await })
    }
}

/// A connector that gives up after a while: names, TCP, proxy and TLS together.
#[derive(Clone)]
struct InTime<C> {
    connector: C,
    timeout: Duration,
}

impl<C> Service<Uri> for InTime<C>
where
    C: Service<Uri, Error = BoxError>,
    C::Future: Send + 'static,
{
    type Response = C::Response;
    type Error = BoxError;
    type Future = Pin<Box<dyn Future<Output = Result<C::Response, BoxError>> + Send>>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        self.connector.poll_ready(cx)
    }

    fn call(&mut self, destination: Uri) -> Self::Future {
        let connected = tokio::time::timeout(self.timeout, self.connector.call(destination));
        Box::pin(async move {
            let late = || io::Error::new(io::ErrorKind::TimedOut, "connecting took too long");
            connected.await.unwrap_or_else(|_| Err(late().into()))
        })
    }
}
