//! Custom alerts, those of the analyzers, and where alerts are sent.

use pm2_api::bucket::alert::{self, analyzer};
use pm2_api::{Context, HandlerError, HandlerResult, Nothing};
use serde_json::json;

use super::things::fields;
use super::{Caller, Service, undocumented};

impl alert::AlertServer<Caller> for Service {
    async fn create(
        &self,
        context: Context<Caller>,
        id: String,
        body: alert::CreateBody,
    ) -> HandlerResult<Nothing, alert::CreateError> {
        undocumented(self.in_bucket(&context, &id, |bucket| {
            if body.name.is_empty() {
                return Err(HandlerError::new(alert::CreateError::BadRequest, "the name is missing"));
            }
            Ok(json!(bucket.alerts.create::<alert::CreateError>(&mut bucket.ids, &body)?))
        }))
    }

    async fn delete(
        &self,
        context: Context<Option<Caller>>,
        id: String,
        alert: String,
    ) -> HandlerResult<Nothing, alert::DeleteError> {
        self.in_any_bucket(&context, &id, |bucket| bucket.alerts.remove(&alert).map(|_| Nothing))
    }

    async fn get(
        &self,
        context: Context<Caller>,
        id: String,
        alert: String,
    ) -> HandlerResult<Nothing, alert::GetError> {
        undocumented(self.in_bucket(&context, &id, |bucket| Ok(json!(bucket.alerts.get::<alert::GetError>(&alert)?))))
    }

    async fn list(&self, context: Context<Option<Caller>>, id: String) -> HandlerResult<Nothing, alert::ListError> {
        undocumented(self.in_any_bucket(&context, &id, |bucket| Ok(json!(bucket.alerts.all().collect::<Vec<_>>()))))
    }

    async fn trigger_sample(
        &self,
        context: Context<Caller>,
        id: String,
        alert: String,
    ) -> HandlerResult<Nothing, alert::TriggerSampleError> {
        self.in_bucket(&context, &id, |bucket| bucket.alerts.get(&alert).map(|_| Nothing))
    }

    async fn update(
        &self,
        context: Context<Caller>,
        id: String,
        body: alert::UpdateBody,
    ) -> HandlerResult<alert::UpdateResponse, alert::UpdateError> {
        self.in_bucket(&context, &id, |bucket| {
            bucket.details.insert("triggers".to_owned(), json!(body.triggers));
            Ok(alert::UpdateResponse { triggers: Some(body.triggers), ..Default::default() })
        })
    }

    async fn update_alert(
        &self,
        context: Context<Caller>,
        id: String,
        alert: String,
        body: alert::UpdateAlertBody,
    ) -> HandlerResult<Nothing, alert::UpdateAlertError> {
        undocumented(self.in_bucket(&context, &id, |bucket| {
            Ok(json!(bucket.alerts.change::<alert::UpdateAlertError>(&alert, &body)?))
        }))
    }

    async fn update_slack(
        &self,
        context: Context<Caller>,
        id: String,
        body: alert::UpdateSlackBody,
    ) -> HandlerResult<alert::UpdateSlackResponse, alert::UpdateSlackError> {
        let node = self.base_url(context.headers());
        self.in_bucket(&context, &id, |bucket| {
            if lacks_url(&body.slack) {
                return Err(alert::UpdateSlackError::BadRequest.into());
            }
            bucket.details.insert("slack".to_owned(), json!(body.slack));
            let shown = fields(&bucket.shown(&node));
            Ok(alert::UpdateSlackResponse { bucket: Some(shown), ..Default::default() })
        })
    }

    async fn update_webhooks(
        &self,
        context: Context<Caller>,
        id: String,
        body: alert::UpdateWebhooksBody,
    ) -> HandlerResult<alert::UpdateWebhooksResponse, alert::UpdateWebhooksError> {
        let node = self.base_url(context.headers());
        self.in_bucket(&context, &id, |bucket| {
            if lacks_url(&body.webhooks) {
                return Err(alert::UpdateWebhooksError::BadRequest.into());
            }
            bucket.details.insert("webhooks".to_owned(), json!(body.webhooks));
            let shown = fields(&bucket.shown(&node));
            Ok(alert::UpdateWebhooksResponse { bucket: Some(shown), ..Default::default() })
        })
    }
}

/// The address is needed where the hook is on.
fn lacks_url(hook: &alert::AlertHook) -> bool {
    hook.active == Some(true) && hook.url.as_ref().is_none_or(|url| url.is_empty())
}

impl analyzer::AnalyzerServer<Caller> for Service {
    async fn edit_state(
        &self,
        context: Context<Caller>,
        id: String,
        alert: String,
        body: analyzer::EditStateBody,
    ) -> HandlerResult<Nothing, analyzer::EditStateError> {
        undocumented(self.in_bucket(&context, &id, |bucket| {
            let changed = bucket.analyzer_alerts.change::<analyzer::EditStateError>(&alert, &body)?;
            Ok(json!(changed))
        }))
    }

    async fn list(
        &self,
        context: Context<Caller>,
        id: String,
        body: analyzer::ListBody,
    ) -> HandlerResult<Nothing, analyzer::ListError> {
        undocumented(self.in_bucket(&context, &id, |bucket| {
            let from = body.from.and_then(|from| usize::try_from(from).ok()).unwrap_or(0);
            let size = body.size.and_then(|size| usize::try_from(size).ok()).unwrap_or(20);
            Ok(json!(bucket.analyzer_alerts.all().skip(from).take(size).collect::<Vec<_>>()))
        }))
    }

    async fn update_config(
        &self,
        context: Context<Caller>,
        id: String,
        analyzer: String,
        body: analyzer::UpdateConfigBody,
    ) -> HandlerResult<Nothing, analyzer::UpdateConfigError> {
        undocumented(self.in_bucket(&context, &id, |bucket| {
            let changed = bucket.analyzers.change::<analyzer::UpdateConfigError>(&analyzer, &body)?;
            Ok(json!(changed))
        }))
    }
}
