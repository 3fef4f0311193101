//! What every generated round trip test does: call, look at what the handler saw, look at what came back.
//!
//! It belongs to tests, so that it panics where something is not as it must be.

use std::future::IntoFuture;
use std::sync::{Arc, Mutex};

use http::request::Parts;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use tokio::task::JoinHandle;

use crate::client::{ApiClient, Call, CallErrorKind, ClientBuilder, Error, FromResponse, RequestBody};
use crate::server::{AuthRejection, Authenticator, Endpoints, HandlerError, HandlerResult, Server};
use crate::{Auth, Download, Operation, Response, RouteError, Secret};

/// Runs a test.
pub fn run(test: impl Future<Output = ()>) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    runtime.expect("a runtime of tokio").block_on(test);
}

/// Path values that are easily taken for something else on the way.
pub const AWKWARD: [&str; 12] =
    ["plain", "a/b", " ", "%", "?", "#", "../x", "%2F", "a+b&c=d", "ünï…", "{id}", "a;b,c:d@e"];

/// Bytes that are neither JSON nor text.
const FILE: &[u8] = &[0, 159, 146, 150, 255, b'{', b'"'];

const TOKEN: &str = "token-of-the-caller";

/// The principal of the tests.
#[derive(Debug, Clone, PartialEq)]
pub struct Caller;

/// Knows one token.
struct Tokens;

impl Authenticator for Tokens {
    type Principal = Caller;

    async fn authenticate(&self, token: &Secret, _request: &Parts) -> Result<Caller, AuthRejection> {
        if token.expose() == TOKEN { Ok(Caller) } else { Err(AuthRejection::Unauthorized("who is that?".to_owned())) }
    }
}

/// A request as the stub saw it.
#[derive(Debug, Clone, PartialEq)]
struct Seen {
    operation: &'static str,
    is_idempotent: bool,
    principal: String,
    arguments: Value,
}

/// What the stub is to answer.
#[derive(Debug, Clone)]
enum Plan {
    Success(Value),
    HandlerError(u16, &'static str),
}

/// Answers every operation as planned, and keeps what it saw.
pub struct Stub {
    plan: Mutex<Plan>,
    seen: Mutex<Vec<Seen>>,
}

impl Stub {
    /// A file instead of the planned JSON.
    pub fn answer_file<E: RouteError>(
        &self,
        operation: &'static Operation,
        principal: String,
        arguments: Value,
    ) -> HandlerResult<Download, E> {
        let planned: HandlerResult<Value, E> = self.answer(operation, principal, arguments);
        planned.map(|_| Response::new(Download::new(FILE)))
    }

    pub fn answer<T: DeserializeOwned, E: RouteError>(
        &self,
        operation: &'static Operation,
        principal: String,
        arguments: Value,
    ) -> HandlerResult<T, E> {
        let (operation, is_idempotent) = (operation.id(), operation.is_idempotent());
        let seen = Seen { operation, is_idempotent, principal, arguments };
        self.seen.lock().expect("no test panics here").push(seen);
        match self.plan.lock().expect("no test panics here").clone() {
            Plan::Success(body) => Ok(Response::new(serde_json::from_value(body).expect("the sample is of the type"))),
            Plan::HandlerError(code, message) => {
                let planned = E::CODES.iter().find(|(known, _)| *known == code).expect("the code is documented");
                Err(HandlerError::new(planned.1, message))
            }
        }
    }

    fn plan(&self, plan: Plan) {
        *self.plan.lock().expect("no test panics here") = plan;
        self.seen.lock().expect("no test panics here").clear();
    }
}

/// A value out of its JSON.
pub fn sample<T: DeserializeOwned>(json: &str) -> T {
    serde_json::from_str(json).expect("the sample is of the type")
}

/// What a test expects of a route.
pub struct Route {
    pub operation: &'static str,
    pub auth: Auth,
    pub is_idempotent: bool,
    /// What the stub must see.
    pub arguments: Value,
    /// What it answers.
    pub answer: &'static str,
}

/// Holds an answer against what the stub was to answer.
pub async fn json(body: impl Serialize, expected: &Value) {
    assert_eq!(serde_json::to_value(body).expect("answers are JSON"), *expected);
}

/// Holds a file against what the stub was to answer.
pub async fn file(body: Download, _: &Value) {
    assert_eq!(body.bytes().await.expect("a whole file"), FILE);
}

/// A server made of the stub, and two ways to it.
pub struct Service<C> {
    stub: Arc<Stub>,
    /// One client within this process, one over a socket.
    clients: [C; 2],
    serving: JoinHandle<std::io::Result<()>>,
}

impl<C: ApiClient> Service<C> {
    pub async fn start(handlers: fn(Arc<Stub>) -> Endpoints<Caller>) -> Self {
        let stub = Arc::new(Stub { plan: Mutex::new(Plan::Success(Value::Null)), seen: Mutex::new(Vec::new()) });
        let router = Server::new(Tokens).with(handlers(Arc::clone(&stub))).into_router();
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let url = format!("http://{}", listener.local_addr().expect("a bound port"));
        let serving = tokio::spawn(axum::serve(listener, router.clone()).into_future());
        let builder = ClientBuilder::<C>::default().access_token(TOKEN).base_urls(url);
        let in_process = builder.clone().build_with(router).expect("sound settings");
        let over_socket = builder.build().expect("sound settings");
        Self { stub, clients: [in_process, over_socket], serving }
    }

    /// Sends a call both ways: success, and every documented error.
    pub async fn round_trip<T: FromResponse, E: RouteError>(
        &self,
        Route { operation, auth, is_idempotent, arguments, answer }: Route,
        call: impl Fn(&C) -> Call<T, E>,
        compare: impl AsyncFn(T, &Value),
    ) {
        let answer: Value = sample(answer);
        let principal = match auth {
            Auth::Required => "Caller",
            Auth::Optional => "Some(Caller)",
            Auth::None => "()",
        };
        let expected = Seen { operation, is_idempotent, principal: principal.to_owned(), arguments };
        for client in &self.clients {
            self.stub.plan(Plan::Success(answer.clone()));
            let response = call(client).await.unwrap_or_else(|error| panic!("{error}"));
            assert_eq!(self.stub.seen.lock().expect("no test panics here").as_slice(), std::slice::from_ref(&expected));
            assert_eq!(response.mismatches(), []);
            compare(response.into_inner(), &answer).await;
            for (code, error) in E::CODES {
                failure(&self.stub, *code, *error, call(client)).await;
            }
        }
    }
}

impl<C> Drop for Service<C> {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

/// One documented error, from the stub to the caller.
async fn failure<T, E>(stub: &Stub, code: u16, error: E, call: Call<T, E>)
where
    T: FromResponse,
    E: RouteError,
{
    let message = "so \"it\" is: ü";
    stub.plan(Plan::HandlerError(code, message));
    let failure = call.await.err();
    let fields = failure.as_ref().map_or(&[][..], |failure| failure.operation().api().message_fields);
    let Some(Error::Api(api)) = failure else { panic!("{code} must be an error of the service") };
    assert_eq!(api.error(), Some(error));
    assert_eq!(api.status().as_u16(), code);
    // A response with this status code has no body.
    if code == 304 {
        assert_eq!(api.message(), None);
        return;
    }
    assert_eq!(api.message(), Some(message));
    let body = api.response().json().expect("errors are JSON");
    // Clients look there first.
    let path = fields.first().expect("errors have a message");
    let at_path = path.iter().try_fold(&body, |value, step| value.get(*step));
    assert_eq!(at_path.and_then(Value::as_str), Some(message));
}

/// Path values that would change the path are refused before anything is sent.
pub async fn refused<C, T, E>(call: impl Fn(&C, &str) -> Call<T, E>)
where
    C: ApiClient,
    T: FromResponse,
    E: RouteError,
{
    let nowhere =
        tower::service_fn(async |_: http::Request<RequestBody>| -> Result<http::Response<String>, std::io::Error> {
            panic!("nothing may be sent")
        });
    let client = ClientBuilder::<C>::default().build_with(nowhere).expect("sound settings");
    for unfit in ["", ".", ".."] {
        match call(&client, unfit).await {
            Err(Error::Call(error)) => assert_eq!(error.kind(), CallErrorKind::Argument, "{unfit:?}"),
            Err(Error::Api(_)) | Ok(_) => panic!("{unfit:?} must be refused"),
        }
    }
}
