//! PM2 Plus in memory: a stand-in for tests, and for trying things out.
//!
//! [`Mock`] starts it within a program; `cargo run -p pm2-mock` starts it as a program of its own. One type implements
//! the server traits of every namespace, each in a module of its own.

#![forbid(unsafe_code)]

use std::fmt;
use std::io;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use axum::Router;
use axum::routing::{get, post};
use http::header::HOST;
use http::request::Parts;
use http::uri::Authority;
use http::{HeaderMap, StatusCode};
use pm2_api::{
    AuthRejection, Authenticator, Context, ErrorResponse, HandlerError, HandlerResult, Nothing, Response, RouteError,
    Secret, Server, Timestamp,
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
pub(crate) struct Options {
    seed: u64,
    token_lifetime: Duration,
    rotate: bool,
    limits: Limits,
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

/// The service in memory: what every namespace's handlers share.
pub(crate) struct Service {
    options: Options,
    address: SocketAddr,
    state: Mutex<State>,
}

/// Whose token a request carries.
#[derive(Debug, Clone)]
pub(crate) struct Caller {
    account: String,
    token: Secret,
}

/// A mock server that is running. It stops when it is dropped.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let mock = pm2_mock::Mock::builder().seed(7).start().await?;
/// let client = pm2_api::Client::builder().base_urls(mock.url()).access_token(mock.access_token()).build()?;
/// assert!(!client.bucket().retrieve_all().await?.is_empty());
/// # Ok(())
/// # }
/// ```
pub struct Mock {
    service: Arc<Service>,
    stop: watch::Sender<bool>,
    serving: JoinHandle<()>,
}

impl Mock {
    /// Returns the settings for a mock server.
    pub fn builder() -> MockBuilder {
        MockBuilder::default()
    }

    /// Returns the address that the server listens on.
    pub fn address(&self) -> SocketAddr {
        self.service.address
    }

    /// Returns the base URL of the server, which stands in for every service of the API.
    pub fn url(&self) -> String {
        format!("http://{}", self.service.address)
    }

    /// Returns an access token of the user `demo`.
    pub fn access_token(&self) -> &'static str {
        DEMO_ACCESS_TOKEN
    }

    /// Returns a refresh token of the user `demo`.
    pub fn refresh_token(&self) -> &'static str {
        DEMO_REFRESH_TOKEN
    }

    /// Makes everything as it was at the start.
    pub fn reset(&self) {
        self.service.reset();
    }

    /// Takes no more connections, finishes the requests under way, and ends.
    pub async fn stop(mut self) {
        let _ = self.stop.send(true);
        let _ = (&mut self.serving).await;
    }
}

impl Drop for Mock {
    fn drop(&mut self) {
        // It fails only if the server has ended already.
        let _ = self.stop.send(true);
    }
}

impl fmt::Debug for Mock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Mock").field("address", &self.service.address).finish_non_exhaustive()
    }
}

/// Settings for a [`Mock`].
#[derive(Debug, Clone)]
#[must_use]
pub struct MockBuilder {
    host: IpAddr,
    port: u16,
    options: Options,
}

impl Default for MockBuilder {
    fn default() -> Self {
        let options =
            Options { seed: 1, token_lifetime: Duration::from_secs(86400), rotate: false, limits: Limits::default() };
        Self { host: IpAddr::V4(Ipv4Addr::LOCALHOST), port: 0, options }
    }
}

impl MockBuilder {
    /// Sets the address to listen on. Default: 127.0.0.1.
    pub fn host(mut self, host: IpAddr) -> Self {
        self.host = host;
        self
    }

    /// Sets the port to listen on. Default: 0, which stands for any that is free.
    pub fn port(mut self, port: u16) -> Self {
        self.port = port;
        self
    }

    /// Sets the number that ids, tokens and sample data follow from. Default: 1.
    pub fn seed(mut self, seed: u64) -> Self {
        self.options.seed = seed;
        self
    }

    /// Sets how long an access token is valid. Default: one day.
    pub fn token_lifetime(mut self, lifetime: Duration) -> Self {
        self.options.token_lifetime = lifetime;
        self
    }

    /// Sets whether a refresh token is valid for one exchange only. Default: no.
    pub fn rotate_refresh_tokens(mut self, rotate: bool) -> Self {
        self.options.rotate = rotate;
        self
    }

    /// Sets what a client may ask of the server.
    pub fn limits(mut self, limits: Limits) -> Self {
        self.options.limits = limits;
        self
    }

    /// Starts the server on the current tokio runtime.
    ///
    /// # Errors
    /// If it cannot listen on the address and port.
    pub async fn start(self) -> io::Result<Mock> {
        let Self { host, port, options } = self;
        let listener = TcpListener::bind((host, port)).await?;
        let address = listener.local_addr()?;
        let limits = options.limits;
        let service = Arc::new(Service { state: Mutex::new(seed::state(&options)), options, address });
        let router = layers::around(router(&service), &limits);
        let (stop, stopped) = watch::channel(false);
        let serving = tokio::spawn(connections::serve(listener, router, limits, stopped));
        Ok(Mock { service, stop, serving })
    }
}

/// Every namespace, and beside them what belongs to the mock alone.
fn router(mock: &Arc<Service>) -> Router {
    let of_mock =
        Router::new().route("/mock/reset", post(reset)).route("/mock/mails", get(mails)).with_state(Arc::clone(mock));
    let of_service = Server::new(Doorman(Arc::clone(mock)))
        .body_limit(mock.options.limits.body)
        .with(pm2_api::endpoints(Arc::clone(mock)))
        .into_router();
    // Last, so that its 404 stays.
    docs::router().merge(of_mock).merge(of_service)
}

async fn reset(axum::extract::State(mock): axum::extract::State<Arc<Service>>) -> StatusCode {
    mock.reset();
    StatusCode::NO_CONTENT
}

async fn mails(axum::extract::State(mock): axum::extract::State<Arc<Service>>) -> axum::Json<Vec<Value>> {
    axum::Json(mock.state().mails.clone())
}

impl Service {
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
        act: impl FnOnce(&mut state::Bucket) -> Result<T, HandlerError<E>>,
    ) -> HandlerResult<T, E> {
        let mut state = self.state();
        let bucket = state.bucket(&context.principal.account, id)?;
        act(bucket).map(Into::into)
    }

    /// The same on the routes that may be called without a token: then any bucket will do.
    fn in_any_bucket<T, E: RouteError>(
        &self,
        context: &Context<Option<Caller>>,
        id: &str,
        act: impl FnOnce(&mut state::Bucket) -> Result<T, HandlerError<E>>,
    ) -> HandlerResult<T, E> {
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
fn refuse<E: RouteError>(codes: &[u16], message: &str) -> HandlerError<E> {
    let documented = |code: &u16| E::CODES.iter().find(|(known, _)| known == code).map(|(_, error)| *error);
    match codes.iter().find_map(documented) {
        Some(error) => HandlerError::new(error, message),
        None => {
            let status = if codes.contains(&403) { StatusCode::FORBIDDEN } else { StatusCode::BAD_REQUEST };
            HandlerError::Other(status, ErrorResponse::new(message))
        }
    }
}

/// Success with a body of which the documentation says nothing.
fn undocumented<E>(reply: HandlerResult<Value, E>) -> HandlerResult<Nothing, E> {
    reply.map(|body| Response::new(Nothing).with_json(&body))
}

/// Success with nothing in it.
fn empty<T: Default, E>() -> HandlerResult<T, E> {
    Ok(T::default().into())
}

/// Lets in those whose access token is good.
struct Doorman(Arc<Service>);

impl Authenticator for Doorman {
    type Principal = Caller;

    async fn authenticate(&self, token: &Secret, _request: &Parts) -> Result<Caller, AuthRejection> {
        let state = self.0.state();
        match state.access_tokens.get(token.expose()) {
            Some(known) if known.expire_at > Timestamp::now() => {
                Ok(Caller { account: known.account.clone(), token: token.clone() })
            }
            Some(_) => Err(AuthRejection::Unauthorized("the access token has expired".to_owned())),
            None => Err(AuthRejection::Unauthorized("the access token is not known".to_owned())),
        }
    }
}
