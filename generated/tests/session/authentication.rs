//! Where the token of a call comes from, and what happens when it is refused.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use http::StatusCode;
use pm2_api::{AccessToken, BoxError, Client, Secret, TokenSource, Tokens};
use serde_json::json;
use tokio::task::JoinSet;

use super::account::{Account, BUCKET, USER_ROUTE, access_token, chain, refresh_token};
use super::server::{Answer, Gate, Reply, Server};

#[tokio::test]
async fn a_fixed_token_is_sent_and_never_renewed() {
    let server = Server::start(|_| Answer::json(401, json!({ "msg": "no" })).into()).await;
    let client = Client::builder().base_urls(server.url()).access_token("fixed").build().expect("sound settings");
    let error = client.user().retrieve().await.expect_err("401");
    assert_eq!(error.status(), Some(StatusCode::UNAUTHORIZED));
    let seen = server.seen();
    assert_eq!(seen.len(), 1);
    assert_eq!(seen[0].token(), Some("fixed"));
}

#[tokio::test]
async fn a_refresh_token_is_exchanged_for_the_token_of_the_first_call() {
    let account = Account::open().await;
    let client = account.builder().refresh_field("client_id", "42").refresh_field("scope", "all").build();
    let client = client.expect("sound settings");
    assert_eq!(client.user().retrieve().await.expect("an answer").username.as_deref(), Some("ada"));
    client.user().retrieve().await.expect("an answer");
    let seen = account.seen();
    let routes: Vec<_> = seen.iter().map(|seen| seen.route.as_str()).collect();
    assert_eq!(routes, ["POST /api/oauth/token", USER_ROUTE, USER_ROUTE]);
    let expected = json!({
        "client_id": "42", "grant_type": "refresh_token", "refresh_token": refresh_token(0), "scope": "all",
    });
    assert_eq!(seen[0].json(), expected);
    assert_eq!(seen[0].header("content-type"), Some("application/json"));
    assert_eq!(seen[0].header("authorization"), None);
    assert_eq!(seen[2].token(), Some(&*access_token(1)));
}

#[tokio::test]
async fn the_client_id_of_the_spec_is_sent_where_there_is_no_other() {
    let account = Account::open().await;
    account.client().user().retrieve().await.expect("an answer");
    assert_eq!(account.seen()[0].json()["client_id"], "795984050");
}

#[tokio::test]
async fn a_refused_token_is_renewed_once_and_the_request_repeated_once() {
    let account = Account::open().await;
    let client = account.client();
    client.user().retrieve().await.expect("an answer");
    account.revoke();
    client.user().retrieve().await.expect("an answer after a renewal");
    let tokens: Vec<_> = account.seen().iter().filter_map(|seen| seen.token().map(str::to_owned)).collect();
    assert_eq!(tokens, [access_token(1), access_token(1), access_token(2)]);
    assert_eq!(account.token_requests(), 2);
    assert_eq!(account.seen()[2].route, USER_ROUTE);
    assert_eq!(account.seen()[3].json()["refresh_token"], refresh_token(1), "the rotated token is used");
}

#[tokio::test]
async fn a_second_refusal_is_the_error_of_the_call() {
    let refusing = |seen: &super::server::Seen, _| {
        (!seen.is_for_token()).then(|| Answer::json(401, json!({ "msg": "still no" })).into())
    };
    let account = Account::scripted(refusing).await;
    let error = account.client().user().retrieve().await.expect_err("401");
    assert_eq!(error.to_string(), "user.retrieve (GET /api/users/isLogged) answered 401 Unauthorized: still no");
    assert_eq!((account.count(USER_ROUTE), account.token_requests()), (2, 2));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_renewal_serves_a_thousand_calls() {
    let gate = Gate::closed();
    let held_back = gate.clone();
    // The first token request waits until calls have come; the tokens from before are refused.
    let account = Account::scripted(move |seen, _| match seen.is_for_token() {
        true => Some(Reply::Gated(held_back.clone(), Box::new(Answer::json(200, super::account::granting(1)).into()))),
        false if seen.token() == Some(&access_token(1)) => Some(Answer::json(200, json!({})).into()),
        false => Some(Answer::json(401, json!({})).into()),
    })
    .await;
    let client = account.builder().access_token("old").build().expect("sound settings");
    let mut calls = JoinSet::new();
    for _ in 0..1_000 {
        let client = client.clone();
        calls.spawn(async move { client.user().retrieve().await.map(|_| ()) });
    }
    account.has_seen(1_001).await;
    gate.open();
    for call in calls.join_all().await {
        call.expect("an answer");
    }
    assert_eq!((account.token_requests(), account.count(USER_ROUTE)), (1, 2_000));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_exchange_serves_the_first_thousand_calls() {
    let account = Account::open().await;
    let client = account.client();
    let mut calls = JoinSet::new();
    for _ in 0..1_000 {
        let client = client.clone();
        calls.spawn(async move { client.user().retrieve().await.map(|_| ()) });
    }
    for call in calls.join_all().await {
        call.expect("an answer");
    }
    assert_eq!((account.token_requests(), account.count(USER_ROUTE)), (1, 1_000));
}

#[tokio::test]
async fn calls_without_a_token_wait_for_none() {
    let account = Account::scripted(|seen, _| seen.is_for_token().then_some(Reply::Silence)).await;
    let client = account.builder().access_token("mine").build().expect("sound settings");
    client.user().show("ada").await.expect("an answer");
    let client = account.client();
    client.user().show("ada").await.expect("an answer");
    assert_eq!((account.seen().len(), account.token_requests()), (2, 0));
    assert!(account.seen().iter().all(|seen| seen.header("authorization").is_none()));
}

/// Counts what it is asked.
struct Vault(Arc<Mutex<Vec<Option<String>>>>);

impl TokenSource for Vault {
    async fn access_token(&self, refused: Option<&Secret>) -> Result<AccessToken, BoxError> {
        let mut asked = self.0.lock().expect("no test panics here");
        asked.push(refused.map(|token| token.expose().to_owned()));
        if asked.len() > 2 { Err("the vault is shut".into()) } else { Ok(format!("v{}", asked.len()).into()) }
    }
}

#[tokio::test]
async fn a_source_is_asked_for_a_token_and_told_of_the_refused_one() {
    let server = Server::start(|seen| {
        let status = if seen.token() == Some("v2") { 200 } else { 401 };
        Answer::json(if seen.query == "refuse" { 401 } else { status }, json!({})).into()
    })
    .await;
    let asked = Arc::default();
    let source = Vault(Arc::clone(&asked));
    let client = Client::builder().base_urls(server.url()).resolve_base_urls(false).token_source(source).build();
    let client = client.expect("sound settings");
    client.user().retrieve().await.expect("an answer");
    client.bucket().current_role(BUCKET).await.expect("an answer");
    assert_eq!(*asked.lock().expect("no test panics here"), [None, Some("v1".to_owned())]);
}

#[tokio::test]
async fn a_source_that_fails_is_the_cause_of_the_error() {
    let server = Server::start(|_| Answer::json(401, json!({})).into()).await;
    let asked: Arc<Mutex<Vec<_>>> = Arc::new(Mutex::new(vec![None, None]));
    let client = Client::builder().base_urls(server.url()).token_source(Vault(asked)).build().expect("sound settings");
    let error = client.user().retrieve().await.expect_err("no token");
    assert!(chain(&error).ends_with("no access token could be had: the vault is shut"), "{}", chain(&error));
    assert_eq!(server.seen().len(), 0);
}

#[tokio::test]
async fn new_tokens_are_told_before_the_first_call_and_can_be_kept() {
    let account = Account::open().await;
    let kept = Arc::new(Mutex::new(String::new()));
    let (book, calls) = (Arc::clone(&kept), Arc::new(AtomicUsize::new(0)));
    let told = Arc::clone(&calls);
    let client = account.builder().on_new_tokens(move |tokens| {
        told.fetch_add(1, Ordering::SeqCst);
        *book.lock().expect("no test panics here") = serde_json::to_string(tokens).expect("JSON");
    });
    let client = client.build().expect("sound settings");
    client.user().retrieve().await.expect("an answer");
    assert_eq!(calls.load(Ordering::SeqCst), 1);
    let tokens: Tokens = serde_json::from_str(&kept.lock().expect("no test panics here")).expect("tokens");
    assert_eq!(tokens.refresh_token, Some(Secret::from(refresh_token(1))));
    // Another run of the program starts with them.
    let next = account.builder().tokens(tokens).build().expect("sound settings");
    next.user().retrieve().await.expect("an answer with the token that was kept");
    assert_eq!(account.token_requests(), 1);
    account.revoke();
    next.user().retrieve().await.expect("an answer with the refresh token that was kept");
    assert_eq!(account.token_requests(), 2);
}

#[tokio::test]
async fn the_listener_is_told_while_no_call_has_been_made() {
    let account = Arc::new(Account::open().await);
    let (looked_at, before) = (Arc::clone(&account), Arc::new(AtomicUsize::new(usize::MAX)));
    let noted = Arc::clone(&before);
    let listener = move |_: &Tokens| noted.store(looked_at.count(USER_ROUTE), Ordering::SeqCst);
    let client = account.builder().on_new_tokens(listener).build().expect("sound settings");
    client.user().retrieve().await.expect("an answer");
    assert_eq!((before.load(Ordering::SeqCst), account.count(USER_ROUTE)), (0, 1));
}

#[tokio::test]
async fn a_listener_that_panics_harms_nobody() {
    let account = Account::open().await;
    let client = account.builder().on_new_tokens(|_| panic!("a listener of the test's")).build();
    let client = client.expect("sound settings");
    client.user().retrieve().await.expect("an answer");
    account.revoke();
    client.user().retrieve().await.expect("an answer");
    assert_eq!((account.token_requests(), account.granted()), (2, 2));
}

/// Panics when it is asked for the first time.
struct Fragile(AtomicUsize);

impl TokenSource for Fragile {
    async fn access_token(&self, _: Option<&Secret>) -> Result<AccessToken, BoxError> {
        assert!(self.0.fetch_add(1, Ordering::SeqCst) > 0, "a source of the test's");
        Ok("good".into())
    }
}

#[tokio::test]
async fn a_source_that_panics_fails_the_calls_that_wait_and_is_asked_again() {
    let server = Server::start(|_| Answer::json(200, json!({})).into()).await;
    let client = Client::builder().base_urls(server.url()).token_source(Fragile(AtomicUsize::new(0))).build();
    let client = client.expect("sound settings");
    let (first, second) = tokio::join!(client.user().retrieve(), client.user().retrieve());
    for error in [first.expect_err("no token"), second.expect_err("no token")] {
        assert!(chain(&error).contains("the renewal of the access token was interrupted"), "{}", chain(&error));
    }
    client.user().retrieve().await.expect("an answer");
}

#[test]
fn a_renewal_that_ends_with_its_runtime_is_begun_again() {
    let runtime = || tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build();
    let serving = runtime().expect("a runtime");
    let asked = AtomicUsize::new(0);
    let account = serving.block_on(Account::scripted(move |seen, _| {
        (seen.is_for_token() && asked.fetch_add(1, Ordering::SeqCst) == 0).then_some(Reply::Silence)
    }));
    let client = account.client();
    let first = runtime().expect("a runtime");
    first.block_on(async {
        let call = client.user().retrieve().timeout(Duration::from_millis(50));
        assert!(call.await.expect_err("no token").is_timeout());
    });
    drop(first);
    serving.block_on(async { client.user().retrieve().await.map(|_| ()) }).expect("an answer");
    assert_eq!(account.token_requests(), 2);
}
