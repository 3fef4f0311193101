//! Without a token, every call fails soon with the reason, and the token endpoint gets few requests.

use std::error::Error as _;
use std::time::{Duration, Instant};

use http::StatusCode;
use routegen_runtime::client::{AccessToken, Error, ErrorKind, TokenSource};
use routegen_runtime::{BoxError, Secret};
use serde_json::json;
use tokio::task::JoinSet;

use crate::api::{Client, Service};
use crate::scripted_server::{Action, MAX_WAIT, ReceivedRequest, ScriptedResponse, unreachable_url};
use crate::token_service::{BRANCH, ME_ROUTE, TokenService, access_token, refresh_token, token_body};
use crate::{MANY, error_chain};

/// Starts a service with a token endpoint that always does the same. It rejects every other request.
async fn start(action: impl Fn() -> Action + Send + Sync + 'static) -> TokenService {
    TokenService::with_script(move |request, _| {
        Some(if request.is_token_request() {
            action()
        } else {
            ScriptedResponse::json(401, json!({ "message": "who?" })).into()
        })
    })
    .await
}

/// Makes many calls at once. Returns their errors and the time that they took.
async fn fail_many(client: &Client) -> (Vec<(ErrorKind, String)>, Duration) {
    let start = Instant::now();
    let mut calls = JoinSet::new();
    for _ in 0..MANY {
        let client = client.clone();
        calls.spawn(async move {
            let error = client.members().me().await.expect_err("no token");
            (error.kind(), error_chain(&error))
        });
    }
    (calls.join_all().await, start.elapsed())
}

/// Asserts that many calls fail with this text in their error chains, after few token requests.
async fn all_fail(service: TokenService, expected: &str) {
    for old_token in [None, Some("old")] {
        let before = service.token_requests();
        let builder = service.builder();
        let client = match old_token {
            Some(token) => builder.access_token(token),
            None => builder,
        };
        let client = client.build().expect("valid settings");
        let (failures, took) = fail_many(&client).await;
        for (kind, chain) in &failures {
            assert_eq!(*kind, ErrorKind::Token, "{chain}");
            assert!(chain.contains(expected), "{chain}");
        }
        assert!(took < MAX_WAIT, "{took:?}");
        // At most one per second: later calls get the same error for that long.
        let requests = service.token_requests() - before;
        let max = 1 + usize::try_from(took.as_secs()).expect("few seconds");
        assert!((1..=max).contains(&requests), "{requests} token requests in {took:?}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_rejected_refresh_token_fails_every_call() {
    for status in [400, 401] {
        let body = json!({ "error_description": "the refresh token is revoked" });
        let service = start(move || ScriptedResponse::json(status, body.clone()).into()).await;
        all_fail(service, "the refresh token is revoked").await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_failing_token_endpoint_fails_every_call() {
    all_fail(start(|| ScriptedResponse::text(500, "oops").into()).await, "500 Internal Server Error").await;
    all_fail(start(|| Action::Close).await, "the service could not be reached").await;
    all_fail(
        start(|| Action::Truncate(ScriptedResponse::json(200, token_body(1)))).await,
        "the response body is incomplete",
    )
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_token_response_without_a_token_fails_every_call() {
    all_fail(start(|| ScriptedResponse::text(200, "<html>sign in</html>").into()).await, "is not JSON").await;
    all_fail(
        start(|| ScriptedResponse::json(200, json!({ "token_type": "Bearer" })).into()).await,
        "no `access_token`",
    )
    .await;
    all_fail(start(|| ScriptedResponse::json(200, json!({ "access_token": "" })).into()).await, "no `access_token`")
        .await;
    all_fail(start(|| ScriptedResponse::json(200, json!(null)).into()).await, "no `access_token`").await;
    all_fail(
        start(|| ScriptedResponse::json(200, json!({ "access_token": "a\nb" })).into()).await,
        "invalid in a header",
    )
    .await;
    all_fail(start(|| ScriptedResponse::text(204, "").into()).await, "is not JSON").await;
}

#[tokio::test]
async fn an_unreachable_token_endpoint_fails_every_call() {
    let service = TokenService::start().await;
    let builder = service.builder().base_url(Service::Accounts, unreachable_url());
    let (failures, _) = fail_many(&builder.build().expect("valid settings")).await;
    assert!(failures.iter().all(|(_, chain)| chain.contains("the service could not be reached")));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn calls_time_out_if_the_token_endpoint_never_responds() {
    let service = start(|| Action::Hang).await;
    let client = service.builder().timeout(Duration::from_secs(1)).build().expect("valid settings");
    let (failures, took) = fail_many(&client).await;
    assert!(failures.iter().all(|(kind, _)| *kind == ErrorKind::Timeout));
    assert!(took < MAX_WAIT, "{took:?}");
    assert_eq!(service.token_requests(), 1);
}

#[tokio::test]
async fn a_failed_token_exchange_is_the_source_of_the_error_and_not_its_response() {
    for status in [400, 404, 503] {
        let service =
            start(move || ScriptedResponse::json(status, json!({ "error_description": "spent" })).into()).await;
        let rejected = service.builder().access_token("old").build().expect("valid settings");
        // The service rejected the call with the old token before the exchange failed. That is the call's own response.
        for (client, own) in [(service.client(), None), (rejected, Some(StatusCode::UNAUTHORIZED))] {
            let error = client.members().me().await.expect_err("no token");
            assert_eq!(error.status(), own);
            assert_eq!(error.response().and_then(|response| response.message()), own.map(|_| "who?"));
            assert_eq!(error.is_retryable(), status == 503);
            let source = error.source().and_then(|source| source.downcast_ref::<Error>()).expect("an error of a call");
            assert_eq!(source.operation().id(), "tokens.exchange");
            assert_eq!(source.status().map(|status| status.as_u16()), Some(status));
            assert_eq!(source.response().and_then(|response| response.message()), Some("spent"));
            assert_eq!(error.kind(), ErrorKind::Token);
        }
    }
}

#[tokio::test]
async fn an_unreachable_token_endpoint_or_discovery_makes_the_error_retryable() {
    let service = TokenService::start().await;
    let builder = service.builder().retries(0).base_url(Service::Accounts, unreachable_url());
    let error = builder.build().expect("valid settings").members().me().await.expect_err("no token");
    assert!(error.is_retryable() && !error.is_timeout() && error.status().is_none(), "{error:?}");
    let builder = Client::builder().base_url(Service::Main, unreachable_url()).access_token("mine").retries(0);
    let error = builder.build().expect("valid settings").branches().hours(BRANCH).await.expect_err("no base URL");
    assert!(error.is_retryable() && !error.is_timeout() && error.status().is_none(), "{error:?}");
}

/// A token source that fails with the error of another client's call.
struct Nested(&'static str);

impl TokenSource for Nested {
    async fn access_token(&self, _: Option<&Secret>) -> Result<AccessToken, BoxError> {
        let inner = Client::builder().base_urls(self.0).access_token("mine").retries(0).build()?;
        let error = inner.members().me().await.expect_err("nothing listens");
        Err(<Error>::from(error).into())
    }
}

#[tokio::test]
async fn the_error_of_a_token_source_can_be_downcast() {
    let source = Nested("http://127.0.0.1:1");
    let client =
        Client::builder().base_urls("http://127.0.0.1:1").token_source(source).build().expect("valid settings");
    let error = client.members().update(&Default::default()).await.expect_err("no token");
    let source = error.source().and_then(|source| source.downcast_ref::<Error>()).expect("the error of the source");
    assert_eq!((source.operation().id(), error.operation().id()), ("members.me", "members.update"));
}

/// Issues tokens and rejects each of them.
fn reject_every_token(request: &ReceivedRequest, _: usize) -> Option<Action> {
    (!request.is_token_request()).then(|| ScriptedResponse::json(401, json!({ "message": "not that one" })).into())
}

#[tokio::test]
async fn tokens_that_are_all_rejected_are_not_requested_in_a_loop() {
    let service = TokenService::with_script(reject_every_token).await;
    let client = service.client();
    let start = Instant::now();
    for _ in 0..200 {
        let error = client.members().me().await.expect_err("401");
        assert_eq!(error.status(), Some(StatusCode::UNAUTHORIZED));
    }
    // Two for the first call, and at most one per second after it.
    let max = 3 + usize::try_from(start.elapsed().as_secs()).expect("few seconds");
    assert!(service.token_requests() <= max, "{} token requests", service.token_requests());
    assert!(service.count(ME_ROUTE) <= 200 + max);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn many_calls_whose_tokens_are_all_rejected_request_few() {
    let service = TokenService::with_script(reject_every_token).await;
    let client = service.client();
    let start = Instant::now();
    let mut calls = JoinSet::new();
    for _ in 0..MANY {
        let client = client.clone();
        calls.spawn(async move { client.members().me().await.expect_err("401").status() });
    }
    assert!(calls.join_all().await.iter().all(|status| *status == Some(StatusCode::UNAUTHORIZED)));
    let max = 3 + usize::try_from(start.elapsed().as_secs()).expect("few seconds");
    assert!(service.token_requests() <= max, "{} token requests", service.token_requests());
}

#[tokio::test]
async fn a_rotated_refresh_token_is_kept_even_if_the_access_token_is_missing() {
    let service = TokenService::with_script(|request, _| {
        let is_first = request.is_token_request() && request.json()["refresh_token"] == refresh_token(0);
        let rotated = json!({ "refresh_token": "rotated" });
        let is_accepted = request.token() == Some(&access_token(1));
        match request.is_token_request() {
            true if is_first => Some(ScriptedResponse::json(200, rotated).into()),
            true => Some(ScriptedResponse::json(200, token_body(1)).into()),
            false => is_accepted.then(|| ScriptedResponse::json(200, json!({})).into()),
        }
    })
    .await;
    let client = service.client();
    client.members().me().await.expect_err("no access token");
    // Until then, calls get the same error without a token request.
    tokio::time::sleep(Duration::from_millis(1_100)).await;
    client.members().me().await.expect("a response");
    assert_eq!(service.requests()[1].json()["refresh_token"], "rotated");
}
