//! The server: what routers respond to valid and to invalid requests.

#[path = "../api/mod.rs"]
#[allow(dead_code, reason = "each test program uses a part of it")]
mod api;
mod authentication;
#[path = "../support/capture.rs"]
#[allow(dead_code, reason = "these tests only use the text")]
mod capture;
mod costs;
mod error_sizes;
#[path = "../support/fixed_response.rs"]
mod fixed_response;
mod forwarding;
mod invalid_requests;
mod leaks;
mod redirects;
mod requests;
mod routers;
mod slow_bodies;

use axum::Router;
use axum::body::Body;
use bytes::Bytes;
use http::{HeaderMap, Request, StatusCode};
use http_body_util::BodyExt;
use serde_json::Value;
use tower::ServiceExt;

/// The principal of the tests.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Ada;

/// A service without a handler, which responds to every valid request with 501.
struct Unimplemented;

impl api::books::BooksServer<Ada> for Unimplemented {}
impl api::branches::BranchesServer<Ada> for Unimplemented {}
impl api::loans::LoansServer<Ada> for Unimplemented {}
impl api::members::MembersServer<Ada> for Unimplemented {}
impl api::reminders::RemindersServer<Ada> for Unimplemented {}
impl api::tokens::TokensServer<Ada> for Unimplemented {}

/// Returns the response of a router.
async fn respond(router: Router, request: Request<Body>) -> (StatusCode, HeaderMap, Bytes) {
    let (parts, body) = router.oneshot(request).await.expect("a router always responds").into_parts();
    (parts.status, parts.headers, body.collect().await.expect("a complete body").to_bytes())
}

fn json(body: &[u8]) -> Value {
    serde_json::from_slice(body).unwrap_or_else(|error| panic!("{error}: {}", String::from_utf8_lossy(body)))
}
