//! Notifications that were sent.

use pm2_api::data::notifications;
use pm2_api::{Context, HandlerResult, JsonObject};

use serde_json::Value;

use super::super::{Caller, Service};
use super::page;

impl notifications::NotificationsServer<Caller> for Service {
    async fn list(
        &self,
        context: Context<Caller>,
        id: String,
        body: notifications::ListBody,
    ) -> HandlerResult<Vec<JsonObject>, notifications::ListError> {
        self.in_bucket(&context, &id, |bucket| {
            let kind = |sent: &&JsonObject| {
                body.r#type.is_none() || sent.get("type").and_then(Value::as_str) == body.r#type.as_deref()
            };
            Ok(page(bucket.notifications.all().filter(kind).cloned(), body.from, body.size, 20))
        })
    }

    async fn retrieve(
        &self,
        context: Context<Caller>,
        id: String,
        notification: String,
    ) -> HandlerResult<JsonObject, notifications::RetrieveError> {
        self.in_bucket(&context, &id, |bucket| bucket.notifications.get(&notification).cloned())
    }
}
