//! Where the token of a call comes from, and what happens when the service rejects it.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use http::StatusCode;
use routegen_runtime::client::{AccessToken, TokenSource, Tokens};
use routegen_runtime::{BoxError, Secret};
use serde_json::json;
use tokio::task::JoinSet;

use crate::api::Client;
use crate::scripted_server::{Action, Gate, ReceivedRequest, ScriptedResponse, ScriptedServer};
use crate::token_service::{BRANCH, ME_ROUTE, TokenService, access_token, refresh_token, token_body};
use crate::{MANY, error_chain};

#[tokio::test]
async fn a_fixed_token_is_sent_and_never_refreshed() {
    let server =
        ScriptedServer::with_requests(|_| ScriptedResponse::json(401, json!({ "message": "no" })).into()).await;
    let client = Client::builder().base_urls(server.url()).access_token("fixed").build().expect("valid settings");
    let error = client.members().me().await.expect_err("401");
    assert_eq!(error.status(), Some(StatusCode::UNAUTHORIZED));
    let requests = server.requests();
    assert_eq!(requests.len(), 1);
    assert_eq!(requests[0].token(), Some("fixed"));
}

#[tokio::test]
async fn the_first_call_exchanges_the_refresh_token() {
    let service = TokenService::start().await;
    let client = service.builder().refresh_body_field("client_id", "42").refresh_body_field("scope", "all").build();
    let client = client.expect("valid settings");
    assert_eq!(client.members().me().await.expect("a response").name.as_deref(), Some("ada"));
    client.members().me().await.expect("a response");
    let requests = service.requests();
    let routes: Vec<_> = requests.iter().map(|request| request.route.as_str()).collect();
    assert_eq!(routes, ["POST /tokens", ME_ROUTE, ME_ROUTE]);
    let expected = json!({
        "client_id": "42", "grant_type": "refresh_token", "refresh_token": refresh_token(0), "scope": "all",
    });
    assert_eq!(requests[0].json(), expected);
    assert_eq!(requests[0].header("content-type"), Some("application/json"));
    assert_eq!(requests[0].header("authorization"), None);
    assert_eq!(requests[2].token(), Some(&*access_token(1)));
}

#[tokio::test]
async fn the_default_client_id_is_sent_unless_another_one_is_set() {
    let service = TokenService::start().await;
    service.client().members().me().await.expect("a response");
    assert_eq!(service.requests()[0].json()["client_id"], "library-app");
}

#[tokio::test]
async fn a_rejected_token_is_refreshed_once_and_the_request_is_sent_again() {
    let service = TokenService::start().await;
    let client = service.client();
    client.members().me().await.expect("a response");
    service.revoke();
    client.members().me().await.expect("a response after a refresh");
    let tokens: Vec<_> = service.requests().iter().filter_map(|request| request.token().map(str::to_owned)).collect();
    assert_eq!(tokens, [access_token(1), access_token(1), access_token(2)]);
    assert_eq!(service.token_requests(), 2);
    assert_eq!(service.requests()[2].route, ME_ROUTE);
    assert_eq!(service.requests()[3].json()["refresh_token"], refresh_token(1), "the rotated refresh token is used");
}

#[tokio::test]
async fn a_second_rejection_is_the_error_of_the_call() {
    let script = |request: &ReceivedRequest, _| {
        (!request.is_token_request()).then(|| ScriptedResponse::json(401, json!({ "message": "still no" })).into())
    };
    let service = TokenService::with_script(script).await;
    let error = service.client().members().me().await.expect_err("401");
    assert_eq!(error.to_string(), "members.me (GET /members/me) returned 401 Unauthorized: still no");
    assert_eq!((service.count(ME_ROUTE), service.token_requests()), (2, 2));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_refresh_serves_all_waiting_calls() {
    let gate = Gate::closed();
    let held_back = gate.clone();
    // The token endpoint responds after all calls have been rejected. Every token but the new one is rejected.
    let service = TokenService::with_script(move |request, _| match request.is_token_request() {
        true => Some(Action::After(held_back.clone(), Box::new(ScriptedResponse::json(200, token_body(1)).into()))),
        false if request.token() == Some(&access_token(1)) => Some(ScriptedResponse::json(200, json!({})).into()),
        false => Some(ScriptedResponse::json(401, json!({})).into()),
    })
    .await;
    let client = service.builder().access_token("old").build().expect("valid settings");
    let mut calls = JoinSet::new();
    for _ in 0..MANY {
        let client = client.clone();
        calls.spawn(async move { client.members().me().await.map(|_| ()) });
    }
    service.has_received(MANY + 1).await;
    gate.open();
    for call in calls.join_all().await {
        call.expect("a response");
    }
    assert_eq!((service.token_requests(), service.count(ME_ROUTE)), (1, 2 * MANY));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_exchange_serves_all_first_calls() {
    let service = TokenService::start().await;
    let client = service.client();
    let mut calls = JoinSet::new();
    for _ in 0..MANY {
        let client = client.clone();
        calls.spawn(async move { client.members().me().await.map(|_| ()) });
    }
    for call in calls.join_all().await {
        call.expect("a response");
    }
    assert_eq!((service.token_requests(), service.count(ME_ROUTE)), (1, MANY));
}

#[tokio::test]
async fn operations_without_authentication_wait_for_no_token() {
    let service = TokenService::with_script(|request, _| request.is_token_request().then_some(Action::Hang)).await;
    let client = service.builder().access_token("mine").build().expect("valid settings");
    client.members().show("ada").await.expect("a response");
    let client = service.client();
    client.members().show("ada").await.expect("a response");
    assert_eq!((service.requests().len(), service.token_requests()), (2, 0));
    assert!(service.requests().iter().all(|request| request.header("authorization").is_none()));
}

/// Returns `v1`, then `v2`, then an error. It records the rejected tokens that it gets.
struct Vault(Arc<Mutex<Vec<Option<String>>>>);

impl TokenSource for Vault {
    async fn access_token(&self, rejected: Option<&Secret>) -> Result<AccessToken, BoxError> {
        let mut rejections = self.0.lock().expect("an intact mutex");
        rejections.push(rejected.map(|token| token.expose().to_owned()));
        if rejections.len() > 2 {
            Err("the vault is locked".into())
        } else {
            Ok(format!("v{}", rejections.len()).into())
        }
    }
}

#[tokio::test]
async fn a_token_source_learns_which_token_was_rejected() {
    let server = ScriptedServer::with_requests(|request| {
        let status = if request.token() == Some("v2") { 200 } else { 401 };
        ScriptedResponse::json(status, json!({})).into()
    })
    .await;
    let rejections = Arc::default();
    let source = Vault(Arc::clone(&rejections));
    let client = Client::builder().base_urls(server.url()).discover_base_urls(false).token_source(source).build();
    let client = client.expect("valid settings");
    client.members().me().await.expect("a response");
    client.branches().hours(BRANCH).await.expect("a response");
    assert_eq!(*rejections.lock().expect("an intact mutex"), [None, Some("v1".to_owned())]);
}

#[tokio::test]
async fn the_error_of_a_token_source_is_the_cause_of_the_calls_error() {
    let server = ScriptedServer::with_requests(|_| ScriptedResponse::json(401, json!({})).into()).await;
    let rejections: Arc<Mutex<Vec<_>>> = Arc::new(Mutex::new(vec![None, None]));
    let client =
        Client::builder().base_urls(server.url()).token_source(Vault(rejections)).build().expect("valid settings");
    let error = client.members().me().await.expect_err("no token");
    assert!(
        error_chain(&error).ends_with("no access token could be obtained: the vault is locked"),
        "{}",
        error_chain(&error)
    );
    assert_eq!(server.requests().len(), 0);
}

#[tokio::test]
async fn new_tokens_can_be_stored_and_used_by_another_client() {
    let service = TokenService::start().await;
    let stored = Arc::new(Mutex::new(String::new()));
    let notifications = Arc::new(AtomicUsize::new(0));
    let (store, counter) = (Arc::clone(&stored), Arc::clone(&notifications));
    let client = service.builder().on_new_tokens(move |tokens| {
        counter.fetch_add(1, Ordering::SeqCst);
        *store.lock().expect("an intact mutex") = serde_json::to_string(tokens).expect("valid JSON");
    });
    let client = client.build().expect("valid settings");
    client.members().me().await.expect("a response");
    assert_eq!(notifications.load(Ordering::SeqCst), 1);
    let tokens: Tokens = serde_json::from_str(&stored.lock().expect("an intact mutex")).expect("tokens");
    assert_eq!(tokens.refresh_token, Some(Secret::from(refresh_token(1))));
    // Another run of the program starts with the stored tokens.
    let next = service.builder().tokens(tokens).build().expect("valid settings");
    next.members().me().await.expect("a response with the stored access token");
    assert_eq!(service.token_requests(), 1);
    service.revoke();
    next.members().me().await.expect("a response with the stored refresh token");
    assert_eq!(service.token_requests(), 2);
}

#[tokio::test]
async fn the_listener_gets_new_tokens_before_the_call_is_sent() {
    let service = Arc::new(TokenService::start().await);
    let calls_before = Arc::new(AtomicUsize::new(usize::MAX));
    let (observed, counter) = (Arc::clone(&service), Arc::clone(&calls_before));
    let listener = move |_: &Tokens| counter.store(observed.count(ME_ROUTE), Ordering::SeqCst);
    let client = service.builder().on_new_tokens(listener).build().expect("valid settings");
    client.members().me().await.expect("a response");
    assert_eq!((calls_before.load(Ordering::SeqCst), service.count(ME_ROUTE)), (0, 1));
}

#[tokio::test]
async fn a_panicking_listener_fails_no_call() {
    let service = TokenService::start().await;
    let client = service.builder().on_new_tokens(|_| panic!("the listener of a test")).build();
    let client = client.expect("valid settings");
    client.members().me().await.expect("a response");
    service.revoke();
    client.members().me().await.expect("a response");
    assert_eq!((service.token_requests(), service.issued()), (2, 2));
}

/// Panics the first time.
struct Fragile(AtomicUsize);

impl TokenSource for Fragile {
    async fn access_token(&self, _: Option<&Secret>) -> Result<AccessToken, BoxError> {
        assert!(self.0.fetch_add(1, Ordering::SeqCst) > 0, "the token source of a test");
        Ok("good".into())
    }
}

#[tokio::test]
async fn a_panicking_token_source_fails_the_waiting_calls_and_is_asked_again() {
    let server = ScriptedServer::with_requests(|_| ScriptedResponse::json(200, json!({})).into()).await;
    let client = Client::builder().base_urls(server.url()).token_source(Fragile(AtomicUsize::new(0))).build();
    let client = client.expect("valid settings");
    let (first, second) = tokio::join!(client.members().me(), client.members().me());
    for error in [first.expect_err("no token"), second.expect_err("no token")] {
        assert!(
            error_chain(&error).contains("the renewal of the access token was interrupted"),
            "{}",
            error_chain(&error)
        );
    }
    client.members().me().await.expect("a response");
}

#[test]
fn a_refresh_that_ends_with_its_runtime_is_started_again() {
    let runtime = || tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build();
    let server_runtime = runtime().expect("a runtime");
    let requests = AtomicUsize::new(0);
    let service = server_runtime.block_on(TokenService::with_script(move |request, _| {
        (request.is_token_request() && requests.fetch_add(1, Ordering::SeqCst) == 0).then_some(Action::Hang)
    }));
    let client = service.client();
    let first = runtime().expect("a runtime");
    first.block_on(async {
        tokio::select! {
            outcome = client.members().me().into_future() => panic!("no token: {outcome:?}"),
            () = service.has_received(1) => {}
        }
    });
    drop(first);
    server_runtime.block_on(async { client.members().me().await.map(|_| ()) }).expect("a response");
    assert_eq!(service.token_requests(), 2);
}
