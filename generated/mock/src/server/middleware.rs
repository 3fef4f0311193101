//! The middleware around all routes: access log, CORS, recorded requests, faults, and limits for time, body and concurrency.

use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::Router;
use axum::body::{Body, HttpBody};
use axum::extract::{MatchedPath, Request, State};
use axum::middleware::{Next, from_fn, from_fn_with_state};
use axum::response::Response;
use bytes::Bytes;
use http::header::{CONTENT_LENGTH, CONTENT_TYPE};
use http::{HeaderValue, StatusCode};
use http_body_util::{BodyExt, Collected, LengthLimitError, Limited};
use serde::de::IgnoredAny;
use serde_json::json;
use tokio::sync::Semaphore;
use tokio::time::sleep;
use tower::limit::GlobalConcurrencyLimitLayer;
use tower_http::timeout::TimeoutLayer;

use crate::config::Config;
use crate::faults::Fault;
use crate::operations::OPERATIONS;
use crate::requests::RecordedRequest;
use crate::service::Service;

/// Wraps a router in the middleware. The access log is the outermost layer, so that it contains rejected requests, too.
///
/// A request counts toward the concurrency limit only after its body was received, so that slow senders do not delay
/// other requests.
pub fn wrap(router: Router, service: &Arc<Service>) -> Router {
    let Config { limits, cors, .. } = &service.config;
    let max_concurrent_requests = limits.max_concurrent_requests.clamp(1, Semaphore::MAX_PERMITS);
    let router = router
        .layer(GlobalConcurrencyLimitLayer::new(max_concurrent_requests))
        .layer(from_fn_with_state(limits.max_body_bytes, buffer_body))
        .layer(TimeoutLayer::with_status_code(StatusCode::REQUEST_TIMEOUT, limits.request_timeout))
        .layer(from_fn_with_state(Arc::clone(service), inject_fault))
        .layer(from_fn_with_state(Arc::clone(service), record_request));
    let router = match cors.layer() {
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

/// Records requests for the API. Those for the mock server's own routes are left out.
async fn record_request(State(service): State<Arc<Service>>, request: Request, next: Next) -> Response {
    let template = request.extensions().get::<MatchedPath>().cloned();
    let template = template.as_ref().map(MatchedPath::as_str);
    if template.is_some_and(|template| !OPERATIONS.has_path(template)) {
        return next.run(request).await;
    }
    let start = Instant::now();
    let mut record = RecordedRequest::new(request.method(), request.uri().path(), template);
    let response = next.run(request).await;
    record.status = response.status().as_u16();
    record.duration = start.elapsed();
    service.requests.push(record);
    response
}

/// Applies the fault of the next response of the operation, if there is one.
async fn inject_fault(State(service): State<Arc<Service>>, request: Request, next: Next) -> Response {
    let template = request.extensions().get::<MatchedPath>();
    let operation = template.and_then(|template| OPERATIONS.name(template.as_str(), request.method()));
    match operation.and_then(|operation| service.faults.take(operation)) {
        None => next.run(request).await,
        Some(Fault::Status(status)) => {
            let code = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
            let mut response = error_response(code, &format!("a fault of the mock server: status {status}"));
            if matches!(code, StatusCode::NO_CONTENT | StatusCode::RESET_CONTENT | StatusCode::NOT_MODIFIED) {
                *response.body_mut() = Body::empty();
            }
            response
        }
        Some(Fault::Delay(delay)) => {
            sleep(delay).await;
            next.run(request).await
        }
        Some(Fault::BrokenBody) => break_body(next.run(request).await).await,
    }
}

/// Cuts the body of a response in the middle.
async fn break_body(response: Response) -> Response {
    let (mut parts, body) = response.into_parts();
    let whole = body.collect().await.map(Collected::to_bytes).unwrap_or_default();
    let mut half = whole.slice(..whole.len() / 2);
    // A part of a number is a number, and a response without a body has nothing to cut.
    if serde_json::from_slice::<IgnoredAny>(&half).is_ok() || half.is_empty() {
        half = Bytes::from_static(b"{");
    }
    if parts.status == StatusCode::NO_CONTENT {
        parts.status = StatusCode::OK;
    }
    parts.headers.remove(CONTENT_LENGTH);
    parts.headers.entry(CONTENT_TYPE).or_insert(HeaderValue::from_static("application/json"));
    Response::from_parts(parts, Body::from(half))
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

pub(super) fn error_response(status: StatusCode, message: &str) -> Response {
    let mut response = Response::new(Body::from(json!({ "msg": message }).to_string()));
    *response.status_mut() = status;
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    response
}
