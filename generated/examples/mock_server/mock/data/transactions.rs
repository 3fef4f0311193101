//!
use pm2_api::data::transactions;
use pm2_api::{Context, JsonObject, Nothing, Reply};
use serde_json::Value;
use std::collections::BTreeMap;

use super::super::{Caller, Mock, empty};

impl transactions::TransactionsServer<Caller> for Mock {
    async fn delete(
        &self,
        context: Context<Caller>,
        id: String,
        _query: transactions::DeleteQuery,
    ) -> Reply<BTreeMap<String, BTreeMap<String, JsonObject>>, transactions::DeleteError> {
        self.in_bucket(&context, &id, |_| Ok(Default::default()))
    }

    async fn retrieve_histogram(
        &self,
        context: Context<Caller>,
        id: String,
        _body: transactions::RetrieveHistogramBody,
    ) -> Reply<Vec<Value>, transactions::RetrieveHistogramError> {
        self.in_bucket(&context, &id, |_| Ok(Default::default()))
    }

    async fn retrieve_summary(
        &self,
        context: Context<Caller>,
        id: String,
        _body: transactions::RetrieveSummaryBody,
    ) -> Reply<BTreeMap<String, BTreeMap<String, JsonObject>>, transactions::RetrieveSummaryError> {
        self.in_bucket(&context, &id, |_| Ok(Default::default()))
    }
}
