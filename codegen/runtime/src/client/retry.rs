//! When a request is sent again, and how long after.

use std::time::Duration;

use backon::{BackoffBuilder, ExponentialBackoff, ExponentialBuilder};
use http::header::{DATE, RETRY_AFTER};
use http::{HeaderMap, StatusCode};
use jiff::Timestamp;
use tokio::time::Instant;

use super::clock::http_date;

/// The pause before the first repetition; each later one is about twice as long as the one before.
const SHORTEST: Duration = Duration::from_millis(100);
const LONGEST: Duration = Duration::from_secs(10);

/// The repetitions that a request has left.
pub(super) struct Retries {
    most: usize,
    deadline: Instant,
    pauses: Option<ExponentialBackoff>,
}

impl Retries {
    pub(super) fn new(most: usize, deadline: Instant) -> Self {
        Self { most, deadline, pauses: None }
    }

    /// How long to wait before the request is sent again; nothing where it is not. `headers` are those of the answer,
    /// if there was one.
    pub(super) fn pause(&mut self, headers: Option<&HeaderMap>) -> Option<Duration> {
        if self.most == 0 {
            return None;
        }
        let pauses = self.pauses.get_or_insert_with(|| {
            let exponential = ExponentialBuilder::new().with_min_delay(SHORTEST).with_max_delay(LONGEST);
            exponential.with_max_times(self.most).with_jitter().build()
        });
        let pause = pauses.next()?;
        // On top of what the service asks for: else all that were told the same come back at the same moment.
        let pause = headers.and_then(retry_after).unwrap_or_default().saturating_add(pause);
        // There is no use in a pause that outlasts the call.
        let left = self.deadline.saturating_duration_since(Instant::now());
        (pause < left).then_some(pause)
    }
}

/// True for answers that another moment may change.
pub(super) fn is_passing(status: StatusCode) -> bool {
    matches!(
        status,
        StatusCode::TOO_MANY_REQUESTS
            | StatusCode::BAD_GATEWAY
            | StatusCode::SERVICE_UNAVAILABLE
            | StatusCode::GATEWAY_TIMEOUT
    )
}

/// How long the service wants to be left alone: in seconds, or until a point in time by its own clock.
fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let value = headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
    if let Ok(seconds) = value.parse() {
        return Some(Duration::from_secs(seconds));
    }
    let now = headers.get(DATE).and_then(|date| http_date(date.as_bytes())).unwrap_or_else(Timestamp::now);
    let until = http_date(value.as_bytes())?.duration_since(now);
    Some(Duration::try_from(until).unwrap_or_default())
}
