//! Accounts and access tokens.

use http::header::LOCATION;
use http::{HeaderValue, StatusCode};
use pm2_api::auth::{self, IssuedToken};
use pm2_api::{Context, ErrorResponse, HandlerError, HandlerResult, JsonObject, Nothing, Response, Secret, Timestamp};
use serde_json::json;

use super::seed::expiry;
use super::state::{AccessToken, Account, Member, RefreshToken, State};
use super::{Caller, Options, Service, empty};

/// As many access tokens are remembered; then the one that ends first is forgotten.
const MOST_ACCESS_TOKENS: usize = 100_000;
/// As many accounts there can be; then nobody can register at the moment.
const MOST_ACCOUNTS: usize = 1_000;

impl auth::AuthServer<Caller> for Service {
    async fn register(
        &self,
        _context: Context<()>,
        body: auth::RegisterBody,
    ) -> HandlerResult<auth::RegisterResponse, auth::RegisterError> {
        let refused = |message: &str| HandlerError::Other(StatusCode::BAD_REQUEST, ErrorResponse::new(message));
        if body.username.is_empty() || !body.email.contains('@') || body.password.expose().is_empty() {
            return Err(refused("a user name, an e-mail address and a password are needed"));
        }
        if !body.accept_terms {
            return Err(refused("the terms have to be accepted"));
        }
        if body.password_confirmation.as_ref().is_some_and(|confirmation| *confirmation != body.password) {
            return Err(refused("the two passwords differ"));
        }
        let mut state = self.state();
        for (field, value) in [("username", &body.username), ("email", &body.email)] {
            if state.find_account(value).is_some() {
                let message = "somebody else has it already";
                let reply = json!({ "msg": format!("{field}: {message}"), field: { "message": message } });
                return Err(HandlerError::new(auth::RegisterError::Conflict, ErrorResponse::from_json(&reply)));
            }
        }
        if state.accounts.len() >= MOST_ACCOUNTS {
            return Err(auth::RegisterError::InternalServerError.into());
        }
        let id = add_account(&mut state, body);
        let refresh = add_refresh_token(&mut state, &id, JsonObject::new());
        let access = add_access_token(&mut state, &self.options, &refresh.id, &id);
        Ok(auth::RegisterResponse {
            user: Some(state.user(&id)),
            access_token: Some(IssuedToken { token: Some(access.0), ..Default::default() }),
            refresh_token: Some(IssuedToken { token: Some(refresh.token), ..Default::default() }),
            ..Default::default()
        }
        .into())
    }

    async fn request_new_password(
        &self,
        _context: Context<()>,
        body: auth::RequestNewPasswordBody,
    ) -> HandlerResult<Nothing, auth::RequestNewPasswordError> {
        if body.email.is_empty() {
            return Err(auth::RequestNewPasswordError::BadRequest.into());
        }
        let mut state = self.state();
        if !state.accounts.values().any(|account| account.email == body.email) {
            return Err(auth::RequestNewPasswordError::NotFound.into());
        }
        let token = state.ids.token();
        state.send_mail(&body.email, "Your new password", &token);
        empty()
    }

    async fn retrieve_token(
        &self,
        _context: Context<()>,
        body: auth::RetrieveTokenBody,
    ) -> HandlerResult<auth::RetrieveTokenResponse, auth::RetrieveTokenError> {
        if body.client_id.is_empty() {
            return Err(refused("invalid_request", "the client id is missing"));
        }
        if body.grant_type.as_deref() != Some("refresh_token") {
            return Err(refused("unsupported_grant_type", "only refresh tokens are exchanged"));
        }
        let mut state = self.state();
        let State { refresh_tokens, ids, .. } = &mut *state;
        let Some(refresh) = refresh_tokens.iter_mut().find(|known| known.token == body.refresh_token) else {
            return Err(refused("invalid_grant", "the refresh token is not valid"));
        };
        if self.options.rotate {
            refresh.token = ids.token();
        }
        let (refresh, id, account) = (refresh.token.clone(), refresh.id.clone(), refresh.account.clone());
        let access = add_access_token(&mut state, &self.options, &id, &account);
        Ok(auth::RetrieveTokenResponse {
            access_token: Some(access.0),
            expire_at: Some(access.1.to_string()),
            refresh_token: Some(refresh),
            token_type: Some("Bearer".to_owned()),
            ..Default::default()
        }
        .into())
    }

    async fn revoke(&self, context: Context<Caller>) -> HandlerResult<Nothing, auth::RevokeError> {
        let mut state = self.state();
        state.access_tokens.remove(context.principal.token.expose()).ok_or(auth::RevokeError::NotFound)?;
        empty()
    }

    async fn send_email_link(
        &self,
        context: Context<Option<Caller>>,
    ) -> HandlerResult<Nothing, auth::SendEmailLinkError> {
        let caller = context.principal.ok_or(auth::SendEmailLinkError::Unauthorized)?;
        let mut state = self.state();
        let account = state.account::<auth::SendEmailLinkError>(&caller.account)?;
        let (email, token) = (account.email.clone(), account.email_token.clone());
        state.send_mail(&email, "Confirm your e-mail address", &token);
        empty()
    }

    async fn valid_email(&self, context: Context<()>, token: Secret) -> HandlerResult<Nothing, auth::ValidEmailError> {
        let mut state = self.state();
        let account = state.accounts.values_mut().find(|account| account.email_token == token);
        account.ok_or(auth::ValidEmailError::Unauthorized)?.email_is_confirmed = true;
        let place = HeaderValue::try_from(self.base_url(context.headers()));
        Ok(Response::new(Nothing).with_header(LOCATION, place.unwrap_or(HeaderValue::from_static("/"))))
    }
}

/// A refusal in the words of OAuth.
fn refused(error: &str, description: &str) -> HandlerError<auth::RetrieveTokenError> {
    let reply = json!({ "error": error, "error_description": description });
    HandlerError::new(auth::RetrieveTokenError::BadRequest, ErrorResponse::from_json(&reply))
}

/// A new account; invitations that wait for its e-mail address are accepted.
fn add_account(state: &mut State, body: auth::RegisterBody) -> String {
    let id = state.ids.id();
    for bucket in state.buckets.values_mut() {
        if bucket.invitations.remove(&body.email) {
            bucket.members.insert(id.clone(), Member::new("user"));
        }
    }
    let account = Account {
        username: body.username,
        email: body.email,
        password: body.password,
        email_token: state.ids.token(),
        ..Default::default()
    };
    state.send_mail(&account.email, "Confirm your e-mail address", &account.email_token);
    state.accounts.insert(id.clone(), account);
    id
}

/// What is to be told of a new refresh token.
pub struct Issued {
    pub id: String,
    pub token: Secret,
    pub created_at: Timestamp,
}

/// A new refresh token for an account.
pub fn add_refresh_token(state: &mut State, account: &str, scope: JsonObject) -> Issued {
    let issued = Issued { id: state.ids.id(), token: state.ids.token(), created_at: Timestamp::now() };
    state.refresh_tokens.push(RefreshToken {
        id: issued.id.clone(),
        account: account.to_owned(),
        token: issued.token.clone(),
        scope,
        created_at: issued.created_at,
    });
    issued
}

/// A new access token, and when it ends.
fn add_access_token(state: &mut State, options: &Options, made_from: &str, account: &str) -> (Secret, Timestamp) {
    let tokens = &mut state.access_tokens;
    if tokens.len() >= MOST_ACCESS_TOKENS {
        let first_to_end = tokens.iter().min_by_key(|(_, known)| known.expire_at).map(|(token, _)| token.clone());
        first_to_end.and_then(|token| tokens.remove(&token));
    }
    let (token, expire_at) = (state.ids.token(), expiry(options));
    let known = AccessToken { account: account.to_owned(), made_from: made_from.to_owned(), expire_at };
    tokens.insert(token.expose().to_owned(), known);
    (token, expire_at)
}
