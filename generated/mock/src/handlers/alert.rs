//! Custom alerts, alerts of the analyzers, and where alerts are sent.

use pm2_api::bucket::alert::{self, analyzer};
use pm2_api::types::AlertHook;
use pm2_api::{Context, HandlerResult};
use serde_json::Value;

use super::filters::paginate;
use crate::response::{json_body, require_name, typed};
use crate::service::{Caller, Service};

impl alert::AlertServer<Caller> for Service {
    async fn create(
        &self,
        context: Context<Caller>,
        id: String,
        body: alert::CreateBody,
    ) -> HandlerResult<Value, alert::CreateError> {
        json_body(self.update_bucket(&context, &id, |bucket| {
            require_name(&body.name)?;
            bucket.alerts.create(&mut bucket.random, &body)
        }))
    }

    async fn delete(
        &self,
        context: Context<Option<Caller>>,
        id: String,
        alert: String,
    ) -> HandlerResult<(), alert::DeleteError> {
        self.update_bucket(&context, &id, |bucket| bucket.alerts.remove(&alert).map(|_| ()))
    }

    async fn get(
        &self,
        context: Context<Caller>,
        id: String,
        alert: String,
    ) -> HandlerResult<alert::Alert, alert::GetError> {
        self.read_bucket(&context, &id, |bucket| typed(bucket.alerts.get(&alert)?))
    }

    async fn list(&self, context: Context<Option<Caller>>, id: String) -> HandlerResult<Value, alert::ListError> {
        json_body(self.read_bucket(&context, &id, |bucket| Ok(bucket.alerts.to_vec())))
    }

    async fn trigger_sample(
        &self,
        context: Context<Caller>,
        id: String,
        alert: String,
    ) -> HandlerResult<(), alert::TriggerSampleError> {
        self.read_bucket(&context, &id, |bucket| bucket.alerts.get(&alert).map(|_| ()))
    }

    async fn update(
        &self,
        context: Context<Caller>,
        id: String,
        body: alert::UpdateBody,
    ) -> HandlerResult<alert::UpdateResponse, alert::UpdateError> {
        self.update_bucket(&context, &id, |bucket| {
            bucket.triggers = Some(body.triggers.clone());
            Ok(alert::UpdateResponse { triggers: Some(body.triggers), ..Default::default() })
        })
    }

    async fn update_alert(
        &self,
        context: Context<Caller>,
        id: String,
        alert: String,
        body: alert::UpdateAlertBody,
    ) -> HandlerResult<Value, alert::UpdateAlertError> {
        json_body(self.update_bucket(&context, &id, |bucket| bucket.alerts.update(&alert, &body)))
    }

    async fn update_slack(
        &self,
        context: Context<Caller>,
        id: String,
        body: alert::UpdateSlackBody,
    ) -> HandlerResult<alert::UpdateSlackResponse, alert::UpdateSlackError> {
        let node_url = self.base_url(context.headers());
        self.update_bucket(&context, &id, |bucket| {
            if lacks_url(&body.slack) {
                return Err(alert::UpdateSlackError::BadRequest.into());
            }
            bucket.integrations.slack = Some(body.slack);
            let bucket = bucket.to_api(&node_url);
            Ok(alert::UpdateSlackResponse { bucket: Some(bucket), ..Default::default() })
        })
    }

    async fn update_webhooks(
        &self,
        context: Context<Caller>,
        id: String,
        body: alert::UpdateWebhooksBody,
    ) -> HandlerResult<alert::UpdateWebhooksResponse, alert::UpdateWebhooksError> {
        let node_url = self.base_url(context.headers());
        self.update_bucket(&context, &id, |bucket| {
            if lacks_url(&body.webhooks) {
                return Err(alert::UpdateWebhooksError::BadRequest.into());
            }
            bucket.integrations.webhooks = Some(body.webhooks);
            let bucket = bucket.to_api(&node_url);
            Ok(alert::UpdateWebhooksResponse { bucket: Some(bucket), ..Default::default() })
        })
    }
}

/// Returns `true` if the hook is active and has no URL to call.
fn lacks_url(hook: &AlertHook) -> bool {
    hook.active == Some(true) && hook.url.as_ref().is_none_or(|url| url.is_empty())
}

impl analyzer::AnalyzerServer<Caller> for Service {
    async fn edit_state(
        &self,
        context: Context<Caller>,
        id: String,
        alert: String,
        body: analyzer::EditStateBody,
    ) -> HandlerResult<(), analyzer::EditStateError> {
        self.update_bucket(&context, &id, |bucket| bucket.analyzer_alerts.update(&alert, &body).map(|_| ()))
    }

    async fn list(
        &self,
        context: Context<Caller>,
        id: String,
        body: analyzer::ListBody,
    ) -> HandlerResult<Value, analyzer::ListError> {
        json_body(self.read_bucket(&context, &id, |bucket| {
            Ok(paginate(bucket.analyzer_alerts.iter().cloned(), body.from, body.size, 20))
        }))
    }

    async fn update_config(
        &self,
        context: Context<Caller>,
        id: String,
        analyzer: String,
        body: analyzer::UpdateConfigBody,
    ) -> HandlerResult<(), analyzer::UpdateConfigError> {
        self.update_bucket(&context, &id, |bucket| bucket.analyzers.update(&analyzer, &body).map(|_| ()))
    }
}
