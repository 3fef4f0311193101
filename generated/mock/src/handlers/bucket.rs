//! Buckets, their members and their invitations.

use pm2_api::bucket::{self, BucketMember, ServerMetadata, SetNotificationStateBodyState as NotificationState};
use pm2_api::data::status::ServerStatus;
use pm2_api::types::{Bucket, StripeInvoice, StripeSubscription};
use pm2_api::{Context, HandlerError, HandlerResult, NoDocumentedError, RouteError};
use serde_json::{Value, json};

use crate::response::{documented_error, require_name, to_object};
use crate::service::{Caller, Service};
use crate::state::bucket::Member;
use crate::state::sample_data::PM2_VERSION;
use crate::state::{State, bucket as stored};

/// The maximum number of buckets that a user can own.
const MAX_BUCKETS: usize = 100;
/// The maximum number of members and invitations of a bucket.
const MAX_MEMBERS: usize = 100;

impl bucket::BucketServer<Caller> for Service {
    async fn claim_trial(
        &self,
        context: Context<Caller>,
        id: String,
    ) -> HandlerResult<bucket::ClaimTrialResponse, bucket::ClaimTrialError> {
        self.update_bucket(&context, &id, |bucket| {
            let duration = Some(bucket.start_trial("trial")?);
            Ok(bucket::ClaimTrialResponse { duration, plan: Some("trial".to_owned()), ..Default::default() })
        })
    }

    async fn create(
        &self,
        context: Context<Caller>,
        body: bucket::CreateBody,
    ) -> HandlerResult<bucket::CreateResponse, bucket::CreateError> {
        require_name(&body.name)?;
        let node_url = self.base_url(context.headers());
        let owner = context.principal.account_id;
        let mut state = self.update();
        if state.buckets.values().filter(|bucket| bucket.owner == owner).count() >= MAX_BUCKETS {
            return Err(bucket::CreateError::Forbidden.into());
        }
        let bucket = state.create_bucket(&body.name, &owner);
        bucket.details = to_object(&body);
        bucket.details.remove("name");
        Ok(bucket::CreateResponse { bucket: Some(bucket.to_api(&node_url)), ..Default::default() }.into())
    }

    async fn current_role(
        &self,
        context: Context<Caller>,
        id: String,
    ) -> HandlerResult<bucket::CurrentRoleResponse, NoDocumentedError> {
        self.read_bucket(&context, &id, |bucket| {
            let role = bucket.members.get(&context.principal.account_id).map(|member| member.role.clone());
            Ok(bucket::CurrentRoleResponse { role, ..Default::default() })
        })
    }

    async fn destroy(&self, context: Context<Caller>, id: String) -> HandlerResult<Bucket, bucket::DestroyError> {
        let caller = &context.principal.account_id;
        let mut state = self.update();
        let bucket = state.bucket::<bucket::DestroyError>(Some(caller), &id)?;
        bucket.require_owner::<bucket::DestroyError>(caller)?;
        let (id, deleted) = (bucket.id.clone(), bucket.to_api(&self.base_url(context.headers())));
        state.buckets.remove(&id);
        Ok(deleted.into())
    }

    async fn get_subscription(
        &self,
        context: Context<Caller>,
        id: String,
    ) -> HandlerResult<StripeSubscription, bucket::GetSubscriptionError> {
        self.read_bucket(&context, &id, |bucket| {
            bucket.subscription.clone().ok_or_else(|| bucket::GetSubscriptionError::NotFound.into())
        })
    }

    async fn invite_user(
        &self,
        context: Context<Caller>,
        id: String,
        body: bucket::InviteUserBody,
    ) -> HandlerResult<bucket::InviteUserResponse, bucket::InviteUserError> {
        if !body.email.contains('@') {
            return Err(HandlerError::new(bucket::InviteUserError::BadRequest, "the email address is invalid"));
        }
        let mut state = self.update();
        let account_id = state.find_account(&body.email).map(str::to_owned);
        let bucket = administered_bucket::<bucket::InviteUserError>(&mut state, &context, &id)?;
        if bucket.members.len() + bucket.invitations.len() >= MAX_MEMBERS {
            return Err(bucket::InviteUserError::Forbidden.into());
        }
        match account_id {
            // A user who already has an account becomes a member at once.
            Some(account_id) => {
                bucket.members.entry(account_id).or_insert_with(|| Member::new("user"));
            }
            None => {
                bucket.invitations.insert(body.email);
            }
        }
        Ok(bucket::InviteUserResponse { invitations: Some(invitations(bucket)), ..Default::default() }.into())
    }

    async fn remove_invitation(
        &self,
        context: Context<Caller>,
        id: String,
        query: bucket::RemoveInvitationQuery,
    ) -> HandlerResult<bucket::RemoveInvitationResponse, bucket::RemoveInvitationError> {
        let mut state = self.update();
        let bucket = administered_bucket::<bucket::RemoveInvitationError>(&mut state, &context, &id)?;
        if !query.email.is_some_and(|email| bucket.invitations.remove(&email)) {
            return Err(HandlerError::new(bucket::RemoveInvitationError::BadRequest, "there is no such invitation"));
        }
        Ok(bucket::RemoveInvitationResponse { invitations: Some(invitations(bucket)), ..Default::default() }.into())
    }

    async fn remove_user(
        &self,
        context: Context<Caller>,
        id: String,
        body: bucket::RemoveUserBody,
    ) -> HandlerResult<Vec<BucketMember>, bucket::RemoveUserError> {
        self.update_member(&context, &id, &body.email, |bucket, account_id| {
            if bucket.owner == account_id {
                return Err(bucket::RemoveUserError::Forbidden.into());
            }
            bucket.members.remove(account_id);
            Ok(())
        })
    }

    async fn retrieve(&self, context: Context<Caller>, id: String) -> HandlerResult<Bucket, NoDocumentedError> {
        let node_url = self.base_url(context.headers());
        self.read_bucket(&context, &id, |bucket| Ok(bucket.to_api(&node_url)))
    }

    async fn retrieve_all(&self, context: Context<Caller>) -> HandlerResult<Vec<Bucket>, bucket::RetrieveAllError> {
        let node_url = self.base_url(context.headers());
        let state = self.read();
        let caller = &context.principal.account_id;
        let buckets = state.buckets.values().filter(|bucket| bucket.members.contains_key(caller));
        Ok(buckets.map(|bucket| bucket.to_api(&node_url)).collect::<Vec<_>>().into())
    }

    async fn retrieve_charges(
        &self,
        context: Context<Caller>,
        id: String,
    ) -> HandlerResult<Vec<StripeInvoice>, bucket::RetrieveChargesError> {
        self.read_bucket(&context, &id, |_| Ok(Vec::new()))
    }

    async fn retrieve_servers(
        &self,
        context: Context<Caller>,
        id: String,
    ) -> HandlerResult<Vec<ServerMetadata>, bucket::RetrieveServersError> {
        self.read_bucket(&context, &id, |bucket| {
            let server = |server: &ServerStatus| ServerMetadata {
                name: server.server_name.clone(),
                active: server.active,
                pm2_version: Some(PM2_VERSION.to_owned()),
                ..Default::default()
            };
            Ok(bucket.servers.iter().map(server).collect())
        })
    }

    async fn retrieve_users(
        &self,
        context: Context<Caller>,
        id: String,
    ) -> HandlerResult<Vec<BucketMember>, bucket::RetrieveUsersError> {
        let state = self.read();
        let bucket = state.bucket::<bucket::RetrieveUsersError>(Some(&context.principal.account_id), &id)?;
        Ok(state.members(bucket).into())
    }

    async fn send_feedback(
        &self,
        context: Context<Caller>,
        id: String,
        body: bucket::SendFeedbackBody,
    ) -> HandlerResult<bucket::SendFeedbackResponse, bucket::SendFeedbackError> {
        self.read_bucket(&context, &id, |_| match body.feedback.is_empty() {
            true => Err(bucket::SendFeedbackError::BadRequest.into()),
            false => Ok(bucket::SendFeedbackResponse { feedback: Some(body.feedback), ..Default::default() }),
        })
    }

    async fn set_notification_state(
        &self,
        context: Context<Caller>,
        id: String,
        body: bucket::SetNotificationStateBody,
    ) -> HandlerResult<Vec<Value>, bucket::SetNotificationStateError> {
        let notifications = match body.state {
            NotificationState::Email => "email",
            NotificationState::None => "none",
            NotificationState::Other(_) => return Err(documented_error(&[400], "the state must be `email` or `none`")),
        };
        let members = self.update_member(&context, &id, &body.email, |bucket, account_id| {
            if let Some(member) = bucket.members.get_mut(account_id) {
                notifications.clone_into(&mut member.notifications);
            }
            Ok(())
        })?;
        Ok(members.iter().map(|member| json!(member)).collect::<Vec<_>>().into())
    }

    async fn set_user_role(
        &self,
        context: Context<Caller>,
        id: String,
        body: bucket::SetUserRoleBody,
    ) -> HandlerResult<Vec<BucketMember>, bucket::SetUserRoleError> {
        if !["admin", "user"].contains(&body.role.as_str()) {
            return Err(HandlerError::new(bucket::SetUserRoleError::BadRequest, "the role must be `admin` or `user`"));
        }
        self.update_member(&context, &id, &body.email, |bucket, account_id| {
            if bucket.owner == account_id {
                return Err(bucket::SetUserRoleError::Forbidden.into());
            }
            if let Some(member) = bucket.members.get_mut(account_id) {
                member.role = body.role;
            }
            Ok(())
        })
    }

    async fn transfer_ownership(
        &self,
        context: Context<Caller>,
        id: String,
        body: bucket::TransferOwnershipBody,
    ) -> HandlerResult<Bucket, bucket::TransferOwnershipError> {
        type Error = bucket::TransferOwnershipError;
        let caller = &context.principal.account_id;
        if body.new_owner.is_empty() {
            return Err(Error::BadRequest.into());
        }
        let mut state = self.update();
        let new_owner = state.find_account(&body.new_owner).map(str::to_owned);
        let bucket = state.bucket_mut::<Error>(Some(caller), &id)?;
        bucket.require_owner::<Error>(caller)?;
        bucket.transfer_to(new_owner.ok_or(Error::NotFound)?);
        Ok(bucket.to_api(&self.base_url(context.headers())).into())
    }

    async fn update(
        &self,
        context: Context<Caller>,
        id: String,
        body: bucket::UpdateBody,
    ) -> HandlerResult<Bucket, bucket::UpdateError> {
        let node_url = self.base_url(context.headers());
        self.update_bucket(&context, &id, |bucket| {
            let mut changes = to_object(&body);
            if changes.is_empty() || body.name.as_ref().is_some_and(String::is_empty) {
                return Err(bucket::UpdateError::BadRequest.into());
            }
            changes.remove("name");
            bucket.details.extend(changes);
            bucket.name = body.name.unwrap_or_else(|| std::mem::take(&mut bucket.name));
            Ok(bucket.to_api(&node_url))
        })
    }

    async fn update_user_options(
        &self,
        context: Context<Caller>,
        id: String,
        body: bucket::UpdateUserOptionsBody,
    ) -> HandlerResult<bucket::UpdateUserOptionsResponse, bucket::UpdateUserOptionsError> {
        let node_url = self.base_url(context.headers());
        self.update_bucket(&context, &id, |bucket| {
            if let Some(member) = bucket.members.get_mut(&context.principal.account_id) {
                member.options = body.options;
            }
            let bucket = bucket.to_api(&node_url);
            Ok(bucket::UpdateUserOptionsResponse { bucket: Some(bucket), ..Default::default() })
        })
    }

    async fn upgrade(
        &self,
        context: Context<Caller>,
        id: String,
        body: bucket::UpgradeBody,
    ) -> HandlerResult<bucket::UpgradeResponse, bucket::UpgradeError> {
        let node_url = self.base_url(context.headers());
        self.update_bucket(&context, &id, |bucket| {
            let subscription = Some(bucket.subscribe(&body.plan)?);
            let bucket = bucket.to_api(&node_url);
            Ok(bucket::UpgradeResponse { bucket: Some(bucket), subscription, ..Default::default() })
        })
    }
}

/// Returns a bucket that the caller is the owner or an admin of.
fn administered_bucket<'s, E: RouteError>(
    state: &'s mut State,
    context: &Context<Caller>,
    id: &str,
) -> Result<&'s mut stored::Bucket, HandlerError<E>> {
    let caller = &context.principal.account_id;
    let bucket = state.bucket_mut(Some(caller), id)?;
    bucket.require_admin(caller)?;
    Ok(bucket)
}

fn invitations(bucket: &stored::Bucket) -> Vec<Value> {
    bucket.invitations.iter().map(|email| json!({ "email": email })).collect()
}

impl Service {
    /// Changes the member with an email address and returns all members.
    fn update_member<E: RouteError>(
        &self,
        context: &Context<Caller>,
        id: &str,
        email: &str,
        update: impl FnOnce(&mut stored::Bucket, &str) -> Result<(), HandlerError<E>>,
    ) -> HandlerResult<Vec<BucketMember>, E> {
        if email.is_empty() {
            return Err(documented_error(&[400, 404], "the email address must not be empty"));
        }
        let mut state = self.update();
        let account_id = state.find_account(email).map(str::to_owned);
        let bucket = administered_bucket(&mut state, context, id)?;
        let account_id = account_id
            .filter(|account_id| bucket.members.contains_key(account_id))
            .ok_or_else(|| documented_error(&[404], "the bucket has no such member"))?;
        update(bucket, &account_id)?;
        // The caller's access was checked above. It can have ended with this change.
        let bucket = state.bucket(None, id)?;
        Ok(state.members(bucket).into())
    }
}
