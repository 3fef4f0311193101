//! An in-memory mock server of the PM2 Plus (Keymetrics) API.
//!
//! The server implements all documented routes on the server traits of [`pm2_api`]. Users, tokens, buckets and their
//! contents are kept in memory and lost when the server stops. The monitoring data of servers and processes is sample
//! data. It depends only on a seed, so that a test gets the same values in each run.
//!
//! # In a test
//!
//! Add the library without the program's dependencies:
//!
//! ```toml
//! [dev-dependencies]
//! pm2-mock = { version = "0.1", default-features = false }
//! ```
//!
//! Each test starts its own server. The server listens on a free port of the loopback interface and stops when the
//! [`Mock`] is dropped:
//!
//! ```
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let mock = pm2_mock::Mock::builder().seed(7).start().await?;
//! let client = pm2_api::Client::builder().base_urls(mock.url()).access_token(mock.access_token()).build()?;
//! let buckets = client.bucket().retrieve_all().await?;
//! assert_eq!(buckets.len(), 3);
//! # Ok(())
//! # }
//! ```
//!
//! [`Mock::refresh_token`] tests a client that obtains its own access tokens, and [`MockBuilder::token_lifetime`] and
//! [`MockBuilder::rotate_refresh_tokens`] test how the client renews them.
//!
//! # Sample data
//!
//! The tokens belong to the user `demo`, who is a member of three buckets: `production` and `staging` as their owner, and
//! `research` as a guest of the user `ada`. The user `eve` has the bucket `private`. A user's password is the user name
//! followed by `-password`, and the email address is the user name at `example.com`.
//!
//! # As a program
//!
//! `cargo run -p pm2-mock` starts the server on port 8080; `cargo run -p pm2-mock -- --help` lists the options.
//! These routes belong to the mock server and not to the API:
//!
//! | route | effect |
//! |---|---|
//! | `GET /docs/` | the API reference, where each route can be tried out; `GET /` redirects there |
//! | `GET /openapi.json` | the OpenAPI document |
//! | `POST /mock/reset` | restores the initial state, like [`Mock::reset`] |
//! | `GET /mock/mails` | lists the last 100 emails that the service would have sent |
//! | `POST /mock/faults` | sets what is wrong with the next responses of an operation, like [`Mock::fault`] |
//! | `GET /mock/faults` | lists the faults that have not taken effect yet; `DELETE` removes them |
//! | `GET /mock/requests` | lists the last 1,000 requests, like [`Mock::requests`]; `DELETE` forgets them |
//!
//! A fault is a JSON object with an `operation`, a number of `times` (default: 1) and one of these fields:
//!
//! | field | response |
//! |---|---|
//! | `"status": 503` | has this status code |
//! | `"delay_ms": 2000` | is sent after this time |
//! | `"broken_body": true` | has a body that ends in the middle |
//!
//! ```sh
//! curl -X POST -d '{"operation": "bucket.retrieveAll", "times": 2, "status": 503}' http://127.0.0.1:8080/mock/faults
//! ```
//!
//! # Features
//!
//! `program`, a default feature, builds the program `pm2-mock`. The library does not need it.

#![forbid(unsafe_code)]

use std::fmt;
use std::io;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinHandle;

mod config;
mod cors;
mod faults;
mod handlers;
mod operations;
mod requests;
mod response;
mod server;
mod service;
mod state;

use config::Config;
pub use config::Limits;
pub use cors::{Cors, InvalidOrigin};
use faults::PendingFault;
pub use faults::{Fault, InvalidFault};
pub use requests::RecordedRequest;
use service::Service;
pub use state::sample_data::{DEMO_ACCESS_TOKEN, DEMO_REFRESH_TOKEN};

/// A running mock server.
///
/// Dropping it stops the server: no further connections are accepted, and requests in progress get five seconds to
/// complete as long as the tokio runtime runs. [`Mock::stop`] waits until the server has stopped.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let mock = pm2_mock::Mock::builder().start().await?;
/// let client = pm2_api::Client::builder().base_urls(mock.url()).refresh_token(mock.refresh_token()).build()?;
/// client.bucket().create(&pm2_api::bucket::CreateBody::new("new")).await?;
/// assert_eq!(client.bucket().retrieve_all().await?.len(), 4);
///
/// mock.reset();
/// assert_eq!(client.bucket().retrieve_all().await?.len(), 3);
/// mock.stop().await;
/// # Ok(())
/// # }
/// ```
#[must_use = "the mock server stops when it is dropped"]
pub struct Mock {
    service: Arc<Service>,
    stop: watch::Sender<bool>,
    serving: JoinHandle<()>,
}

impl Mock {
    /// Returns a builder with the default settings.
    pub fn builder() -> MockBuilder {
        MockBuilder::default()
    }

    /// Returns the address that the server listens on.
    pub fn address(&self) -> SocketAddr {
        self.service.address
    }

    /// Returns the base URL of the server, such as `http://127.0.0.1:34567`. It serves all services of the API.
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

    /// Sets what is wrong with the next `times` responses of an operation, such as `bucket.retrieveAll`.
    ///
    /// Several faults of one operation take effect one after another.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// use pm2_mock::{Fault, Mock};
    ///
    /// let mock = Mock::builder().start().await?;
    /// mock.fault("bucket.retrieveAll", Fault::Status(503), 2)?;
    /// let client = pm2_api::Client::builder().base_urls(mock.url()).access_token(mock.access_token()).build()?;
    /// // The client retries after each of the two responses.
    /// assert_eq!(client.bucket().retrieve_all().await?.len(), 3);
    ///
    /// let statuses: Vec<_> = mock.requests().iter().map(|request| request.status).collect();
    /// assert_eq!(statuses, [503, 503, 200]);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// Returns an error if there is no such operation, or if a number is out of range.
    pub fn fault(&self, operation: &str, fault: Fault, times: u32) -> Result<(), InvalidFault> {
        self.service.faults.add(PendingFault::new(operation, fault, times)).map(drop)
    }

    /// Removes all faults.
    pub fn clear_faults(&self) {
        self.service.faults.clear();
    }

    /// Returns the last 1,000 requests for the API that the server has responded to, oldest first.
    pub fn requests(&self) -> Vec<RecordedRequest> {
        self.service.requests.to_vec()
    }

    /// Forgets the requests so far.
    pub fn clear_requests(&self) {
        self.service.requests.clear();
    }

    /// Restores the initial state, and removes faults and recorded requests.
    pub fn reset(&self) {
        self.service.reset();
    }

    /// Stops the server and waits until it has stopped.
    ///
    /// The server accepts no further connections. Requests in progress get five seconds to complete.
    pub async fn stop(mut self) {
        let _ = self.stop.send(true);
        let _ = (&mut self.serving).await;
    }
}

impl Drop for Mock {
    fn drop(&mut self) {
        // This fails only if the server has already stopped.
        let _ = self.stop.send(true);
    }
}

impl fmt::Debug for Mock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Mock").field("address", &self.service.address).finish_non_exhaustive()
    }
}

/// The settings of a [`Mock`].
#[derive(Debug, Clone)]
#[must_use]
pub struct MockBuilder {
    host: IpAddr,
    port: u16,
    config: Config,
}

impl Default for MockBuilder {
    fn default() -> Self {
        Self { host: IpAddr::V4(Ipv4Addr::LOCALHOST), port: 0, config: Config::default() }
    }
}

impl MockBuilder {
    /// Sets the IP address to listen on. Default: 127.0.0.1.
    pub fn host(mut self, host: IpAddr) -> Self {
        self.host = host;
        self
    }

    /// Sets the port to listen on. Default: 0, which selects a free port.
    pub fn port(mut self, port: u16) -> Self {
        self.port = port;
        self
    }

    /// Sets the seed that IDs, tokens and sample data are generated from. Default: 1.
    pub fn seed(mut self, seed: u64) -> Self {
        self.config.seed = seed;
        self
    }

    /// Sets how long an access token is valid. Default: one day.
    ///
    /// The time of [`Mock::access_token`] starts when the server is started or reset.
    pub fn token_lifetime(mut self, lifetime: Duration) -> Self {
        self.config.token_lifetime = lifetime;
        self
    }

    /// Sets whether each exchange of a refresh token replaces that refresh token. Default: `false`.
    pub fn rotate_refresh_tokens(mut self, rotate: bool) -> Self {
        self.config.rotate_refresh_tokens = rotate;
        self
    }

    /// Sets the web pages that may send requests from a browser. Default: all pages.
    pub fn cors(mut self, cors: Cors) -> Self {
        self.config.cors = cors;
        self
    }

    /// Sets limits on the resources that clients can use.
    pub fn limits(mut self, limits: Limits) -> Self {
        self.config.limits = limits;
        self
    }

    /// Starts the server on the current tokio runtime.
    ///
    /// # Errors
    /// Returns an error if the server cannot listen on the address and port.
    ///
    /// # Panics
    /// Panics if it is called outside of a tokio runtime, or on one whose I/O or time driver is disabled.
    pub async fn start(self) -> io::Result<Mock> {
        let listener = TcpListener::bind((self.host, self.port)).await?;
        let limits = self.config.limits;
        let service = Arc::new(Service::new(self.config, listener.local_addr()?));
        let (stop, stopped) = watch::channel(false);
        let serving = tokio::spawn(server::serve(listener, server::router(&service), limits, stopped));
        Ok(Mock { service, stop, serving })
    }
}

/// Compiles the examples of the READMEs like those of the documentation. This package has the dependencies that they need.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
#[doc = include_str!("../../README.md")]
struct Readme;
