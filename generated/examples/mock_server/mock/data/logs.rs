//!
use pm2_api::data::logs;
use pm2_api::{Context, JsonObject, Nothing, Reply};
use serde_json::Value;

use super::super::{Caller, Mock, empty};

impl logs::LogsServer<Caller> for Mock {
    async fn retrieve(
        &self,
        context: Context<Caller>,
        id: String,
        _body: logs::RetrieveBody,
    ) -> Reply<Vec<Value>, logs::RetrieveError> {
        self.in_bucket(&context, &id, |_| Ok(Default::default()))
    }

    async fn retrieve_histogram(
        &self,
        context: Context<Caller>,
        id: String,
        _body: logs::RetrieveHistogramBody,
    ) -> Reply<Vec<Value>, logs::RetrieveHistogramError> {
        self.in_bucket(&context, &id, |_| Ok(Default::default()))
    }
}
