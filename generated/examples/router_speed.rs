//! What the generated router costs beside a hand-written one that answers the same.
//!
//! `cargo run --release --package pm2-api --example router_speed` calls both within this process, in turns, and prints
//! allocations and CPU time for each request. With `-- --serve` each listens on a port of its own for a load generator.

use std::collections::BTreeMap;
use std::future::IntoFuture;
use std::hint::black_box;
use std::sync::Arc;
use std::time::Instant;

use axum::body::Body;
use axum::extract::{Path, State};
use axum::routing::{get, post};
use axum::{Json, Router};
use http::header::{AUTHORIZATION, CONTENT_TYPE};
use http::{HeaderMap, Request, StatusCode};
use http_body_util::BodyExt;
use pm2_api::types::User;
use pm2_api::{Context, FixedTokens, JsonObject, Reply, Secret, Server};
use pm2_api::{actions, auth, bucket, dashboard, data, misc, node, orchestration, tokens, user};
use tower::ServiceExt;

const TOKEN: &str = "a-token-of-a-length-that-is-common";
const BODY: &str =
    r#"{"username":"ada","email":"ada@example.com","info":{"company":"Analytical Engines","tags":["a","b"]}}"#;
const REQUESTS: u32 = 5_000;
const ROUNDS: usize = 60;

struct Stub;

impl user::UserServer<u64> for Stub {
    async fn show(&self, _context: Context<()>, id: String) -> Reply<user::ShowResponse, user::ShowError> {
        Ok(shown(id).into())
    }

    async fn update(&self, context: Context<u64>, body: user::UpdateBody) -> Reply<User, user::UpdateError> {
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

/// The routes of one namespace.
fn generated() -> Router {
    Server::new(authenticator()).with(user::endpoints(Arc::new(Stub))).into_router()
}

macro_rules! all {
    ($($($module:ident)::+ $server:ident),* $(,)?) => {
        $(impl $($module::)+$server<u64> for Stub {})*

        /// Every route of the API.
        fn generated_whole() -> Router {
            let stub = Arc::new(Stub);
            let server = Server::new(authenticator()).with(user::endpoints(Arc::clone(&stub)));
            server$(.with($($module::)+endpoints(Arc::clone(&stub))))*.into_router()
        }
    };
}

all! {
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

/// What a person would write with axum alone: the same paths, types, answers, and the same look at the token.
fn hand_written() -> Router {
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

fn get_request() -> Request<Body> {
    Request::get("/api/users/show/5c0a8ddfa6f1c11a2b3c4d5e").body(Body::empty()).expect("a request")
}

fn post_request() -> Request<Body> {
    Request::post("/api/users/update")
        .header(AUTHORIZATION, format!("Bearer {TOKEN}"))
        .header(CONTENT_TYPE, "application/json")
        .body(Body::from(BODY))
        .expect("a request")
}

type Make = fn() -> Request<Body>;

async fn call(router: &Router, request: Request<Body>) -> (StatusCode, bytes::Bytes) {
    let (parts, body) = router.clone().oneshot(request).await.expect("a router always answers").into_parts();
    (parts.status, body.collect().await.expect("a whole body").to_bytes())
}

/// The time that this thread was running, in nanoseconds; the time on the wall where the system does not tell.
fn cpu_time(start: Instant) -> u64 {
    // The system brings its books up to date when it is asked for another thread.
    std::thread::yield_now();
    let statistics = std::fs::read_to_string("/proc/thread-self/schedstat").ok();
    let running = statistics.and_then(|text| text.split(' ').next()?.parse().ok());
    running.unwrap_or_else(|| u64::try_from(start.elapsed().as_nanos()).unwrap_or(u64::MAX))
}

/// Nanoseconds for a request, of the fastest round: what disturbs a round makes it slower, never faster.
fn measure(runtime: &tokio::runtime::Runtime, routers: &BTreeMap<&'static str, Router>, make: Make) -> Vec<f64> {
    let start = Instant::now();
    let mut fastest = vec![f64::INFINITY; routers.len()];
    for round in 0..ROUNDS {
        // In turns, and not always in the same order.
        let mut order: Vec<usize> = (0..routers.len()).collect();
        order.rotate_left(round % routers.len());
        for index in order {
            let router = routers.values().nth(index).expect("one of the routers");
            let requests: Vec<_> = (0..REQUESTS).map(|_| make()).collect();
            let before = cpu_time(start);
            runtime.block_on(async {
                for request in requests {
                    black_box(call(router, request).await);
                }
            });
            let each = (cpu_time(start) - before) as f64 / f64::from(REQUESTS);
            fastest[index] = fastest[index].min(each);
        }
    }
    fastest
}

fn compare(runtime: &tokio::runtime::Runtime, title: &str, make: Make) {
    let routers = BTreeMap::from([
        ("1 hand-written", hand_written()),
        ("2 generated", generated()),
        ("3 all routes", generated_whole()),
    ]);
    let answers: Vec<_> = routers.values().map(|router| runtime.block_on(call(router, make()))).collect();
    assert!(answers.iter().all(|answer| *answer == answers[0] && answer.0 == StatusCode::OK), "{answers:?}");
    let times = measure(runtime, &routers, make);
    println!("{title}");
    for ((name, router), time) in routers.iter().zip(&times) {
        let request = make();
        let counted = allocation_counter::measure(|| {
            black_box(runtime.block_on(call(router, request)));
        });
        let (count, bytes, speed) = (counted.count_total, counted.bytes_total, times[0] / time);
        println!(
            "  {name:<15} {count:>3} allocations, {bytes:>5} bytes, {time:>6.0} ns, {speed:.3} of the hand-written speed"
        );
    }
}

/// Serves both until the process is ended.
async fn serve() -> std::io::Result<()> {
    let mut servers = Vec::new();
    for (name, router) in [("hand-written", hand_written()), ("generated", generated_whole())] {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
        println!("{name}: http://{}", listener.local_addr()?);
        servers.push(tokio::spawn(axum::serve(listener, router).into_future()));
    }
    for server in servers {
        server.await??;
    }
    Ok(())
}

fn main() -> std::io::Result<()> {
    if std::env::args().any(|argument| argument == "--serve") {
        return tokio::runtime::Runtime::new()?.block_on(serve());
    }
    let runtime = tokio::runtime::Builder::new_current_thread().build()?;
    compare(&runtime, "GET with a path parameter", get_request);
    compare(&runtime, "POST with a token and a JSON body", post_request);
    Ok(())
}
