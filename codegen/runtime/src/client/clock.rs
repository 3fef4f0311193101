//! The clock of the service, as its answers show it.

use std::sync::{Mutex, PoisonError};

use http::header::DATE;
use http::{HeaderMap, HeaderValue};
use jiff::fmt::rfc2822::DateTimeParser;
use jiff::{SignedDuration, Timestamp};

/// How far the service's clock is ahead of this machine's. `Date` has whole seconds, so this has no more.
#[derive(Debug, Default)]
pub(super) struct Clock(Mutex<Option<Seen>>);

/// A date that an answer had, and how far it was ahead.
#[derive(Debug)]
struct Seen {
    date: HeaderValue,
    ahead: SignedDuration,
}

impl Clock {
    /// Learns the time from an answer. Most answers come within the same second as the one before and tell nothing new.
    pub(super) fn learn(&self, headers: &HeaderMap) {
        let Some(date) = headers.get(DATE) else { return };
        let mut seen = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if seen.as_ref().is_some_and(|seen| seen.date == *date) {
            return;
        }
        if let Some(time) = http_date(date.as_bytes()) {
            let ahead = SignedDuration::from_secs(time.as_second().saturating_sub(Timestamp::now().as_second()));
            *seen = Some(Seen { date: date.clone(), ahead });
        }
    }

    pub(super) fn offset(&self) -> Option<SignedDuration> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).as_ref().map(|seen| seen.ahead)
    }

    /// The time that the service has now.
    pub(super) fn now(&self) -> Timestamp {
        Timestamp::now().saturating_add(self.offset().unwrap_or_default()).unwrap_or(Timestamp::MAX)
    }
}

/// A point in time as HTTP headers write it.
pub(super) fn http_date(text: &[u8]) -> Option<Timestamp> {
    static PARSER: DateTimeParser = DateTimeParser::new();
    PARSER.parse_timestamp(text).ok()
}
