//! Tokens that expire: they are refreshed shortly before, by the service's clock.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use routegen_runtime::client::{AccessToken, Tokens};
use serde_json::{Value, json};

use crate::api::ClientBuilder;
use crate::scripted_server::{Action, ReceivedRequest, ScriptedResponse};
use crate::token_service::{TokenService, refresh_token, token_body};

/// Issues a token with that expiry time. The server's clock is ahead by that many seconds.
fn issue(number: usize, expires_at: &Value, ahead: i64) -> Action {
    let mut body = token_body(number);
    body["expires_at"] = expires_at.clone();
    let date = Timestamp::now() + SignedDuration::from_secs(ahead);
    let date = date.strftime("%a, %d %b %Y %H:%M:%S GMT").to_string();
    ScriptedResponse::json(200, body).with_header("Date", date).into()
}

/// How a service writes the expiry time.
#[derive(Clone, Copy)]
enum Format {
    Text,
    Milliseconds,
}

fn accept(request: &ReceivedRequest) -> Action {
    assert!(request.token().is_some());
    ScriptedResponse::json(200, json!({})).into()
}

/// Starts a service whose tokens expire that many seconds from now by this machine's clock.
async fn expiring_in(seconds: i64, format: Format, ahead: i64) -> TokenService {
    let issued = AtomicUsize::new(0);
    TokenService::with_script(move |request, _| {
        if !request.is_token_request() {
            return Some(accept(request));
        }
        let expires_at = Timestamp::now() + SignedDuration::from_secs(seconds);
        let expires_at = match format {
            Format::Text => json!(expires_at.to_string()),
            Format::Milliseconds => json!(expires_at.as_millisecond()),
        };
        Some(issue(issued.fetch_add(1, Ordering::SeqCst) + 1, &expires_at, ahead))
    })
    .await
}

async fn call_repeatedly(service: &TokenService, times: usize) {
    let client = service.client();
    for _ in 0..times {
        client.members().me().await.expect("a response");
    }
}

#[tokio::test]
async fn a_token_is_used_until_shortly_before_it_expires() {
    for format in [Format::Text, Format::Milliseconds] {
        let service = expiring_in(3600, format, 0).await;
        call_repeatedly(&service, 3).await;
        assert_eq!(service.token_requests(), 1);
    }
}

/// Returns the settings of a client with a stored token that expires that many seconds from now.
fn with_stored_token(service: &TokenService, seconds: i64) -> ClientBuilder {
    let expires_at = Timestamp::now() + SignedDuration::from_secs(seconds);
    let token = AccessToken::new("stored").expiring_at(expires_at);
    service.builder().tokens(Tokens::new(token).with_refresh_token(refresh_token(0)))
}

#[tokio::test]
async fn a_token_is_refreshed_shortly_before_it_expires_and_after_it_has_expired() {
    for seconds in [30, 0, -30, -100_000_000] {
        let service = TokenService::start().await;
        let client = with_stored_token(&service, seconds).build().expect("valid settings");
        for _ in 0..3 {
            client.members().me().await.expect("a response");
        }
        assert_eq!(service.token_requests(), 1);
        assert!(service.requests().iter().all(|request| request.token() != Some("stored")));
    }
}

#[tokio::test]
async fn a_failed_refresh_fails_no_call_whose_token_is_still_valid() {
    let actions: [fn() -> Action; 3] = [
        || ScriptedResponse::json(500, json!({})).into(),
        || ScriptedResponse::json(400, json!({ "error_description": "spent" })).into(),
        || Action::Close,
    ];
    for action in actions {
        let service = TokenService::with_script(move |request, _| {
            Some(if request.is_token_request() { action() } else { accept(request) })
        })
        .await;
        let client = with_stored_token(&service, 30).build().expect("valid settings");
        client.members().me().await.expect("a response with the token that is still valid");
        client.members().me().await.expect("another response");
        assert_eq!(service.token_requests(), 1);
        let expired = with_stored_token(&service, -1).build().expect("valid settings");
        expired.members().me().await.expect_err("no valid token");
    }
}

#[tokio::test]
async fn a_refresh_that_hangs_fails_no_call_whose_token_is_still_valid() {
    let script =
        |request: &ReceivedRequest, _| Some(if request.is_token_request() { Action::Hang } else { accept(request) });
    let service = TokenService::with_script(script).await;
    let client = with_stored_token(&service, 55).timeout(Duration::from_secs(3)).build().expect("valid settings");
    client.members().me().await.expect("a response with the token that is still valid");
    assert_eq!(service.requests().last().expect("a request").token(), Some("stored"));
    assert_eq!(service.token_requests(), 1);
}

#[tokio::test]
async fn a_short_lived_token_is_refreshed_after_half_of_its_lifetime() {
    let service = expiring_in(2, Format::Text, 0).await;
    let client = service.client();
    client.members().me().await.expect("a response");
    tokio::time::sleep(Duration::from_millis(1_100)).await;
    client.members().me().await.expect("a response");
    assert_eq!(service.token_requests(), 2);
}

#[tokio::test]
async fn the_expiry_time_is_compared_with_the_services_clock() {
    // The token lives four seconds by the service's clock, an hour and four seconds by this machine's.
    let ahead = expiring_in(3_604, Format::Text, 3_600).await;
    let client = ahead.client();
    client.members().me().await.expect("a response");
    assert!(client.clock_offset().is_some_and(|offset| offset.as_secs() >= 3_599));
    tokio::time::sleep(Duration::from_millis(3_200)).await;
    client.members().me().await.expect("a response");
    assert_eq!(ahead.token_requests(), 2);
    // The token lives ten minutes by the service's clock, and expired fifty minutes ago by this machine's.
    let behind = expiring_in(-3_000, Format::Milliseconds, -3_600).await;
    call_repeatedly(&behind, 3).await;
    assert_eq!(behind.token_requests(), 1);
}

#[tokio::test]
async fn a_token_that_is_issued_after_its_expiry_time_is_used_until_it_is_rejected() {
    let service = expiring_in(-86_400, Format::Text, 0).await;
    call_repeatedly(&service, 20).await;
    assert_eq!(service.token_requests(), 1);
}

#[tokio::test]
async fn an_expiry_time_that_is_not_a_time_is_ignored() {
    let times = [json!(null), json!("soon"), json!({}), json!(-1.5), json!(i64::MAX), json!(u64::MAX), json!(i64::MIN)];
    for time in times {
        let expires_at = time.clone();
        let script = move |request: &ReceivedRequest, _| {
            Some(if request.is_token_request() { issue(1, &expires_at, 0) } else { accept(request) })
        };
        let service = TokenService::with_script(script).await;
        call_repeatedly(&service, 3).await;
        assert_eq!(service.token_requests(), 1, "{time}");
    }
}
