//!
use pm2_api::data::metrics;
use pm2_api::{Context, JsonObject, Nothing, Reply};
use serde_json::Value;
use std::collections::BTreeMap;

use super::super::{Caller, Mock, empty};

impl metrics::MetricsServer<Caller> for Mock {
    async fn retrieve_aggregations(
        &self,
        context: Context<Caller>,
        id: String,
        _body: metrics::RetrieveAggregationsBody,
    ) -> Reply<Vec<metrics::Aggregation>, metrics::RetrieveAggregationsError> {
        self.in_bucket(&context, &id, |_| Ok(Default::default()))
    }

    async fn retrieve_histogram(
        &self,
        context: Context<Caller>,
        id: String,
        _body: metrics::RetrieveHistogramBody,
    ) -> Reply<BTreeMap<String, BTreeMap<String, JsonObject>>, metrics::RetrieveHistogramError> {
        self.in_bucket(&context, &id, |_| Ok(Default::default()))
    }

    async fn retrieve_list(
        &self,
        context: Context<Caller>,
        id: String,
        _body: metrics::RetrieveListBody,
    ) -> Reply<Vec<metrics::Metric>, metrics::RetrieveListError> {
        self.in_bucket(&context, &id, |_| Ok(Default::default()))
    }

    async fn retrieve_metadatas(
        &self,
        context: Context<Caller>,
        id: String,
        _body: metrics::RetrieveMetadatasBody,
    ) -> Reply<Nothing, metrics::RetrieveMetadatasError> {
        self.in_bucket(&context, &id, |_| Ok(Default::default()))
    }
}
