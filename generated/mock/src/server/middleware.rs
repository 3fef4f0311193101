//! The middleware around all routes: access log, time limit, body limit and concurrency limit.

use std::time::{Duration, Instant};

use axum::Router;
use axum::body::{Body, HttpBody};
use axum::extract::{MatchedPath, Request, State};
use axum::middleware::{Next, from_fn, from_fn_with_state};
use axum::response::Response;
use http::header::CONTENT_TYPE;
use http::{HeaderValue, StatusCode};
use http_body_util::{BodyExt, LengthLimitError, Limited};
use serde_json::json;
use tokio::sync::Semaphore;
use tower::limit::GlobalConcurrencyLimitLayer;
use tower_http::timeout::TimeoutLayer;

use crate::config::Config;

/// Wraps a router in the middleware. The access log is the outermost layer, so that it contains rejected requests, too.
///
/// A request counts toward the concurrency limit only after its body was received, so that slow senders do not delay
/// other requests.
pub fn wrap(router: Router, config: &Config) -> Router {
    let limits = &config.limits;
    let max_concurrent_requests = limits.max_concurrent_requests.clamp(1, Semaphore::MAX_PERMITS);
    let router = router
        .layer(GlobalConcurrencyLimitLayer::new(max_concurrent_requests))
        .layer(from_fn_with_state(limits.max_body_bytes, buffer_body))
        .layer(TimeoutLayer::with_status_code(StatusCode::REQUEST_TIMEOUT, limits.request_timeout));
    let router = match config.cors.layer() {
        Some(cors) => router.layer(cors),
        None => router,
    };
    router.layer(from_fn(log_access))
}

/// Logs one line per request. The line contains the template of the path, because path and query can contain secrets.
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

/// Receives the whole body before the request is handled.
async fn buffer_body(State(max_bytes): State<usize>, request: Request, next: Next) -> Response {
    let (parts, body) = request.into_parts();
    let too_large =
        || error_response(StatusCode::PAYLOAD_TOO_LARGE, &format!("the body is larger than {max_bytes} bytes"));
    // If the announced length exceeds the limit, the body is not awaited.
    if body.size_hint().lower() > max_bytes as u64 {
        return too_large();
    }
    match Limited::new(body, max_bytes).collect().await {
        Ok(body) => next.run(Request::from_parts(parts, Body::from(body.to_bytes()))).await,
        Err(error) if error.is::<LengthLimitError>() => too_large(),
        Err(_) => error_response(StatusCode::BAD_REQUEST, "the body is incomplete"),
    }
}

fn error_response(status: StatusCode, message: &str) -> Response {
    let mut response = Response::new(Body::from(json!({ "msg": message }).to_string()));
    *response.status_mut() = status;
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    response
}
