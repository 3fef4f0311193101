//!
use pm2_api::data::status;
use pm2_api::{Context, JsonObject, Nothing, Reply};
use serde_json::Value;

use super::super::{Caller, Mock, empty};

impl status::StatusServer<Caller> for Mock {
    async fn retrieve(
        &self,
        context: Context<Caller>,
        id: String,
    ) -> Reply<Vec<status::ServerStatus>, status::RetrieveError> {
        self.in_bucket(&context, &id, |_| Ok(Default::default()))
    }

    async fn retrieve_blacklisted(
        &self,
        context: Context<Caller>,
        id: String,
    ) -> Reply<Vec<status::ServerStatus>, status::RetrieveBlacklistedError> {
        self.in_bucket(&context, &id, |_| Ok(Default::default()))
    }
}
