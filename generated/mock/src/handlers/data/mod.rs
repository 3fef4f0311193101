//! Monitoring data. Data that clients can delete is part of the state; other data is generated from the bucket's processes.

mod events;
mod issues;
mod metrics;
mod processes;
mod profiling;
mod traces;
