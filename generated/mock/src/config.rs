//! The settings of a mock server.

use std::time::Duration;

use pm2_api::Timestamp;

use crate::cors::Cors;

/// Limits on the resources that clients of a mock server can use.
///
/// ```
/// use pm2_mock::Limits;
///
/// let limits = Limits { max_body_bytes: 1024, ..Limits::default() };
/// let builder = pm2_mock::Mock::builder().limits(limits);
/// ```
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// The maximum number of open connections, at least 1. Default: 512.
    ///
    /// When the limit is reached, a new connection replaces the one that has been idle longest.
    pub max_connections: usize,
    /// The maximum number of requests that are handled at the same time, at least 1. Default: 64.
    ///
    /// Further requests wait.
    pub max_concurrent_requests: usize,
    /// The maximum size of a request body in bytes. Default: 262,144 (256 KiB).
    ///
    /// Larger requests are rejected with status 413.
    pub max_body_bytes: usize,
    /// The maximum time until the headers of a request are complete. Default: 10 seconds.
    ///
    /// The time starts when the connection is opened or the previous response is complete. Slower connections are closed.
    pub header_timeout: Duration,
    /// The maximum time for receiving a body and handling the request. Default: 10 seconds.
    ///
    /// Slower requests are rejected with status 408.
    pub request_timeout: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            max_connections: 512,
            max_concurrent_requests: 64,
            max_body_bytes: 256 * 1024,
            header_timeout: Duration::from_secs(10),
            request_timeout: Duration::from_secs(10),
        }
    }
}

/// The settings that the server needs while it runs.
#[derive(Debug, Clone)]
pub struct Config {
    pub seed: u64,
    pub token_lifetime: Duration,
    pub rotate_refresh_tokens: bool,
    pub cors: Cors,
    pub limits: Limits,
}

impl Config {
    /// Returns when an access token that is issued now expires.
    pub fn token_expiry(&self) -> Timestamp {
        Timestamp::now().checked_add(self.token_lifetime).unwrap_or(Timestamp::MAX)
    }
}

impl Default for Config {
    fn default() -> Self {
        Self {
            seed: 1,
            token_lifetime: Duration::from_secs(24 * 60 * 60),
            rotate_refresh_tokens: false,
            cors: Cors::default(),
            limits: Limits::default(),
        }
    }
}
