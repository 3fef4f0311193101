use pm2_api::bucket;
use pm2_api::types::Bucket;
use pm2_api::{Context, JsonObject, NoDocumentedErrors, Nothing, Reply};
use serde_json::Value;

use super::{Caller, Mock, empty};

impl bucket::BucketServer<Caller> for Mock {
    async fn claim_trial(
        &self,
        context: Context<Caller>,
        id: String,
    ) -> Reply<bucket::ClaimTrialResponse, bucket::ClaimTrialError> {
        self.in_bucket(&context, &id, |_| Ok(Default::default()))
    }

    async fn create(
        &self,
        _context: Context<Caller>,
        _body: bucket::CreateBody,
    ) -> Reply<bucket::CreateResponse, bucket::CreateError> {
        empty()
    }

    async fn current_role(
        &self,
        context: Context<Caller>,
        id: String,
    ) -> Reply<bucket::CurrentRoleResponse, NoDocumentedErrors> {
        self.in_bucket(&context, &id, |_| Ok(Default::default()))
    }

    async fn destroy(&self, context: Context<Caller>, id: String) -> Reply<JsonObject, bucket::DestroyError> {
        self.in_bucket(&context, &id, |_| Ok(Default::default()))
    }

    async fn get_subscription(
        &self,
        context: Context<Caller>,
        id: String,
    ) -> Reply<JsonObject, bucket::GetSubscriptionError> {
        self.in_bucket(&context, &id, |_| Ok(Default::default()))
    }

    async fn invite_user(
        &self,
        context: Context<Caller>,
        id: String,
        _body: bucket::InviteUserBody,
    ) -> Reply<bucket::InviteUserResponse, bucket::InviteUserError> {
        self.in_bucket(&context, &id, |_| Ok(Default::default()))
    }

    async fn remove_invitation(
        &self,
        context: Context<Caller>,
        id: String,
        _query: bucket::RemoveInvitationQuery,
    ) -> Reply<bucket::RemoveInvitationResponse, bucket::RemoveInvitationError> {
        self.in_bucket(&context, &id, |_| Ok(Default::default()))
    }

    async fn remove_user(
        &self,
        context: Context<Caller>,
        id: String,
        _body: bucket::RemoveUserBody,
    ) -> Reply<Vec<JsonObject>, bucket::RemoveUserError> {
        self.in_bucket(&context, &id, |_| Ok(Default::default()))
    }

    async fn retrieve(&self, context: Context<Caller>, id: String) -> Reply<Bucket, NoDocumentedErrors> {
        let node = self.base_url(context.headers());
        self.in_bucket(&context, &id, |bucket| Ok(bucket.shown(&node)))
    }

    async fn retrieve_all(&self, context: Context<Caller>) -> Reply<Vec<Bucket>, bucket::RetrieveAllError> {
        let node = self.base_url(context.headers());
        let state = self.state();
        let own = state.buckets.values().filter(|bucket| bucket.members.contains_key(&context.principal.account));
        Ok(own.map(|bucket| bucket.shown(&node)).collect::<Vec<_>>().into())
    }

    async fn retrieve_charges(
        &self,
        context: Context<Caller>,
        id: String,
    ) -> Reply<Vec<JsonObject>, bucket::RetrieveChargesError> {
        self.in_bucket(&context, &id, |_| Ok(Default::default()))
    }

    async fn retrieve_servers(
        &self,
        context: Context<Caller>,
        id: String,
    ) -> Reply<Vec<Value>, bucket::RetrieveServersError> {
        self.in_bucket(&context, &id, |_| Ok(Default::default()))
    }

    async fn retrieve_users(
        &self,
        context: Context<Caller>,
        id: String,
    ) -> Reply<Vec<JsonObject>, bucket::RetrieveUsersError> {
        self.in_bucket(&context, &id, |_| Ok(Default::default()))
    }

    async fn send_feedback(
        &self,
        context: Context<Caller>,
        id: String,
        _body: bucket::SendFeedbackBody,
    ) -> Reply<bucket::SendFeedbackResponse, bucket::SendFeedbackError> {
        self.in_bucket(&context, &id, |_| Ok(Default::default()))
    }

    async fn set_notification_state(
        &self,
        context: Context<Caller>,
        id: String,
        _body: bucket::SetNotificationStateBody,
    ) -> Reply<Vec<Value>, bucket::SetNotificationStateError> {
        self.in_bucket(&context, &id, |_| Ok(Default::default()))
    }

    async fn set_user_role(
        &self,
        context: Context<Caller>,
        id: String,
        _body: bucket::SetUserRoleBody,
    ) -> Reply<Vec<JsonObject>, bucket::SetUserRoleError> {
        self.in_bucket(&context, &id, |_| Ok(Default::default()))
    }

    async fn transfer_ownership(
        &self,
        context: Context<Caller>,
        id: String,
        _body: bucket::TransferOwnershipBody,
    ) -> Reply<JsonObject, bucket::TransferOwnershipError> {
        self.in_bucket(&context, &id, |_| Ok(Default::default()))
    }

    async fn update(
        &self,
        context: Context<Caller>,
        id: String,
        _body: bucket::UpdateBody,
    ) -> Reply<JsonObject, bucket::UpdateError> {
        self.in_bucket(&context, &id, |_| Ok(Default::default()))
    }

    async fn update_user_options(
        &self,
        context: Context<Caller>,
        id: String,
        _body: bucket::UpdateUserOptionsBody,
    ) -> Reply<bucket::UpdateUserOptionsResponse, bucket::UpdateUserOptionsError> {
        self.in_bucket(&context, &id, |_| Ok(Default::default()))
    }

    async fn upgrade(
        &self,
        context: Context<Caller>,
        id: String,
        _body: bucket::UpgradeBody,
    ) -> Reply<bucket::UpgradeResponse, bucket::UpgradeError> {
        self.in_bucket(&context, &id, |_| Ok(Default::default()))
    }
}
