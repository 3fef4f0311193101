//! For each operation the typed call that the official client's arguments are given to.

#![expect(deprecated, reason = "the official client has the deprecated operations, too")]

mod account;
mod bucket;
mod data;

use std::pin::Pin;

use pm2_api::{Call, Client, FromResponse, RouteError};

use crate::args::Args;

/// A call on its way. What it is answered with does not matter here, as long as it is answered.
pub type Sending = Pin<Box<dyn Future<Output = Result<(), String>>>>;

/// An operation, and how its arguments are given to the client. It fails where they are not of the types called for.
pub type Entry = (&'static str, fn(&Client, &Args<'_>) -> Result<Sending, String>);

/// All that is in the tables.
pub fn all() -> impl Iterator<Item = &'static Entry> {
    [account::CALLS, bucket::CALLS, data::CALLS].into_iter().flatten()
}

/// Sends a call of any type.
fn sent<T: FromResponse + 'static, E: RouteError + 'static>(call: Call<T, E>) -> Result<Sending, String> {
    Ok(Box::pin(async { call.await.map(drop).map_err(|error| error.to_string()) }))
}
