//! What a stub learns of a request beside its arguments.

use std::future::{Ready, ready};

use http::request::Parts;
use http::{Extensions, HeaderMap, StatusCode, Uri};

use super::reply::{Failure, Reply};
use crate::runtime::{ErrorReply, Operation};

/// What a stub learns of a request beside its arguments.
///
/// `P` is the authenticator's principal on routes that want a token, an `Option` of it on those that may do without, and
/// `()` on those that never look at one.
#[derive(Debug)]
pub struct Context<P> {
    /// Who is calling.
    pub principal: P,
    pub(super) operation: &'static Operation,
    pub(super) parts: Parts,
}

impl<P> Context<P> {
    /// The operation that is called.
    pub fn operation(&self) -> &'static Operation {
        self.operation
    }

    /// The headers of the request.
    pub fn headers(&self) -> &HeaderMap {
        &self.parts.headers
    }

    /// The URI of the request.
    pub fn uri(&self) -> &Uri {
        &self.parts.uri
    }

    /// What layers around the router have added.
    pub fn extensions(&self) -> &Extensions {
        &self.parts.extensions
    }

    /// 501, the answer of a route that a stub does not implement. The arguments are taken so that none is left unused.
    pub(crate) fn not_implemented<A, T, E>(self, _arguments: A) -> Ready<Reply<T, E>> {
        let message = format!("{} is not implemented", self.operation.id());
        ready(Err(Failure::Other(StatusCode::NOT_IMPLEMENTED, ErrorReply::new(message))))
    }
}
