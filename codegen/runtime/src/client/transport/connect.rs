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
use crate::BoxError;

type Connector = InTime<HttpsConnector<ThroughProxy>>;
type Pool = legacy::Client<Connector, RequestBody>;

/// How long a connection is kept that nobody uses. Load balancers close theirs after a minute.
const IDLE: Duration = Duration::from_secs(50);

/// How long a connection of HTTP/2 may be silent while calls wait on it, and then how long the answer to a ping may take.
/// Calls share that connection: one that was lost without a word would fail all of them until the system notices.
const SILENCE: Duration = Duration::from_secs(5);

/// The default transport; nothing where TLS cannot be set up.
pub(in super::super) fn connecting(timeout: Duration) -> Option<Connecting> {
    let proxies = proxies().map(Arc::new);
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
        .timer(TokioTimer::new())
        .http2_keep_alive_interval(SILENCE)
        .http2_keep_alive_timeout(SILENCE)
        .build(InTime { connector, timeout });
    Some(Connecting { pool, proxies })
}

/// The proxies that the environment names; nothing where it names none, so that no request has to look for one. To `Matcher`,
/// `*` in `NO_PROXY` stands for all names, but not for addresses.
fn proxies() -> Option<Matcher> {
    let variable = |name: &&str| std::env::var(name).ok().filter(|value| !value.is_empty());
    let is_on = ["ALL_PROXY", "all_proxy", "HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy"];
    let is_off = |hosts: String| hosts.split(',').any(|host| host.trim() == "*");
    if !is_on.iter().any(|name| variable(name).is_some())
        || ["NO_PROXY", "no_proxy"].iter().filter_map(variable).any(is_off)
    {
        return None;
    }
    Some(Matcher::from_env())
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
