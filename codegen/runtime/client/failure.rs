//! Why something that several calls waited for did not come.

use std::error::Error as StdError;
use std::fmt;
use std::sync::Arc;

use super::error::{CallErrorKind, Error};
use crate::runtime::{BoxError, ErrorReply};

/// A failure that every waiting call gets.
#[derive(Debug, Clone)]
pub(super) struct Failure {
    pub(super) kind: CallErrorKind,
    pub(super) problem: &'static str,
    pub(super) reply: Option<ErrorReply>,
    source: Option<Shared>,
}

impl Failure {
    pub(super) fn new(kind: CallErrorKind, problem: &'static str) -> Self {
        Self { kind, problem, reply: None, source: None }
    }

    /// Where the reason is an error of any kind. Of one of the client's own, the service's answer is kept.
    pub(super) fn because(mut self, error: impl Into<BoxError>) -> Self {
        let error = error.into();
        self.reply = error.downcast_ref::<Error>().and_then(Error::reply).cloned();
        self.source = Some(Shared(error.into()));
        self
    }

    pub(super) fn source(&self) -> Option<BoxError> {
        self.source.clone().map(BoxError::from)
    }
}

/// An error that is the source of several others.
#[derive(Clone)]
struct Shared(Arc<dyn StdError + Send + Sync>);

impl fmt::Debug for Shared {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Display for Shared {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl StdError for Shared {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.0.source()
    }
}
