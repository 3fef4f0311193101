//! A call can be dropped at any point without harm to the client.

use std::future::Future;
use std::pin::pin;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc;
use std::task::Poll;
use std::time::Duration;

use routegen_runtime::client::Tokens;
use serde_json::json;

use crate::api::Client;
use crate::scripted_server::{Action, Gate, ReceivedRequest, ScriptedResponse};
use crate::token_service::{BRANCH, BRANCH_ROUTE, HOURS_ROUTE, ME_ROUTE, TokenService};

/// Polls a future up to `times` times and drops it. Returns its output if it becomes ready.
async fn poll_and_drop<F: Future>(times: usize, future: F) -> Option<F::Output> {
    let mut future = pin!(future);
    let mut polls = 0;
    std::future::poll_fn(|context| {
        if let Poll::Ready(output) = future.as_mut().poll(context) {
            return Poll::Ready(Some(output));
        }
        polls += 1;
        if polls == times { Poll::Ready(None) } else { Poll::Pending }
    })
    .await
}

/// What a call waits for when it is dropped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Waiting {
    FirstToken,
    RejectedToken,
    BaseUrl,
    BaseUrlAndRejectedToken,
    RetryDelay,
    Body,
}

impl Waiting {
    async fn start_service(self) -> TokenService {
        let failed = AtomicUsize::new(0);
        TokenService::with_script(move |request: &ReceivedRequest, _| match (self, request.route == ME_ROUTE) {
            (Self::RetryDelay, true) if failed.fetch_add(1, Ordering::SeqCst) == 0 => {
                Some(ScriptedResponse::json(503, json!({})).into())
            }
            (Self::Body, true) => Some(Action::Slow(ScriptedResponse::json(200, json!({ "name": "ada" })))),
            _ => None,
        })
        .await
    }

    async fn prepare(self, service: &TokenService, client: &Client) {
        match self {
            Self::RejectedToken | Self::BaseUrlAndRejectedToken => {
                client.members().me().await.expect("a response");
                service.revoke();
            }
            Self::FirstToken | Self::BaseUrl | Self::RetryDelay | Self::Body => {}
        }
    }

    /// Makes a call and drops it after `polls` polls. Returns `true` if the call completed before that.
    async fn call(self, client: &Client, polls: usize) -> bool {
        let is_done = match self {
            Self::BaseUrl | Self::BaseUrlAndRejectedToken => {
                let call = IntoFuture::into_future(client.branches().hours(BRANCH));
                poll_and_drop(polls, call).await.map(|outcome| outcome.is_ok())
            }
            Self::FirstToken | Self::RejectedToken | Self::RetryDelay | Self::Body => {
                let call = IntoFuture::into_future(client.members().me());
                poll_and_drop(polls, call).await.map(|outcome| outcome.is_ok())
            }
        };
        is_done.inspect(|is_success| assert!(is_success, "{self:?} after {polls} polls")).is_some()
    }

    fn expected_token_requests(self) -> usize {
        match self {
            Self::RejectedToken | Self::BaseUrlAndRejectedToken => 2,
            Self::FirstToken | Self::BaseUrl | Self::RetryDelay | Self::Body => 1,
        }
    }
}

/// Drops a call at every point at which it waits, and calls again.
async fn drop_everywhere(waiting: Waiting) {
    let mut polls = 1;
    loop {
        let service = waiting.start_service().await;
        let client = service.client();
        waiting.prepare(&service, &client).await;
        let is_done = waiting.call(&client, polls).await;
        client.members().me().await.expect("a response after the dropped call");
        client.branches().hours(BRANCH).await.expect("a response from the branch");
        assert_eq!(service.token_requests(), waiting.expected_token_requests(), "{waiting:?} after {polls} polls");
        assert_eq!(service.issued(), service.token_requests(), "a refresh token was lost");
        // One discovery, and one more if the first was rejected together with its token.
        let discoveries = if waiting == Waiting::BaseUrlAndRejectedToken { 1..=2 } else { 1..=1 };
        assert!(discoveries.contains(&service.count(BRANCH_ROUTE)), "{waiting:?} after {polls} polls");
        assert!(service.count(HOURS_ROUTE) >= 1);
        if is_done {
            break;
        }
        polls += 1;
    }
    assert!(polls > 2, "{waiting:?} was dropped at {polls} points only");
}

#[tokio::test]
async fn a_call_can_be_dropped_while_it_waits_for_the_first_token() {
    drop_everywhere(Waiting::FirstToken).await;
}

#[tokio::test]
async fn a_call_can_be_dropped_while_its_rejected_token_is_refreshed() {
    drop_everywhere(Waiting::RejectedToken).await;
}

#[tokio::test]
async fn a_call_can_be_dropped_while_its_base_url_is_discovered() {
    drop_everywhere(Waiting::BaseUrl).await;
    drop_everywhere(Waiting::BaseUrlAndRejectedToken).await;
}

#[tokio::test]
async fn a_call_can_be_dropped_in_the_delay_before_a_retry() {
    drop_everywhere(Waiting::RetryDelay).await;
}

#[tokio::test]
async fn a_call_can_be_dropped_while_the_body_arrives() {
    drop_everywhere(Waiting::Body).await;
}

#[tokio::test]
async fn a_refresh_completes_even_if_no_call_waits_for_it() {
    let gate = Gate::closed();
    let held_back = gate.clone();
    let service = TokenService::with_script(move |request, issued| {
        let is_first = request.is_token_request() && issued == 0;
        is_first.then(|| {
            let response = ScriptedResponse::json(200, json!({ "access_token": "first", "refresh_token": "rotated" }));
            Action::After(held_back.clone(), Box::new(response.into()))
        })
    })
    .await;
    let (sender, receiver) = mpsc::channel();
    let listener = move |tokens: &Tokens| sender.send(tokens.clone()).expect("the test receives");
    let client = service.builder().on_new_tokens(listener).build().expect("valid settings");
    for _ in 0..3 {
        let call = client.members().me().timeout(Duration::from_millis(50));
        assert!(call.await.expect_err("no token").is_timeout());
    }
    assert!(poll_and_drop(1, IntoFuture::into_future(client.members().me())).await.is_none());
    gate.open();
    let tokens = loop {
        match receiver.try_recv() {
            Ok(tokens) => break tokens,
            Err(_) => tokio::time::sleep(Duration::from_millis(5)).await,
        }
    };
    assert_eq!(tokens.refresh_token.expect("a refresh token").expose(), "rotated");
    assert_eq!(service.token_requests(), 1);
    assert_eq!(service.count(ME_ROUTE), 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_hundred_aborted_calls_lose_no_token() {
    for round in 0..20_u64 {
        let service = TokenService::start().await;
        let client = service.client();
        let calls: Vec<_> = (0..100)
            .map(|number| {
                let client = client.clone();
                tokio::spawn(async move {
                    match number % 2 {
                        0 => client.members().me().await.map(|_| ()).is_ok(),
                        _ => client.branches().hours(BRANCH).await.map(|_| ()).is_ok(),
                    }
                })
            })
            .collect();
        tokio::time::sleep(Duration::from_micros(round * 500)).await;
        for call in &calls {
            call.abort();
        }
        for call in calls {
            assert!(call.await.unwrap_or(true), "a call failed without being aborted");
        }
        client.branches().hours(BRANCH).await.expect("a response");
        assert_eq!((service.token_requests(), service.issued()), (1, 1));
        assert_eq!(service.count(BRANCH_ROUTE), 1);
    }
}
