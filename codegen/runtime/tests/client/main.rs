//! The client, against servers on 127.0.0.1 that follow a script and against transports in the same process.

#[path = "../api/mod.rs"]
#[allow(dead_code, reason = "each test program uses a part of it")]
mod api;
mod authentication;
mod calls;
mod cancellation;
#[path = "../support/capture.rs"]
mod capture;
mod child;
mod connections;
mod custom_transports;
mod discovery;
mod downloads;
mod error_bodies;
mod expiry;
#[path = "../support/fixed_response.rs"]
mod fixed_response;
mod gzip;
mod load;
mod logs;
mod messages;
mod mismatches;
mod protocol_errors;
mod proxies;
mod response_limits;
mod retries;
mod scripted_server;
mod secrets;
mod spans;
mod timeouts;
mod tls;
mod token_errors;
mod token_service;
mod trusted_hosts;

use std::error::Error as StdError;

use api::{Client, ClientBuilder};

/// How many calls a test makes at once. Each takes up to two file descriptors, and systems limit their number.
const MANY: usize = 200;

/// Returns the settings of a client of one server that never retries.
fn builder(url: String) -> ClientBuilder {
    Client::builder().base_urls(url).retries(0)
}

fn client(url: String) -> Client {
    builder(url).build().expect("valid settings")
}

/// Returns the messages of an error and its causes.
fn error_chain(error: &dyn StdError) -> String {
    let causes = std::iter::successors(Some(error), |&error| error.source());
    causes.map(ToString::to_string).collect::<Vec<_>>().join(": ")
}

/// Returns everything that an error and its causes display, with `Display` and with `Debug`.
fn full_text(error: &(dyn StdError + 'static)) -> String {
    let causes = std::iter::successors(Some(error), |&error| error.source());
    causes.map(|error| format!("{error}\n{error:?}\n{error:#?}\n")).collect()
}
