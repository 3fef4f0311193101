//! From the methods of a stub to handlers that know no types of the route.

use std::collections::BTreeMap;
use std::future::{Future, ready};
use std::ops::{Index, IndexMut};
use std::pin::Pin;
use std::sync::Arc;

use axum::body::Body;
use http::StatusCode;
use serde::Serialize;

use super::arguments::{Arguments, Input};
use super::incoming::Incoming;
use super::reply::{self, Reply};
use super::template::Template;
use crate::runtime::{Download, ErrorReply, Operation, RouteError};

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

/// What calls a method of a stub and turns its reply into an answer.
pub(crate) struct Handler<S, P> {
    has_body: bool,
    /// Gives it the stub that it calls.
    with: Box<dyn FnOnce(Arc<S>) -> Serve<P>>,
}

/// A handler that answers with JSON.
#[allow(dead_code, reason = "an API may have no such route")]
pub(crate) fn json<S, P, A, T, E, H, F>(handle: H) -> Handler<S, P>
where
    A: Arguments,
    T: Serialize + 'static,
    E: RouteError,
    H: Fn(Arc<S>, Incoming<P>, A) -> F + Send + Sync + 'static,
    F: Future<Output = Reply<T, E>> + Send + 'static,
    S: Send + Sync + 'static,
{
    handler(handle, reply::json)
}

/// A handler that answers without a body.
#[allow(dead_code, reason = "an API may have no such route")]
pub(crate) fn empty<S, P, A, T, E, H, F>(handle: H) -> Handler<S, P>
where
    A: Arguments,
    T: 'static,
    E: RouteError,
    H: Fn(Arc<S>, Incoming<P>, A) -> F + Send + Sync + 'static,
    F: Future<Output = Reply<T, E>> + Send + 'static,
    S: Send + Sync + 'static,
{
    handler(handle, reply::empty)
}

/// A handler that answers with a file.
#[allow(dead_code, reason = "an API may have no such route")]
pub(crate) fn file<S, P, A, E, H, F>(handle: H) -> Handler<S, P>
where
    A: Arguments,
    E: RouteError,
    H: Fn(Arc<S>, Incoming<P>, A) -> F + Send + Sync + 'static,
    F: Future<Output = Reply<Download, E>> + Send + 'static,
    S: Send + Sync + 'static,
{
    handler(handle, reply::file)
}

fn handler<S, P, A, R, H, F>(handle: H, answer: fn(&Operation, R) -> http::Response<Body>) -> Handler<S, P>
where
    A: Arguments,
    R: 'static,
    H: Fn(Arc<S>, Incoming<P>, A) -> F + Send + Sync + 'static,
    F: Future<Output = R> + Send + 'static,
    S: Send + Sync + 'static,
{
    let with = move |stub: Arc<S>| -> Serve<P> {
        Box::new(move |incoming, input| {
            let operation = incoming.operation;
            match incoming.arguments(input) {
                Ok(arguments) => {
                    let reply = handle(Arc::clone(&stub), incoming, arguments);
                    Box::pin(async move { answer(operation, reply.await) })
                }
                Err(refusal) => Box::pin(ready(refusal.into_answer())),
            }
        })
    };
    Handler { has_body: A::HAS_BODY, with: Box::new(with) }
}

/// The handlers of a namespace's operations: `handlers[&OPERATION] = json(…)`.
pub(crate) struct Handlers<S, P> {
    by_id: BTreeMap<&'static str, (&'static Operation, Handler<S, P>)>,
}

impl<S: Send + Sync + 'static, P: 'static> Handlers<S, P> {
    pub(crate) fn new() -> Self {
        Self { by_id: BTreeMap::new() }
    }

    /// The handlers with the stub that they call.
    pub(crate) fn with(self, stub: Arc<S>) -> Endpoints<P> {
        let endpoint = |(operation, Handler { has_body, with }): (&'static Operation, Handler<S, P>)| {
            let template = Template::new(operation.path());
            Endpoint { operation, has_body, template, serve: with(Arc::clone(&stub)) }
        };
        Endpoints { all: self.by_id.into_values().map(endpoint).collect() }
    }
}

impl<S, P> Index<&'static Operation> for Handlers<S, P> {
    type Output = Handler<S, P>;

    fn index(&self, operation: &'static Operation) -> &Handler<S, P> {
        &self.by_id[operation.id()].1
    }
}

impl<S: 'static, P: 'static> IndexMut<&'static Operation> for Handlers<S, P> {
    /// The place of a handler; until one is put there, the operation answers 501.
    fn index_mut(&mut self, operation: &'static Operation) -> &mut Handler<S, P> {
        let unset: Serve<P> = Box::new(|incoming, _| {
            let reply = ErrorReply::new(format!("{} is not implemented", incoming.operation.id()));
            Box::pin(ready(reply::refusal(StatusCode::NOT_IMPLEMENTED, &reply)))
        });
        let unset = Handler { has_body: false, with: Box::new(|_| unset) };
        &mut self.by_id.entry(operation.id()).or_insert((operation, unset)).1
    }
}
