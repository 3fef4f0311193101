use pm2_api::{Context, JsonObject, Nothing, Reply};
use pm2_api::{bucket::alert, bucket::alert::analyzer};
use serde_json::Value;

use super::{Caller, Mock, empty};

impl alert::AlertServer<Caller> for Mock {
    async fn create(
        &self,
        context: Context<Caller>,
        id: String,
        _body: alert::CreateBody,
    ) -> Reply<Nothing, alert::CreateError> {
        self.in_bucket(&context, &id, |_| Ok(Default::default()))
    }

    async fn delete(
        &self,
        context: Context<Option<Caller>>,
        id: String,
        _alert: String,
    ) -> Reply<Nothing, alert::DeleteError> {
        self.in_any_bucket(&context, &id, |_| Ok(Default::default()))
    }

    async fn get(&self, context: Context<Caller>, id: String, _alert: String) -> Reply<Nothing, alert::GetError> {
        self.in_bucket(&context, &id, |_| Ok(Default::default()))
    }

    async fn list(&self, context: Context<Option<Caller>>, id: String) -> Reply<Nothing, alert::ListError> {
        self.in_any_bucket(&context, &id, |_| Ok(Default::default()))
    }

    async fn trigger_sample(
        &self,
        context: Context<Caller>,
        id: String,
        _alert: String,
    ) -> Reply<Nothing, alert::TriggerSampleError> {
        self.in_bucket(&context, &id, |_| Ok(Default::default()))
    }

    async fn update(
        &self,
        context: Context<Caller>,
        id: String,
        _body: alert::UpdateBody,
    ) -> Reply<alert::UpdateResponse, alert::UpdateError> {
        self.in_bucket(&context, &id, |_| Ok(Default::default()))
    }

    async fn update_alert(
        &self,
        context: Context<Caller>,
        id: String,
        _alert: String,
        _body: alert::UpdateAlertBody,
    ) -> Reply<Nothing, alert::UpdateAlertError> {
        self.in_bucket(&context, &id, |_| Ok(Default::default()))
    }

    async fn update_slack(
        &self,
        context: Context<Caller>,
        id: String,
        _body: alert::UpdateSlackBody,
    ) -> Reply<alert::UpdateSlackResponse, alert::UpdateSlackError> {
        self.in_bucket(&context, &id, |_| Ok(Default::default()))
    }

    async fn update_webhooks(
        &self,
        context: Context<Caller>,
        id: String,
        _body: alert::UpdateWebhooksBody,
    ) -> Reply<alert::UpdateWebhooksResponse, alert::UpdateWebhooksError> {
        self.in_bucket(&context, &id, |_| Ok(Default::default()))
    }
}

impl analyzer::AnalyzerServer<Caller> for Mock {
    async fn edit_state(
        &self,
        context: Context<Caller>,
        id: String,
        _alert: String,
        _body: analyzer::EditStateBody,
    ) -> Reply<Nothing, analyzer::EditStateError> {
        self.in_bucket(&context, &id, |_| Ok(Default::default()))
    }

    async fn list(
        &self,
        context: Context<Caller>,
        id: String,
        _body: analyzer::ListBody,
    ) -> Reply<Nothing, analyzer::ListError> {
        self.in_bucket(&context, &id, |_| Ok(Default::default()))
    }

    async fn update_config(
        &self,
        context: Context<Caller>,
        id: String,
        _analyzer: String,
        _body: analyzer::UpdateConfigBody,
    ) -> Reply<Nothing, analyzer::UpdateConfigError> {
        self.in_bucket(&context, &id, |_| Ok(Default::default()))
    }
}
