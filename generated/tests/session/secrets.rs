//! What `Debug` shows of everything that a caller may hold.

use std::sync::{Arc, Mutex};

use pm2_api::{AccessToken, Client, Error, Secret, Tokens, auth, user};
use serde_json::json;

use super::account::{Account, BUCKET, chain};
use super::server::{Answer, Server, nobody};

const MARK: &str = "s3cret";

fn assert_hidden(shown: impl AsRef<str>) {
    let shown = shown.as_ref();
    assert!(!shown.is_empty() && !shown.contains(MARK), "{shown}");
}

#[test]
fn tokens_and_settings_hide_their_secrets() {
    let tokens = Tokens::new(AccessToken::new("access-s3cret")).with_refresh_token("refresh-s3cret");
    assert_hidden(format!("{tokens:?} {tokens:#?} {:?}", tokens.access_token));
    let builder = Client::builder().tokens(tokens).refresh_field("client_secret", "field-s3cret");
    assert_hidden(format!("{builder:?} {:?}", builder.clone().build().expect("sound settings")));
    let builder = builder.base_urls("https://user:url-s3cret@localhost");
    assert_hidden(format!("{builder:?}"));
    let error = builder.build().expect_err("a password in a URL");
    assert_hidden(format!("{error} {error:?}"));
    for token in ["s3cret\n", "s3cret ü"] {
        let error = Client::builder().access_token(token).build().expect_err("no header can hold it");
        assert_hidden(format!("{error} {error:?}"));
    }
}

#[tokio::test]
async fn calls_and_errors_hide_their_secrets() {
    let refusing = Server::start(|_| {
        Answer::json(401, json!({ "msg": "no", "token": "body-s3cret" })).with("X-Token", "header-s3cret").into()
    })
    .await;
    let odd = Server::start(|_| Answer::text(200, "s3cret").into()).await;
    for url in [refusing.url(), odd.url(), nobody()] {
        let renewed = Client::builder().refresh_token("refresh-s3cret");
        for builder in [Client::builder().access_token("fixed-s3cret"), renewed] {
            let client = builder.base_urls(&url).retries(0).build().expect("sound settings");
            let secret = Secret::from("mail-s3cret");
            let valid = client.auth().valid_email(&secret);
            let body = user::UpdateBody { new_password: Some("new-s3cret".into()), ..Default::default() };
            let update = client.user().update(&body);
            let disable = client.user().otp().disable(&user::otp::DisableQuery::new("otp-s3cret"));
            let token = client.auth().retrieve_token(&auth::RetrieveTokenBody::new("1", "refresh-s3cret"));
            assert_hidden(format!("{valid:?} {update:?} {disable:?} {token:?} {body:?}"));
            let errors: [Option<Error>; 4] = [
                valid.await.err().map(Error::from),
                update.await.err().map(Error::from),
                disable.await.err().map(Error::from),
                token.await.err().map(Error::from),
            ];
            let errors: Vec<_> = errors.into_iter().flatten().collect();
            assert!(!errors.is_empty());
            for error in errors {
                assert_hidden(format!("{error} {error:?} {error:#?} {:?} {}", error.response(), chain(&error)));
            }
        }
    }
}

#[tokio::test]
async fn answers_hide_the_tokens_in_them() {
    let account = Account::open().await;
    let body = auth::RetrieveTokenBody::new("1", super::account::refresh_token(0));
    let answer = account.client().auth().retrieve_token(&body).await.expect("an answer");
    assert!(std::str::from_utf8(answer.raw()).is_ok_and(|raw| raw.contains(MARK)));
    assert_hidden(format!("{answer:?} {:?}", answer.body()));
    let kept = Arc::new(Mutex::new(None));
    let book = Arc::clone(&kept);
    let account = Account::open().await;
    let listener = move |tokens: &Tokens| *book.lock().expect("no test panics here") = Some(tokens.clone());
    let client = account.builder().on_new_tokens(listener).build().expect("sound settings");
    client.bucket().current_role(BUCKET).await.expect("an answer");
    assert_hidden(format!("{client:?} {:?}", kept.lock().expect("no test panics here")));
}
