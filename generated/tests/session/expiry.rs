//! Tokens that end: they are renewed shortly before, by the service's clock.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use pm2_api::{AccessToken, ClientBuilder, Tokens};
use serde_json::{Value, json};

use super::account::{Account, granting, refresh_token};
use super::server::{Answer, Reply, Seen};

/// An exchange that answers tokens with that end, from a server whose clock is ahead by so many seconds.
fn granted(number: usize, end: &Value, ahead: i64) -> Reply {
    let mut body = granting(number);
    body["expire_at"] = end.clone();
    let date = Timestamp::now() + SignedDuration::from_secs(ahead);
    let date = date.strftime("%a, %d %b %Y %H:%M:%S GMT").to_string();
    Answer::json(200, body).with("Date", date).into()
}

fn fine(seen: &Seen) -> Reply {
    assert!(seen.token().is_some());
    Answer::json(200, json!({})).into()
}

/// An account whose tokens end so many seconds from now by this machine's clock, written as text or as a number.
async fn ending_in(seconds: i64, is_text: bool, ahead: i64) -> Account {
    let number = AtomicUsize::new(0);
    Account::scripted(move |seen, _| {
        if !seen.is_for_token() {
            return Some(fine(seen));
        }
        let end = Timestamp::now() + SignedDuration::from_secs(seconds);
        let end = if is_text { json!(end.to_string()) } else { json!(end.as_millisecond()) };
        Some(granted(number.fetch_add(1, Ordering::SeqCst) + 1, &end, ahead))
    })
    .await
}

async fn calls(account: &Account, times: usize) {
    let client = account.client();
    for _ in 0..times {
        client.user().retrieve().await.expect("an answer");
    }
}

#[tokio::test]
async fn a_token_is_used_until_shortly_before_its_end() {
    for is_text in [true, false] {
        let account = ending_in(3600, is_text, 0).await;
        calls(&account, 3).await;
        assert_eq!(account.token_requests(), 1);
    }
}

/// A client with a token kept from an earlier run that ends so many seconds from now.
fn kept(account: &Account, seconds: i64) -> ClientBuilder {
    let end = Timestamp::now() + SignedDuration::from_secs(seconds);
    let token = AccessToken::new("kept").expiring_at(end);
    account.builder().tokens(Tokens::new(token).with_refresh_token(refresh_token(0)))
}

#[tokio::test]
async fn a_token_is_renewed_shortly_before_its_end_and_after_it() {
    for seconds in [30, 0, -30, -100_000_000] {
        let account = Account::open().await;
        let client = kept(&account, seconds).build().expect("sound settings");
        for _ in 0..3 {
            client.user().retrieve().await.expect("an answer");
        }
        assert_eq!(account.token_requests(), 1);
        assert!(account.seen().iter().all(|seen| seen.token() != Some("kept")));
    }
}

#[tokio::test]
async fn a_renewal_that_fails_does_not_fail_a_call_whose_token_is_still_good() {
    let replies: [fn() -> Reply; 3] = [
        || Answer::json(500, json!({})).into(),
        || Answer::json(400, json!({ "error_description": "spent" })).into(),
        || Reply::Close,
    ];
    for reply in replies {
        let account =
            Account::scripted(move |seen, _| Some(if seen.is_for_token() { reply() } else { fine(seen) })).await;
        let client = kept(&account, 30).build().expect("sound settings");
        client.user().retrieve().await.expect("an answer with the token that is still good");
        client.user().retrieve().await.expect("another");
        assert_eq!(account.token_requests(), 1);
        let ended = kept(&account, -1).build().expect("sound settings");
        ended.user().retrieve().await.expect_err("no token is good");
    }
}

#[tokio::test]
async fn a_renewal_that_hangs_does_not_fail_a_call_whose_token_is_still_good() {
    let silent = |seen: &Seen, _| Some(if seen.is_for_token() { Reply::Silence } else { fine(seen) });
    let account = Account::scripted(silent).await;
    let client = kept(&account, 55).timeout(Duration::from_secs(2)).build().expect("sound settings");
    client.user().retrieve().await.expect("an answer with the token that is still good");
    assert_eq!(account.seen().last().expect("a request").token(), Some("kept"));
    assert_eq!(account.token_requests(), 1);
}

#[tokio::test]
async fn a_token_that_lives_shortly_is_renewed_halfway() {
    let account = ending_in(2, true, 0).await;
    let client = account.client();
    client.user().retrieve().await.expect("an answer");
    tokio::time::sleep(Duration::from_millis(1_100)).await;
    client.user().retrieve().await.expect("an answer");
    assert_eq!(account.token_requests(), 2);
}

#[tokio::test]
async fn the_end_of_a_token_is_meant_by_the_clock_of_the_service() {
    // Four seconds to live there, an hour and four seconds here.
    let ahead = ending_in(3_604, true, 3_600).await;
    let client = ahead.client();
    client.user().retrieve().await.expect("an answer");
    assert!(client.clock_offset().is_some_and(|offset| offset.as_secs() >= 3_599));
    tokio::time::sleep(Duration::from_millis(3_200)).await;
    client.user().retrieve().await.expect("an answer");
    assert_eq!(ahead.token_requests(), 2);
    // Ten minutes to live there, over for fifty minutes here.
    let behind = ending_in(-3_000, false, -3_600).await;
    calls(&behind, 3).await;
    assert_eq!(behind.token_requests(), 1);
}

#[tokio::test]
async fn a_token_that_is_granted_past_its_end_is_used_until_it_is_refused() {
    let account = ending_in(-86_400, true, 0).await;
    calls(&account, 20).await;
    assert_eq!(account.token_requests(), 1);
}

#[tokio::test]
async fn an_end_that_is_no_point_in_time_is_no_end() {
    let ends = [json!(null), json!("soon"), json!({}), json!(-1.5), json!(i64::MAX), json!(u64::MAX), json!(i64::MIN)];
    for end in ends {
        let answer = end.clone();
        let script = move |seen: &Seen, _| Some(if seen.is_for_token() { granted(1, &answer, 0) } else { fine(seen) });
        let account = Account::scripted(script).await;
        calls(&account, 3).await;
        assert_eq!(account.token_requests(), 1, "{end}");
    }
}
