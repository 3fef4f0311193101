//! The HTTP server: routes, middleware and connections.

use std::sync::Arc;

use axum::Router;
use pm2_api::Server;

use crate::service::{Service, TokenAuthenticator};

mod connections;
mod control;
mod middleware;
mod reference_page;

pub use connections::serve;

/// Returns the router with all routes of the API, the reference page and the routes of the mock server itself.
pub fn router(service: &Arc<Service>) -> Router {
    let limits = service.config.limits;
    let api_routes = Server::new(TokenAuthenticator(Arc::clone(service)))
        .body_limit(limits.max_body_bytes)
        .with(pm2_api::endpoints(Arc::clone(service)))
        .into_router();
    // The API's router is merged last, so that its response to unknown paths is kept.
    let router = reference_page::router(&service.read()).merge(control::router(service)).merge(api_routes);
    middleware::wrap(router, service)
}
