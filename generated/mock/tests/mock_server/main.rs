//! The mock server over a real socket: what it remembers, what it refuses, and that it answers every documented route.

mod accounts;
mod buckets;
mod data;
mod limits;
mod log;
mod reference;
mod support;
mod walk;
