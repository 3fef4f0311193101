//!
use pm2_api::data::notifications;
use pm2_api::{Context, JsonObject, Nothing, Reply};
use serde_json::Value;

use super::super::{Caller, Mock, empty};

impl notifications::NotificationsServer<Caller> for Mock {
    async fn list(
        &self,
        context: Context<Caller>,
        id: String,
        _body: notifications::ListBody,
    ) -> Reply<Vec<JsonObject>, notifications::ListError> {
        self.in_bucket(&context, &id, |_| Ok(Default::default()))
    }

    async fn retrieve(
        &self,
        context: Context<Caller>,
        id: String,
        _notification: String,
    ) -> Reply<JsonObject, notifications::RetrieveError> {
        self.in_bucket(&context, &id, |_| Ok(Default::default()))
    }
}
