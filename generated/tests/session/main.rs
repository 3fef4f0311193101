//! Tokens, nodes, repetitions, logs and dropped calls, against servers on 127.0.0.1 that answer as a script says.

mod account;
mod authentication;
mod cancel;
mod capture;
mod expiry;
mod logs;
mod nodes;
mod refusal;
mod retries;
mod secrets;
mod server;
mod spans;
mod trust;
