//! Routes without a bucket, and actions on the servers of a bucket.

use std::collections::BTreeMap;

use pm2_api::bucket::server;
use pm2_api::types::{Node, NodeEndpoints};
use pm2_api::{Context, HandlerError, HandlerResult, JsonObject, NoDocumentedError};
use pm2_api::{actions, misc, node, orchestration};
use serde_json::{Value, json};

use crate::response::to_object;
use crate::service::{Caller, Service};
use crate::state::bucket::Bucket;

impl misc::MiscServer<Caller> for Service {
    async fn list_changelog_articles(
        &self,
        _context: Context<()>,
    ) -> HandlerResult<misc::ListChangelogArticlesResponse, misc::ListChangelogArticlesError> {
        let changelog = Some(vec![json!({ "title": "Mock server", "content": "This is sample data." })]);
        Ok(misc::ListChangelogArticlesResponse { changelog, ..Default::default() }.into())
    }

    async fn retrieve_company(
        &self,
        _context: Context<Caller>,
        body: misc::RetrieveCompanyBody,
    ) -> HandlerResult<JsonObject, misc::RetrieveCompanyError> {
        Ok(to_object(&json!({ "name": "Example Ltd", "vat_id": body.vat_id })).into())
    }

    async fn retrieve_coupon(
        &self,
        _context: Context<Caller>,
        body: misc::RetrieveCouponBody,
    ) -> HandlerResult<misc::RetrieveCouponResponse, misc::RetrieveCouponError> {
        let coupon = Some(misc::StripeCoupon {
            id: Some(body.coupon),
            object: Some("coupon".to_owned()),
            percent_off: Some(10.0),
            duration: Some("once".to_owned()),
            valid: Some(true),
            ..Default::default()
        });
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
        let endpoints = NodeEndpoints { web: Some(self.base_url(context.headers())), ..Default::default() };
        let other = to_object(&json!({ "name": "mock" }));
        let node = Some(Node { endpoints: Some(endpoints), other });
        Ok(node::GetDefaultNodeResponse { node, ..Default::default() }.into())
    }
}

impl orchestration::OrchestrationServer<Caller> for Service {
    async fn self_send(
        &self,
        context: Context<Caller>,
        id: String,
    ) -> HandlerResult<orchestration::SelfSendResponse, orchestration::SelfSendError> {
        self.read_bucket(&context, &id, |bucket| {
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
        self.read_bucket(&context, &id, |bucket| {
            let success = Some(has_process(bucket, &body.server_name, body.app_name.as_deref()));
            Ok(actions::TriggerActionResponse { success, ..Default::default() })
        })
    }

    async fn trigger_pm2_action(
        &self,
        context: Context<Caller>,
        id: String,
        body: actions::TriggerPm2ActionBody,
    ) -> HandlerResult<actions::TriggerPm2ActionResponse, actions::TriggerPm2ActionError> {
        self.read_bucket(&context, &id, |bucket| {
            if !has_process(bucket, &body.server_name, Some(&body.app_name)) {
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
    ) -> HandlerResult<actions::ScopedAction, actions::TriggerScopedActionError> {
        self.update_bucket(&context, &id, |bucket| {
            let success = has_process(bucket, &body.server_name, Some(&body.app_name));
            Ok(actions::ScopedAction {
                uuid: Some(bucket.random.id()),
                action_name: Some(body.action_name),
                app_name: Some(body.app_name),
                process_id: Some(json!(body.pm_id)),
                opts: body.opts.map(Value::Object),
                other: to_object(&json!({ "success": success })),
            })
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
        self.update_bucket(&context, &id, |bucket| {
            let mut servers = bucket.servers.iter();
            let index = servers
                .position(|server| server.server_name.as_ref() == Some(&body.server_name))
                .ok_or_else(|| HandlerError::new(server::DeleteServerError::BadRequest, "there is no such server"))?;
            if bucket.servers[index].active == Some(true) {
                return Err(HandlerError::new(server::DeleteServerError::NotAcceptable, "the server is still active"));
            }
            bucket.servers.remove(index);
            let msg = Some("the server was deleted".to_owned());
            Ok(server::DeleteServerResponse { msg, success: Some(true), ..Default::default() })
        })
    }
}

/// Returns `true` if a server has a process, or a process of this application if one is given.
fn has_process(bucket: &Bucket, server: &str, app: Option<&str>) -> bool {
    !bucket.processes(Some(server), app).is_empty()
}
