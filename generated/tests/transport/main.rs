//! The client over real sockets, with servers that do what each test says.

mod child;
mod connections;
mod download;
mod error_bodies;
mod faults;
mod gzip;
mod load;
mod messages;
mod own;
mod proxy;
mod server;
mod sizes;
mod timeouts;
mod tls;

use std::error::Error as StdError;

use pm2_api::{CallError, CallErrorKind, Client, ClientBuilder, Error, RouteError};

/// Settings for a client of one server, which sends nothing twice.
fn builder(url: String) -> ClientBuilder {
    Client::builder().base_urls(url).retries(0)
}

fn client(url: String) -> Client {
    builder(url).build().expect("sound settings")
}

/// The failure of a call that got no answer that can be read.
fn call_error<E: RouteError>(error: Error<E>) -> Box<CallError> {
    let Error::Call(error) = error else { panic!("an answer: {error}") };
    error
}

fn kind<E>(error: &Error<E>) -> Option<CallErrorKind> {
    let Error::Call(error) = error else { return None };
    Some(error.kind())
}

/// All that an error says about itself, its causes included.
fn all_text(error: &(dyn StdError + 'static)) -> String {
    let chain = std::iter::successors(Some(error), |&error| error.source());
    chain.map(|error| format!("{error}\n{error:?}\n{error:#?}\n")).collect()
}
