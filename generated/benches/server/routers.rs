//! The routers that are compared. All answer the same two routes in the same way.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::routing::{get, post};
use axum::{Json, Router};
use http::header::AUTHORIZATION;
use http::{HeaderMap, StatusCode};
use pm2_api::types::User;
use pm2_api::{Context, FixedTokens, HandlerResult, JsonObject, Secret, Server};
use pm2_api::{actions, auth, bucket, dashboard, data, misc, node, orchestration, tokens, user};

/// What is asked with GET: a parameter in the path, nothing else.
pub const SHOW: &str = "/api/users/show/5c0a8ddfa6f1c11a2b3c4d5e";
/// What is asked with POST: a token, and [`BODY`].
pub const UPDATE: &str = "/api/users/update";
pub const TOKEN: &str = "a-token-of-a-length-that-is-common";
pub const BODY: &str =
    r#"{"username":"ada","email":"ada@example.com","info":{"company":"Analytical Engines","tags":["a","b"]}}"#;

struct Stub;

impl user::UserServer<u64> for Stub {
    async fn show(&self, _context: Context<()>, id: String) -> HandlerResult<user::ShowResponse, user::ShowError> {
        Ok(shown(id).into())
    }

    async fn update(&self, context: Context<u64>, body: user::UpdateBody) -> HandlerResult<User, user::UpdateError> {
        Ok(updated(context.principal, body).into())
    }
}

/// What both routers answer to `GET /api/users/show/{id}`.
fn shown(id: String) -> user::ShowResponse {
    user::ShowResponse { username: Some(id), ..Default::default() }
}

/// What both routers answer to `POST /api/users/update`.
fn updated(caller: u64, body: user::UpdateBody) -> User {
    let mut other = JsonObject::new();
    other.insert("caller".to_owned(), caller.into());
    other.insert("name".to_owned(), body.username.into());
    other.insert("info".to_owned(), body.info.into());
    User { other, ..Default::default() }
}

fn authenticator() -> FixedTokens<u64> {
    FixedTokens::new([(TOKEN, 7)])
}

/// The generated router with one namespace alone.
pub fn one_namespace() -> Router {
    Server::new(authenticator()).with(user::endpoints(Arc::new(Stub))).into_router()
}

macro_rules! unimplemented_namespaces {
    ($($($module:ident)::+ $server:ident),* $(,)?) => {
        $(impl $($module::)+$server<u64> for Stub {})*
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

/// The generated router with every route of the API.
pub fn every_route() -> Router {
    Server::new(authenticator()).with(pm2_api::endpoints(Arc::new(Stub))).into_router()
}

/// What a person would write with axum alone: the same paths, types, answers, and the same look at the token.
pub fn by_hand() -> Router {
    async fn show(Path(id): Path<String>) -> Json<user::ShowResponse> {
        Json(shown(id))
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
        Ok(Json(updated(caller.1, body)))
    }

    Router::new()
        .route("/api/users/show/{id}", get(show))
        .route("/api/users/update", post(update))
        .with_state(Arc::new(vec![(Secret::from(TOKEN), 7)]))
}
