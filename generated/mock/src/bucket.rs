//! Buckets, their members and their invitations.

use pm2_api::bucket::{self, SetNotificationStateBodyState as NotificationState};
use pm2_api::data::status::ServerStatus;
use pm2_api::types::Bucket;
use pm2_api::{Context, HandlerError, HandlerResult, JsonObject, NoDocumentedError, RouteError};
use serde_json::{Value, json};

use super::seed::new_bucket;
use super::state::{self, Member, State};
use super::things::fields;
use super::{Caller, Service, refuse};

/// A user can own as many buckets, and a bucket can have as many members and invitations.
const MOST: usize = 100;

impl bucket::BucketServer<Caller> for Service {
    async fn claim_trial(
        &self,
        context: Context<Caller>,
        id: String,
    ) -> HandlerResult<bucket::ClaimTrialResponse, bucket::ClaimTrialError> {
        self.in_bucket(&context, &id, |bucket| {
            let duration = Some(bucket.start_trial("trial")?);
            Ok(bucket::ClaimTrialResponse { duration, plan: Some("trial".to_owned()), ..Default::default() })
        })
    }

    async fn create(
        &self,
        context: Context<Caller>,
        body: bucket::CreateBody,
    ) -> HandlerResult<bucket::CreateResponse, bucket::CreateError> {
        if body.name.is_empty() {
            return Err(HandlerError::new(bucket::CreateError::BadRequest, "the name is missing"));
        }
        let node = self.base_url(context.headers());
        let owner = context.principal.account;
        let mut state = self.state();
        if state.buckets.values().filter(|bucket| bucket.owner == owner).count() >= MOST {
            return Err(bucket::CreateError::Forbidden.into());
        }
        let mut bucket = new_bucket(&mut state.ids, &body.name, &owner);
        bucket.details = fields(&body);
        bucket.details.remove("name");
        let shown = bucket.shown(&node);
        state.buckets.insert(bucket.id.clone(), bucket);
        Ok(bucket::CreateResponse { bucket: Some(shown), ..Default::default() }.into())
    }

    async fn current_role(
        &self,
        context: Context<Caller>,
        id: String,
    ) -> HandlerResult<bucket::CurrentRoleResponse, NoDocumentedError> {
        self.in_bucket(&context, &id, |bucket| {
            let role = bucket.members.get(&context.principal.account).map(|member| member.role.clone());
            Ok(bucket::CurrentRoleResponse { role, ..Default::default() })
        })
    }

    async fn destroy(&self, context: Context<Caller>, id: String) -> HandlerResult<JsonObject, bucket::DestroyError> {
        let caller = &context.principal.account;
        let mut state = self.state();
        let bucket = state.bucket::<bucket::DestroyError>(caller, &id)?;
        bucket.let_own::<bucket::DestroyError>(caller)?;
        let id = bucket.id.clone();
        state.buckets.remove(&id);
        Ok(fields(&json!({ "_id": id })).into())
    }

    async fn get_subscription(
        &self,
        context: Context<Caller>,
        id: String,
    ) -> HandlerResult<JsonObject, bucket::GetSubscriptionError> {
        self.in_bucket(&context, &id, |bucket| {
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
            return Err(HandlerError::new(bucket::InviteUserError::BadRequest, "this is no e-mail address"));
        }
        let mut state = self.state();
        let known = state.find_account(&body.email).map(str::to_owned);
        let bucket = managed::<bucket::InviteUserError>(&mut state, &context, &id)?;
        if bucket.members.len() + bucket.invitations.len() >= MOST {
            return Err(bucket::InviteUserError::Forbidden.into());
        }
        match known {
            // Whoever has an account already is a member from now on.
            Some(account) => {
                bucket.members.entry(account).or_insert_with(|| Member::new("user"));
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
        let mut state = self.state();
        let bucket = managed::<bucket::RemoveInvitationError>(&mut state, &context, &id)?;
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
    ) -> HandlerResult<Vec<JsonObject>, bucket::RemoveUserError> {
        self.change_member(&context, &id, &body.email, |bucket, account| {
            if bucket.owner == account {
                return Err(bucket::RemoveUserError::Forbidden.into());
            }
            bucket.members.remove(account);
            Ok(())
        })
    }

    async fn retrieve(&self, context: Context<Caller>, id: String) -> HandlerResult<Bucket, NoDocumentedError> {
        let node = self.base_url(context.headers());
        self.in_bucket(&context, &id, |bucket| Ok(bucket.shown(&node)))
    }

    async fn retrieve_all(&self, context: Context<Caller>) -> HandlerResult<Vec<Bucket>, bucket::RetrieveAllError> {
        let node = self.base_url(context.headers());
        let state = self.state();
        let own = state.buckets.values().filter(|bucket| bucket.members.contains_key(&context.principal.account));
        Ok(own.map(|bucket| bucket.shown(&node)).collect::<Vec<_>>().into())
    }

    async fn retrieve_charges(
        &self,
        context: Context<Caller>,
        id: String,
    ) -> HandlerResult<Vec<JsonObject>, bucket::RetrieveChargesError> {
        self.in_bucket(&context, &id, |_| Ok(Vec::new()))
    }

    async fn retrieve_servers(
        &self,
        context: Context<Caller>,
        id: String,
    ) -> HandlerResult<Vec<Value>, bucket::RetrieveServersError> {
        self.in_bucket(&context, &id, |bucket| {
            let server = |server: &ServerStatus| json!({ "name": server.server_name, "active": server.active });
            Ok(bucket.servers.iter().map(server).collect())
        })
    }

    async fn retrieve_users(
        &self,
        context: Context<Caller>,
        id: String,
    ) -> HandlerResult<Vec<JsonObject>, bucket::RetrieveUsersError> {
        let mut state = self.state();
        let id = state.bucket::<bucket::RetrieveUsersError>(&context.principal.account, &id)?.id.clone();
        Ok(state.members(&id).into())
    }

    async fn send_feedback(
        &self,
        context: Context<Caller>,
        id: String,
        body: bucket::SendFeedbackBody,
    ) -> HandlerResult<bucket::SendFeedbackResponse, bucket::SendFeedbackError> {
        self.in_bucket(&context, &id, |_| match body.feedback.is_empty() {
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
            NotificationState::Other(_) => return Err(refuse(&[400], "notifications go by `email` or to `none`")),
        };
        let members = self.change_member(&context, &id, &body.email, |bucket, account| {
            if let Some(member) = bucket.members.get_mut(account) {
                notifications.clone_into(&mut member.notifications);
            }
            Ok(())
        })?;
        Ok(members.into_inner().into_iter().map(Value::Object).collect::<Vec<_>>().into())
    }

    async fn set_user_role(
        &self,
        context: Context<Caller>,
        id: String,
        body: bucket::SetUserRoleBody,
    ) -> HandlerResult<Vec<JsonObject>, bucket::SetUserRoleError> {
        if !["admin", "user"].contains(&body.role.as_str()) {
            return Err(HandlerError::new(bucket::SetUserRoleError::BadRequest, "the roles are `admin` and `user`"));
        }
        self.change_member(&context, &id, &body.email, |bucket, account| {
            if bucket.owner == account {
                return Err(bucket::SetUserRoleError::Forbidden.into());
            }
            if let Some(member) = bucket.members.get_mut(account) {
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
    ) -> HandlerResult<JsonObject, bucket::TransferOwnershipError> {
        type Error = bucket::TransferOwnershipError;
        let (caller, node) = (&context.principal.account, self.base_url(context.headers()));
        if body.new_owner.is_empty() {
            return Err(Error::BadRequest.into());
        }
        let mut state = self.state();
        let new_owner = state.find_account(&body.new_owner).map(str::to_owned);
        let bucket = state.bucket::<Error>(caller, &id)?;
        bucket.let_own::<Error>(caller)?;
        let new_owner = new_owner.ok_or(Error::NotFound)?;
        bucket.members.insert(caller.clone(), Member::new("admin"));
        bucket.members.insert(new_owner.clone(), Member::new("owner"));
        bucket.owner = new_owner;
        Ok(fields(&bucket.shown(&node)).into())
    }

    async fn update(
        &self,
        context: Context<Caller>,
        id: String,
        body: bucket::UpdateBody,
    ) -> HandlerResult<JsonObject, bucket::UpdateError> {
        let node = self.base_url(context.headers());
        self.in_bucket(&context, &id, |bucket| {
            let mut given = fields(&body);
            if given.is_empty() || body.name.as_ref().is_some_and(String::is_empty) {
                return Err(bucket::UpdateError::BadRequest.into());
            }
            given.remove("name");
            bucket.details.extend(given);
            bucket.name = body.name.unwrap_or_else(|| std::mem::take(&mut bucket.name));
            Ok(fields(&bucket.shown(&node)))
        })
    }

    async fn update_user_options(
        &self,
        context: Context<Caller>,
        id: String,
        body: bucket::UpdateUserOptionsBody,
    ) -> HandlerResult<bucket::UpdateUserOptionsResponse, bucket::UpdateUserOptionsError> {
        let node = self.base_url(context.headers());
        self.in_bucket(&context, &id, |bucket| {
            if let Some(member) = bucket.members.get_mut(&context.principal.account) {
                member.options = body.options;
            }
            let shown = fields(&bucket.shown(&node));
            Ok(bucket::UpdateUserOptionsResponse { bucket: Some(shown), ..Default::default() })
        })
    }

    async fn upgrade(
        &self,
        context: Context<Caller>,
        id: String,
        body: bucket::UpgradeBody,
    ) -> HandlerResult<bucket::UpgradeResponse, bucket::UpgradeError> {
        let node = self.base_url(context.headers());
        self.in_bucket(&context, &id, |bucket| {
            let subscription = Some(bucket.subscribe(&body.plan)?);
            let shown = fields(&bucket.shown(&node));
            Ok(bucket::UpgradeResponse { bucket: Some(shown), subscription, ..Default::default() })
        })
    }
}

/// A bucket, where the caller may manage it.
fn managed<'s, E: RouteError>(
    state: &'s mut State,
    context: &Context<Caller>,
    id: &str,
) -> Result<&'s mut state::Bucket, HandlerError<E>> {
    let bucket = state.bucket(&context.principal.account, id)?;
    bucket.let_manage(&context.principal.account)?;
    Ok(bucket)
}

fn invitations(bucket: &state::Bucket) -> Vec<Value> {
    bucket.invitations.iter().map(|email| json!({ "email": email })).collect()
}

impl Service {
    /// Changes something about a member, and answers with all members.
    fn change_member<E: RouteError>(
        &self,
        context: &Context<Caller>,
        id: &str,
        email: &str,
        change: impl FnOnce(&mut state::Bucket, &str) -> Result<(), HandlerError<E>>,
    ) -> HandlerResult<Vec<JsonObject>, E> {
        if email.is_empty() {
            return Err(refuse(&[400, 404], "the e-mail address is missing"));
        }
        let mut state = self.state();
        let account = state.find_account(email).map(str::to_owned);
        let bucket = managed(&mut state, context, id)?;
        let account = account.filter(|account| bucket.members.contains_key(account));
        let account = account.ok_or_else(|| refuse(&[404], "the bucket has no such member"))?;
        change(bucket, &account)?;
        let id = bucket.id.clone();
        Ok(state.members(&id).into())
    }
}
