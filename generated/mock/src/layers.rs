//! What every request passes on its way to a stub.

use std::time::{Duration, Instant};

use axum::Router;
use axum::body::{Body, HttpBody};
use axum::extract::{MatchedPath, Request, State};
use axum::middleware::{Next, from_fn, from_fn_with_state};
use axum::response::Response;
use http::header::CONTENT_TYPE;
use http::{HeaderValue, StatusCode};
use http_body_util::{BodyExt, LengthLimitError, Limited};
use serde_json::{Value, json};
use tower::limit::GlobalConcurrencyLimitLayer;
use tower_http::timeout::TimeoutLayer;

use super::Limits;

/// The router inside its layers: the access log outermost, then what limits a request.
///
/// A body is received as a whole before the request counts among those that are answered at the same time: so a slow
/// sender keeps nobody waiting.
pub fn around(router: Router, limits: &Limits) -> Router {
    router
        .layer(GlobalConcurrencyLimitLayer::new(limits.requests))
        .layer(from_fn_with_state(limits.body, receive_body))
        .layer(TimeoutLayer::with_status_code(StatusCode::REQUEST_TIMEOUT, limits.request_time))
        .layer(from_fn(log_access))
}

/// One line for each request. The path is the route's template: values in path or query may be secret.
async fn log_access(request: Request, next: Next) -> Response {
    let start = Instant::now();
    let method = request.method().clone();
    let path = request.extensions().get::<MatchedPath>().cloned();
    let response = next.run(request).await;
    let path = path.as_ref().map_or("-", MatchedPath::as_str);
    let elapsed: Duration = start.elapsed();
    tracing::info!(%method, path, status = response.status().as_u16(), ?elapsed);
    response
}

async fn receive_body(State(limit): State<usize>, request: Request, next: Next) -> Response {
    let (parts, body) = request.into_parts();
    let too_large = || {
        let message = format!("the body is larger than {limit} bytes");
        with_json(StatusCode::PAYLOAD_TOO_LARGE, &json!({ "msg": message }))
    };
    // Nobody waits for a body that says of itself that it is too large.
    if body.size_hint().lower() > limit as u64 {
        return too_large();
    }
    match Limited::new(body, limit).collect().await {
        Ok(body) => next.run(Request::from_parts(parts, Body::from(body.to_bytes()))).await,
        Err(error) if error.is::<LengthLimitError>() => too_large(),
        Err(_) => with_json(StatusCode::BAD_REQUEST, &json!({ "msg": "the body is incomplete" })),
    }
}

fn with_json(status: StatusCode, body: &Value) -> Response {
    let mut response = Response::new(Body::from(body.to_string()));
    *response.status_mut() = status;
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    response
}
