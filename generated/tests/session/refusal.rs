//! Tokens that cannot be had: every call fails soon and says why, and the service is not stormed with questions.

use std::error::Error as _;
use std::time::{Duration, Instant};

use http::StatusCode;
use pm2_api::{AccessToken, BoxError, CallErrorKind, Client, Error, Secret, TokenSource};
use serde_json::json;
use tokio::task::JoinSet;

use super::account::{Account, BUCKET, USER_ROUTE, access_token, chain, granting, refresh_token};
use super::server::{Answer, Reply, Seen, nobody};

/// A token endpoint that answers always the same, and calls whose first token is refused.
async fn account(reply: impl Fn() -> Reply + Send + Sync + 'static) -> Account {
    Account::scripted(move |seen, _| {
        Some(if seen.is_for_token() { reply() } else { Answer::json(401, json!({ "msg": "who?" })).into() })
    })
    .await
}

/// A thousand calls at once; what all of them fail with, and how long that took.
async fn thousand(client: &Client) -> (Vec<(CallErrorKind, String)>, Duration) {
    let start = Instant::now();
    let mut calls = JoinSet::new();
    for _ in 0..1_000 {
        let client = client.clone();
        calls.spawn(async move {
            let error = client.user().retrieve().await.expect_err("no token");
            let Error::Call(call) = &error else { panic!("{error}") };
            (call.kind(), chain(&error))
        });
    }
    (calls.join_all().await, start.elapsed())
}

/// Every one of a thousand calls fails with that text in its chain, after a handful of questions.
async fn all_fail(account: Account, expected: &str) {
    for first in [None, Some("old")] {
        let before = account.token_requests();
        let builder = account.builder();
        let client = match first {
            Some(token) => builder.access_token(token),
            None => builder,
        };
        let client = client.build().expect("sound settings");
        let (failures, took) = thousand(&client).await;
        for (kind, chain) in &failures {
            assert_eq!(*kind, CallErrorKind::Token, "{chain}");
            assert!(chain.contains(expected), "{chain}");
        }
        assert!(took < Duration::from_secs(10), "{took:?}");
        // One for each second at most: a failure answers for that long.
        let asked = account.token_requests() - before;
        let most = 1 + usize::try_from(took.as_secs()).expect("few seconds");
        assert!((1..=most).contains(&asked), "{asked} token requests in {took:?}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_refused_refresh_token_fails_every_call_at_once() {
    for status in [400, 401] {
        let body = json!({ "error_description": "the refresh token is revoked" });
        let account = account(move || Answer::json(status, body.clone()).into()).await;
        all_fail(account, "the refresh token is revoked").await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_token_endpoint_that_is_broken_fails_every_call() {
    all_fail(account(|| Answer::text(500, "oops").into()).await, "500 Internal Server Error").await;
    all_fail(account(|| Reply::Close).await, "the service could not be reached").await;
    all_fail(account(|| Reply::Broken(Answer::json(200, granting(1)))).await, "the answer broke off").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_answer_without_a_token_fails_every_call() {
    all_fail(account(|| Answer::text(200, "<html>sign in</html>").into()).await, "is not JSON").await;
    all_fail(account(|| Answer::json(200, json!({ "token_type": "Bearer" })).into()).await, "no `access_token`").await;
    all_fail(account(|| Answer::json(200, json!({ "access_token": "" })).into()).await, "no `access_token`").await;
    all_fail(account(|| Answer::json(200, json!(null)).into()).await, "no `access_token`").await;
    all_fail(account(|| Answer::json(200, json!({ "access_token": "a\nb" })).into()).await, "a header cannot").await;
    all_fail(account(|| Answer::text(204, "").into()).await, "is not JSON").await;
}

#[tokio::test]
async fn a_token_endpoint_that_is_not_there_fails_every_call() {
    let account = Account::open().await;
    let builder = account.builder().base_url(pm2_api::Service::Oauth, nobody());
    let (failures, _) = thousand(&builder.build().expect("sound settings")).await;
    assert!(failures.iter().all(|(_, chain)| chain.contains("the service could not be reached")));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn calls_end_in_their_time_where_no_token_ever_comes() {
    let account = account(|| Reply::Silence).await;
    let client = account.builder().timeout(Duration::from_millis(300)).build().expect("sound settings");
    let (failures, took) = thousand(&client).await;
    assert!(failures.iter().all(|(kind, _)| *kind == CallErrorKind::Timeout));
    assert!(took < Duration::from_secs(10), "{took:?}");
    assert_eq!(account.token_requests(), 1);
}

#[tokio::test]
async fn a_failed_token_exchange_is_the_source_of_the_error_and_not_its_response() {
    for status in [400, 404, 503] {
        let account = account(move || Answer::json(status, json!({ "error_description": "spent" })).into()).await;
        let rejected = account.builder().access_token("old").build().expect("sound settings");
        // The service has rejected a call with the old token before the exchange failed: that is the call's own response.
        for (client, own) in [(account.client(), None), (rejected, Some(StatusCode::UNAUTHORIZED))] {
            let error = client.user().retrieve().await.expect_err("no token");
            assert_eq!(error.status(), own);
            assert_eq!(error.response().and_then(|reply| reply.message()), own.map(|_| "who?"));
            assert_eq!(error.is_retryable(), status == 503);
            let source = error.source().and_then(|source| source.downcast_ref::<Error>()).expect("the client's error");
            assert_eq!(source.operation().id(), "auth.retrieveToken");
            assert_eq!(source.status().map(|status| status.as_u16()), Some(status));
            assert_eq!(source.response().and_then(|reply| reply.message()), Some("spent"));
            let Error::Call(call) = error else { panic!("{error}") };
            assert_eq!(call.kind(), CallErrorKind::Token);
        }
    }
}

#[tokio::test]
async fn a_call_may_be_retried_where_the_other_operation_was_not_reached() {
    let account = Account::open().await;
    let builder = account.builder().retries(0).base_url(pm2_api::Service::Oauth, nobody());
    let error = builder.build().expect("sound settings").user().retrieve().await.expect_err("no token");
    assert!(error.is_retryable() && !error.is_timeout() && error.status().is_none(), "{error:?}");
    let builder = Client::builder().base_url(pm2_api::Service::Api, nobody()).access_token("mine").retries(0);
    let error = builder.build().expect("sound settings").bucket().current_role(BUCKET).await.expect_err("no node");
    assert!(error.is_retryable() && !error.is_timeout() && error.status().is_none(), "{error:?}");
}

/// A source of tokens that fails as the client of another service does.
struct Nested(&'static str);

impl TokenSource for Nested {
    async fn access_token(&self, _: Option<&Secret>) -> Result<AccessToken, BoxError> {
        let inner = Client::builder().base_urls(self.0).access_token("mine").retries(0).build()?;
        let error = inner.user().retrieve().await.expect_err("nobody answers");
        Err(<Error>::from(error).into())
    }
}

#[tokio::test]
async fn the_error_of_a_token_source_can_be_downcast() {
    let source = Nested("http://127.0.0.1:1");
    let client =
        Client::builder().base_urls("http://127.0.0.1:1").token_source(source).build().expect("sound settings");
    let error = client.user().update(&Default::default()).await.expect_err("no token");
    let source = error.source().and_then(|source| source.downcast_ref::<Error>()).expect("the source's own error");
    assert_eq!((source.operation().id(), error.operation().id()), ("user.retrieve", "user.update"));
}

/// Tokens are granted without end, and none is taken.
fn granting_in_vain(seen: &Seen, _: usize) -> Option<Reply> {
    (!seen.is_for_token()).then(|| Answer::json(401, json!({ "msg": "not that one" })).into())
}

#[tokio::test]
async fn tokens_that_are_all_refused_are_not_asked_for_in_a_loop() {
    let account = Account::scripted(granting_in_vain).await;
    let client = account.client();
    let start = Instant::now();
    for _ in 0..200 {
        let error = client.user().retrieve().await.expect_err("401");
        assert_eq!(error.status(), Some(StatusCode::UNAUTHORIZED));
    }
    // Two for the first call, and no more than one for each second after it.
    let most = 3 + usize::try_from(start.elapsed().as_secs()).expect("few seconds");
    assert!(account.token_requests() <= most, "{} token requests", account.token_requests());
    assert!(account.count(USER_ROUTE) <= 200 + most);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_thousand_calls_whose_tokens_are_all_refused_ask_for_few() {
    let account = Account::scripted(granting_in_vain).await;
    let client = account.client();
    let start = Instant::now();
    let mut calls = JoinSet::new();
    for _ in 0..1_000 {
        let client = client.clone();
        calls.spawn(async move { client.user().retrieve().await.expect_err("401").status() });
    }
    assert!(calls.join_all().await.iter().all(|status| *status == Some(StatusCode::UNAUTHORIZED)));
    let most = 3 + usize::try_from(start.elapsed().as_secs()).expect("few seconds");
    assert!(account.token_requests() <= most, "{} token requests", account.token_requests());
}

#[tokio::test]
async fn a_rotated_refresh_token_is_kept_where_the_access_token_is_missing() {
    let account = Account::scripted(|seen, _| {
        let is_first = seen.is_for_token() && seen.json()["refresh_token"] == refresh_token(0);
        let rotated = json!({ "refresh_token": "rotated" });
        let good = seen.token() == Some(&access_token(1));
        match seen.is_for_token() {
            true if is_first => Some(Answer::json(200, rotated).into()),
            true => Some(Answer::json(200, granting(1)).into()),
            false => good.then(|| Answer::json(200, json!({})).into()),
        }
    })
    .await;
    let client = account.client();
    client.user().retrieve().await.expect_err("no access token");
    // As long as a failure that is no refusal answers for the next calls.
    tokio::time::sleep(Duration::from_millis(1_100)).await;
    client.user().retrieve().await.expect("an answer");
    assert_eq!(account.seen()[1].json()["refresh_token"], "rotated");
}
