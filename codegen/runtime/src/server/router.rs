//! Builds a router of endpoints, and processes each request.

use std::collections::BTreeMap;
use std::convert::Infallible;
use std::future::Future;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{self, Poll};
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::Request;
use axum::routing::{MethodFilter, MethodRouter};
use bytes::Bytes;
use http::request::Parts;
use http::{Response, StatusCode};
use tower::util::MapResponseLayer;

use super::authenticate::{self, Authenticator};
use super::handlers::{Endpoint, Endpoints, ResponseFuture};
use super::rejection::Rejection;
use super::request::{self, BodyLimits, HandlerRequest};
use crate::{Api, Auth};

/// Joins the routes of services into a router.
pub struct Server<A: Authenticator> {
    authenticator: Arc<A>,
    limits: BodyLimits,
    endpoints: Vec<Endpoint<A::Principal>>,
}

impl<A: Authenticator> Server<A> {
    /// Creates a server without routes.
    pub fn new(authenticator: A) -> Self {
        let limits = BodyLimits { bytes: 2 * 1024 * 1024, depth: 64, time: Duration::from_secs(30) };
        Self { authenticator: Arc::new(authenticator), limits, endpoints: Vec::new() }
    }

    /// Sets the maximum size of a request body in bytes. Default: 2 MiB.
    #[must_use]
    pub fn body_limit(mut self, bytes: usize) -> Self {
        self.limits.bytes = bytes;
        self
    }

    /// Sets how long the body of a request may take to arrive, from its headers to its last byte. Default: 30 seconds.
    /// [`Duration::MAX`] means no limit.
    ///
    /// A request whose body takes longer is rejected with 408, and its connection is closed. The time is measured by the
    /// timer of the tokio runtime, which `#[tokio::main]` and `Builder::enable_all` enable. Requests without a body, and
    /// those whose body has arrived with their headers, need no timer.
    #[must_use]
    pub fn body_timeout(mut self, time: Duration) -> Self {
        self.limits.time = time;
        self
    }

    /// Sets how deep arrays and objects may be nested in the body of a request. Default: 64; the maximum is 127.
    #[must_use]
    pub fn depth_limit(mut self, levels: usize) -> Self {
        self.limits.depth = levels.min(127);
        self
    }

    /// Adds the routes of a namespace. If two services have the same routes, the one that was added last handles them.
    #[must_use]
    pub fn with(mut self, endpoints: Endpoints<A::Principal>) -> Self {
        self.endpoints.extend(endpoints.all);
        self
    }

    /// Builds the router. It can be merged with other routers, nested below a prefix, and wrapped in layers. Routers with a
    /// state can be joined with `into_router().with_state(())`.
    ///
    /// Unknown paths and methods get 404 and 405 with a JSON body. A fallback of this router, or of a router that it is
    /// merged with, replaces these responses. Without one, axum uses the default response of the router that is merged last,
    /// so merge this one last. Below a prefix, axum uses the fallback of the outer router; with `nest_service`, it uses this
    /// one.
    ///
    /// A handler that panics results in 500, unless the program is built with `panic = "abort"`.
    pub fn into_router(self) -> Router {
        let Self { authenticator, limits, endpoints } = self;
        let api = endpoints.first().map(|endpoint| endpoint.operation.api());
        // Paths that differ only in a trailing slash, or in the names of their parameters, are the same to the router.
        let mut paths: BTreeMap<String, BTreeMap<&str, Endpoint<A::Principal>>> = BTreeMap::new();
        for endpoint in endpoints {
            let methods = paths.entry(normalize(endpoint.operation.path())).or_default();
            methods.insert(endpoint.operation.method().as_str(), endpoint);
        }
        // A layer around axum's own fallbacks, because a user's fallback replaces those but not one that is set here.
        let mut router = Router::new().layer(replace_with(api, StatusCode::NOT_FOUND, "there is no such route"));
        for methods in paths.into_values() {
            let mut method_router = MethodRouter::<(), Infallible>::new().layer(replace_with(
                api,
                StatusCode::METHOD_NOT_ALLOWED,
                "the route does not support this method",
            ));
            let mut path = "";
            for endpoint in methods.into_values() {
                let Ok(filter) = MethodFilter::try_from(endpoint.operation.method().clone()) else { continue };
                path = endpoint.operation.path().trim_end_matches('/');
                let route = Arc::new(Route { authenticator: Arc::clone(&authenticator), limits, endpoint });
                let service = tower::service_fn(move |request| CatchUnwind { response: serve(&route, request), api });
                method_router = method_router.on_service(filter, service);
            }
            if !path.is_empty() {
                router = router.route(path, method_router.clone());
            }
            router = router.route(&format!("{path}/"), method_router);
        }
        router
    }
}

/// Removes the names of parameters and the trailing slash from a path template.
fn normalize(template: &str) -> String {
    let mut normalized = String::new();
    for segment in template.split('/').filter(|segment| !segment.is_empty()) {
        normalized.push('/');
        normalized.push_str(if segment.starts_with('{') { "{}" } else { segment });
    }
    normalized
}

/// Replaces every response with an error response.
fn replace_with(
    api: Option<&'static Api>,
    status: StatusCode,
    message: &'static str,
) -> MapResponseLayer<impl FnOnce(Response<Body>) -> Response<Body> + Clone + Send + Sync + 'static> {
    MapResponseLayer::new(move |_| Rejection::new(status, message).into_response(api))
}

/// An endpoint with everything that is needed to serve it.
struct Route<A: Authenticator> {
    authenticator: Arc<A>,
    limits: BodyLimits,
    endpoint: Endpoint<A::Principal>,
}

/// Turns a panic into a response.
struct CatchUnwind {
    response: ResponseFuture,
    api: Option<&'static Api>,
}

impl Future for CatchUnwind {
    type Output = Result<Response<Body>, Infallible>;

    fn poll(mut self: Pin<&mut Self>, context: &mut task::Context<'_>) -> Poll<Self::Output> {
        // The runtime's own data is unwind safe, because a route never changes. The panic hook has already written the
        // message of the panic to the program's log.
        match catch_unwind(AssertUnwindSafe(|| self.response.as_mut().poll(context))) {
            Ok(response) => response.map(Ok),
            Err(_) => {
                let rejection = Rejection::new(StatusCode::INTERNAL_SERVER_ERROR, "internal server error");
                Poll::Ready(Ok(rejection.into_response(self.api)))
            }
        }
    }
}

fn serve<A: Authenticator>(route: &Arc<Route<A>>, request: Request) -> ResponseFuture {
    let (parts, body) = request.into_parts();
    let parts = Box::new(parts);
    let Route { limits, endpoint, .. } = &**route;
    let operation = endpoint.operation;
    if operation.auth() == Auth::None && !endpoint.has_body {
        // Neither a token nor a body is awaited, so the future of the handler is sufficient.
        return endpoint.call(HandlerRequest { operation, principal: None, parts }, &[], limits.depth);
    }
    let route = Arc::clone(route);
    Box::pin(async move {
        match prepare(&route, parts, body).await {
            Ok(response) => response.await,
            Err(rejection) => rejection.into_response(Some(route.endpoint.operation.api())),
        }
    })
}

/// Authenticates the caller, receives the body if there is one, and calls the handler.
async fn prepare<A: Authenticator>(
    route: &Route<A>,
    parts: Box<Parts>,
    body: Body,
) -> Result<ResponseFuture, Rejection> {
    let Route { authenticator, limits, endpoint } = route;
    let Endpoint { operation, has_body, .. } = endpoint;
    if *has_body {
        request::check_length(&parts.headers, limits.bytes)?;
    }
    let principal = authenticate::principal(&parts, operation, &**authenticator).await?;
    let body = if *has_body { request::receive(&parts.headers, body, limits).await? } else { Bytes::new() };
    Ok(endpoint.call(HandlerRequest { operation, principal, parts }, &body, limits.depth))
}
