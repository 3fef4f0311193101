//! The harness of the generated round trip tests: sends a call, and compares what handler and caller receive.
//!
//! It is part of tests, so it panics where an assertion fails.

use std::future::IntoFuture;
use std::sync::{Arc, Mutex};

use http::request::Parts;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use tokio::task::JoinHandle;

use crate::client::{ApiClient, Call, ClientBuilder, ErrorKind, FromResponse, RequestBody};
use crate::server::{AuthRejection, Authenticator, Endpoints, HandlerError, HandlerResult, Server};
use crate::{Auth, Download, Operation, Response, RouteError, Secret};

/// Runs a test.
pub fn run(test: impl Future<Output = ()>) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    runtime.expect("a runtime of tokio").block_on(test);
}

/// Path values that are easily misinterpreted in transit.
pub const AWKWARD: [&str; 12] =
    ["plain", "a/b", " ", "%", "?", "#", "../x", "%2F", "a+b&c=d", "ünï…", "{id}", "a;b,c:d@e"];

/// Bytes that are neither JSON nor UTF-8.
const FILE: &[u8] = &[0, 159, 146, 150, 255, b'{', b'"'];

const TOKEN: &str = "token-of-the-caller";

/// The principal of the tests.
#[derive(Debug, Clone, PartialEq)]
pub struct Caller;

/// Accepts one token.
struct Tokens;

impl Authenticator for Tokens {
    type Principal = Caller;

    async fn authenticate(&self, token: &Secret, _request: &Parts) -> Result<Caller, AuthRejection> {
        if token.expose() == TOKEN { Ok(Caller) } else { Err(AuthRejection::Unauthorized("who is that?".to_owned())) }
    }
}

/// A request as the handler received it.
#[derive(Debug, Clone, PartialEq)]
struct ReceivedRequest {
    operation: &'static str,
    is_idempotent: bool,
    principal: String,
    arguments: Value,
}

/// The response that the handler returns.
#[derive(Debug, Clone)]
enum Script {
    Success(Value),
    HandlerError(u16, &'static str),
}

/// Handles every operation with the scripted response, and records the requests.
pub struct ScriptedService {
    script: Mutex<Script>,
    received: Mutex<Vec<ReceivedRequest>>,
}

impl ScriptedService {
    /// Handles an operation with a binary response.
    pub fn respond_with_file<E: RouteError>(
        &self,
        operation: &'static Operation,
        principal: String,
        arguments: Value,
    ) -> HandlerResult<Download, E> {
        let scripted: HandlerResult<Value, E> = self.respond(operation, principal, arguments);
        scripted.map(|_| Response::new(Download::new(FILE)))
    }

    /// Handles an operation with a JSON response.
    pub fn respond<T: DeserializeOwned, E: RouteError>(
        &self,
        operation: &'static Operation,
        principal: String,
        arguments: Value,
    ) -> HandlerResult<T, E> {
        let (operation, is_idempotent) = (operation.id(), operation.is_idempotent());
        let request = ReceivedRequest { operation, is_idempotent, principal, arguments };
        self.received.lock().expect("no test panics here").push(request);
        match self.script.lock().expect("no test panics here").clone() {
            Script::Success(body) => {
                Ok(Response::new(serde_json::from_value(body).expect("the sample is of the type")))
            }
            Script::HandlerError(code, message) => {
                let documented = E::CODES.iter().find(|(known, _)| *known == code).expect("the code is documented");
                Err(HandlerError::new(documented.1, message))
            }
        }
    }

    fn prepare(&self, script: Script) {
        *self.script.lock().expect("no test panics here") = script;
        self.received.lock().expect("no test panics here").clear();
    }
}

/// Parses a sample value.
pub fn sample<T: DeserializeOwned>(json: &str) -> T {
    serde_json::from_str(json).expect("the sample is of the type")
}

/// The expectations of a test.
pub struct Route {
    pub operation: &'static str,
    pub auth: Auth,
    pub is_idempotent: bool,
    /// The arguments that the handler must receive.
    pub arguments: Value,
    /// The JSON of the handler's response.
    pub response: &'static str,
}

/// Compares a JSON body with the scripted one.
pub async fn json(body: impl Serialize, expected: &Value) {
    assert_eq!(serde_json::to_value(body).expect("the body is JSON"), *expected);
}

/// Compares a binary body with the scripted one.
pub async fn file(body: Download, _: &Value) {
    assert_eq!(body.bytes().await.expect("a whole file"), FILE);
}

/// A server with the scripted service, and two clients.
pub struct Service<C> {
    scripted: Arc<ScriptedService>,
    /// One client in the same process, and one that uses a socket.
    clients: [C; 2],
    serving: JoinHandle<std::io::Result<()>>,
}

impl<C: ApiClient> Service<C> {
    pub async fn start(handlers: fn(Arc<ScriptedService>) -> Endpoints<Caller>) -> Self {
        let script = Mutex::new(Script::Success(Value::Null));
        let scripted = Arc::new(ScriptedService { script, received: Mutex::new(Vec::new()) });
        let router = Server::new(Tokens).with(handlers(Arc::clone(&scripted))).into_router();
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let url = format!("http://{}", listener.local_addr().expect("a bound port"));
        let serving = tokio::spawn(axum::serve(listener, router.clone()).into_future());
        let builder = ClientBuilder::<C>::default().access_token(TOKEN).base_urls(url);
        let in_process = builder.clone().build_with(router).expect("valid settings");
        let over_socket = builder.build().expect("valid settings");
        Self { scripted, clients: [in_process, over_socket], serving }
    }

    /// Sends a call with both clients, for a success and for every documented error.
    pub async fn round_trip<T: FromResponse, E: RouteError>(
        &self,
        Route { operation, auth, is_idempotent, arguments, response }: Route,
        call: impl Fn(&C) -> Call<T, E>,
        compare: impl AsyncFn(T, &Value),
    ) {
        let expected_body: Value = sample(response);
        let principal = match auth {
            Auth::Required => "Caller",
            Auth::Optional => "Some(Caller)",
            Auth::None => "()",
        };
        let expected = ReceivedRequest { operation, is_idempotent, principal: principal.to_owned(), arguments };
        for client in &self.clients {
            self.scripted.prepare(Script::Success(expected_body.clone()));
            let response = call(client).await.unwrap_or_else(|error| panic!("{error}"));
            assert_eq!(
                self.scripted.received.lock().expect("no test panics here").as_slice(),
                std::slice::from_ref(&expected)
            );
            assert_eq!(response.mismatches(), []);
            compare(response.into_inner(), &expected_body).await;
            for (code, error) in E::CODES {
                documented_error(&self.scripted, *code, *error, call(client)).await;
            }
        }
    }
}

impl<C> Drop for Service<C> {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

/// Checks one documented error, from the handler to the caller.
async fn documented_error<T, E>(scripted: &ScriptedService, code: u16, error: E, call: Call<T, E>)
where
    T: FromResponse,
    E: RouteError,
{
    let message = "so \"it\" is: ü";
    scripted.prepare(Script::HandlerError(code, message));
    let Some(received) = call.await.err() else { panic!("{code} must be an error of the service") };
    let paths = received.operation().api().message_fields;
    assert_eq!((received.kind(), received.documented()), (ErrorKind::Documented, Some(&error)));
    assert_eq!(received.status().map(|status| status.as_u16()), Some(code));
    assert_eq!(error.status().as_u16(), code);
    // A response with this status code has no body.
    if code == 304 {
        assert_eq!(received.message(), None);
        return;
    }
    assert_eq!(received.message(), Some(message));
    let body = received.response().expect("an error response").json().expect("errors are JSON");
    // Clients read this field first.
    let path = paths.first().expect("errors have a message");
    let at_path = path.iter().try_fold(&body, |value, field| value.get(*field));
    assert_eq!(at_path.and_then(Value::as_str), Some(message));
}

/// Checks that path values that would change the path are rejected before anything is sent.
pub async fn rejected<C, T, E>(call: impl Fn(&C, &str) -> Call<T, E>)
where
    C: ApiClient,
    T: FromResponse,
    E: RouteError,
{
    let nowhere =
        tower::service_fn(async |_: http::Request<RequestBody>| -> Result<http::Response<String>, std::io::Error> {
            panic!("nothing may be sent")
        });
    let client = ClientBuilder::<C>::default().build_with(nowhere).expect("valid settings");
    for invalid in ["", ".", ".."] {
        match call(&client, invalid).await {
            Err(error) => assert_eq!(error.kind(), ErrorKind::Argument, "{invalid:?}"),
            Ok(_) => panic!("{invalid:?} must be rejected"),
        }
    }
}
