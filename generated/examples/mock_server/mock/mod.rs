//! The service in memory. One type, [`Mock`], implements the stubs of every namespace, each in a module of its own.

use std::io;
use std::net::{IpAddr, SocketAddr};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use axum::Router;
use axum::routing::{get, post};
use http::header::HOST;
use http::request::Parts;
use http::uri::Authority;
use http::{HeaderMap, StatusCode};
use pm2_api::{
    Authenticator, Context, ErrorReply, Failure, Nothing, Refused, Reply, Response, RouteError, Secret, Server,
    Timestamp,
};
use serde_json::Value;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinHandle;

mod alert;
mod application;
mod auth;
mod billing;
mod bucket;
mod connections;
mod dashboard;
mod data;
mod docs;
mod ids;
mod layers;
#[cfg(target_os = "linux")]
mod memory;
mod misc;
mod seed;
mod state;
mod things;
mod tokens;
mod user;
mod webcheck;

pub use seed::{DEMO_ACCESS_TOKEN, DEMO_REFRESH_TOKEN};
use state::State;

/// What the mock is started with.
#[derive(Debug, Clone)]
pub struct Options {
    /// The address to listen on.
    pub host: IpAddr,
    /// The port to listen on; 0 for any that is free.
    pub port: u16,
    /// Ids, tokens and sample data follow from it.
    pub seed: u64,
    /// How long an access token is good for.
    pub token_lifetime: Duration,
    /// Whether a refresh token is good for one exchange only.
    pub rotate: bool,
    /// What a client may ask of the mock.
    pub limits: Limits,
}

/// What a client may ask of the mock.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// How many connections there may be; then the one that has been idle longest makes room.
    pub connections: usize,
    /// How many requests are answered at the same time; the others wait.
    pub requests: usize,
    /// How many bytes a request's body may have.
    pub body: usize,
    /// How long a request's headers may take, from the end of the request before.
    pub header_time: Duration,
    /// How long a request may take.
    pub request_time: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connections: 512,
            requests: 64,
            body: 256 * 1024,
            header_time: Duration::from_secs(10),
            request_time: Duration::from_secs(10),
        }
    }
}

/// The service in memory.
pub struct Mock {
    options: Options,
    address: SocketAddr,
    state: Mutex<State>,
}

/// Whose token a request carries.
#[derive(Debug, Clone)]
pub struct Caller {
    account: String,
    token: Secret,
}

/// A mock that runs.
pub struct Handle {
    #[allow(dead_code, reason = "only a reset needs it")]
    mock: Arc<Mock>,
    stop: watch::Sender<bool>,
    serving: JoinHandle<()>,
}

impl Handle {
    /// Makes everything as it was at the start.
    #[allow(dead_code, reason = "the program has a route for it")]
    pub fn reset(&self) {
        self.mock.reset();
    }

    /// Takes no more connections, finishes the requests under way, and ends.
    pub async fn stop(self) {
        let _ = self.stop.send(true);
        let _ = self.serving.await;
    }
}

/// Starts a mock, and tells where it listens.
///
/// # Errors
/// Where it cannot listen there.
pub async fn serve(options: Options) -> io::Result<(SocketAddr, Handle)> {
    let listener = TcpListener::bind((options.host, options.port)).await?;
    let address = listener.local_addr()?;
    let limits = options.limits;
    let mock = Arc::new(Mock { state: Mutex::new(seed::state(&options)), options, address });
    let router = layers::around(router(&mock), &limits);
    let (stop, stopped) = watch::channel(false);
    let serving = tokio::spawn(connections::serve(listener, router, limits, stopped));
    Ok((address, Handle { mock, stop, serving }))
}

/// Every namespace, and beside them what belongs to the mock alone.
fn router(mock: &Arc<Mock>) -> Router {
    let of_mock =
        Router::new().route("/mock/reset", post(reset)).route("/mock/mails", get(mails)).with_state(Arc::clone(mock));
    let of_service = Server::new(Doorman(Arc::clone(mock)))
        .body_limit(mock.options.limits.body)
        .with(pm2_api::endpoints(Arc::clone(mock)))
        .into_router();
    // Last, so that its 404 stays.
    docs::router().merge(of_mock).merge(of_service)
}

async fn reset(axum::extract::State(mock): axum::extract::State<Arc<Mock>>) -> StatusCode {
    mock.reset();
    StatusCode::NO_CONTENT
}

async fn mails(axum::extract::State(mock): axum::extract::State<Arc<Mock>>) -> axum::Json<Vec<Value>> {
    axum::Json(mock.state().mails.clone())
}

impl Mock {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn reset(&self) {
        *self.state() = seed::state(&self.options);
    }

    /// Does something with a bucket, where the caller is one of its members.
    fn in_bucket<T, E: RouteError>(
        &self,
        context: &Context<Caller>,
        id: &str,
        act: impl FnOnce(&mut state::Bucket) -> Result<T, Failure<E>>,
    ) -> Reply<T, E> {
        let mut state = self.state();
        let bucket = state.bucket(&context.principal.account, id)?;
        act(bucket).map(Into::into)
    }

    /// The same on the routes that may be called without a token: then any bucket will do.
    fn in_any_bucket<T, E: RouteError>(
        &self,
        context: &Context<Option<Caller>>,
        id: &str,
        act: impl FnOnce(&mut state::Bucket) -> Result<T, Failure<E>>,
    ) -> Reply<T, E> {
        let mut state = self.state();
        let bucket = match &context.principal {
            Some(caller) => state.bucket(&caller.account, id)?,
            None => state.any_bucket(id)?,
        };
        act(bucket).map(Into::into)
    }

    /// The base URL that the caller has reached the mock under.
    fn base_url(&self, headers: &HeaderMap) -> String {
        let host = headers.get(HOST).and_then(|host| Authority::try_from(host.as_bytes()).ok());
        host.map_or_else(|| format!("http://{}", self.address), |host| format!("http://{host}"))
    }
}

/// A failure with the first of these status codes that the route documents, or else with one that every route can answer.
fn refuse<E: RouteError>(codes: &[u16], message: &str) -> Failure<E> {
    let documented = |code: &u16| E::CODES.iter().find(|(known, _)| known == code).map(|(_, error)| *error);
    match codes.iter().find_map(documented) {
        Some(error) => Failure::new(error, message),
        None => {
            let status = if codes.contains(&403) { StatusCode::FORBIDDEN } else { StatusCode::BAD_REQUEST };
            Failure::Other(status, ErrorReply::new(message))
        }
    }
}

/// Success with a body of which the documentation says nothing.
fn undocumented<E>(reply: Reply<Value, E>) -> Reply<Nothing, E> {
    reply.map(|body| Response::new(Nothing).with_json(&body))
}

/// Success with nothing in it.
fn empty<T: Default, E>() -> Reply<T, E> {
    Ok(T::default().into())
}

/// Lets in those whose access token is good.
struct Doorman(Arc<Mock>);

impl Authenticator for Doorman {
    type Principal = Caller;

    async fn authenticate(&self, token: &Secret, _request: &Parts) -> Result<Caller, Refused> {
        let state = self.0.state();
        match state.access_tokens.get(token.expose()) {
            Some(known) if known.expire_at > Timestamp::now() => {
                Ok(Caller { account: known.account.clone(), token: token.clone() })
            }
            Some(_) => Err(Refused::Unauthorized("the access token has expired".to_owned())),
            None => Err(Refused::Unauthorized("the access token is not known".to_owned())),
        }
    }
}
