//! A bucket: its members, its resources, and the data that its servers reported.

use std::collections::{BTreeMap, BTreeSet};

use pm2_api::dashboard::Dashboard;
use pm2_api::data::events::Event;
use pm2_api::data::issues::Issue;
use pm2_api::data::profiling::Profiling;
use pm2_api::data::status::ServerStatus;
use pm2_api::types::{self, StripeSubscription};
use pm2_api::{HandlerError, JsonObject, RouteError, Secret};
use serde_json::json;

use super::collection::Collection;
use super::random::{Random, sample_time};
use crate::response::documented_error;

/// A bucket and everything in it.
#[derive(Default)]
pub struct Bucket {
    pub id: String,
    pub name: String,
    pub public_id: String,
    pub secret_id: Secret,
    pub plan: String,
    pub has_used_trial: bool,
    pub subscription: Option<StripeSubscription>,
    /// Comment, address and configuration, as clients set them.
    pub details: JsonObject,
    pub triggers: Option<JsonObject>,
    pub integrations: types::BucketIntegrations,
    /// The account id of the owner.
    pub owner: String,
    /// The members by account id.
    pub members: BTreeMap<String, Member>,
    /// The email addresses of invited users without an account.
    pub invitations: BTreeSet<String>,
    pub alerts: Collection,
    pub analyzer_alerts: Collection,
    pub analyzers: Collection,
    pub applications: Collection,
    pub webchecks: Collection,
    pub dashboards: BTreeMap<String, Dashboard>,
    pub servers: Vec<ServerStatus>,
    /// The issues by identifier.
    pub issues: BTreeMap<String, Issue>,
    pub profiles: Vec<Profiling>,
    pub events: Vec<Event>,
    pub notifications: Collection,
    /// The pairs of server and application whose transactions were deleted.
    pub deleted_transactions: BTreeSet<(String, String)>,
    pub random: Random,
}

/// A user's membership in a bucket.
#[derive(Clone)]
pub struct Member {
    /// `owner`, `admin` or `user`.
    pub role: String,
    /// How the member receives notifications: `email` or `none`.
    pub notifications: String,
    pub options: JsonObject,
}

impl Member {
    pub fn new(role: &str) -> Self {
        Self { role: role.to_owned(), notifications: "email".to_owned(), options: JsonObject::new() }
    }
}

/// A process that a server reported.
pub struct Process<'b> {
    pub server: &'b str,
    pub app: &'b str,
    pub pm_id: i64,
}

impl Process<'_> {
    /// Returns the reference with which messages of agents name their sender.
    pub fn to_ref(&self) -> types::ProcessRef {
        process_ref(self.server, self.app, self.pm_id)
    }
}

impl Bucket {
    /// Returns a bucket that contains only its owner.
    pub fn new(random: &mut Random, name: &str, owner: &str) -> Self {
        let id = random.id();
        let mut random = Random::new(random.next_u64());
        Self {
            id,
            name: name.to_owned(),
            public_id: random.id(),
            secret_id: random.token(),
            plan: "free".to_owned(),
            owner: owner.to_owned(),
            members: [(owner.to_owned(), Member::new("owner"))].into(),
            random,
            ..Default::default()
        }
    }

    /// Rejects callers with a token who are not members.
    pub fn require_access<E: RouteError>(&self, caller: Option<&str>) -> Result<(), HandlerError<E>> {
        if caller.is_none_or(|caller| self.members.contains_key(caller)) {
            Ok(())
        } else {
            Err(documented_error(&[403, 404, 400], "only members of the bucket have access to it"))
        }
    }

    /// Rejects callers who are neither owner nor admin.
    pub fn require_admin<E: RouteError>(&self, caller: &str) -> Result<(), HandlerError<E>> {
        match self.members.get(caller) {
            Some(member) if member.role != "user" => Ok(()),
            Some(_) | None => Err(documented_error(&[403, 400], "only the owner and admins of the bucket can do this")),
        }
    }

    /// Rejects callers other than the owner.
    pub fn require_owner<E: RouteError>(&self, caller: &str) -> Result<(), HandlerError<E>> {
        if self.owner == caller {
            Ok(())
        } else {
            Err(documented_error(&[403, 400], "only the owner of the bucket can do this"))
        }
    }

    /// Makes another account the owner. The previous owner becomes an admin.
    pub fn transfer_to(&mut self, new_owner: String) {
        let previous = std::mem::replace(&mut self.owner, new_owner.clone());
        self.members.insert(previous, Member::new("admin"));
        self.members.insert(new_owner, Member::new("owner"));
    }

    /// Subscribes the bucket to a plan and returns the subscription.
    pub fn subscribe<E: RouteError>(&mut self, plan: &str) -> Result<StripeSubscription, HandlerError<E>> {
        if plan.is_empty() {
            return Err(documented_error(&[400], "the plan must not be empty"));
        }
        plan.clone_into(&mut self.plan);
        let subscription = StripeSubscription {
            id: Some(format!("sub_{}", self.random.id())),
            object: Some("subscription".to_owned()),
            status: Some("active".to_owned()),
            created: Some(sample_time(0).as_second()),
            cancel_at_period_end: Some(false),
            other: JsonObject::from_iter([("plan".to_owned(), json!(plan))]),
            ..Default::default()
        };
        self.subscription = Some(subscription.clone());
        Ok(subscription)
    }

    /// Starts a trial of a plan and returns its duration. A bucket can have one trial.
    pub fn start_trial<E: RouteError>(&mut self, plan: &str) -> Result<String, HandlerError<E>> {
        if self.has_used_trial || plan.is_empty() {
            return Err(documented_error(&[400], "the bucket had a trial already, or the plan is empty"));
        }
        self.has_used_trial = true;
        plan.clone_into(&mut self.plan);
        Ok("14 days".to_owned())
    }

    /// Returns the bucket as the API represents it, with this base URL as the URL of its node.
    pub fn to_api(&self, node_url: &str) -> types::Bucket {
        let endpoints = types::NodeEndpoints { web: Some(node_url.to_owned()), ..Default::default() };
        let plan = types::BucketPlan { offer_type: Some(self.plan.clone()), ..Default::default() };
        let mut other = self.details.clone();
        other.insert("id".to_owned(), json!(self.id));
        types::Bucket {
            id: Some(self.id.clone()),
            credits: Some(plan.clone()),
            legacy_payment: None,
            name: Some(self.name.clone()),
            node: Some(types::Node { endpoints: Some(endpoints), ..Default::default() }),
            payment: Some(plan),
            public_id: Some(self.public_id.clone()),
            secret_id: Some(self.secret_id.clone()),
            r#type: Some("classic".to_owned()),
            triggers: self.triggers.clone(),
            integrations: Some(self.integrations.clone()),
            node_cache: None,
            other,
        }
    }

    /// Returns the processes of the servers, optionally only those of one server or one application.
    pub fn processes(&self, server: Option<&str>, app: Option<&str>) -> Vec<Process<'_>> {
        let mut processes = Vec::new();
        for status in &self.servers {
            let server = status.server_name.as_deref().unwrap_or_default();
            for process in status.data.iter().flat_map(|data| data.process.iter().flatten()) {
                let (app, pm_id) = (process.name.as_deref().unwrap_or_default(), process.pm_id.unwrap_or_default());
                processes.push(Process { server, app, pm_id });
            }
        }
        processes.retain(|process| {
            server.is_none_or(|server| server == process.server) && app.is_none_or(|app| app == process.app)
        });
        processes
    }
}

/// Returns the reference to a process with which messages of agents name their sender.
pub fn process_ref(server: &str, app: &str, pm_id: i64) -> types::ProcessRef {
    types::ProcessRef {
        server: Some(server.to_owned()),
        name: Some(app.to_owned()),
        pm_id: Some(pm_id),
        ..Default::default()
    }
}
