//! What errors say, what they do not say, and what is learnt from answers.

use std::time::Duration;

use http::StatusCode;
use pm2_api::{Error, Secret};

use crate::server::{Server, ada, answer, head};
use crate::{all_text, builder, client};

const TOKEN: &str = "t0p-s3cret-t0ken";

#[tokio::test]
async fn an_error_repeats_the_services_own_message() {
    let bodies = [
        (r#"{"error": "c", "error_description": "b", "msg": "a"}"#, Some("a")),
        (r#"{"error": "c", "error_description": "b"}"#, Some("b")),
        (r#"{"error": "c"}"#, Some("c")),
        (r#"{"msg": 5, "error": "c"}"#, Some("c")),
        (r#"{"more": 1}"#, None),
        ("no JSON", None),
        ("", None),
    ];
    for (body, message) in bodies {
        let server = Server::answering(answer("500 Oh", &[], body)).await;
        let error = client(server.url()).user().show("ada").await.expect_err("500");
        let begin = "user.show (GET /api/users/show/ada) answered 500 Internal Server Error";
        let end = message.map(|message| format!(": {message}")).unwrap_or_default();
        assert_eq!(error.to_string(), format!("{begin}{end}"));
        assert_eq!(error.status(), Some(StatusCode::INTERNAL_SERVER_ERROR));
        assert_eq!(error.response().expect("an answer").raw(), body);
    }
}

#[tokio::test]
async fn what_may_pass_is_told_from_what_will_not() {
    for (status, may_pass) in
        [(400, false), (401, false), (404, false), (429, true), (500, false), (502, true), (503, true), (504, true)]
    {
        let server = Server::answering(answer(&format!("{status} Oh"), &[], "{}")).await;
        let error = client(server.url()).user().retrieve().await.expect_err("a failure");
        assert_eq!((error.status().map(|status| status.as_u16()), error.is_retryable()), (Some(status), may_pass));
        assert!(!error.is_timeout());
    }
}

#[tokio::test]
async fn no_error_shows_a_secret() {
    let answers = [
        answer("404 Not Found", &[], r#"{"msg": "no"}"#),
        answer("302 Found", &["location: /elsewhere"], ""),
        answer("200 OK", &[], "<html>"),
        answer("200 OK", &["content-encoding: gzip"], "{}"),
        [head("200 OK", &["content-length: 9"]), b"{".to_vec()].concat(),
        b"nonsense\r\n\r\n".to_vec(),
        Vec::new(),
    ];
    for bytes in answers {
        let server = Server::answering_once(bytes).await;
        shows_no_secret(server.url()).await;
    }
    shows_no_secret("http://127.0.0.1:1".to_owned()).await;
    shows_no_secret("https://127.0.0.1:1".to_owned()).await;
    let server = Server::start(|mut talk| async move { talk.hung_up().await }).await;
    shows_no_secret(server.url()).await;
    shows_no_secret(server.url().replace("http:", "https:")).await;
}

/// Makes calls that fail.
async fn shows_no_secret(url: String) {
    let short = Duration::from_millis(300);
    let client = builder(url).access_token(TOKEN).timeout(short).connect_timeout(short / 2).build();
    let client = client.expect("sound settings");
    let error = client.auth().valid_email(&Secret::from(TOKEN)).await.expect_err("a failure");
    let text = all_text(&error);
    assert!(!text.contains(TOKEN), "{text}");
    assert!(text.contains("auth.validEmail (GET /api/oauth/valid_email/{token})"), "{text}");
    let text = all_text(&client.user().retrieve().await.expect_err("a failure"));
    assert!(!text.contains(TOKEN), "{text}");
    assert!(text.contains("user.retrieve (GET /api/users/isLogged)"), "{text}");
}

#[tokio::test]
async fn redirections_are_not_followed() {
    let elsewhere = Server::answering(ada()).await;
    for status in ["301 Moved", "302 Found", "303 See Other", "307 Temporary", "308 Permanent"] {
        let location = format!("location: {}/api/users/isLogged", elsewhere.url());
        let server = Server::answering(answer(status, &[&location], "")).await;
        let client = builder(server.url()).access_token(TOKEN).build().expect("sound settings");
        let error = client.user().retrieve().await.expect_err("a redirection");
        let Error::Api(api) = &error else { panic!("{error}") };
        assert_eq!(api.status(), status[..3].parse::<StatusCode>().expect("a code"));
        assert_eq!(api.response().headers()["location"], location["location: ".len()..]);
        // A download is no other.
        client.data().profiling().download("b1", "f").await.expect_err("a redirection");
        assert_eq!(server.sent().len(), 2);
        // Of one route it is the documented success.
        let confirmed = client.auth().valid_email(&Secret::from("abc")).await;
        assert_eq!(confirmed.is_ok(), status.starts_with("301"), "{confirmed:?}");
    }
    assert_eq!(elsewhere.accepted(), 0);
}

#[tokio::test]
async fn the_services_clock_is_learnt_from_every_answer() {
    let dated = |status, date: &str| answer(status, &[&format!("date: {date}")], "{}");
    let answers = [
        dated("200 OK", "Sat, 01 Jan 2000 00:00:00 GMT"),
        dated("500 Oh", "Fri, 01 Jan 2100 00:00:00 GMT"),
        dated("200 OK", "yesterday"),
        answer("200 OK", &[], "no JSON"),
        dated("404 Not Found", "Sat, 01 Jan 2000 00:00:00 GMT"),
    ];
    let server = Server::start(move |mut talk| {
        let answers = answers.clone();
        async move {
            for answer in answers {
                talk.request().await;
                talk.say(answer).await;
            }
        }
    })
    .await;
    let client = client(server.url());
    let years = |client: &pm2_api::Client| {
        let offset = client.clock_offset()?;
        let year = jiff::Timestamp::now().saturating_add(offset).ok()?;
        Some(year.to_string()[..4].parse::<i32>().expect("a year"))
    };
    assert_eq!(years(&client), None);
    for expected in [2000, 2100, 2100, 2100, 2000] {
        // Whatever the answer means.
        drop(client.user().retrieve().await);
        let year = years(&client).expect("an answer with a date");
        assert!((expected - 1..=expected).contains(&year), "{year} instead of {expected}");
    }
    assert_eq!(years(&client.clone()), years(&client));
}
