//! Accounts, tokens, one-time passwords and providers.

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
    let server = start().await;
    let response = server.client.auth().retrieve_token(&exchange(DEMO_REFRESH_TOKEN)).await.expect("a token");
    let access = response.access_token.clone().expect("an access token");
    assert_eq!(response.token_type.as_deref(), Some("Bearer"));
    assert_eq!(response.refresh_token.as_ref().map(|token| token.expose()), Some(DEMO_REFRESH_TOKEN));
    let expiry: Timestamp = response.expire_at.as_deref().expect("an expiry").parse().expect("a timestamp");
    assert!(expiry > Timestamp::now());
    let user = client(server.address, access.expose()).user().retrieve().await.expect("the user");
    assert_eq!(user.username.as_deref(), Some("demo"));
    assert_eq!(user.authorized_bucket.as_ref().map(Vec::len), Some(3));
}

#[tokio::test]
async fn invalid_token_requests_are_rejected_with_oauth_errors() {
    let server = start().await;
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
        let (status, response) = server.send(Method::POST, "/api/oauth/token", "null", &body).await;
        assert_eq!((status, &response["error"]), (StatusCode::BAD_REQUEST, &json!(error)));
        assert!(response["error_description"].is_string());
    }
}

#[tokio::test]
async fn a_rotated_refresh_token_is_valid_for_one_exchange() {
    let server = start_with(Mock::builder().rotate_refresh_tokens(true)).await;
    let auth = server.client.auth();
    let first = auth.retrieve_token(&exchange(DEMO_REFRESH_TOKEN)).await.expect("a token");
    let next = first.refresh_token.clone().expect("a refresh token");
    assert_ne!(next.expose(), DEMO_REFRESH_TOKEN);
    let again = auth.retrieve_token(&exchange(DEMO_REFRESH_TOKEN)).await;
    assert_eq!(status(again), (400, Some(auth::RetrieveTokenError::BadRequest)));
    assert_eq!(status(auth.retrieve_token(&exchange(next.expose())).await).0, 200);
}

#[tokio::test]
async fn access_tokens_expire_and_can_be_revoked() {
    let server = start_with(Mock::builder().token_lifetime(Duration::ZERO)).await;
    assert_eq!(status(server.client.user().retrieve().await).0, 401);

    let server = start().await;
    let second = server.client.auth().retrieve_token(&exchange(DEMO_REFRESH_TOKEN)).await.expect("a token");
    let second = client(server.address, second.access_token.as_ref().expect("an access token").expose());
    server.client.auth().revoke().await.expect("success");
    assert_eq!(status(server.client.user().retrieve().await).0, 401);
    assert_eq!(status(second.user().retrieve().await).0, 200);
}

#[tokio::test]
async fn refresh_tokens_are_created_listed_and_removed() {
    let server = start().await;
    let tokens = server.client.tokens();
    let created = tokens.create(&tokens::CreateBody::new(object(json!({ "bucket": true })))).await.expect("a token");
    let refresh_token = created.token.as_ref().expect("a token").expose();
    let access = server.client.auth().retrieve_token(&exchange(refresh_token)).await.expect("an access token");
    let second = client(server.address, access.access_token.as_ref().expect("a token").expose());
    assert_eq!(tokens.retrieve().await.expect("the tokens").len(), 2);
    let id = created.other["_id"].as_str().expect("an id");
    tokens.remove(id).await.expect("success");
    assert_eq!(status(tokens.remove(id).await), (404, Some(tokens::RemoveError::NotFound)));
    assert_eq!(status(second.user().retrieve().await).0, 401);
    for _ in 0..99 {
        tokens.create(&tokens::CreateBody::new(object(json!({})))).await.expect("a token");
    }
    let one_too_many = tokens.create(&tokens::CreateBody::new(object(json!({})))).await;
    assert_eq!(status(one_too_many), (409, Some(tokens::CreateError::Conflict)));
}

#[tokio::test]
async fn a_registered_user_can_sign_in_and_joins_the_inviting_bucket() {
    let server = start().await;
    let bucket = server.bucket_id("staging").await;
    let invitation = pm2_api::bucket::InviteUserBody::new("grace@example.com");
    let invited = server.client.bucket().invite_user(&bucket, &invitation).await.expect("an invitation");
    assert_eq!(invited.invitations, Some(vec![json!({ "email": "grace@example.com" })]));

    let body = auth::RegisterBody::new("grace", "grace@example.com", "hopper", true);
    let response = server.client.auth().register(&body).await.expect("an account");
    let token = |issued: &Option<pm2_api::types::IssuedToken>| {
        issued.as_ref().and_then(|issued| issued.token.clone()).expect("a token")
    };
    let grace = client(server.address, token(&response.access_token).expose());
    assert_eq!(grace.user().retrieve().await.expect("the user").authorized_bucket, Some(vec![json!(bucket)]));
    let role = grace.bucket().current_role(&bucket).await.expect("a role");
    assert_eq!(role.role.as_deref(), Some("user"));
    let refresh = token(&response.refresh_token);
    assert_eq!(status(grace.auth().retrieve_token(&exchange(refresh.expose())).await).0, 200);
    assert_eq!(status(server.client.auth().register(&body).await), (409, Some(auth::RegisterError::Conflict)));
    let (_, error) = server.send(Method::POST, "/api/oauth/register", "null", &json!(body)).await;
    assert!(error["username"]["message"].is_string());

    let (_, mails) = server.send(Method::GET, "/mock/mails", "", &Value::Null).await;
    let link = format!("/api/oauth/valid_email/{}", mails[0]["token"].as_str().expect("a token"));
    assert_eq!(server.send(Method::GET, &link, "", &json!({})).await.0, StatusCode::MOVED_PERMANENTLY);
    assert_eq!(grace.user().retrieve().await.expect("the user").other["email_verified"], true);
    let wrong = server.send(Method::GET, "/api/oauth/valid_email/wrong", "", &json!({})).await.0;
    assert_eq!(wrong, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn an_account_is_shown_updated_and_deleted() {
    let server = start().await;
    let account = server.client.user();
    let body = |body: Value| serde_json::from_value::<user::UpdateBody>(body).expect("a body");
    let rejected = [
        (json!({}), 400, user::UpdateError::BadRequest),
        (json!({ "old_password": "demo-password" }), 403, user::UpdateError::Forbidden),
        (json!({ "old_password": "wrong", "new_password": "n" }), 406, user::UpdateError::NotAcceptable),
        (json!({ "username": "ada" }), 409, user::UpdateError::Conflict),
        (json!({ "email": "ada@example.com" }), 409, user::UpdateError::Conflict),
    ];
    for (fields, code, error) in rejected {
        assert_eq!(status(account.update(&body(fields)).await), (code, Some(error)));
    }
    let change = json!({ "username": "dana", "old_password": "demo-password", "new_password": "new" });
    assert_eq!(account.update(&body(change)).await.expect("the user").username.as_deref(), Some("dana"));
    assert_eq!(account.show("dana").await.expect("the user").email.as_deref(), Some("demo@example.com"));
    assert_eq!(status(account.show("demo").await), (404, Some(user::ShowError::NotFound)));

    assert_eq!(status(account.delete().await), (403, Some(user::DeleteError::Forbidden)));
    for name in ["production", "staging"] {
        server.client.bucket().destroy(&server.bucket_id(name).await).await.expect("success");
    }
    account.delete().await.expect("success");
    assert_eq!(status(account.retrieve().await).0, 401);
    let (status, _) = server.send(Method::GET, "/api/users/show/dana", DEMO_ACCESS_TOKEN, &json!({})).await;
    assert_eq!(status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn one_time_passwords_are_enabled_and_disabled_with_a_valid_code() {
    let server = start().await;
    let otp = server.client.user().otp();
    let setup = otp.retrieve().await.expect("a key");
    let key = setup.key.clone().expect("a key");
    assert!(setup.qr_image.as_ref().is_some_and(|image| image.expose().starts_with("data:image/png;base64,")));
    let secret = totp_rs::Secret::try_from_base32(key.expose()).expect("a key");
    let totp = totp_rs::Builder::new().with_secret(secret).with_account_name("demo").build().expect("a generator");
    let code = || totp.generate_current().to_string();
    let wrong = user::otp::EnableBody::new(key.clone(), "none");
    assert_eq!(status(otp.enable(&wrong).await), (403, Some(user::otp::EnableError::Forbidden)));
    otp.enable(&user::otp::EnableBody::new(key.clone(), code().as_str())).await.expect("success");
    assert_eq!(status(otp.retrieve().await), (409, Some(user::otp::RetrieveError::Conflict)));
    let disable = |code: &str| user::otp::DisableQuery::new(code);
    assert_eq!(status(otp.disable(&disable("none")).await), (403, Some(user::otp::DisableError::Forbidden)));
    otp.disable(&disable(&code())).await.expect("success");
    assert_eq!(status(otp.retrieve().await).0, 200);
}

#[tokio::test]
async fn providers_are_added_once_and_removed_once() {
    use user::providers::{AddBody, AddError, RemoveError};
    let server = start().await;
    let providers = server.client.user().providers();
    providers.add(&AddBody::new("github")).await.expect("success");
    assert_eq!(status(providers.add(&AddBody::new("github")).await), (403, Some(AddError::Forbidden)));
    assert_eq!(status(providers.add(&AddBody::new("nobody")).await), (400, Some(AddError::BadRequest)));
    assert_eq!(*providers.retrieve().await.expect("the providers"), vec![json!({ "name": "github" })]);
    providers.remove("github").await.expect("success");
    assert_eq!(status(providers.remove("github").await), (403, Some(RemoveError::Forbidden)));
    assert_eq!(status(providers.remove("nobody").await), (400, Some(RemoveError::BadRequest)));
}
