//! From the methods of a stub to handlers that know no types of the route.

use std::future::{Future, ready};
use std::pin::Pin;
use std::sync::Arc;

use axum::body::Body;
use serde::Serialize;

use super::arguments::{Arguments, Input};
use super::incoming::Incoming;
use super::response::{self, HandlerResult};
use super::template::Template;
use crate::{Download, Operation, RouteError};

pub(super) type Answer = Pin<Box<dyn Future<Output = http::Response<Body>> + Send>>;

/// A route and how it is served, whatever its types.
pub(super) struct Endpoint<P> {
    pub(super) operation: &'static Operation,
    /// True where the body has to be received first.
    pub(super) has_body: bool,
    template: Template,
    serve: Serve<P>,
}

type Serve<P> = Box<dyn Fn(Incoming<P>, Input<'_>) -> Answer + Send + Sync>;

impl<P> Endpoint<P> {
    pub(super) fn serve(&self, incoming: Incoming<P>, body: &[u8], depth_limit: usize) -> Answer {
        (self.serve)(incoming, Input { template: &self.template, body, depth_limit })
    }
}

/// The routes of one namespace, served by a stub.
pub struct Endpoints<P> {
    pub(super) all: Vec<Endpoint<P>>,
}

/// The routes of a namespace while generated code registers them.
pub struct Routes<S, P> {
    service: Arc<S>,
    endpoints: Vec<Endpoint<P>>,
}

impl<S: Send + Sync + 'static, P: 'static> Routes<S, P> {
    /// No routes yet, all of which the service is going to handle.
    pub fn new(service: Arc<S>) -> Self {
        Self { service, endpoints: Vec::new() }
    }

    /// Registers a route that answers with JSON.
    #[must_use]
    pub fn json<A, T, E, H, F>(self, operation: &'static Operation, handle: H) -> Self
    where
        A: Arguments,
        T: Serialize + 'static,
        E: RouteError,
        H: Fn(Arc<S>, Incoming<P>, A) -> F + Send + Sync + 'static,
        F: Future<Output = HandlerResult<T, E>> + Send + 'static,
    {
        self.route(operation, handle, response::json)
    }

    /// Registers a route that answers without a documented body.
    #[must_use]
    pub fn empty<A, T, E, H, F>(self, operation: &'static Operation, handle: H) -> Self
    where
        A: Arguments,
        T: 'static,
        E: RouteError,
        H: Fn(Arc<S>, Incoming<P>, A) -> F + Send + Sync + 'static,
        F: Future<Output = HandlerResult<T, E>> + Send + 'static,
    {
        self.route(operation, handle, response::empty)
    }

    /// Registers a route that answers with a file.
    #[must_use]
    pub fn file<A, E, H, F>(self, operation: &'static Operation, handle: H) -> Self
    where
        A: Arguments,
        E: RouteError,
        H: Fn(Arc<S>, Incoming<P>, A) -> F + Send + Sync + 'static,
        F: Future<Output = HandlerResult<Download, E>> + Send + 'static,
    {
        self.route(operation, handle, response::file)
    }

    /// The routes that have been registered.
    pub fn into_endpoints(self) -> Endpoints<P> {
        Endpoints { all: self.endpoints }
    }

    fn route<A, R, H, F>(
        mut self,
        operation: &'static Operation,
        handle: H,
        answer: fn(&Operation, R) -> http::Response<Body>,
    ) -> Self
    where
        A: Arguments,
        R: 'static,
        H: Fn(Arc<S>, Incoming<P>, A) -> F + Send + Sync + 'static,
        F: Future<Output = R> + Send + 'static,
    {
        let service = Arc::clone(&self.service);
        let serve: Serve<P> = Box::new(move |incoming, input| match incoming.arguments(input) {
            Ok(arguments) => {
                let reply = handle(Arc::clone(&service), incoming, arguments);
                Box::pin(async move { answer(operation, reply.await) })
            }
            Err(refusal) => Box::pin(ready(refusal.into_answer(Some(operation.api())))),
        });
        let template = Template::new(operation.path());
        self.endpoints.push(Endpoint { operation, has_body: A::HAS_BODY, template, serve });
        self
    }
}

impl<P> FromIterator<Endpoints<P>> for Endpoints<P> {
    fn from_iter<I: IntoIterator<Item = Self>>(namespaces: I) -> Self {
        Self { all: namespaces.into_iter().flat_map(|namespace| namespace.all).collect() }
    }
}
