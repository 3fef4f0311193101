//! The typed call of each operation, with the arguments of the official client.

#![expect(deprecated, reason = "the official client also has the deprecated operations")]

mod account;
mod bucket;
mod data;

use std::pin::Pin;

use pm2_api::{Call, Client, FromResponse, RouteError};

use crate::args::Args;

/// A call. Its response is ignored.
pub type SentCall = Pin<Box<dyn Future<Output = Result<(), String>>>>;

/// An operation, and a function that calls it. The function fails if an argument has the wrong type.
pub type Entry = (&'static str, fn(&Client, &Args<'_>) -> Result<SentCall, String>);

/// Returns the entries of all tables.
pub fn all() -> impl Iterator<Item = &'static Entry> {
    [account::CALLS, bucket::CALLS, data::CALLS].into_iter().flatten()
}

/// Sends a call of any type.
fn send<T: FromResponse + 'static, E: RouteError + 'static>(call: Call<T, E>) -> Result<SentCall, String> {
    Ok(Box::pin(async { call.await.map(drop).map_err(|error| error.to_string()) }))
}
