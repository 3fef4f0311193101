//! Turns the methods of a service trait into handlers without type parameters.

use std::future::{Future, ready};
use std::pin::Pin;
use std::sync::Arc;

use axum::body::Body;
use serde::Serialize;

use super::arguments::{Arguments, Input};
use super::request::HandlerRequest;
use super::response::{self, HandlerResult};
use super::template::Template;
use crate::{Download, Operation, RouteError};

pub(super) type ResponseFuture = Pin<Box<dyn Future<Output = http::Response<Body>> + Send>>;

/// A route and its handler.
pub(super) struct Endpoint<P> {
    pub(super) operation: &'static Operation,
    /// Whether the body must be received first.
    pub(super) has_body: bool,
    template: Template,
    handler: Handler<P>,
}

type Handler<P> = Box<dyn Fn(HandlerRequest<P>, Input<'_>) -> ResponseFuture + Send + Sync>;

impl<P> Endpoint<P> {
    pub(super) fn call(&self, request: HandlerRequest<P>, body: &[u8], depth_limit: usize) -> ResponseFuture {
        (self.handler)(request, Input { template: &self.template, body, depth_limit })
    }
}

/// The routes of one namespace with the service that handles them.
pub struct Endpoints<P> {
    pub(super) all: Vec<Endpoint<P>>,
}

/// The routes of a namespace while generated code registers them.
pub struct Routes<S, P> {
    service: Arc<S>,
    endpoints: Vec<Endpoint<P>>,
}

impl<S: Send + Sync + 'static, P: 'static> Routes<S, P> {
    /// Creates an empty list of routes for a service.
    pub fn new(service: Arc<S>) -> Self {
        Self { service, endpoints: Vec::new() }
    }

    /// Registers a route with a JSON response.
    #[must_use]
    pub fn json<A, T, E, H, F>(self, operation: &'static Operation, handle: H) -> Self
    where
        A: Arguments,
        T: Serialize + 'static,
        E: RouteError,
        H: Fn(Arc<S>, HandlerRequest<P>, A) -> F + Send + Sync + 'static,
        F: Future<Output = HandlerResult<T, E>> + Send + 'static,
    {
        self.route(operation, handle, response::json)
    }

    /// Registers a route without a response body.
    #[must_use]
    pub fn empty<A, E, H, F>(self, operation: &'static Operation, handle: H) -> Self
    where
        A: Arguments,
        E: RouteError,
        H: Fn(Arc<S>, HandlerRequest<P>, A) -> F + Send + Sync + 'static,
        F: Future<Output = HandlerResult<(), E>> + Send + 'static,
    {
        self.route(operation, handle, response::empty)
    }

    /// Registers a route with a binary response.
    #[must_use]
    pub fn file<A, E, H, F>(self, operation: &'static Operation, handle: H) -> Self
    where
        A: Arguments,
        E: RouteError,
        H: Fn(Arc<S>, HandlerRequest<P>, A) -> F + Send + Sync + 'static,
        F: Future<Output = HandlerResult<Download, E>> + Send + 'static,
    {
        self.route(operation, handle, response::file)
    }

    /// Returns the registered routes.
    pub fn into_endpoints(self) -> Endpoints<P> {
        Endpoints { all: self.endpoints }
    }

    fn route<A, R, H, F>(
        mut self,
        operation: &'static Operation,
        handle: H,
        to_response: fn(&Operation, R) -> http::Response<Body>,
    ) -> Self
    where
        A: Arguments,
        R: 'static,
        H: Fn(Arc<S>, HandlerRequest<P>, A) -> F + Send + Sync + 'static,
        F: Future<Output = R> + Send + 'static,
    {
        let service = Arc::clone(&self.service);
        let handler: Handler<P> = Box::new(move |request, input| match request.arguments(input) {
            Ok(arguments) => {
                let result = handle(Arc::clone(&service), request, arguments);
                Box::pin(async move { to_response(operation, result.await) })
            }
            Err(rejection) => Box::pin(ready(rejection.into_response(Some(operation.api())))),
        });
        let template = Template::new(operation.path());
        self.endpoints.push(Endpoint { operation, has_body: A::HAS_BODY, template, handler });
        self
    }
}

impl<P> FromIterator<Endpoints<P>> for Endpoints<P> {
    fn from_iter<I: IntoIterator<Item = Self>>(namespaces: I) -> Self {
        Self { all: namespaces.into_iter().flat_map(|namespace| namespace.all).collect() }
    }
}
