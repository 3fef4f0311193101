use pm2_api::bucket::server;
use pm2_api::{Context, JsonObject, NoDocumentedErrors, Nothing, Reply};
use pm2_api::{actions, misc, node, orchestration};
use serde_json::Value;
use std::collections::BTreeMap;

use super::{Caller, Mock, empty};

impl misc::MiscServer<Caller> for Mock {
    async fn list_changelog_articles(
        &self,
        _context: Context<()>,
    ) -> Reply<misc::ListChangelogArticlesResponse, misc::ListChangelogArticlesError> {
        empty()
    }

    async fn retrieve_company(
        &self,
        _context: Context<Caller>,
        _body: misc::RetrieveCompanyBody,
    ) -> Reply<JsonObject, misc::RetrieveCompanyError> {
        empty()
    }

    async fn retrieve_coupon(
        &self,
        _context: Context<Caller>,
        _body: misc::RetrieveCouponBody,
    ) -> Reply<misc::RetrieveCouponResponse, misc::RetrieveCouponError> {
        empty()
    }

    async fn retrieve_node_release(
        &self,
        _context: Context<()>,
        _version: String,
    ) -> Reply<Vec<Value>, misc::RetrieveNodeReleaseError> {
        empty()
    }

    async fn retrieve_pm2_version(
        &self,
        _context: Context<()>,
    ) -> Reply<misc::RetrievePm2VersionResponse, misc::RetrievePm2VersionError> {
        empty()
    }

    async fn retrieve_plans(&self, _context: Context<()>) -> Reply<BTreeMap<String, Value>, misc::RetrievePlansError> {
        empty()
    }

    async fn retrieve_vat(
        &self,
        _context: Context<Caller>,
        _body: misc::RetrieveVatBody,
    ) -> Reply<Value, misc::RetrieveVatError> {
        empty()
    }
}

impl node::NodeServer<Caller> for Mock {
    async fn get_default_node(&self, _context: Context<()>) -> Reply<node::GetDefaultNodeResponse, NoDocumentedErrors> {
        empty()
    }
}

impl orchestration::OrchestrationServer<Caller> for Mock {
    async fn self_send(
        &self,
        context: Context<Caller>,
        id: String,
    ) -> Reply<orchestration::SelfSendResponse, orchestration::SelfSendError> {
        self.in_bucket(&context, &id, |_| Ok(Default::default()))
    }
}

impl actions::ActionsServer<Caller> for Mock {
    async fn trigger_action(
        &self,
        context: Context<Caller>,
        id: String,
        _body: actions::TriggerActionBody,
    ) -> Reply<actions::TriggerActionResponse, actions::TriggerActionError> {
        self.in_bucket(&context, &id, |_| Ok(Default::default()))
    }

    async fn trigger_pm2_action(
        &self,
        context: Context<Caller>,
        id: String,
        _body: actions::TriggerPm2ActionBody,
    ) -> Reply<actions::TriggerPm2ActionResponse, actions::TriggerPm2ActionError> {
        self.in_bucket(&context, &id, |_| Ok(Default::default()))
    }

    async fn trigger_scoped_action(
        &self,
        context: Context<Caller>,
        id: String,
        _body: actions::TriggerScopedActionBody,
    ) -> Reply<JsonObject, actions::TriggerScopedActionError> {
        self.in_bucket(&context, &id, |_| Ok(Default::default()))
    }
}

impl server::ServerServer<Caller> for Mock {
    async fn delete_server(
        &self,
        context: Context<Caller>,
        id: String,
        _body: server::DeleteServerBody,
    ) -> Reply<server::DeleteServerResponse, server::DeleteServerError> {
        self.in_bucket(&context, &id, |_| Ok(Default::default()))
    }
}
