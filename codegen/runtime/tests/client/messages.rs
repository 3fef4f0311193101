//! What errors contain, what they must not contain, and how the client estimates the service's clock.

use std::time::Duration;

use http::StatusCode;
use routegen_runtime::Secret;

use crate::api::Client;
use crate::scripted_server::{ScriptedServer, ada, head, response};
use crate::{builder, client, full_text};

const TOKEN: &str = "t0p-s3cret-t0ken";

#[tokio::test]
async fn an_error_contains_the_message_of_the_service() {
    let bodies = [
        (r#"{"error": "c", "error_description": "b", "message": "a"}"#, Some("a")),
        (r#"{"error": "c", "error_description": "b"}"#, Some("b")),
        (r#"{"error": "c"}"#, Some("c")),
        (r#"{"message": 5, "error": "c"}"#, Some("c")),
        (r#"{"more": 1}"#, None),
        ("no JSON", None),
        ("", None),
    ];
    for (body, message) in bodies {
        let server = ScriptedServer::always(response("500 Oh", &[], body)).await;
        let error = client(server.url()).members().show("ada").await.expect_err("500");
        let start = "members.show (GET /members/named/ada) returned 500 Internal Server Error";
        let end = message.map(|message| format!(": {message}")).unwrap_or_default();
        assert_eq!(error.to_string(), format!("{start}{end}"));
        assert_eq!(error.status(), Some(StatusCode::INTERNAL_SERVER_ERROR));
        assert_eq!(error.response().expect("a response").raw(), body);
    }
}

#[tokio::test]
async fn only_transient_statuses_are_retryable() {
    for (status, is_transient) in
        [(400, false), (401, false), (404, false), (429, true), (500, false), (502, true), (503, true), (504, true)]
    {
        let server = ScriptedServer::always(response(&format!("{status} Oh"), &[], "{}")).await;
        let error = client(server.url()).members().me().await.expect_err("a failure");
        assert_eq!((error.status().map(|status| status.as_u16()), error.is_retryable()), (Some(status), is_transient));
        assert!(!error.is_timeout());
    }
}

#[tokio::test]
async fn no_error_shows_a_secret() {
    let responses = [
        response("404 Not Found", &[], r#"{"message": "no"}"#),
        response("302 Found", &["location: /elsewhere"], ""),
        response("200 OK", &["content-encoding: gzip"], "{}"),
        [head("200 OK", &["content-length: 9"]), b"{".to_vec()].concat(),
        b"nonsense\r\n\r\n".to_vec(),
        Vec::new(),
    ];
    for bytes in responses {
        let server = ScriptedServer::always_closing(bytes).await;
        assert_no_secret(server.url()).await;
    }
    assert_no_secret("http://127.0.0.1:1".to_owned()).await;
    assert_no_secret("https://127.0.0.1:1".to_owned()).await;
    let server = ScriptedServer::silent().await;
    assert_no_secret(server.url()).await;
    assert_no_secret(server.https_url()).await;
    // A body that is not JSON fails only the calls with a documented body.
    let server = ScriptedServer::always_closing(response("200 OK", &[], TOKEN)).await;
    let client = builder(server.url()).access_token(TOKEN).build().expect("valid settings");
    let text = full_text(&client.reminders().get("r").await.expect_err("a failure"));
    assert!(!text.contains(TOKEN) && text.contains("the response is not JSON"), "{text}");
}

/// Makes calls that fail, and checks their errors.
async fn assert_no_secret(url: String) {
    let short = Duration::from_millis(300);
    let client = builder(url).access_token(TOKEN).timeout(short).connect_timeout(short / 2).build();
    let client = client.expect("valid settings");
    let error = client.tokens().confirm_email(&Secret::from(TOKEN)).await.expect_err("a failure");
    let text = full_text(&error);
    assert!(!text.contains(TOKEN), "{text}");
    assert!(text.contains("tokens.confirmEmail (GET /confirmations/{token})"), "{text}");
    let text = full_text(&client.members().me().await.expect_err("a failure"));
    assert!(!text.contains(TOKEN), "{text}");
    assert!(text.contains("members.me (GET /members/me)"), "{text}");
}

#[tokio::test]
async fn redirects_are_not_followed() {
    let elsewhere = ScriptedServer::always(ada()).await;
    for status in ["301 Moved", "302 Found", "303 See Other", "307 Temporary", "308 Permanent"] {
        let location = format!("location: {}/members/me", elsewhere.url());
        let server = ScriptedServer::always(response(status, &[&location], "")).await;
        let client = builder(server.url()).access_token(TOKEN).build().expect("valid settings");
        let error = client.members().me().await.expect_err("a redirect");
        assert_eq!(error.status(), Some(status[..3].parse::<StatusCode>().expect("a code")));
        assert_eq!(error.response().expect("a response").headers()["location"], location["location: ".len()..]);
        // Nor does a download follow them.
        client.branches().download("b1", "f").await.expect_err("a redirect");
        assert_eq!(server.requests().len(), 2);
        // Of one operation, 301 is the documented status of success.
        let confirmed = client.tokens().confirm_email(&Secret::from("abc")).await;
        assert_eq!(confirmed.is_ok(), status.starts_with("301"), "{confirmed:?}");
    }
    assert_eq!(elsewhere.accepted(), 0);
}

#[tokio::test]
async fn every_response_updates_the_clock_offset() {
    let dated = |status, date: &str| response(status, &[&format!("date: {date}")], "{}");
    let responses = [
        dated("200 OK", "Sat, 01 Jan 2000 00:00:00 GMT"),
        dated("500 Oh", "Fri, 01 Jan 2100 00:00:00 GMT"),
        dated("200 OK", "yesterday"),
        response("200 OK", &[], "no JSON"),
        dated("404 Not Found", "Sat, 01 Jan 2000 00:00:00 GMT"),
    ];
    let server = ScriptedServer::with_connections(move |mut connection| {
        let responses = responses.clone();
        async move {
            for response in responses {
                connection.request().await;
                connection.send(response).await;
            }
        }
    })
    .await;
    let client = client(server.url());
    let years = |client: &Client| {
        let offset = client.clock_offset()?;
        let year = jiff::Timestamp::now().saturating_add(offset).ok()?;
        Some(year.to_string()[..4].parse::<i32>().expect("a year"))
    };
    assert_eq!(years(&client), None);
    for expected in [2000, 2100, 2100, 2100, 2000] {
        // The clock is updated whether the call succeeds or not.
        drop(client.members().me().await);
        let year = years(&client).expect("a response with a date");
        assert!((expected - 1..=expected).contains(&year), "{year} instead of {expected}");
    }
    assert_eq!(years(&client.clone()), years(&client));
}
