//! The default transport: HTTP/1.1 and HTTP/2 with a connection pool, TLS, and the proxies of the environment.

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
use tower_service::Service;

use super::proxy::ProxyConnector;
use super::tls;
use super::{RequestBody, ResponseFuture, Transport, decompress};
use crate::BoxError;

type Connector = TimeoutConnector<HttpsConnector<ProxyConnector>>;
type Pool = legacy::Client<Connector, RequestBody>;

/// How long an idle connection stays open. Many load balancers close idle connections after a minute.
const IDLE_TIMEOUT: Duration = Duration::from_secs(50);

/// How long an HTTP/2 connection may be silent before a ping is sent, and how long the response to a ping may take. All
/// calls share that connection: if it was lost without notice, all of them would fail until the operating system notices.
const KEEP_ALIVE_INTERVAL: Duration = Duration::from_secs(5);

/// Creates the default transport. Returns `None` if TLS could not be set up.
pub(in crate::client) fn hyper_transport(connect_timeout: Duration) -> Option<HyperTransport> {
    let proxies = proxies().map(Arc::new);
    let mut tcp = HttpConnector::new();
    tcp.enforce_http(false);
    tcp.set_nodelay(true);
    tcp.set_keepalive(Some(IDLE_TIMEOUT));
    let connector = HttpsConnectorBuilder::new()
        .with_tls_config(tls::config()?)
        .https_or_http()
        .enable_all_versions()
        .wrap_connector(ProxyConnector::new(tcp, proxies.clone()));
    let pool = legacy::Client::builder(TokioExecutor::new())
        .pool_timer(TokioTimer::new())
        .pool_idle_timeout(IDLE_TIMEOUT)
        .timer(TokioTimer::new())
        .http2_keep_alive_interval(KEEP_ALIVE_INTERVAL)
        .http2_keep_alive_timeout(KEEP_ALIVE_INTERVAL)
        .build(TimeoutConnector { connector, timeout: connect_timeout });
    Some(HyperTransport { pool, proxies })
}

/// Returns the proxies of the environment, or `None` if it names none, so that requests need not be matched. `Matcher`
/// applies `*` in `NO_PROXY` to names but not to addresses, so it is handled here.
fn proxies() -> Option<Matcher> {
    let variable = |name: &&str| std::env::var(name).ok().filter(|value| !value.is_empty());
    let proxy_variables = ["ALL_PROXY", "all_proxy", "HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy"];
    let excludes_all = |hosts: String| hosts.split(',').any(|host| host.trim() == "*");
    if !proxy_variables.iter().any(|name| variable(name).is_some())
        || ["NO_PROXY", "no_proxy"].iter().filter_map(variable).any(excludes_all)
    {
        return None;
    }
    Some(Matcher::from_env())
}

/// A pool of connections.
pub(in crate::client) struct HyperTransport {
    pool: Pool,
    proxies: Option<Arc<Matcher>>,
}

impl Transport for HyperTransport {
    fn send(&self, mut request: http::Request<RequestBody>) -> ResponseFuture {
        // A tunnel sends the credentials when it is established. Without a tunnel, each request sends them.
        if request.uri().scheme_str() == Some("http")
            && let Some(proxy) = self.proxies.as_ref().and_then(|proxies| proxies.intercept(request.uri()))
            && let Some(credentials) = proxy.basic_auth()
        {
            request.headers_mut().insert(PROXY_AUTHORIZATION, credentials.clone());
        }
        let response = self.pool.request(request);
        Box::pin(async move { decompress(response.await?).await })
    }
}

/// A connector with a timeout for name resolution, TCP, proxy and TLS together.
#[derive(Clone)]
struct TimeoutConnector<C> {
    connector: C,
    timeout: Duration,
}

impl<C> Service<Uri> for TimeoutConnector<C>
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
        let connection = tokio::time::timeout(self.timeout, self.connector.call(destination));
        Box::pin(async move {
            let timed_out = || io::Error::new(io::ErrorKind::TimedOut, "connecting timed out");
            connection.await.unwrap_or_else(|_| Err(timed_out().into()))
        })
    }
}
