//! What becomes of the body of a success: JSON is read as a type, a download is handed on unread.

use std::io;

use http_body_util::{BodyExt, Limited};
use serde::de::DeserializeOwned;
use tower_http::timeout::{TimeoutBody, TimeoutError};

use super::error::{CallError, CallErrorKind};
use super::send::Success;
use super::wire::{ReceivedBody, Unread};
use crate::runtime::error::Extent;
use crate::runtime::{BoxError, Download, ErrorReply, Response, decode};

/// What a call can answer with: any type that is read from JSON, and [`Download`].
pub trait Receive: Sized {
    #[doc(hidden)]
    const WAY: Way;

    #[doc(hidden)]
    fn receive(success: Success) -> Result<Response<Self>, Box<CallError>>;
}

/// Whether a body is received before the call is over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// It is.
    Whole,
    /// It is received when it is read.
    AsRead,
}

impl<T: DeserializeOwned + Default> Receive for T {
    const WAY: Way = Way::Whole;

    fn receive(success: Success) -> Result<Response<Self>, Box<CallError>> {
        match decode::leniently(success.raw()) {
            Ok((body, mismatches)) => Ok(success.into_response(body, mismatches)),
            Err(problem) => Err(Box::new(success.undecodable(problem))),
        }
    }
}

impl Receive for Download {
    const WAY: Way = Way::AsRead;

    fn receive(mut success: Success) -> Result<Response<Self>, Box<CallError>> {
        let download = match std::mem::replace(&mut success.body, ReceivedBody::Whole(bytes::Bytes::new())) {
            ReceivedBody::Whole(bytes) => Self::new(bytes),
            ReceivedBody::Unread(Unread { body, limit, timeout }) => {
                Self::from_body(TimeoutBody::new(timeout, Limited::new(body, limit)).map_err(plain))
            }
        };
        Ok(success.into_response(download, Vec::new()))
    }
}

/// A time-out as the standard library names it: callers can tell it apart without a library of ours.
fn plain(error: BoxError) -> BoxError {
    if error.is::<TimeoutError>() { io::Error::new(io::ErrorKind::TimedOut, error).into() } else { error }
}

impl Success {
    fn undecodable(self, problem: serde_json::Error) -> CallError {
        let raw = self.raw().clone();
        let Self { operation, path, status, headers, body: _ } = self;
        let reply = ErrorReply::from_parts(status, headers, raw, Extent::Whole);
        let text = "the answer is not JSON".to_owned();
        // serde_json names line and column, never a value.
        CallError::new(operation, path, CallErrorKind::Decode, text, Some(problem.into())).with_reply(reply)
    }
}
