//! From endpoints to a router.

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
use super::incoming::{self, Incoming, Limits};
use super::rejection::Rejection;
use super::wiring::{Answer, Endpoint, Endpoints};
use crate::{Api, Auth};

/// Joins the routes of stubs into a router.
pub struct Server<A: Authenticator> {
    authenticator: Arc<A>,
    limits: Limits,
    endpoints: Vec<Endpoint<A::Principal>>,
}

impl<A: Authenticator> Server<A> {
    /// A server without any route.
    pub fn new(authenticator: A) -> Self {
        let limits = Limits { bytes: 2 * 1024 * 1024, depth: 64, time: Duration::from_secs(30) };
        Self { authenticator: Arc::new(authenticator), limits, endpoints: Vec::new() }
    }

    /// How many bytes the body of a request may have. Default: 2 MiB.
    #[must_use]
    pub fn body_limit(mut self, bytes: usize) -> Self {
        self.limits.bytes = bytes;
        self
    }

    /// How long the body of a request may take to arrive, from its headers to its last byte. Default: 30 seconds.
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

    /// How many lists and objects may stand inside one another in the body of a request. Default: 64; more than 127 are
    /// never read.
    #[must_use]
    pub fn depth_limit(mut self, levels: usize) -> Self {
        self.limits.depth = levels.min(127);
        self
    }

    /// Adds the routes of a namespace. Of two stubs for the same routes, the one that was added last serves them.
    #[must_use]
    pub fn with(mut self, endpoints: Endpoints<A::Principal>) -> Self {
        self.endpoints.extend(endpoints.all);
        self
    }

    /// The router. It merges with other routers, nests below a prefix and takes layers like any other; among routers with
    /// a state, `into_router().with_state(())` fits any.
    ///
    /// Paths and methods that it does not have answer 404 and 405 with JSON. A fallback of the user's takes their place,
    /// whether it is given to this router or to one that this one is merged with. Where neither of two routers has one,
    /// axum keeps what the merged one answers, so merge this one last. Below a prefix it keeps what the outer one answers;
    /// `nest_service` does not.
    ///
    /// A stub that panics answers 500, unless the program is built to abort.
    pub fn into_router(self) -> Router {
        let Self { authenticator, limits, endpoints } = self;
        let api = endpoints.first().map(|endpoint| endpoint.operation.api());
        // Paths that differ only in a slash at their end, or in the names of their parameters, are one path to the router.
        let mut paths: BTreeMap<String, BTreeMap<&str, Endpoint<A::Principal>>> = BTreeMap::new();
        for endpoint in endpoints {
            let methods = paths.entry(pattern(endpoint.operation.path())).or_default();
            methods.insert(endpoint.operation.method().as_str(), endpoint);
        }
        // A layer around the fallbacks that axum has by itself: these give way to a user's, and one that is set does not.
        let mut router = Router::new().layer(answering(api, StatusCode::NOT_FOUND, "there is no such route"));
        for methods in paths.into_values() {
            let mut method_router = MethodRouter::<(), Infallible>::new().layer(answering(
                api,
                StatusCode::METHOD_NOT_ALLOWED,
                "the route has no such method",
            ));
            let mut path = "";
            for endpoint in methods.into_values() {
                let Ok(filter) = MethodFilter::try_from(endpoint.operation.method().clone()) else { continue };
                path = endpoint.operation.path().trim_end_matches('/');
                let route = Arc::new(Route { authenticator: Arc::clone(&authenticator), limits, endpoint });
                let service = tower::service_fn(move |request| Guarded { answer: serve(&route, request), api });
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

/// A path template without the names of its parameters, and without a slash at its end.
fn pattern(template: &str) -> String {
    let mut pattern = String::new();
    for segment in template.split('/').filter(|segment| !segment.is_empty()) {
        pattern.push('/');
        pattern.push_str(if segment.starts_with('{') { "{}" } else { segment });
    }
    pattern
}

/// Puts a refusal in the place of any answer.
fn answering(
    api: Option<&'static Api>,
    status: StatusCode,
    message: &'static str,
) -> MapResponseLayer<impl FnOnce(Response<Body>) -> Response<Body> + Clone + Send + Sync + 'static> {
    MapResponseLayer::new(move |_| Rejection::new(status, message).into_answer(api))
}

/// An endpoint with all that serving it takes.
struct Route<A: Authenticator> {
    authenticator: Arc<A>,
    limits: Limits,
    endpoint: Endpoint<A::Principal>,
}

/// The answer, whatever happens on the way to it.
struct Guarded {
    answer: Answer,
    api: Option<&'static Api>,
}

impl Future for Guarded {
    type Output = Result<Response<Body>, Infallible>;

    fn poll(mut self: Pin<&mut Self>, context: &mut task::Context<'_>) -> Poll<Self::Output> {
        // Nothing that is seen after a panic belongs to the runtime but the route, which is never changed. The panic's text
        // is for the log of the program, where the panic hook has written it.
        match catch_unwind(AssertUnwindSafe(|| self.answer.as_mut().poll(context))) {
            Ok(answer) => answer.map(Ok),
            Err(_) => {
                let refusal = Rejection::new(StatusCode::INTERNAL_SERVER_ERROR, "the server failed");
                Poll::Ready(Ok(refusal.into_answer(self.api)))
            }
        }
    }
}

fn serve<A: Authenticator>(route: &Arc<Route<A>>, request: Request) -> Answer {
    let (parts, body) = request.into_parts();
    let parts = Box::new(parts);
    let Route { limits, endpoint, .. } = &**route;
    let operation = endpoint.operation;
    if operation.auth() == Auth::None && !endpoint.has_body {
        // Nothing to wait for: the stub's own future is all that it takes.
        return endpoint.serve(Incoming { operation, principal: None, parts }, &[], limits.depth);
    }
    let route = Arc::clone(route);
    Box::pin(async move {
        match prepare(&route, parts, body).await {
            Ok(answer) => answer.await,
            Err(refusal) => refusal.into_answer(Some(route.endpoint.operation.api())),
        }
    })
}

/// Finds out who is calling, receives the body where there is to be one, and hands both on.
async fn prepare<A: Authenticator>(route: &Route<A>, parts: Box<Parts>, body: Body) -> Result<Answer, Rejection> {
    let Route { authenticator, limits, endpoint } = route;
    let Endpoint { operation, has_body, .. } = endpoint;
    if *has_body {
        incoming::check_length(&parts.headers, limits.bytes)?;
    }
    let principal = authenticate::principal(&parts, operation, &**authenticator).await?;
    let body = if *has_body { incoming::receive(&parts.headers, body, limits).await? } else { Bytes::new() };
    Ok(endpoint.serve(Incoming { operation, principal, parts }, &body, limits.depth))
}
