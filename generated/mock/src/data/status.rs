//! What servers and their processes last reported.

use pm2_api::data::status::{self, ServerStatus};
use pm2_api::{Context, HandlerResult};

use super::super::{Caller, Service};

impl status::StatusServer<Caller> for Service {
    async fn retrieve(
        &self,
        context: Context<Caller>,
        id: String,
    ) -> HandlerResult<Vec<ServerStatus>, status::RetrieveError> {
        self.in_bucket(&context, &id, |bucket| Ok(bucket.servers.clone()))
    }

    async fn retrieve_blacklisted(
        &self,
        context: Context<Caller>,
        id: String,
    ) -> HandlerResult<Vec<ServerStatus>, status::RetrieveBlacklistedError> {
        // No server is turned away here.
        self.in_bucket(&context, &id, |_| Ok(Vec::new()))
    }
}
