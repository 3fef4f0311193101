//! Faults: responses that differ from what the service would send, so that tests can see how a client reacts.

use std::collections::VecDeque;
use std::error::Error;
use std::fmt;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::operations::OPERATIONS;

/// The maximum number of responses that one call can affect.
const MAX_TIMES: u32 = 10_000;
/// The maximum number of faults that are pending at the same time.
const MAX_PENDING: usize = 1_000;
const MAX_DELAY: Duration = Duration::from_secs(300);
/// The maximum length of a name in an error.
const MAX_SHOWN: usize = 60;

/// What is wrong with a response of a mock server.
///
/// It is independent of the request: a request without a token gets it as well.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Fault {
    /// The response has this status code, from 200 to 599. The request has no effect.
    Status(u16),
    /// The request is handled after this time, at most 300 seconds. [`Limits::request_timeout`](crate::Limits) does not
    /// include it.
    Delay(Duration),
    /// The request is handled, but the body of the response is cut in the middle, so that it is not valid JSON.
    BrokenBody,
}

/// Why a fault was rejected.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InvalidFault(String);

impl fmt::Display for InvalidFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Error for InvalidFault {}

/// A fault of the next responses of an operation, as JSON.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PendingFault {
    operation: String,
    #[serde(default = "once")]
    times: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    status: Option<u16>,
    #[serde(skip_serializing_if = "Option::is_none")]
    delay_ms: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    broken_body: Option<bool>,
}

fn once() -> u32 {
    1
}

impl PendingFault {
    pub fn new(operation: &str, fault: Fault, times: u32) -> Self {
        let (mut status, mut delay_ms, mut broken_body) = (None, None, None);
        match fault {
            Fault::Status(code) => status = Some(code),
            Fault::Delay(delay) => delay_ms = Some(u64::try_from(delay.as_millis()).unwrap_or(u64::MAX)),
            Fault::BrokenBody => broken_body = Some(true),
        }
        Self { operation: operation.to_owned(), times, status, delay_ms, broken_body }
    }

    /// Parses a JSON document.
    pub fn parse(json: &[u8]) -> Result<Self, InvalidFault> {
        let invalid = |message: &str| InvalidFault(format!("the body is not a fault, such as {EXAMPLE}: {message}"));
        // serde would also accept an array of the values.
        if json.trim_ascii_start().first() != Some(&b'{') {
            return Err(invalid("expected a JSON object"));
        }
        serde_json::from_slice(json).map_err(|error| {
            // serde quotes names and strings of the document.
            let message: String = error.to_string().chars().take(300).collect();
            invalid(&message)
        })
    }

    fn fault(&self) -> Result<Fault, InvalidFault> {
        match (self.status, self.delay_ms, self.broken_body) {
            (Some(status), None, None) => Ok(Fault::Status(status)),
            (None, Some(delay), None) => Ok(Fault::Delay(Duration::from_millis(delay))),
            (None, None, Some(true)) => Ok(Fault::BrokenBody),
            _ => {
                Err(InvalidFault("a fault has exactly one of `status`, `delay_ms` and `\"broken_body\": true`".into()))
            }
        }
    }

    /// Checks all values and replaces the operation's id by its name.
    fn validate(&mut self) -> Result<(), InvalidFault> {
        let Some(name) = OPERATIONS.find(&self.operation) else { return Err(unknown_operation(&self.operation)) };
        name.clone_into(&mut self.operation);
        if !(1..=MAX_TIMES).contains(&self.times) {
            return Err(InvalidFault(format!("`times` must be from 1 to {MAX_TIMES}, but is {}", self.times)));
        }
        match self.fault()? {
            Fault::Status(status) if !(200..=599).contains(&status) => {
                Err(InvalidFault(format!("the status code must be from 200 to 599, but is {status}")))
            }
            Fault::Delay(delay) if delay > MAX_DELAY => {
                Err(InvalidFault(format!("the delay must be at most {} milliseconds", MAX_DELAY.as_millis())))
            }
            Fault::Status(_) | Fault::Delay(_) | Fault::BrokenBody => Ok(()),
        }
    }
}

const EXAMPLE: &str = r#"{"operation": "bucket.retrieveAll", "times": 2, "status": 503}"#;

fn unknown_operation(name: &str) -> InvalidFault {
    let shown: String = name.chars().take(MAX_SHOWN).collect();
    let suggestion = match OPERATIONS.closest_match(name) {
        Some(similar) => format!("; did you mean `{similar}`?"),
        None => ", such as `bucket.retrieveAll`".to_owned(),
    };
    InvalidFault(format!("there is no operation `{shown}`{suggestion}"))
}

/// The faults of the next responses, in the order in which they were added.
#[derive(Default)]
pub struct Faults(Mutex<VecDeque<PendingFault>>);

impl Faults {
    /// Adds a fault and returns it as it was stored.
    pub fn add(&self, mut fault: PendingFault) -> Result<PendingFault, InvalidFault> {
        fault.validate()?;
        let mut pending = self.lock();
        if pending.len() >= MAX_PENDING {
            return Err(InvalidFault(format!(
                "there are already {MAX_PENDING} faults; `DELETE /mock/faults` removes them"
            )));
        }
        pending.push_back(fault.clone());
        Ok(fault)
    }

    /// Returns the fault of the next response of an operation, and counts that response.
    pub fn take(&self, operation: &str) -> Option<Fault> {
        let mut pending = self.lock();
        let index = pending.iter().position(|fault| fault.operation == operation)?;
        let next = pending.get_mut(index)?;
        next.times -= 1;
        let fault = next.fault().ok();
        if next.times == 0 {
            pending.remove(index);
        }
        fault
    }

    pub fn to_vec(&self) -> Vec<PendingFault> {
        self.lock().iter().cloned().collect()
    }

    pub fn clear(&self) {
        self.lock().clear();
    }

    fn lock(&self) -> MutexGuard<'_, VecDeque<PendingFault>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
