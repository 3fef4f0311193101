//! The data of the mock server.
//!
//! [`State`] owns everything, and changes that involve several of its parts are methods here and in [`bucket`]. Handlers
//! get mutable access only through `Service::update` and `Service::update_bucket`.

use std::collections::{BTreeMap, BTreeSet};

use http::StatusCode;
use pm2_api::bucket::BucketMember;
use pm2_api::types::User;
use pm2_api::{ErrorResponse, HandlerError, JsonObject, RouteError, Secret, Timestamp};
use serde::Serialize;
use serde_json::{Value, json};

use crate::config::Config;
use crate::response::{documented_error, to_object};
use bucket::{Bucket, Member};
use random::Random;

pub mod bucket;
pub mod collection;
pub mod random;
pub mod sample_data;

/// The maximum number of access tokens. A further one replaces the one that expires first.
const MAX_ACCESS_TOKENS: usize = 100_000;
/// The maximum number of emails that are kept.
const MAX_MAILS: usize = 100;

/// All data of the service.
#[derive(Default)]
pub struct State {
    /// The accounts by id.
    pub accounts: BTreeMap<String, Account>,
    pub refresh_tokens: Vec<RefreshToken>,
    /// The access tokens by token.
    pub access_tokens: BTreeMap<String, AccessToken>,
    /// The buckets by id.
    pub buckets: BTreeMap<String, Bucket>,
    /// The emails that the service would have sent, oldest first.
    pub mails: Vec<Mail>,
    pub random: Random,
}

/// A user's account.
#[derive(Default)]
pub struct Account {
    pub username: String,
    pub email: String,
    pub password: Secret,
    /// The token that confirms the email address.
    pub email_token: Secret,
    pub email_is_confirmed: bool,
    pub info: JsonObject,
    /// The key of the one-time passwords, if they are enabled.
    pub otp_key: Option<Secret>,
    pub providers: BTreeSet<String>,
}

/// A token that can be exchanged for access tokens.
#[derive(Clone)]
pub struct RefreshToken {
    pub id: String,
    pub account_id: String,
    pub token: Secret,
    pub scope: JsonObject,
    pub created_at: Timestamp,
}

/// The properties of an access token.
pub struct AccessToken {
    pub account_id: String,
    /// The refresh token that this one was issued for.
    pub refresh_token_id: String,
    pub expires_at: Timestamp,
}

/// The tokens that an exchange of a refresh token returns.
pub struct IssuedTokens {
    pub access_token: Secret,
    pub expires_at: Timestamp,
    pub refresh_token: Secret,
}

/// An email that the service would have sent.
#[derive(Clone, Serialize)]
pub struct Mail {
    pub to: String,
    pub subject: String,
    pub token: Secret,
}

impl State {
    /// Returns the id of the account with this id, user name or email address.
    pub fn find_account(&self, name: &str) -> Option<&str> {
        let has_name = |id: &str, account: &Account| id == name || account.username == name || account.email == name;
        self.accounts.iter().find(|(id, account)| has_name(id, account)).map(|(id, _)| id.as_str())
    }

    /// Returns an account as the API represents it to its user.
    pub fn user(&self, id: &str) -> User {
        let mut user = User { id: Some(id.to_owned()), ..Default::default() };
        if let Some(account) = self.accounts.get(id) {
            user.username = Some(account.username.clone());
            user.other.insert("email".to_owned(), json!(account.email));
            user.other.insert("email_verified".to_owned(), json!(account.email_is_confirmed));
            user.other.insert("has_otp".to_owned(), json!(account.otp_key.is_some()));
            user.other.insert("info".to_owned(), Value::Object(account.info.clone()));
        }
        let buckets = self.buckets.values().filter(|bucket| bucket.members.contains_key(id));
        user.authorized_bucket = Some(buckets.map(|bucket| json!(bucket.id)).collect());
        user
    }

    /// Returns the account of an authenticated caller, which can have been deleted after the authentication.
    pub fn account_mut<E: RouteError>(&mut self, id: &str) -> Result<&mut Account, HandlerError<E>> {
        let deleted = || HandlerError::Other(StatusCode::UNAUTHORIZED, ErrorResponse::new("the account was deleted"));
        self.accounts.get_mut(id).ok_or_else(deleted)
    }

    /// Creates an account, accepts the invitations to its email address and returns its id.
    pub fn create_account(&mut self, username: String, email: String, password: Secret) -> String {
        let id = self.random.id();
        for bucket in self.buckets.values_mut() {
            if bucket.invitations.remove(&email) {
                bucket.members.insert(id.clone(), Member::new("user"));
            }
        }
        let email_token = self.random.token();
        let account = Account { username, email, password, email_token, ..Default::default() };
        self.accounts.insert(id.clone(), account);
        self.send_confirmation_mail(&id);
        id
    }

    /// Removes an account, its tokens and its memberships.
    pub fn remove_account(&mut self, id: &str) {
        self.accounts.remove(id);
        self.refresh_tokens.retain(|token| token.account_id != id);
        self.access_tokens.retain(|_, token| token.account_id != id);
        for bucket in self.buckets.values_mut() {
            bucket.members.remove(id);
        }
    }

    /// Changes the email address of an account and sends an email to confirm it.
    pub fn change_email(&mut self, account_id: &str, email: String) {
        let email_token = self.random.token();
        if let Some(account) = self.accounts.get_mut(account_id) {
            account.email = email;
            account.email_token = email_token;
            account.email_is_confirmed = false;
        }
        self.send_confirmation_mail(account_id);
    }

    /// Marks the email address with this token as confirmed. Returns `false` if no account has the token.
    pub fn confirm_email(&mut self, email_token: &Secret) -> bool {
        let account = self.accounts.values_mut().find(|account| account.email_token == *email_token);
        account.is_some_and(|account| {
            account.email_is_confirmed = true;
            true
        })
    }

    /// Sends an email with the token that confirms the email address of an account.
    pub fn send_confirmation_mail(&mut self, account_id: &str) {
        if let Some(account) = self.accounts.get(account_id) {
            let (email, token) = (account.email.clone(), account.email_token.clone());
            self.send_mail(email, "Confirm your email address", token);
        }
    }

    /// Stores an email that the service would have sent.
    pub fn send_mail(&mut self, to: String, subject: &str, token: Secret) {
        self.mails.push(Mail { to, subject: subject.to_owned(), token });
        let surplus = self.mails.len().saturating_sub(MAX_MAILS);
        self.mails.drain(..surplus);
    }

    pub fn create_refresh_token(&mut self, account_id: &str, scope: JsonObject) -> RefreshToken {
        let token = RefreshToken {
            id: self.random.id(),
            account_id: account_id.to_owned(),
            token: self.random.token(),
            scope,
            created_at: Timestamp::now(),
        };
        self.refresh_tokens.push(token.clone());
        token
    }

    /// Removes a refresh token and its access tokens. Returns `false` if the account has no such token.
    pub fn remove_refresh_token(&mut self, account_id: &str, id: &str) -> bool {
        let is_removed = |token: &RefreshToken| token.id == id && token.account_id == account_id;
        let exists = self.refresh_tokens.iter().any(is_removed);
        if exists {
            self.refresh_tokens.retain(|token| !is_removed(token));
            self.access_tokens.retain(|_, token| token.refresh_token_id != id);
        }
        exists
    }

    /// Exchanges a refresh token for an access token. Returns `None` if the refresh token is unknown.
    pub fn exchange_refresh_token(&mut self, config: &Config, refresh_token: &Secret) -> Option<IssuedTokens> {
        let Self { refresh_tokens, random, .. } = self;
        let known = refresh_tokens.iter_mut().find(|known| known.token == *refresh_token)?;
        if config.rotate_refresh_tokens {
            known.token = random.token();
        }
        let known = known.clone();
        Some(self.issue_access_token(config, &known))
    }

    /// Issues an access token for a refresh token.
    pub fn issue_access_token(&mut self, config: &Config, refresh_token: &RefreshToken) -> IssuedTokens {
        let tokens = &mut self.access_tokens;
        if tokens.len() >= MAX_ACCESS_TOKENS {
            let first = tokens.iter().min_by_key(|(_, known)| known.expires_at).map(|(token, _)| token.clone());
            first.and_then(|token| tokens.remove(&token));
        }
        let (access_token, expires_at) = (self.random.token(), config.token_expiry());
        let RefreshToken { id, account_id, token, .. } = refresh_token.clone();
        tokens.insert(access_token.expose().to_owned(), AccessToken { account_id, refresh_token_id: id, expires_at });
        IssuedTokens { access_token, expires_at, refresh_token: token }
    }

    /// Creates a bucket that contains only its owner.
    pub fn create_bucket(&mut self, name: &str, owner: &str) -> &mut Bucket {
        let bucket = Bucket::new(&mut self.random, name, owner);
        self.buckets.entry(bucket.id.clone()).or_insert(bucket)
    }

    /// Returns a bucket, if the caller is a member of it. Callers without a token have access to all buckets.
    pub fn bucket<E: RouteError>(&self, caller: Option<&str>, id: &str) -> Result<&Bucket, HandlerError<E>> {
        let bucket = self.buckets.get(&bucket_key(id)?).ok_or_else(no_such_bucket)?;
        bucket.require_access(caller)?;
        Ok(bucket)
    }

    /// Returns the same bucket as [`State::bucket`] for changes.
    pub fn bucket_mut<E: RouteError>(
        &mut self,
        caller: Option<&str>,
        id: &str,
    ) -> Result<&mut Bucket, HandlerError<E>> {
        let bucket = self.buckets.get_mut(&bucket_key(id)?).ok_or_else(no_such_bucket)?;
        bucket.require_access(caller)?;
        Ok(bucket)
    }

    /// Returns the members of a bucket as the API represents them.
    pub fn members(&self, bucket: &Bucket) -> Vec<BucketMember> {
        let member = |(id, member): (&String, &Member)| {
            let account = self.accounts.get(id)?;
            let other = json!({ "_id": id, "notifications": member.notifications, "options": member.options });
            Some(BucketMember {
                email: Some(account.email.clone()),
                username: Some(account.username.clone()),
                roles: Some(json!([member.role])),
                other: to_object(&other),
            })
        };
        bucket.members.iter().filter_map(member).collect()
    }
}

/// Returns the id under which a bucket is stored.
fn bucket_key<E: RouteError>(id: &str) -> Result<String, HandlerError<E>> {
    if id.len() == 24 && id.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        Ok(id.to_ascii_lowercase())
    } else {
        Err(documented_error(&[400, 404], "the id of a bucket must have 24 hexadecimal digits"))
    }
}

fn no_such_bucket<E: RouteError>() -> HandlerError<E> {
    documented_error(&[404, 400], "there is no such bucket")
}
