//! What a stub learns of a request beside its arguments.

use std::fmt;
use std::future::{Ready, ready};
use std::net::SocketAddr;

use axum::extract::ConnectInfo;
use http::request::Parts;
use http::{Extensions, HeaderMap, Method, StatusCode, Uri};

use super::response::{HandlerError, HandlerResult};
use crate::{ErrorResponse, Operation};

/// What a stub learns of a request beside its arguments.
///
/// `P` is the authenticator's principal on routes that want a token, an `Option` of it on those that may do without, and
/// `()` on those that never look at one.
pub struct Context<P> {
    /// Who is calling.
    pub principal: P,
    pub(super) operation: &'static Operation,
    pub(super) parts: Box<Parts>,
}

impl<P> Context<P> {
    /// The operation that is called; its path is the template that the request has matched.
    pub fn operation(&self) -> &'static Operation {
        self.operation
    }

    /// The method of the request: that of the operation, or `HEAD` where it is `GET`.
    pub fn method(&self) -> &Method {
        &self.parts.method
    }

    /// The headers of the request.
    pub fn headers(&self) -> &HeaderMap {
        &self.parts.headers
    }

    /// The URI of the request, without a prefix that the router is nested below.
    pub fn uri(&self) -> &Uri {
        &self.parts.uri
    }

    /// What layers around the router have added.
    pub fn extensions(&self) -> &Extensions {
        &self.parts.extensions
    }

    /// The address of the other end of the connection, if the router is served with
    /// `into_make_service_with_connect_info::<SocketAddr>()`.
    pub fn remote(&self) -> Option<SocketAddr> {
        self.parts.extensions.get::<ConnectInfo<SocketAddr>>().map(|info| info.0)
    }

    /// 501, the answer of a route that a stub does not implement. The arguments are taken so that none is left unused.
    #[doc(hidden)]
    pub fn not_implemented<A, T, E>(self, _arguments: A) -> Ready<HandlerResult<T, E>> {
        let message = format!("{} is not implemented", self.operation.id());
        ready(Err(HandlerError::Other(StatusCode::NOT_IMPLEMENTED, ErrorResponse::new(message))))
    }
}

impl<P: fmt::Debug> fmt::Debug for Context<P> {
    /// Leaves out headers and URI: both may hold secrets.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Context")
            .field("principal", &self.principal)
            .field("operation", &self.operation.id())
            .finish_non_exhaustive()
    }
}
