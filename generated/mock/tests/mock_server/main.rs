//! Tests of the mock server over real connections.

mod accounts;
mod buckets;
mod cors;
mod data;
mod faults;
mod lifecycle;
mod limits;
mod log;
mod reference;
mod requests;
mod support;
mod walk;
