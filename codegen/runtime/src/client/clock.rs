//! Estimates the service's clock from the `Date` headers of its responses.

use std::sync::{Mutex, PoisonError};

use http::header::DATE;
use http::{HeaderMap, HeaderValue};
use jiff::fmt::rfc2822::DateTimeParser;
use jiff::{SignedDuration, Timestamp};

/// Estimates how far the service's clock is ahead of this machine's, in whole seconds like `Date`.
#[derive(Debug, Default)]
pub(super) struct SkewEstimator(Mutex<Option<Sample>>);

/// A `Date` header, and how far it was ahead when it was received.
#[derive(Debug)]
struct Sample {
    date: HeaderValue,
    skew: SignedDuration,
}

impl SkewEstimator {
    /// Updates the estimate. A response in the same second as the previous one does not change it.
    pub(super) fn observe(&self, headers: &HeaderMap) {
        let Some(date) = headers.get(DATE) else { return };
        let mut sample = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if sample.as_ref().is_some_and(|sample| sample.date == *date) {
            return;
        }
        if let Some(time) = parse_http_date(date.as_bytes()) {
            let skew = SignedDuration::from_secs(time.as_second().saturating_sub(Timestamp::now().as_second()));
            *sample = Some(Sample { date: date.clone(), skew });
        }
    }

    /// Returns the estimate, or `None` before the first response.
    pub(super) fn offset(&self) -> Option<SignedDuration> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).as_ref().map(|sample| sample.skew)
    }

    /// Returns the current time by the service's clock.
    pub(super) fn now(&self) -> Timestamp {
        Timestamp::now().saturating_add(self.offset().unwrap_or_default()).unwrap_or(Timestamp::MAX)
    }
}

/// Parses the date of an HTTP header.
pub(super) fn parse_http_date(date: &[u8]) -> Option<Timestamp> {
    static PARSER: DateTimeParser = DateTimeParser::new();
    PARSER.parse_timestamp(date).ok()
}
