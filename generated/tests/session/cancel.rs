//! Calls that are dropped at any point leave the client as good as it was.

use std::future::Future;
use std::pin::pin;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc;
use std::task::Poll;
use std::time::Duration;

use pm2_api::Client;
use serde_json::json;

use super::account::{Account, BUCKET, BUCKET_ROUTE, ROLE_ROUTE, USER_ROUTE};
use super::server::{Answer, Gate, Reply, Seen};

/// Polls a future so many times and drops it, unless it is ready before.
async fn polled<F: Future>(times: usize, future: F) -> Option<F::Output> {
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

/// A state in which a call is dropped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    NoTokenYet,
    TokenRefused,
    NodeUnknown,
    NodeUnknownAndTokenRefused,
    Pause,
    HalfABody,
}

impl State {
    async fn account(self) -> Account {
        let failed = AtomicUsize::new(0);
        Account::scripted(move |seen: &Seen, _| match (self, seen.route == USER_ROUTE) {
            (Self::Pause, true) if failed.fetch_add(1, Ordering::SeqCst) == 0 => {
                Some(Answer::json(503, json!({})).into())
            }
            (Self::HalfABody, true) => Some(Reply::Slow(Answer::json(200, json!({ "username": "ada" })))),
            _ => None,
        })
        .await
    }

    async fn prepare(self, account: &Account, client: &Client) {
        match self {
            Self::TokenRefused | Self::NodeUnknownAndTokenRefused => {
                client.user().retrieve().await.expect("an answer");
                account.revoke();
            }
            Self::NoTokenYet | Self::NodeUnknown | Self::Pause | Self::HalfABody => {}
        }
    }

    /// Whether the call went through before it was dropped.
    async fn call(self, client: &Client, polls: usize) -> bool {
        let is_done = match self {
            Self::NodeUnknown | Self::NodeUnknownAndTokenRefused => {
                let call = IntoFuture::into_future(client.bucket().current_role(BUCKET));
                polled(polls, call).await.map(|answer| answer.is_ok())
            }
            Self::NoTokenYet | Self::TokenRefused | Self::Pause | Self::HalfABody => {
                let call = IntoFuture::into_future(client.user().retrieve());
                polled(polls, call).await.map(|answer| answer.is_ok())
            }
        };
        is_done.inspect(|is_success| assert!(is_success, "{self:?} after {polls} polls")).is_some()
    }

    fn tokens(self) -> usize {
        match self {
            Self::TokenRefused | Self::NodeUnknownAndTokenRefused => 2,
            Self::NoTokenYet | Self::NodeUnknown | Self::Pause | Self::HalfABody => 1,
        }
    }
}

/// Drops a call at every point at which it can be, and calls again.
async fn drop_everywhere(state: State) {
    let mut polls = 1;
    loop {
        let account = state.account().await;
        let client = account.client();
        state.prepare(&account, &client).await;
        let is_done = state.call(&client, polls).await;
        client.user().retrieve().await.expect("an answer after the dropped call");
        client.bucket().current_role(BUCKET).await.expect("an answer of the node");
        assert_eq!(account.token_requests(), state.tokens(), "{state:?} after {polls} polls");
        assert_eq!(account.granted(), account.token_requests(), "a refresh token was lost");
        // One question, and one that was refused together with its token.
        let asked = if state == State::NodeUnknownAndTokenRefused { 1..=2 } else { 1..=1 };
        assert!(asked.contains(&account.count(BUCKET_ROUTE)), "{state:?} after {polls} polls");
        assert!(account.count(ROLE_ROUTE) >= 1);
        if is_done {
            break;
        }
        polls += 1;
    }
    assert!(polls > 2, "{state:?} has been dropped at {polls} points only");
}

#[tokio::test]
async fn while_the_first_token_is_awaited() {
    drop_everywhere(State::NoTokenYet).await;
}

#[tokio::test]
async fn while_a_refused_token_is_renewed() {
    drop_everywhere(State::TokenRefused).await;
}

#[tokio::test]
async fn while_a_node_is_looked_for() {
    drop_everywhere(State::NodeUnknown).await;
    drop_everywhere(State::NodeUnknownAndTokenRefused).await;
}

#[tokio::test]
async fn in_the_pause_before_a_repetition() {
    drop_everywhere(State::Pause).await;
}

#[tokio::test]
async fn within_a_body() {
    drop_everywhere(State::HalfABody).await;
}

#[tokio::test]
async fn a_renewal_runs_to_its_end_where_nobody_waits_any_more() {
    let gate = Gate::closed();
    let held_back = gate.clone();
    let account = Account::scripted(move |seen, granted| {
        let is_first = seen.is_for_token() && granted == 0;
        is_first.then(|| {
            let answer = Answer::json(200, json!({ "access_token": "first", "refresh_token": "rotated" }));
            Reply::Gated(held_back.clone(), Box::new(answer.into()))
        })
    })
    .await;
    let (told, tokens) = mpsc::channel();
    let listener = move |tokens: &pm2_api::Tokens| told.send(tokens.clone()).expect("the test listens");
    let client = account.builder().on_new_tokens(listener).build().expect("sound settings");
    for _ in 0..3 {
        let call = client.user().retrieve().timeout(Duration::from_millis(50));
        assert!(call.await.expect_err("no token").is_timeout());
    }
    assert!(polled(1, IntoFuture::into_future(client.user().retrieve())).await.is_none());
    gate.open();
    let tokens = loop {
        match tokens.try_recv() {
            Ok(tokens) => break tokens,
            Err(_) => tokio::time::sleep(Duration::from_millis(5)).await,
        }
    };
    assert_eq!(tokens.refresh_token.expect("a refresh token").expose(), "rotated");
    assert_eq!(account.token_requests(), 1);
    assert_eq!(account.count(USER_ROUTE), 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn calls_that_are_aborted_by_the_hundred_lose_nothing() {
    for round in 0..20_u64 {
        let account = Account::open().await;
        let client = account.client();
        let calls: Vec<_> = (0..100)
            .map(|number| {
                let client = client.clone();
                tokio::spawn(async move {
                    match number % 2 {
                        0 => client.user().retrieve().await.map(|_| ()).is_ok(),
                        _ => client.bucket().current_role(BUCKET).await.map(|_| ()).is_ok(),
                    }
                })
            })
            .collect();
        tokio::time::sleep(Duration::from_micros(round * 500)).await;
        for call in &calls {
            call.abort();
        }
        for call in calls {
            assert!(call.await.unwrap_or(true), "a call that was not aborted went wrong");
        }
        client.bucket().current_role(BUCKET).await.expect("an answer");
        assert_eq!((account.token_requests(), account.granted()), (1, 1));
        assert_eq!(account.count(BUCKET_ROUTE), 1);
    }
}
