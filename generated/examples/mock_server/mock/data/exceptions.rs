//!
use pm2_api::data::exceptions;
use pm2_api::{Context, JsonObject, Nothing, Reply};
use serde_json::Value;

use super::super::{Caller, Mock, empty};

impl exceptions::ExceptionsServer<Caller> for Mock {
    async fn delete(
        &self,
        context: Context<Caller>,
        id: String,
        _body: exceptions::DeleteBody,
    ) -> Reply<Vec<Value>, exceptions::DeleteError> {
        self.in_bucket(&context, &id, |_| Ok(Default::default()))
    }

    async fn delete_all(&self, context: Context<Caller>, id: String) -> Reply<Nothing, exceptions::DeleteAllError> {
        self.in_bucket(&context, &id, |_| Ok(Default::default()))
    }

    async fn retrieve(
        &self,
        context: Context<Caller>,
        id: String,
        _body: exceptions::RetrieveBody,
    ) -> Reply<Vec<JsonObject>, exceptions::RetrieveError> {
        self.in_bucket(&context, &id, |_| Ok(Default::default()))
    }

    async fn retrieve_summary(
        &self,
        context: Context<Caller>,
        id: String,
    ) -> Reply<Vec<JsonObject>, exceptions::RetrieveSummaryError> {
        self.in_bucket(&context, &id, |_| Ok(Default::default()))
    }
}
