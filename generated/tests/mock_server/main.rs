//! The mock server over a real socket: what it remembers, what it refuses, and that it answers every documented route.

#[path = "../../examples/mock_server/mock/mod.rs"]
mod mock;

mod accounts;
mod buckets;
mod data;
mod limits;
mod log;
mod reference;
mod support;
mod walk;
