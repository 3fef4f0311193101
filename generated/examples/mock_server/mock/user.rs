use pm2_api::types::User;
use pm2_api::user::{self, otp, providers};
use pm2_api::{Context, JsonObject, NoDocumentedErrors, Nothing, Reply, Secret};
use serde_json::Value;

use super::{Caller, Mock, empty};

impl user::UserServer<Caller> for Mock {
    async fn attach_credit_card(
        &self,
        _context: Context<Caller>,
        _body: user::AttachCreditCardBody,
    ) -> Reply<user::AttachCreditCardResponse, user::AttachCreditCardError> {
        empty()
    }

    async fn delete(&self, _context: Context<Caller>) -> Reply<User, user::DeleteError> {
        empty()
    }

    async fn delete_credit_card(
        &self,
        _context: Context<Caller>,
        _card_id: String,
    ) -> Reply<JsonObject, user::DeleteCreditCardError> {
        empty()
    }

    async fn fetch_credit_card(
        &self,
        _context: Context<Caller>,
        _card_id: String,
    ) -> Reply<user::FetchCreditCardResponse, user::FetchCreditCardError> {
        empty()
    }

    async fn fetch_default_credit_card(
        &self,
        _context: Context<Caller>,
    ) -> Reply<user::FetchDefaultCreditCardResponse, user::FetchDefaultCreditCardError> {
        empty()
    }

    async fn fetch_metadata(&self, _context: Context<Caller>) -> Reply<JsonObject, user::FetchMetadataError> {
        empty()
    }

    async fn list_charges(
        &self,
        _context: Context<Caller>,
    ) -> Reply<user::ListChargesResponse, user::ListChargesError> {
        empty()
    }

    async fn list_subscriptions(
        &self,
        _context: Context<Caller>,
    ) -> Reply<user::ListSubscriptionsResponse, user::ListSubscriptionsError> {
        empty()
    }

    async fn retrieve(&self, context: Context<Caller>) -> Reply<User, NoDocumentedErrors> {
        Ok(self.state().user(&context.principal.account).into())
    }

    async fn set_default_card(
        &self,
        _context: Context<Caller>,
        _card_id: String,
    ) -> Reply<user::SetDefaultCardResponse, user::SetDefaultCardError> {
        empty()
    }

    async fn show(&self, _context: Context<()>, _id: String) -> Reply<user::ShowResponse, user::ShowError> {
        empty()
    }

    async fn update(&self, _context: Context<Caller>, _body: user::UpdateBody) -> Reply<User, user::UpdateError> {
        empty()
    }

    async fn update_credit_card(
        &self,
        _context: Context<Caller>,
        _body: user::UpdateCreditCardBody,
    ) -> Reply<user::UpdateCreditCardResponse, user::UpdateCreditCardError> {
        empty()
    }

    async fn update_metadata(
        &self,
        _context: Context<Caller>,
        _body: user::UpdateMetadataBody,
    ) -> Reply<user::UpdateMetadataResponse, user::UpdateMetadataError> {
        empty()
    }
}

impl otp::OtpServer<Caller> for Mock {
    async fn disable(&self, _context: Context<Caller>, _query: otp::DisableQuery) -> Reply<Nothing, otp::DisableError> {
        empty()
    }

    async fn enable(&self, _context: Context<Caller>, _body: otp::EnableBody) -> Reply<Nothing, otp::EnableError> {
        empty()
    }

    async fn retrieve(&self, _context: Context<Caller>) -> Reply<otp::RetrieveResponse, otp::RetrieveError> {
        empty()
    }
}

impl providers::ProvidersServer<Caller> for Mock {
    async fn add(&self, _context: Context<Caller>, _body: providers::AddBody) -> Reply<Nothing, providers::AddError> {
        empty()
    }

    async fn remove(&self, _context: Context<Caller>, _name: String) -> Reply<Nothing, providers::RemoveError> {
        empty()
    }

    async fn retrieve(&self, _context: Context<Caller>) -> Reply<Vec<Value>, NoDocumentedErrors> {
        empty()
    }
}
