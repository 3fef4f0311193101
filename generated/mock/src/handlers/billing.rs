//! Plans and subscriptions of a bucket. Cards, bank accounts, invoices and metadata are not stored: their routes return
//! empty bodies.

use pm2_api::bucket::billing;
use pm2_api::types::{BillingMetadata, StripeCard, StripeInvoice, StripeSubscription};
use pm2_api::{Context, HandlerResult, JsonObject};

use crate::service::{Caller, Service};

impl billing::BillingServer<Caller> for Service {
    async fn attach_bank_account(
        &self,
        context: Context<Caller>,
        id: String,
        _body: billing::AttachBankAccountBody,
    ) -> HandlerResult<billing::AttachBankAccountResponse, billing::AttachBankAccountError> {
        self.read_bucket(&context, &id, |_| Ok(Default::default()))
    }

    async fn attach_credit_card(
        &self,
        context: Context<Caller>,
        id: String,
        _body: billing::AttachCreditCardBody,
    ) -> HandlerResult<billing::AttachCreditCardResponse, billing::AttachCreditCardError> {
        self.read_bucket(&context, &id, |_| Ok(Default::default()))
    }

    async fn delete_bank_account(
        &self,
        context: Context<Caller>,
        id: String,
    ) -> HandlerResult<billing::StripeSource, billing::DeleteBankAccountError> {
        self.read_bucket(&context, &id, |_| Ok(Default::default()))
    }

    async fn delete_credit_card(
        &self,
        context: Context<Caller>,
        id: String,
        _card_id: String,
    ) -> HandlerResult<StripeCard, billing::DeleteCreditCardError> {
        self.read_bucket(&context, &id, |_| Ok(Default::default()))
    }

    async fn fetch_bank_account(
        &self,
        context: Context<Caller>,
        id: String,
    ) -> HandlerResult<billing::FetchBankAccountResponse, billing::FetchBankAccountError> {
        self.read_bucket(&context, &id, |_| Ok(Default::default()))
    }

    async fn fetch_credit_card(
        &self,
        context: Context<Caller>,
        id: String,
        _card_id: String,
    ) -> HandlerResult<billing::FetchCreditCardResponse, billing::FetchCreditCardError> {
        self.read_bucket(&context, &id, |_| Ok(Default::default()))
    }

    async fn fetch_credit_cards(
        &self,
        context: Context<Caller>,
        id: String,
    ) -> HandlerResult<billing::FetchCreditCardsResponse, billing::FetchCreditCardsError> {
        self.read_bucket(&context, &id, |_| Ok(Default::default()))
    }

    async fn fetch_default_credit_card(
        &self,
        context: Context<Caller>,
        id: String,
    ) -> HandlerResult<billing::FetchDefaultCreditCardResponse, billing::FetchDefaultCreditCardError> {
        self.read_bucket(&context, &id, |_| Ok(Default::default()))
    }

    async fn fetch_metadata(
        &self,
        context: Context<Caller>,
        id: String,
    ) -> HandlerResult<BillingMetadata, billing::FetchMetadataError> {
        self.read_bucket(&context, &id, |_| Ok(Default::default()))
    }

    async fn get_invoices(
        &self,
        context: Context<Caller>,
        id: String,
    ) -> HandlerResult<Vec<StripeInvoice>, billing::GetInvoicesError> {
        self.read_bucket(&context, &id, |_| Ok(Default::default()))
    }

    async fn get_receipts(
        &self,
        context: Context<Caller>,
        id: String,
    ) -> HandlerResult<Vec<JsonObject>, billing::GetReceiptsError> {
        self.read_bucket(&context, &id, |_| Ok(Default::default()))
    }

    async fn get_subcription(
        &self,
        context: Context<Caller>,
        id: String,
    ) -> HandlerResult<StripeSubscription, billing::GetSubcriptionError> {
        self.read_bucket(&context, &id, |bucket| {
            bucket.subscription.clone().ok_or_else(|| billing::GetSubcriptionError::NotFound.into())
        })
    }

    async fn get_subcription_state(
        &self,
        context: Context<Caller>,
        id: String,
    ) -> HandlerResult<billing::GetSubcriptionStateResponse, billing::GetSubcriptionStateError> {
        self.read_bucket(&context, &id, |bucket| {
            bucket.subscription.as_ref().ok_or(billing::GetSubcriptionStateError::NotFound)?;
            let (plan, status) = (Some(bucket.plan.clone()), Some("active".to_owned()));
            Ok(billing::GetSubcriptionStateResponse { plan, status, ..Default::default() })
        })
    }

    async fn payment_intent_succeed(
        &self,
        context: Context<Caller>,
        id: String,
        _payment_intent: String,
        body: billing::PaymentIntentSucceedBody,
    ) -> HandlerResult<billing::PaymentIntentSucceedResponse, billing::PaymentIntentSucceedError> {
        let node_url = self.base_url(context.headers());
        self.update_bucket(&context, &id, |bucket| {
            bucket.subscribe::<billing::PaymentIntentSucceedError>(&body.plan)?;
            let bucket = bucket.to_api(&node_url);
            Ok(billing::PaymentIntentSucceedResponse { bucket: Some(bucket), ..Default::default() })
        })
    }

    async fn set_default_card(
        &self,
        context: Context<Caller>,
        id: String,
        _card_id: String,
    ) -> HandlerResult<billing::SetDefaultCardResponse, billing::SetDefaultCardError> {
        self.read_bucket(&context, &id, |_| Ok(Default::default()))
    }

    async fn start_trial(
        &self,
        context: Context<Caller>,
        id: String,
        body: billing::StartTrialBody,
    ) -> HandlerResult<billing::StartTrialResponse, billing::StartTrialError> {
        self.update_bucket(&context, &id, |bucket| {
            let duration = Some(bucket.start_trial(&body.plan)?);
            Ok(billing::StartTrialResponse { duration, plan: Some(body.plan), ..Default::default() })
        })
    }

    async fn subscribe(
        &self,
        context: Context<Caller>,
        id: String,
        body: billing::SubscribeBody,
    ) -> HandlerResult<billing::SubscribeResponse, billing::SubscribeError> {
        let node_url = self.base_url(context.headers());
        self.update_bucket(&context, &id, |bucket| {
            let subscription = Some(bucket.subscribe(&body.plan)?);
            let bucket = bucket.to_api(&node_url);
            Ok(billing::SubscribeResponse { bucket: Some(bucket), subscription, ..Default::default() })
        })
    }

    async fn update_credit_card(
        &self,
        context: Context<Caller>,
        id: String,
        _body: billing::UpdateCreditCardBody,
    ) -> HandlerResult<billing::UpdateCreditCardResponse, billing::UpdateCreditCardError> {
        self.read_bucket(&context, &id, |_| Ok(Default::default()))
    }

    async fn update_metadata(
        &self,
        context: Context<Caller>,
        id: String,
        _body: billing::UpdateMetadataBody,
    ) -> HandlerResult<billing::UpdateMetadataResponse, billing::UpdateMetadataError> {
        self.read_bucket(&context, &id, |_| Ok(Default::default()))
    }
}
