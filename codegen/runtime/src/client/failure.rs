//! Why something that several calls waited for did not come.

use std::error::Error as StdError;

use http::StatusCode;

use super::error::{CallErrorKind, Error, SharedError, causes};
use crate::BoxError;

/// A failure that every waiting call gets.
#[derive(Debug, Clone)]
pub(super) struct Failure {
    pub(super) kind: CallErrorKind,
    pub(super) problem: &'static str,
    /// An error of any kind. It is shared as it is, without a wrapper, so that callers can downcast it.
    pub(super) source: Option<SharedError>,
}

impl Failure {
    pub(super) fn new(kind: CallErrorKind, problem: &'static str) -> Self {
        Self { kind, problem, source: None }
    }

    pub(super) fn because(mut self, error: impl Into<BoxError>) -> Self {
        self.source = Some(error.into().into());
        self
    }

    /// The status code with which another operation failed, where that is the reason.
    pub(super) fn status_of_cause(&self) -> Option<StatusCode> {
        let source = self.source.as_deref()?;
        let status = |error: &(dyn StdError + 'static)| error.downcast_ref::<Error>().and_then(Error::status);
        status(source).or_else(|| causes(source).find_map(status))
    }
}
