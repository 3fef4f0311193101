//! What the mock remembers, and how it is looked up.

use std::collections::{BTreeMap, BTreeSet};

use http::StatusCode;
use pm2_api::dashboard::Dashboard;
use pm2_api::data::issues::Issue;
use pm2_api::data::profiling::ProfilingListData;
use pm2_api::data::status::ServerStatus;
use pm2_api::types::User;
use pm2_api::{ErrorResponse, HandlerError, JsonObject, RouteError, Secret, Timestamp};
use serde_json::{Value, json};

use super::ids::Ids;
use super::refuse;
use super::things::{Things, fields};

/// All that is remembered. It is gone with the program, and made anew by a reset.
#[derive(Default)]
pub struct State {
    pub accounts: BTreeMap<String, Account>,
    pub refresh_tokens: Vec<RefreshToken>,
    /// By the token itself.
    pub access_tokens: BTreeMap<String, AccessToken>,
    pub buckets: BTreeMap<String, Bucket>,
    /// The mails that the service would have sent, newest last.
    pub mails: Vec<Value>,
    pub ids: Ids,
}

/// A user's account.
#[derive(Default)]
pub struct Account {
    pub username: String,
    pub email: String,
    pub password: Secret,
    /// The e-mail address is confirmed by who knows this.
    pub email_token: Secret,
    pub email_is_confirmed: bool,
    pub info: JsonObject,
    /// The key of the one-time passwords, where they are on.
    pub otp_key: Option<Secret>,
    pub providers: BTreeSet<String>,
}

/// A token that is exchanged for access tokens.
pub struct RefreshToken {
    pub id: String,
    pub account: String,
    pub token: Secret,
    pub scope: JsonObject,
    pub created_at: Timestamp,
}

/// What is known of a token that requests carry.
pub struct AccessToken {
    pub account: String,
    /// The id of the refresh token that it was made from.
    pub made_from: String,
    pub expire_at: Timestamp,
}

/// A bucket and all that is in it.
#[derive(Default)]
pub struct Bucket {
    pub id: String,
    pub name: String,
    pub public_id: String,
    pub secret_id: Secret,
    pub plan: String,
    pub has_had_trial: bool,
    pub subscription: Option<JsonObject>,
    /// Comment, address, configuration and hooks, as they were last given.
    pub details: JsonObject,
    pub owner: String,
    /// By the account's id.
    pub members: BTreeMap<String, Member>,
    pub invitations: BTreeSet<String>,
    pub alerts: Things,
    pub analyzer_alerts: Things,
    pub analyzers: Things,
    pub applications: Things,
    pub webchecks: Things,
    pub dashboards: BTreeMap<String, Dashboard>,
    pub servers: Vec<ServerStatus>,
    pub issues: BTreeMap<String, Issue>,
    pub profilings: Vec<ProfilingListData>,
    pub events: Vec<JsonObject>,
    pub notifications: Things,
    /// Servers and applications whose transactions were deleted.
    pub without_transactions: BTreeSet<(String, String)>,
    pub ids: Ids,
}

/// A user's place in a bucket.
#[derive(Clone)]
pub struct Member {
    pub role: String,
    /// Where notifications go.
    pub notifications: String,
    pub options: JsonObject,
}

impl Member {
    pub fn new(role: &str) -> Self {
        Self { role: role.to_owned(), notifications: "email".to_owned(), options: JsonObject::new() }
    }
}

impl State {
    /// The account that goes by a user name, an e-mail address or an id.
    pub fn find_account(&self, name: &str) -> Option<&str> {
        let goes_by = |id: &str, account: &Account| id == name || account.username == name || account.email == name;
        self.accounts.iter().find(|(id, account)| goes_by(id, account)).map(|(id, _)| id.as_str())
    }

    /// An account as its user sees it.
    pub fn user(&self, id: &str) -> User {
        let mut user = User { id: Some(id.to_owned()), ..Default::default() };
        if let Some(account) = self.accounts.get(id) {
            user.username = Some(account.username.clone());
            user.other.insert("email".to_owned(), json!(account.email));
            user.other.insert("email_verified".to_owned(), json!(account.email_is_confirmed));
            user.other.insert("has_otp".to_owned(), json!(account.otp_key.is_some()));
            user.other.insert("info".to_owned(), Value::Object(account.info.clone()));
        }
        let own = self.buckets.values().filter(|bucket| bucket.members.contains_key(id));
        user.authorized_bucket = Some(own.map(|bucket| json!(bucket.id)).collect());
        user
    }

    /// The account of someone whose token was good a moment ago.
    pub fn account<E: RouteError>(&mut self, id: &str) -> Result<&mut Account, HandlerError<E>> {
        let gone = || HandlerError::Other(StatusCode::UNAUTHORIZED, ErrorResponse::new("the account is gone"));
        self.accounts.get_mut(id).ok_or_else(gone)
    }

    /// A bucket, for one of its members.
    pub fn bucket<E: RouteError>(&mut self, caller: &str, id: &str) -> Result<&mut Bucket, HandlerError<E>> {
        let bucket = self.any_bucket(id)?;
        if bucket.members.contains_key(caller) {
            Ok(bucket)
        } else {
            Err(refuse(&[403, 404, 400], "the bucket has no such member"))
        }
    }

    /// A bucket, whoever asks.
    pub fn any_bucket<E: RouteError>(&mut self, id: &str) -> Result<&mut Bucket, HandlerError<E>> {
        if id.len() != 24 || !id.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return Err(refuse(&[400, 404], "a bucket's id has 24 hexadecimal digits"));
        }
        self.buckets.get_mut(&id.to_ascii_lowercase()).ok_or_else(|| refuse(&[404, 400], "there is no such bucket"))
    }

    /// The members of a bucket, as its members see them.
    pub fn members(&self, bucket: &str) -> Vec<JsonObject> {
        let member = |(id, member): (&String, &Member)| {
            let account = self.accounts.get(id)?;
            let shown = json!({
                "_id": id,
                "username": account.username,
                "email": account.email,
                "role": member.role,
                "notifications": member.notifications,
                "options": member.options,
            });
            shown.as_object().cloned()
        };
        let members = self.buckets.get(bucket).into_iter().flat_map(|bucket| &bucket.members);
        members.filter_map(member).collect()
    }

    /// A mail that the service would have sent. Only the last hundred are kept.
    pub fn send_mail(&mut self, to: &str, subject: &str, token: &Secret) {
        self.mails.push(json!({ "to": to, "subject": subject, "token": token }));
        let surplus = self.mails.len().saturating_sub(100);
        self.mails.drain(..surplus);
    }
}

impl Bucket {
    /// Refuses those who may not manage the bucket.
    pub fn let_manage<E: RouteError>(&self, caller: &str) -> Result<(), HandlerError<E>> {
        match self.members.get(caller) {
            Some(member) if member.role != "user" => Ok(()),
            Some(_) | None => Err(refuse(&[403, 400], "only the owner and admins of the bucket may do this")),
        }
    }

    /// Refuses all but the owner.
    pub fn let_own<E: RouteError>(&self, caller: &str) -> Result<(), HandlerError<E>> {
        if self.owner == caller { Ok(()) } else { Err(refuse(&[403, 400], "only the bucket's owner may do this")) }
    }

    /// A subscription to a plan.
    pub fn subscribe<E: RouteError>(&mut self, plan: &str) -> Result<JsonObject, HandlerError<E>> {
        if plan.is_empty() {
            return Err(refuse(&[400], "the plan is missing"));
        }
        plan.clone_into(&mut self.plan);
        let subscription = fields(&json!({ "id": self.ids.id(), "plan": plan, "status": "active" }));
        self.subscription = Some(subscription.clone());
        Ok(subscription)
    }

    /// A trial of a plan; there is one in a bucket's life.
    pub fn start_trial<E: RouteError>(&mut self, plan: &str) -> Result<String, HandlerError<E>> {
        if self.has_had_trial || plan.is_empty() {
            return Err(refuse(&[400], "the bucket cannot have this trial"));
        }
        self.has_had_trial = true;
        plan.clone_into(&mut self.plan);
        Ok("14 days".to_owned())
    }

    /// What a bucket's id is to the outside: the address of the node is that which the request came to.
    pub fn shown(&self, node: &str) -> pm2_api::types::Bucket {
        use pm2_api::types;
        let endpoints = types::BucketNodeEndpoints { web: Some(node.to_owned()), ..Default::default() };
        let mut other = self.details.clone();
        other.insert("id".to_owned(), json!(self.id));
        types::Bucket {
            id: Some(self.id.clone()),
            credits: Some(types::BucketCredits { offer_type: Some(self.plan.clone()), ..Default::default() }),
            legacy_payment: None,
            name: Some(self.name.clone()),
            node: Some(types::BucketNode { endpoints: Some(endpoints), ..Default::default() }),
            payment: Some(types::BucketPayment { offer_type: Some(self.plan.clone()), ..Default::default() }),
            public_id: Some(self.public_id.clone()),
            secret_id: Some(self.secret_id.clone()),
            r#type: Some("classic".to_owned()),
            other,
        }
    }
}
