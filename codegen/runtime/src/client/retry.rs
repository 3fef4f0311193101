//! Decides whether and when a request is sent again.

use std::time::Duration;

use backon::{BackoffBuilder, ExponentialBackoff, ExponentialBuilder};
use http::header::{DATE, RETRY_AFTER};
use http::{HeaderMap, StatusCode};
use jiff::Timestamp;
use tokio::time::Instant;

use super::clock::parse_http_date;

/// The delay before the first retry. Each further delay is about twice as long.
const MIN_DELAY: Duration = Duration::from_millis(100);
const MAX_DELAY: Duration = Duration::from_secs(10);

/// The remaining retries of a request.
pub(super) struct Retries {
    max: usize,
    deadline: Instant,
    delays: Option<ExponentialBackoff>,
}

impl Retries {
    pub(super) fn new(max: usize, deadline: Instant) -> Self {
        Self { max, deadline, delays: None }
    }

    /// Returns the delay before the next attempt, or `None` after the last one. `headers` are those of the response, if
    /// there was one.
    pub(super) fn next_delay(&mut self, headers: Option<&HeaderMap>) -> Option<Duration> {
        if self.max == 0 {
            return None;
        }
        let delays = self.delays.get_or_insert_with(|| {
            let exponential = ExponentialBuilder::new().with_min_delay(MIN_DELAY).with_max_delay(MAX_DELAY);
            exponential.with_max_times(self.max).with_jitter().build()
        });
        let delay = delays.next()?;
        // Added to `Retry-After`, so that clients with the same value do not all return at the same moment.
        let delay = headers.and_then(retry_after).unwrap_or_default().saturating_add(delay);
        // An attempt after the deadline would be pointless.
        let remaining = self.deadline.saturating_duration_since(Instant::now());
        (delay < remaining).then_some(delay)
    }
}

/// Returns `true` for status codes after which the same request may succeed later.
pub(super) fn is_transient(status: StatusCode) -> bool {
    matches!(
        status,
        StatusCode::TOO_MANY_REQUESTS
            | StatusCode::BAD_GATEWAY
            | StatusCode::SERVICE_UNAVAILABLE
            | StatusCode::GATEWAY_TIMEOUT
    )
}

/// Parses `Retry-After`, which is a number of seconds or a date by the service's clock.
fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let value = headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
    if let Ok(seconds) = value.parse() {
        return Some(Duration::from_secs(seconds));
    }
    let now = headers.get(DATE).and_then(|date| parse_http_date(date.as_bytes())).unwrap_or_else(Timestamp::now);
    let until = parse_http_date(value.as_bytes())?.duration_since(now);
    Some(Duration::try_from(until).unwrap_or_default())
}
