//! What belongs to no bucket, and what runs on the servers of one.

use std::collections::BTreeMap;

use pm2_api::bucket::server;
use pm2_api::{Context, HandlerError, HandlerResult, JsonObject, NoDocumentedError};
use pm2_api::{actions, misc, node, orchestration};
use serde_json::{Value, json};

use super::data::places;
use super::state::Bucket;
use super::things::fields;
use super::{Caller, Service};

impl misc::MiscServer<Caller> for Service {
    async fn list_changelog_articles(
        &self,
        _context: Context<()>,
    ) -> HandlerResult<misc::ListChangelogArticlesResponse, misc::ListChangelogArticlesError> {
        let changelog = Some(vec![json!({ "title": "A mock", "content": "Nothing here is real." })]);
        Ok(misc::ListChangelogArticlesResponse { changelog, ..Default::default() }.into())
    }

    async fn retrieve_company(
        &self,
        _context: Context<Caller>,
        body: misc::RetrieveCompanyBody,
    ) -> HandlerResult<JsonObject, misc::RetrieveCompanyError> {
        Ok(fields(&json!({ "name": "Example Ltd", "vat_id": body.vat_id })).into())
    }

    async fn retrieve_coupon(
        &self,
        _context: Context<Caller>,
        body: misc::RetrieveCouponBody,
    ) -> HandlerResult<misc::RetrieveCouponResponse, misc::RetrieveCouponError> {
        let coupon = Some(fields(&json!({ "id": body.coupon, "percent_off": 10, "valid": true })));
        Ok(misc::RetrieveCouponResponse { coupon, ..Default::default() }.into())
    }

    async fn retrieve_node_release(
        &self,
        _context: Context<()>,
        version: String,
    ) -> HandlerResult<Vec<Value>, misc::RetrieveNodeReleaseError> {
        Ok(vec![json!({ "version": version, "lts": false, "security": false })].into())
    }

    async fn retrieve_pm2_version(
        &self,
        _context: Context<()>,
    ) -> HandlerResult<misc::RetrievePm2VersionResponse, misc::RetrievePm2VersionError> {
        Ok(misc::RetrievePm2VersionResponse { pm2_version: Some("6.0.5".to_owned()), ..Default::default() }.into())
    }

    async fn retrieve_plans(
        &self,
        _context: Context<()>,
    ) -> HandlerResult<BTreeMap<String, Value>, misc::RetrievePlansError> {
        let plan = |(name, price): (&str, u32)| (name.to_owned(), json!({ "name": name, "price": price }));
        Ok([("free", 0), ("pro", 49)].map(plan).into_iter().collect::<BTreeMap<_, _>>().into())
    }

    async fn retrieve_vat(
        &self,
        _context: Context<Caller>,
        body: misc::RetrieveVatBody,
    ) -> HandlerResult<Value, misc::RetrieveVatError> {
        Ok(json!({ "country": body.country, "rate": 20 }).into())
    }
}

impl node::NodeServer<Caller> for Service {
    async fn get_default_node(
        &self,
        context: Context<()>,
    ) -> HandlerResult<node::GetDefaultNodeResponse, NoDocumentedError> {
        let endpoints = json!({ "web": self.base_url(context.headers()) });
        let node = Some(fields(&json!({ "name": "mock", "endpoints": endpoints })));
        Ok(node::GetDefaultNodeResponse { node, ..Default::default() }.into())
    }
}

impl orchestration::OrchestrationServer<Caller> for Service {
    async fn self_send(
        &self,
        context: Context<Caller>,
        id: String,
    ) -> HandlerResult<orchestration::SelfSendResponse, orchestration::SelfSendError> {
        self.in_bucket(&context, &id, |bucket| {
            if bucket.plan == "free" {
                return Err(orchestration::SelfSendError::Forbidden.into());
            }
            Ok(orchestration::SelfSendResponse { migration: Some(json!(true)), ..Default::default() })
        })
    }
}

impl actions::ActionsServer<Caller> for Service {
    async fn trigger_action(
        &self,
        context: Context<Caller>,
        id: String,
        body: actions::TriggerActionBody,
    ) -> HandlerResult<actions::TriggerActionResponse, actions::TriggerActionError> {
        self.in_bucket(&context, &id, |bucket| {
            let success = Some(knows(bucket, &body.server_name, body.app_name.as_deref()));
            Ok(actions::TriggerActionResponse { success, ..Default::default() })
        })
    }

    async fn trigger_pm2_action(
        &self,
        context: Context<Caller>,
        id: String,
        body: actions::TriggerPm2ActionBody,
    ) -> HandlerResult<actions::TriggerPm2ActionResponse, actions::TriggerPm2ActionError> {
        self.in_bucket(&context, &id, |bucket| {
            if !knows(bucket, &body.server_name, Some(&body.app_name)) {
                return Err(actions::TriggerPm2ActionError::BadRequest.into());
            }
            Ok(actions::TriggerPm2ActionResponse { success: Some(true), ..Default::default() })
        })
    }

    async fn trigger_scoped_action(
        &self,
        context: Context<Caller>,
        id: String,
        body: actions::TriggerScopedActionBody,
    ) -> HandlerResult<JsonObject, actions::TriggerScopedActionError> {
        self.in_bucket(&context, &id, |bucket| {
            let success = knows(bucket, &body.server_name, Some(&body.app_name));
            Ok(fields(&json!({ "success": success, "uuid": bucket.ids.id() })))
        })
    }
}

impl server::ServerServer<Caller> for Service {
    async fn delete_server(
        &self,
        context: Context<Caller>,
        id: String,
        body: server::DeleteServerBody,
    ) -> HandlerResult<server::DeleteServerResponse, server::DeleteServerError> {
        self.in_bucket(&context, &id, |bucket| {
            let place = bucket.servers.iter().position(|server| server.server_name.as_ref() == Some(&body.server_name));
            let place = place
                .ok_or_else(|| HandlerError::new(server::DeleteServerError::BadRequest, "there is no such server"))?;
            if bucket.servers[place].active == Some(true) {
                return Err(HandlerError::new(server::DeleteServerError::NotAcceptable, "the server still reports"));
            }
            bucket.servers.remove(place);
            let msg = Some("the server was deleted".to_owned());
            Ok(server::DeleteServerResponse { msg, success: Some(true), ..Default::default() })
        })
    }
}

/// True where a server reports, and the application on it, where there is a question of one.
fn knows(bucket: &Bucket, server: &str, app: Option<&str>) -> bool {
    !places(bucket, Some(server), app).is_empty()
}
