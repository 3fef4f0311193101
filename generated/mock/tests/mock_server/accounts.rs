//! Users, their tokens, one-time passwords and providers.

use std::time::Duration;

use http::{Method, StatusCode};
use pm2_api::{Timestamp, auth, tokens, user};
use serde_json::{Value, json};

use crate::support::{client, object, start, start_with, status};
use pm2_mock::{DEMO_ACCESS_TOKEN, DEMO_REFRESH_TOKEN, Mock};

fn exchange(token: &str) -> auth::RetrieveTokenBody {
    let mut body = auth::RetrieveTokenBody::new("795984050", token);
    body.grant_type = Some("refresh_token".to_owned());
    body
}

#[tokio::test]
async fn a_refresh_token_is_exchanged_for_an_access_token() {
    let mock = start().await;
    let answer = mock.client.auth().retrieve_token(&exchange(DEMO_REFRESH_TOKEN)).await.expect("a token");
    let access = answer.access_token.clone().expect("an access token");
    assert_eq!(answer.token_type.as_deref(), Some("Bearer"));
    assert_eq!(answer.refresh_token.as_ref().map(|token| token.expose()), Some(DEMO_REFRESH_TOKEN));
    let end: Timestamp = answer.expire_at.as_deref().expect("an end").parse().expect("a point in time");
    assert!(end > Timestamp::now());
    let user = client(mock.address, access.expose()).user().retrieve().await.expect("the user");
    assert_eq!(user.username.as_deref(), Some("demo"));
    assert_eq!(user.authorized_bucket.as_ref().map(Vec::len), Some(3));
}

#[tokio::test]
async fn what_is_no_refresh_token_is_refused_in_the_words_of_oauth() {
    let mock = start().await;
    let cases = [
        (json!({ "client_id": "c", "refresh_token": "other", "grant_type": "refresh_token" }), "invalid_grant"),
        (
            json!({ "client_id": "c", "refresh_token": DEMO_REFRESH_TOKEN, "grant_type": "password" }),
            "unsupported_grant_type",
        ),
        (
            json!({ "client_id": "", "refresh_token": DEMO_REFRESH_TOKEN, "grant_type": "refresh_token" }),
            "invalid_request",
        ),
    ];
    for (body, error) in cases {
        let (status, answer) = mock.send(Method::POST, "/api/oauth/token", "null", &body).await;
        assert_eq!((status, &answer["error"]), (StatusCode::BAD_REQUEST, &json!(error)));
        assert!(answer["error_description"].is_string());
    }
}

#[tokio::test]
async fn a_refresh_token_is_good_once_where_tokens_rotate() {
    let mock = start_with(Mock::builder().rotate_refresh_tokens(true)).await;
    let auth = mock.client.auth();
    let first = auth.retrieve_token(&exchange(DEMO_REFRESH_TOKEN)).await.expect("a token");
    let next = first.refresh_token.clone().expect("a refresh token");
    assert_ne!(next.expose(), DEMO_REFRESH_TOKEN);
    let again = auth.retrieve_token(&exchange(DEMO_REFRESH_TOKEN)).await;
    assert_eq!(status(again), (400, Some(auth::RetrieveTokenError::BadRequest)));
    assert_eq!(status(auth.retrieve_token(&exchange(next.expose())).await).0, 200);
}

#[tokio::test]
async fn an_access_token_ends_when_its_time_is_over_or_it_is_revoked() {
    let mock = start_with(Mock::builder().token_lifetime(Duration::ZERO)).await;
    assert_eq!(status(mock.client.user().retrieve().await).0, 401);

    let mock = start().await;
    let second = mock.client.auth().retrieve_token(&exchange(DEMO_REFRESH_TOKEN)).await.expect("a token");
    let second = client(mock.address, second.access_token.as_ref().expect("an access token").expose());
    mock.client.auth().revoke().await.expect("success");
    assert_eq!(status(mock.client.user().retrieve().await).0, 401);
    assert_eq!(status(second.user().retrieve().await).0, 200);
}

#[tokio::test]
async fn refresh_tokens_are_made_listed_and_removed() {
    let mock = start().await;
    let all = mock.client.tokens();
    let made = all.create(&tokens::CreateBody::new(object(json!({ "bucket": true })))).await.expect("a token");
    let text = made["token"].as_str().expect("a token");
    let access = mock.client.auth().retrieve_token(&exchange(text)).await.expect("an access token");
    let made_from_it = client(mock.address, access.access_token.as_ref().expect("a token").expose());
    assert_eq!(all.retrieve().await.expect("the tokens").len(), 2);
    let id = made["_id"].as_str().expect("an id");
    all.remove(id).await.expect("success");
    assert_eq!(status(all.remove(id).await), (404, Some(tokens::RemoveError::NotFound)));
    assert_eq!(status(made_from_it.user().retrieve().await).0, 401);
    for _ in 0..99 {
        all.create(&tokens::CreateBody::new(object(json!({})))).await.expect("a token");
    }
    let one_too_many = all.create(&tokens::CreateBody::new(object(json!({})))).await;
    assert_eq!(status(one_too_many), (409, Some(tokens::CreateError::Conflict)));
}

#[tokio::test]
async fn whoever_registers_signs_in_and_joins_the_bucket_of_the_invitation() {
    let mock = start().await;
    let bucket = mock.bucket("staging").await;
    let invitation = pm2_api::bucket::InviteUserBody::new("grace@example.com");
    let invited = mock.client.bucket().invite_user(&bucket, &invitation).await.expect("an invitation");
    assert_eq!(invited.invitations, Some(vec![json!({ "email": "grace@example.com" })]));

    let body = auth::RegisterBody::new("grace", "grace@example.com", "hopper", true);
    let answer = mock.client.auth().register(&body).await.expect("an account");
    let token =
        |issued: &Option<auth::IssuedToken>| issued.as_ref().and_then(|issued| issued.token.clone()).expect("a token");
    let grace = client(mock.address, token(&answer.access_token).expose());
    assert_eq!(grace.user().retrieve().await.expect("the user").authorized_bucket, Some(vec![json!(bucket)]));
    let role = grace.bucket().current_role(&bucket).await.expect("a role");
    assert_eq!(role.role.as_deref(), Some("user"));
    let refresh = token(&answer.refresh_token);
    assert_eq!(status(grace.auth().retrieve_token(&exchange(refresh.expose())).await).0, 200);
    assert_eq!(status(mock.client.auth().register(&body).await), (409, Some(auth::RegisterError::Conflict)));
    let (_, refusal) = mock.send(Method::POST, "/api/oauth/register", "null", &json!(body)).await;
    assert!(refusal["username"]["message"].is_string());

    let (_, mails) = mock.send(Method::GET, "/mock/mails", "", &Value::Null).await;
    let link = format!("/api/oauth/valid_email/{}", mails[0]["token"].as_str().expect("a token"));
    assert_eq!(mock.send(Method::GET, &link, "", &json!({})).await.0, StatusCode::MOVED_PERMANENTLY);
    assert_eq!(grace.user().retrieve().await.expect("the user").other["email_verified"], true);
    let wrong = mock.send(Method::GET, "/api/oauth/valid_email/wrong", "", &json!({})).await.0;
    assert_eq!(wrong, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn an_account_is_shown_changed_and_deleted() {
    let mock = start().await;
    let account = mock.client.user();
    let body = |body: Value| serde_json::from_value::<user::UpdateBody>(body).expect("a body");
    let refused = [
        (json!({}), 400, user::UpdateError::BadRequest),
        (json!({ "old_password": "demo-password" }), 403, user::UpdateError::Forbidden),
        (json!({ "old_password": "wrong", "new_password": "n" }), 406, user::UpdateError::NotAcceptable),
        (json!({ "username": "ada" }), 409, user::UpdateError::Conflict),
        (json!({ "email": "ada@example.com" }), 409, user::UpdateError::Conflict),
    ];
    for (given, code, error) in refused {
        assert_eq!(status(account.update(&body(given)).await), (code, Some(error)));
    }
    let change = json!({ "username": "dana", "old_password": "demo-password", "new_password": "new" });
    assert_eq!(account.update(&body(change)).await.expect("the user").username.as_deref(), Some("dana"));
    assert_eq!(account.show("dana").await.expect("the user").email.as_deref(), Some("demo@example.com"));
    assert_eq!(status(account.show("demo").await), (404, Some(user::ShowError::NotFound)));

    assert_eq!(status(account.delete().await), (403, Some(user::DeleteError::Forbidden)));
    for name in ["production", "staging"] {
        mock.client.bucket().destroy(&mock.bucket(name).await).await.expect("success");
    }
    account.delete().await.expect("success");
    assert_eq!(status(account.retrieve().await).0, 401);
    let (gone, _) = mock.send(Method::GET, "/api/users/show/dana", DEMO_ACCESS_TOKEN, &json!({})).await;
    assert_eq!(gone, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn one_time_passwords_are_turned_on_and_off_with_a_code_that_fits() {
    let mock = start().await;
    let otp = mock.client.user().otp();
    let offered = otp.retrieve().await.expect("a key");
    let key = offered.key.clone().expect("a key");
    assert!(offered.qr_image.as_ref().is_some_and(|image| image.expose().starts_with("data:image/png;base64,")));
    let secret = totp_rs::Secret::try_from_base32(key.expose()).expect("a key");
    let totp = totp_rs::Builder::new().with_secret(secret).with_account_name("demo").build().expect("a generator");
    let code = || totp.generate_current().to_string();
    let wrong = user::otp::EnableBody::new(key.clone(), "none");
    assert_eq!(status(otp.enable(&wrong).await), (403, Some(user::otp::EnableError::Forbidden)));
    otp.enable(&user::otp::EnableBody::new(key.clone(), code().as_str())).await.expect("success");
    assert_eq!(status(otp.retrieve().await), (409, Some(user::otp::RetrieveError::Conflict)));
    let off = |code: &str| user::otp::DisableQuery::new(code);
    assert_eq!(status(otp.disable(&off("none")).await), (403, Some(user::otp::DisableError::Forbidden)));
    otp.disable(&off(&code())).await.expect("success");
    assert_eq!(status(otp.retrieve().await).0, 200);
}

#[tokio::test]
async fn providers_are_added_once_and_removed_once() {
    use user::providers::{AddBody, AddError, RemoveError};
    let mock = start().await;
    let providers = mock.client.user().providers();
    providers.add(&AddBody::new("github")).await.expect("success");
    assert_eq!(status(providers.add(&AddBody::new("github")).await), (403, Some(AddError::Forbidden)));
    assert_eq!(status(providers.add(&AddBody::new("nobody")).await), (400, Some(AddError::BadRequest)));
    assert_eq!(*providers.retrieve().await.expect("the providers"), vec![json!({ "name": "github" })]);
    providers.remove("github").await.expect("success");
    assert_eq!(status(providers.remove("github").await), (403, Some(RemoveError::Forbidden)));
    assert_eq!(status(providers.remove("nobody").await), (400, Some(RemoveError::BadRequest)));
}
