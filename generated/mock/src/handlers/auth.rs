//! Registration, access tokens and refresh tokens.

use http::header::LOCATION;
use http::{HeaderValue, StatusCode};
use pm2_api::auth;
use pm2_api::types::IssuedToken;
use pm2_api::{Context, ErrorResponse, HandlerError, HandlerResult, JsonObject, Response, Secret, tokens};
use serde_json::{Value, json};

use crate::response::{empty, to_object};
use crate::service::{Caller, Service};

/// The maximum number of accounts. Further registrations fail.
const MAX_ACCOUNTS: usize = 1_000;
/// The maximum number of refresh tokens that an account can create.
const MAX_REFRESH_TOKENS: usize = 100;

impl auth::AuthServer<Caller> for Service {
    async fn register(
        &self,
        _context: Context<()>,
        body: auth::RegisterBody,
    ) -> HandlerResult<auth::RegisterResponse, auth::RegisterError> {
        let bad_request = |message: &str| HandlerError::Other(StatusCode::BAD_REQUEST, ErrorResponse::new(message));
        if body.username.is_empty() || !body.email.contains('@') || body.password.expose().is_empty() {
            return Err(bad_request("a user name, an email address and a password are required"));
        }
        if !body.accept_terms {
            return Err(bad_request("the terms must be accepted"));
        }
        if body.password_confirmation.as_ref().is_some_and(|confirmation| *confirmation != body.password) {
            return Err(bad_request("the password and its confirmation differ"));
        }
        let mut state = self.update();
        for (field, value) in [("username", &body.username), ("email", &body.email)] {
            if state.find_account(value).is_some() {
                let message = "already in use";
                let body = json!({ "msg": format!("{field}: {message}"), field: { "message": message } });
                return Err(HandlerError::new(auth::RegisterError::Conflict, ErrorResponse::from_json(&body)));
            }
        }
        if state.accounts.len() >= MAX_ACCOUNTS {
            return Err(auth::RegisterError::InternalServerError.into());
        }
        let account_id = state.create_account(body.username, body.email, body.password);
        let refresh_token = state.create_refresh_token(&account_id, JsonObject::new());
        let issued = state.issue_access_token(&self.config, &refresh_token);
        let issued_token = |token| Some(IssuedToken { token: Some(token), ..Default::default() });
        Ok(auth::RegisterResponse {
            user: Some(state.user(&account_id)),
            access_token: issued_token(issued.access_token),
            refresh_token: issued_token(issued.refresh_token),
            ..Default::default()
        }
        .into())
    }

    async fn request_new_password(
        &self,
        _context: Context<()>,
        body: auth::RequestNewPasswordBody,
    ) -> HandlerResult<(), auth::RequestNewPasswordError> {
        if body.email.is_empty() {
            return Err(auth::RequestNewPasswordError::BadRequest.into());
        }
        let mut state = self.update();
        if !state.accounts.values().any(|account| account.email == body.email) {
            return Err(auth::RequestNewPasswordError::NotFound.into());
        }
        let token = state.random.token();
        state.send_mail(body.email, "Your new password", token);
        empty()
    }

    async fn retrieve_token(
        &self,
        _context: Context<()>,
        body: auth::RetrieveTokenBody,
    ) -> HandlerResult<auth::RetrieveTokenResponse, auth::RetrieveTokenError> {
        if body.client_id.is_empty() {
            return Err(oauth_error("invalid_request", "the client id must not be empty"));
        }
        if body.grant_type.as_deref() != Some("refresh_token") {
            return Err(oauth_error("unsupported_grant_type", "the grant type must be `refresh_token`"));
        }
        let issued = self
            .update()
            .exchange_refresh_token(&self.config, &body.refresh_token)
            .ok_or_else(|| oauth_error("invalid_grant", "the refresh token is invalid"))?;
        Ok(auth::RetrieveTokenResponse {
            access_token: Some(issued.access_token),
            expire_at: Some(issued.expires_at.to_string()),
            refresh_token: Some(issued.refresh_token),
            token_type: Some("Bearer".to_owned()),
            ..Default::default()
        }
        .into())
    }

    async fn revoke(&self, context: Context<Caller>) -> HandlerResult<(), auth::RevokeError> {
        let token = context.principal.token.expose();
        self.update().access_tokens.remove(token).ok_or(auth::RevokeError::NotFound)?;
        empty()
    }

    async fn send_email_link(&self, context: Context<Option<Caller>>) -> HandlerResult<(), auth::SendEmailLinkError> {
        let caller = context.principal.ok_or(auth::SendEmailLinkError::Unauthorized)?;
        let mut state = self.update();
        state.account_mut::<auth::SendEmailLinkError>(&caller.account_id)?;
        state.send_confirmation_mail(&caller.account_id);
        empty()
    }

    async fn valid_email(&self, context: Context<()>, token: Secret) -> HandlerResult<(), auth::ValidEmailError> {
        if !self.update().confirm_email(&token) {
            return Err(auth::ValidEmailError::Unauthorized.into());
        }
        let location = HeaderValue::try_from(self.base_url(context.headers()));
        Ok(Response::new(()).with_header(LOCATION, location.unwrap_or(HeaderValue::from_static("/"))))
    }
}

/// Returns an error in the format of RFC 6749, section 5.2.
fn oauth_error(error: &str, description: &str) -> HandlerError<auth::RetrieveTokenError> {
    let body = json!({ "error": error, "error_description": description });
    HandlerError::new(auth::RetrieveTokenError::BadRequest, ErrorResponse::from_json(&body))
}

impl tokens::TokensServer<Caller> for Service {
    async fn create(
        &self,
        context: Context<Caller>,
        body: tokens::CreateBody,
    ) -> HandlerResult<IssuedToken, tokens::CreateError> {
        let mut state = self.update();
        let account_id = context.principal.account_id;
        if state.refresh_tokens.iter().filter(|token| token.account_id == account_id).count() >= MAX_REFRESH_TOKENS {
            return Err(tokens::CreateError::Conflict.into());
        }
        let token = state.create_refresh_token(&account_id, body.scope);
        let other = to_object(&json!({ "_id": token.id, "scope": token.scope, "created_at": token.created_at }));
        Ok(IssuedToken { token: Some(token.token), other }.into())
    }

    async fn remove(&self, context: Context<Caller>, id: String) -> HandlerResult<Value, tokens::RemoveError> {
        if !self.update().remove_refresh_token(&context.principal.account_id, &id) {
            return Err(tokens::RemoveError::NotFound.into());
        }
        Ok(json!({ "_id": id }).into())
    }

    async fn retrieve(&self, context: Context<Caller>) -> HandlerResult<Vec<IssuedToken>, tokens::RetrieveError> {
        let state = self.read();
        let tokens = state.refresh_tokens.iter().filter(|token| token.account_id == context.principal.account_id);
        // The tokens themselves are not returned again.
        let listed = tokens.map(|token| IssuedToken {
            token: None,
            other: to_object(&json!({ "_id": token.id, "scope": token.scope, "created_at": token.created_at })),
        });
        Ok(listed.collect::<Vec<_>>().into())
    }
}
