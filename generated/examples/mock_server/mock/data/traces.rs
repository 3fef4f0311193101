//!
use pm2_api::data::traces;
use pm2_api::{Context, JsonObject, Nothing, Reply};
use serde_json::Value;

use super::super::{Caller, Mock, empty};

impl traces::TracesServer<Caller> for Mock {
    async fn get_duration_avg(
        &self,
        context: Context<Caller>,
        id: String,
        _body: traces::GetDurationAvgBody,
    ) -> Reply<traces::GetDurationAvgResponse, traces::GetDurationAvgError> {
        self.in_bucket(&context, &id, |_| Ok(Default::default()))
    }

    async fn get_histogram_by_tag(
        &self,
        context: Context<Caller>,
        id: String,
        _body: traces::GetHistogramByTagBody,
    ) -> Reply<traces::GetHistogramByTagResponse, traces::GetHistogramByTagError> {
        self.in_bucket(&context, &id, |_| Ok(Default::default()))
    }

    async fn get_services(
        &self,
        context: Context<Caller>,
        id: String,
    ) -> Reply<traces::GetServicesResponse, traces::GetServicesError> {
        self.in_bucket(&context, &id, |_| Ok(Default::default()))
    }

    async fn get_tags(
        &self,
        context: Context<Caller>,
        id: String,
    ) -> Reply<traces::GetTagsResponse, traces::GetTagsError> {
        self.in_bucket(&context, &id, |_| Ok(Default::default()))
    }

    async fn get_tags_value(
        &self,
        context: Context<Caller>,
        id: String,
        _body: traces::GetTagsValueBody,
    ) -> Reply<traces::GetTagsValueResponse, traces::GetTagsValueError> {
        self.in_bucket(&context, &id, |_| Ok(Default::default()))
    }

    async fn list(
        &self,
        context: Context<Caller>,
        id: String,
        _body: traces::ListBody,
    ) -> Reply<Vec<JsonObject>, traces::ListError> {
        self.in_bucket(&context, &id, |_| Ok(Default::default()))
    }

    async fn retrieve(
        &self,
        context: Context<Caller>,
        id: String,
        _trace: String,
    ) -> Reply<JsonObject, traces::RetrieveError> {
        self.in_bucket(&context, &id, |_| Ok(Default::default()))
    }
}
