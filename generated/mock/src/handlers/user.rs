//! The account of the caller. Payment details are not stored: their routes return empty bodies.

use pm2_api::types::{BillingMetadata, StripeCard, User};
use pm2_api::user::{self, otp, providers};
use pm2_api::{Context, HandlerError, HandlerResult, NoDocumentedError, Secret};
use serde_json::{Value, json};
use totp_rs::Totp;

use crate::response::empty;
use crate::service::{Caller, Service};

/// The providers that an account can be connected to.
const PROVIDERS: [&str; 3] = ["github", "google", "slack"];

impl user::UserServer<Caller> for Service {
    async fn attach_credit_card(
        &self,
        _context: Context<Caller>,
        _body: user::AttachCreditCardBody,
    ) -> HandlerResult<user::AttachCreditCardResponse, user::AttachCreditCardError> {
        empty()
    }

    async fn delete(&self, context: Context<Caller>) -> HandlerResult<User, user::DeleteError> {
        let mut state = self.update();
        let id = &context.principal.account_id;
        if state.buckets.values().any(|bucket| bucket.owner == *id) {
            return Err(user::DeleteError::Forbidden.into());
        }
        let user = state.user(id);
        state.remove_account(id);
        Ok(user.into())
    }

    async fn delete_credit_card(
        &self,
        _context: Context<Caller>,
        _card_id: String,
    ) -> HandlerResult<StripeCard, user::DeleteCreditCardError> {
        empty()
    }

    async fn fetch_credit_card(
        &self,
        _context: Context<Caller>,
        _card_id: String,
    ) -> HandlerResult<user::FetchCreditCardResponse, user::FetchCreditCardError> {
        empty()
    }

    async fn fetch_default_credit_card(
        &self,
        _context: Context<Caller>,
    ) -> HandlerResult<user::FetchDefaultCreditCardResponse, user::FetchDefaultCreditCardError> {
        empty()
    }

    async fn fetch_metadata(
        &self,
        _context: Context<Caller>,
    ) -> HandlerResult<BillingMetadata, user::FetchMetadataError> {
        empty()
    }

    async fn list_charges(
        &self,
        _context: Context<Caller>,
    ) -> HandlerResult<user::ListChargesResponse, user::ListChargesError> {
        empty()
    }

    async fn list_subscriptions(
        &self,
        _context: Context<Caller>,
    ) -> HandlerResult<user::ListSubscriptionsResponse, user::ListSubscriptionsError> {
        empty()
    }

    async fn retrieve(&self, context: Context<Caller>) -> HandlerResult<User, NoDocumentedError> {
        Ok(self.read().user(&context.principal.account_id).into())
    }

    async fn set_default_card(
        &self,
        _context: Context<Caller>,
        _card_id: String,
    ) -> HandlerResult<user::SetDefaultCardResponse, user::SetDefaultCardError> {
        empty()
    }

    async fn show(&self, _context: Context<()>, id: String) -> HandlerResult<user::ShowResponse, user::ShowError> {
        if id.trim().is_empty() {
            return Err(user::ShowError::BadRequest.into());
        }
        let state = self.read();
        let account = state.find_account(&id).and_then(|id| state.accounts.get(id)).ok_or(user::ShowError::NotFound)?;
        let (email, username) = (Some(account.email.clone()), Some(account.username.clone()));
        Ok(user::ShowResponse { email, username, ..Default::default() }.into())
    }

    async fn update(&self, context: Context<Caller>, body: user::UpdateBody) -> HandlerResult<User, user::UpdateError> {
        type Error = user::UpdateError;
        if body == user::UpdateBody::default() {
            return Err(Error::BadRequest.into());
        }
        let mut state = self.update();
        let id = &context.principal.account_id;
        for name in [&body.username, &body.email].into_iter().flatten() {
            if name.is_empty() {
                let message = "the user name and the email address must not be empty";
                return Err(HandlerError::new(Error::BadRequest, message));
            }
            if state.find_account(name).is_some_and(|other| other != id) {
                return Err(Error::Conflict.into());
            }
        }
        let account = state.account_mut::<Error>(id)?;
        match (body.old_password, body.new_password) {
            (None, None) => {}
            (_, None) => return Err(Error::Forbidden.into()),
            (Some(old), Some(new)) if old == account.password => account.password = new,
            (_, Some(_)) => return Err(Error::NotAcceptable.into()),
        }
        account.username = body.username.unwrap_or_else(|| std::mem::take(&mut account.username));
        account.info = body.info.unwrap_or_else(|| std::mem::take(&mut account.info));
        if let Some(email) = body.email.filter(|email| *email != account.email) {
            state.change_email(id, email);
        }
        Ok(state.user(id).into())
    }

    async fn update_credit_card(
        &self,
        _context: Context<Caller>,
        _body: user::UpdateCreditCardBody,
    ) -> HandlerResult<user::UpdateCreditCardResponse, user::UpdateCreditCardError> {
        empty()
    }

    async fn update_metadata(
        &self,
        _context: Context<Caller>,
        _body: user::UpdateMetadataBody,
    ) -> HandlerResult<user::UpdateMetadataResponse, user::UpdateMetadataError> {
        empty()
    }
}

impl otp::OtpServer<Caller> for Service {
    async fn disable(
        &self,
        context: Context<Caller>,
        query: otp::DisableQuery,
    ) -> HandlerResult<(), otp::DisableError> {
        let mut state = self.update();
        let account = state.account_mut::<otp::DisableError>(&context.principal.account_id)?;
        let is_valid = |key| is_valid_code(key, &account.email, &query.otp_token);
        if !account.otp_key.as_ref().is_some_and(is_valid) {
            return Err(otp::DisableError::Forbidden.into());
        }
        account.otp_key = None;
        empty()
    }

    async fn enable(&self, context: Context<Caller>, body: otp::EnableBody) -> HandlerResult<(), otp::EnableError> {
        let mut state = self.update();
        let account = state.account_mut::<otp::EnableError>(&context.principal.account_id)?;
        if body.otp_key.expose().is_empty() || body.otp_token.expose().is_empty() {
            return Err(otp::EnableError::BadRequest.into());
        }
        if account.otp_key.is_some() || !is_valid_code(&body.otp_key, &account.email, &body.otp_token) {
            return Err(otp::EnableError::Forbidden.into());
        }
        account.otp_key = Some(body.otp_key);
        empty()
    }

    async fn retrieve(&self, context: Context<Caller>) -> HandlerResult<otp::RetrieveResponse, otp::RetrieveError> {
        let mut state = self.update();
        let bytes: Vec<u8> = (0..20).map(|_| state.random.next_u64() as u8).collect();
        let account = state.account_mut::<otp::RetrieveError>(&context.principal.account_id)?;
        if account.otp_key.is_some() {
            return Err(otp::RetrieveError::Conflict.into());
        }
        let key = totp_rs::Secret::from(bytes).to_base32();
        let image = totp(&key.as_str().into(), &account.email).and_then(|totp| totp.to_qr_base64().ok());
        let user = state.user(&context.principal.account_id);
        Ok(otp::RetrieveResponse {
            key: Some(key.into()),
            qr_image: image.map(|image| format!("data:image/png;base64,{image}").into()),
            user: Some(user),
            ..Default::default()
        }
        .into())
    }
}

/// Returns the generator of the one-time passwords for a key, or `None` if the key is invalid.
fn totp(key: &Secret, email: &str) -> Option<Totp> {
    let key = totp_rs::Secret::try_from_base32(key.expose()).ok()?;
    let name = email.replace(':', " ");
    totp_rs::Builder::new().with_secret(key).with_account_name(name).with_issuer(Some("Mock")).build().ok()
}

/// Returns `true` if a one-time password is valid now.
fn is_valid_code(key: &Secret, email: &str, code: &Secret) -> bool {
    totp(key, email).is_some_and(|totp| totp.check_current(code.expose()).is_some())
}

impl providers::ProvidersServer<Caller> for Service {
    async fn add(&self, context: Context<Caller>, body: providers::AddBody) -> HandlerResult<(), providers::AddError> {
        if !PROVIDERS.contains(&body.name.as_str()) {
            return Err(providers::AddError::BadRequest.into());
        }
        let mut state = self.update();
        let account = state.account_mut::<providers::AddError>(&context.principal.account_id)?;
        if !account.providers.insert(body.name) {
            return Err(providers::AddError::Forbidden.into());
        }
        empty()
    }

    async fn remove(&self, context: Context<Caller>, name: String) -> HandlerResult<(), providers::RemoveError> {
        if !PROVIDERS.contains(&name.as_str()) {
            return Err(providers::RemoveError::BadRequest.into());
        }
        let mut state = self.update();
        let account = state.account_mut::<providers::RemoveError>(&context.principal.account_id)?;
        if !account.providers.remove(&name) {
            return Err(providers::RemoveError::Forbidden.into());
        }
        empty()
    }

    async fn retrieve(&self, context: Context<Caller>) -> HandlerResult<Vec<Value>, NoDocumentedError> {
        let mut state = self.update();
        let account = state.account_mut::<NoDocumentedError>(&context.principal.account_id)?;
        Ok(account.providers.iter().map(|name| json!({ "name": name })).collect::<Vec<_>>().into())
    }
}
