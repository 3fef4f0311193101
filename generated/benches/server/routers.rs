//! The routers that are compared. All of them return the same responses on two routes.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::routing::{get, post};
use axum::{Json, Router};
use http::header::AUTHORIZATION;
use http::{HeaderMap, StatusCode};
use pm2_api::types::User;
use pm2_api::{Context, FixedTokens, HandlerResult, JsonObject, Secret, Server};
use pm2_api::{actions, auth, bucket, dashboard, data, misc, node, orchestration, tokens, user};

/// The path of the GET request, which has a path parameter and no token.
pub const SHOW: &str = "/api/users/show/5c0a8ddfa6f1c11a2b3c4d5e";
/// The path of the POST request, which has a token and [`BODY`].
pub const UPDATE: &str = "/api/users/update";
pub const TOKEN: &str = "a-token-with-a-realistic-length";
pub const BODY: &str =
    r#"{"username":"ada","email":"ada@example.com","info":{"company":"Analytical Engines","tags":["a","b"]}}"#;

struct Handlers;

impl user::UserServer<u64> for Handlers {
    async fn show(&self, _context: Context<()>, id: String) -> HandlerResult<user::ShowResponse, user::ShowError> {
        Ok(show_response(id).into())
    }

    async fn update(&self, context: Context<u64>, body: user::UpdateBody) -> HandlerResult<User, user::UpdateError> {
        Ok(update_response(context.principal, body).into())
    }
}

/// Returns the response to `GET /api/users/show/{id}`.
fn show_response(id: String) -> user::ShowResponse {
    user::ShowResponse { username: Some(id), ..Default::default() }
}

/// Returns the response to `POST /api/users/update`.
fn update_response(caller: u64, body: user::UpdateBody) -> User {
    let mut other = JsonObject::new();
    other.insert("caller".to_owned(), caller.into());
    other.insert("name".to_owned(), body.username.into());
    other.insert("info".to_owned(), body.info.into());
    User { other, ..Default::default() }
}

fn authenticator() -> FixedTokens<u64> {
    FixedTokens::new([(TOKEN, 7)])
}

/// Returns the generated router with the routes of one namespace.
pub fn one_namespace() -> Router {
    Server::new(authenticator()).with(user::endpoints(Arc::new(Handlers))).into_router()
}

macro_rules! unimplemented_namespaces {
    ($($($module:ident)::+ $server:ident),* $(,)?) => {
        $(impl $($module::)+$server<u64> for Handlers {})*
    };
}

unimplemented_namespaces! {
    actions ActionsServer, auth AuthServer, bucket BucketServer, bucket::alert AlertServer,
    bucket::alert::analyzer AnalyzerServer, bucket::application ApplicationServer, bucket::billing BillingServer,
    bucket::server ServerServer, bucket::webcheck WebcheckServer, dashboard DashboardServer,
    data::dependencies DependenciesServer, data::events EventsServer, data::exceptions ExceptionsServer,
    data::issues IssuesServer, data::logs LogsServer, data::metrics MetricsServer,
    data::notifications NotificationsServer, data::outliers OutliersServer, data::processes ProcessesServer,
    data::profiling ProfilingServer, data::status StatusServer, data::traces TracesServer,
    data::transactions TransactionsServer, misc MiscServer, node NodeServer, orchestration OrchestrationServer,
    tokens TokensServer, user::otp OtpServer, user::providers ProvidersServer,
}

/// Returns the generated router with all routes of the API.
pub fn all_routes() -> Router {
    Server::new(authenticator()).with(pm2_api::endpoints(Arc::new(Handlers))).into_router()
}

/// Returns a router written by hand with axum, with the same paths, types, responses and token check.
pub fn hand_written() -> Router {
    async fn show(Path(id): Path<String>) -> Json<user::ShowResponse> {
        Json(show_response(id))
    }

    async fn update(
        State(tokens): State<Arc<Vec<(Secret, u64)>>>,
        headers: HeaderMap,
        Json(body): Json<user::UpdateBody>,
    ) -> Result<Json<User>, StatusCode> {
        let header =
            headers.get(AUTHORIZATION).and_then(|value| value.to_str().ok()).ok_or(StatusCode::UNAUTHORIZED)?;
        let token = Secret::from(header.strip_prefix("Bearer ").ok_or(StatusCode::UNAUTHORIZED)?);
        let caller = tokens.iter().find(|(known, _)| *known == token).ok_or(StatusCode::UNAUTHORIZED)?;
        Ok(Json(update_response(caller.1, body)))
    }

    Router::new()
        .route("/api/users/show/{id}", get(show))
        .route("/api/users/update", post(update))
        .with_state(Arc::new(vec![(Secret::from(TOKEN), 7)]))
}
