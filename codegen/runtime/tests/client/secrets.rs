//! No public type shows a secret in its `Debug` output.

use std::sync::{Arc, Mutex};

use routegen_runtime::Secret;
use routegen_runtime::client::{AccessToken, Error, Tokens};
use serde_json::json;

use crate::api::{Client, members, tokens};
use crate::error_chain;
use crate::scripted_server::{ScriptedResponse, ScriptedServer, unreachable_url};
use crate::token_service::{BRANCH, TokenService, refresh_token};

/// Part of every secret of these tests.
const MARK: &str = "s3cret";

fn assert_hidden(shown: impl AsRef<str>) {
    let shown = shown.as_ref();
    assert!(!shown.is_empty() && !shown.contains(MARK), "{shown}");
}

#[test]
fn tokens_and_settings_hide_their_secrets() {
    let tokens = Tokens::new(AccessToken::new("access-s3cret")).with_refresh_token("refresh-s3cret");
    assert_hidden(format!("{tokens:?} {tokens:#?} {:?}", tokens.access_token));
    let builder = Client::builder().tokens(tokens).refresh_body_field("client_secret", "field-s3cret");
    assert_hidden(format!("{builder:?} {:?}", builder.clone().build().expect("valid settings")));
    let builder = builder.base_urls("https://user:url-s3cret@localhost");
    assert_hidden(format!("{builder:?}"));
    let error = builder.build().expect_err("a password in a URL");
    assert_hidden(format!("{error} {error:?}"));
    for token in ["s3cret\n", "s3cret ü"] {
        let error = Client::builder().access_token(token).build().expect_err("a token that is invalid in a header");
        assert_hidden(format!("{error} {error:?}"));
    }
}

#[tokio::test]
async fn calls_and_errors_hide_their_secrets() {
    let rejecting = ScriptedServer::with_requests(|_| {
        ScriptedResponse::json(401, json!({ "message": "no", "token": "body-s3cret" }))
            .with_header("X-Token", "header-s3cret")
            .into()
    })
    .await;
    let malformed = ScriptedServer::with_requests(|_| ScriptedResponse::text(200, "s3cret").into()).await;
    for url in [rejecting.url(), malformed.url(), unreachable_url()] {
        let refreshed = Client::builder().refresh_token("refresh-s3cret");
        for builder in [Client::builder().access_token("fixed-s3cret"), refreshed] {
            let client = builder.base_urls(&url).retries(0).build().expect("valid settings");
            let secret = Secret::from("mail-s3cret");
            let confirm = client.tokens().confirm_email(&secret);
            let body = members::UpdateBody { new_password: Some("new-s3cret".into()), ..Default::default() };
            let update = client.members().update(&body);
            let disable = client.members().disable_second_factor(&members::DisableSecondFactorQuery::new("otp-s3cret"));
            let exchange = client.tokens().exchange(&tokens::ExchangeBody::new("1", "refresh-s3cret"));
            assert_hidden(format!("{confirm:?} {update:?} {disable:?} {exchange:?} {body:?}"));
            let errors: [Option<Error>; 4] = [
                confirm.await.err().map(Error::from),
                update.await.err().map(Error::from),
                disable.await.err().map(Error::from),
                exchange.await.err().map(Error::from),
            ];
            let errors: Vec<_> = errors.into_iter().flatten().collect();
            assert!(!errors.is_empty());
            for error in errors {
                assert_hidden(format!("{error} {error:?} {error:#?} {:?} {}", error.response(), error_chain(&error)));
            }
        }
    }
}

#[tokio::test]
async fn responses_hide_the_tokens_in_them() {
    let service = TokenService::start().await;
    let body = tokens::ExchangeBody::new("1", refresh_token(0));
    let response = service.client().tokens().exchange(&body).await.expect("a response");
    assert!(std::str::from_utf8(response.raw()).is_ok_and(|raw| raw.contains(MARK)));
    assert_hidden(format!("{response:?} {:?}", response.body()));
    let stored = Arc::new(Mutex::new(None));
    let store = Arc::clone(&stored);
    let service = TokenService::start().await;
    let listener = move |tokens: &Tokens| *store.lock().expect("an intact mutex") = Some(tokens.clone());
    let client = service.builder().on_new_tokens(listener).build().expect("valid settings");
    client.branches().hours(BRANCH).await.expect("a response");
    assert_hidden(format!("{client:?} {:?}", stored.lock().expect("an intact mutex")));
}
