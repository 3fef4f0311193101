//! The routes below `/mock/`, with which tests control the server.

use std::sync::Arc;

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use bytes::Bytes;
use http::StatusCode;

use super::middleware::error_response;
use crate::faults::PendingFault;
use crate::requests::RecordedRequest;
use crate::service::Service;
use crate::state::Mail;

pub fn router(service: &Arc<Service>) -> Router {
    Router::new()
        .route("/mock/reset", post(reset))
        .route("/mock/mails", get(mails))
        .route("/mock/faults", get(faults).post(add_fault).delete(clear_faults))
        .route("/mock/requests", get(requests).delete(clear_requests))
        .with_state(Arc::clone(service))
}

async fn reset(State(service): State<Arc<Service>>) -> StatusCode {
    service.reset();
    StatusCode::NO_CONTENT
}

async fn mails(State(service): State<Arc<Service>>) -> Json<Vec<Mail>> {
    Json(service.read().mails.clone())
}

async fn faults(State(service): State<Arc<Service>>) -> Json<Vec<PendingFault>> {
    Json(service.faults.to_vec())
}

async fn add_fault(State(service): State<Arc<Service>>, body: Bytes) -> Response {
    match PendingFault::parse(&body).and_then(|fault| service.faults.add(fault)) {
        Ok(fault) => (StatusCode::CREATED, Json(fault)).into_response(),
        Err(error) => error_response(StatusCode::BAD_REQUEST, &error.to_string()),
    }
}

async fn clear_faults(State(service): State<Arc<Service>>) -> StatusCode {
    service.faults.clear();
    StatusCode::NO_CONTENT
}

async fn requests(State(service): State<Arc<Service>>) -> Json<Vec<RecordedRequest>> {
    Json(service.requests.to_vec())
}

async fn clear_requests(State(service): State<Arc<Service>>) -> StatusCode {
    service.requests.clear();
    StatusCode::NO_CONTENT
}
