//! Tests of the mock server over real connections.

mod accounts;
mod buckets;
mod cors;
mod data;
mod lifecycle;
mod limits;
mod log;
mod reference;
mod support;
mod walk;
