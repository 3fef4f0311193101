//! The HTTP server: routes, middleware and connections.

use std::sync::Arc;

use axum::extract::State;
use axum::routing::{get, post};
use axum::{Json, Router};
use http::StatusCode;
use pm2_api::Server;

use crate::service::{Service, TokenAuthenticator};
use crate::state::Mail;

mod connections;
mod middleware;
mod reference_page;

pub use connections::serve;

/// Returns the router with all routes of the API, the reference page and the routes of the mock server itself.
pub fn router(service: &Arc<Service>) -> Router {
    let limits = service.config.limits;
    let mock_routes = Router::new()
        .route("/mock/reset", post(reset))
        .route("/mock/mails", get(mails))
        .with_state(Arc::clone(service));
    let api_routes = Server::new(TokenAuthenticator(Arc::clone(service)))
        .body_limit(limits.max_body_bytes)
        .with(pm2_api::endpoints(Arc::clone(service)))
        .into_router();
    // The API's router is merged last, so that its response to unknown paths is kept.
    let router = reference_page::router(&service.read()).merge(mock_routes).merge(api_routes);
    middleware::wrap(router, &service.config)
}

async fn reset(State(service): State<Arc<Service>>) -> StatusCode {
    service.reset();
    StatusCode::NO_CONTENT
}

async fn mails(State(service): State<Arc<Service>>) -> Json<Vec<Mail>> {
    Json(service.read().mails.clone())
}
