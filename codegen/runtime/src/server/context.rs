//! The context that a handler receives in addition to its arguments.

use std::fmt;
use std::future::{Ready, ready};
use std::net::SocketAddr;

use axum::extract::ConnectInfo;
use http::request::Parts;
use http::{Extensions, HeaderMap, Method, StatusCode, Uri};

use super::response::{HandlerError, HandlerResult};
use crate::{ErrorResponse, Operation};

/// The context of a request: the caller, the operation, and the request without its body.
///
/// `P` is the authenticator's principal on routes that require a token. It is an `Option` of the principal on routes whose
/// token is optional, and `()` on routes that ignore tokens.
pub struct Context<P> {
    /// The caller.
    pub principal: P,
    pub(super) operation: &'static Operation,
    pub(super) parts: Box<Parts>,
}

impl<P> Context<P> {
    /// Returns the operation that is called. Its path is the template that matches the request.
    pub fn operation(&self) -> &'static Operation {
        self.operation
    }

    /// Returns the method of the request: that of the operation, or `HEAD` for an operation with `GET`.
    pub fn method(&self) -> &Method {
        &self.parts.method
    }

    /// Returns the headers of the request.
    pub fn headers(&self) -> &HeaderMap {
        &self.parts.headers
    }

    /// Returns the URI of the request, without the prefix that the router is nested below.
    pub fn uri(&self) -> &Uri {
        &self.parts.uri
    }

    /// Returns the extensions that layers around the router have added.
    pub fn extensions(&self) -> &Extensions {
        &self.parts.extensions
    }

    /// Returns the address of the remote end of the connection, if the router is served with
    /// `into_make_service_with_connect_info::<SocketAddr>()`.
    pub fn remote(&self) -> Option<SocketAddr> {
        self.parts.extensions.get::<ConnectInfo<SocketAddr>>().map(|info| info.0)
    }

    /// Returns 501, the response of a method that is not implemented. It takes the arguments so that they count as used.
    #[doc(hidden)]
    pub fn not_implemented<A, T, E>(self, _arguments: A) -> Ready<HandlerResult<T, E>> {
        let message = format!("{} is not implemented", self.operation.id());
        ready(Err(HandlerError::Other(StatusCode::NOT_IMPLEMENTED, ErrorResponse::new(message))))
    }
}

impl<P: fmt::Debug> fmt::Debug for Context<P> {
    /// Omits headers and URI, because both may contain secrets.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Context")
            .field("principal", &self.principal)
            .field("operation", &self.operation.id())
            .finish_non_exhaustive()
    }
}
