//!
use pm2_api::data::issues;
use pm2_api::{Context, JsonObject, Nothing, Reply};
use serde_json::Value;

use super::super::{Caller, Mock, empty};

impl issues::IssuesServer<Caller> for Mock {
    async fn delete(
        &self,
        context: Context<Caller>,
        id: String,
        _identifier: String,
    ) -> Reply<Vec<Value>, issues::DeleteError> {
        self.in_bucket(&context, &id, |_| Ok(Default::default()))
    }

    async fn delete_all(
        &self,
        context: Context<Caller>,
        id: String,
        _query: issues::DeleteAllQuery,
    ) -> Reply<Nothing, issues::DeleteAllError> {
        self.in_bucket(&context, &id, |_| Ok(Default::default()))
    }

    async fn find_occurences(
        &self,
        context: Context<Caller>,
        id: String,
        _body: issues::FindOccurencesBody,
    ) -> Reply<Vec<JsonObject>, issues::FindOccurencesError> {
        self.in_bucket(&context, &id, |_| Ok(Default::default()))
    }

    async fn get_replay(
        &self,
        context: Context<Caller>,
        id: String,
        _uuid: String,
    ) -> Reply<issues::GetReplayResponse, issues::GetReplayError> {
        self.in_bucket(&context, &id, |_| Ok(Default::default()))
    }

    async fn list(
        &self,
        context: Context<Caller>,
        id: String,
        _body: issues::ListBody,
    ) -> Reply<Vec<issues::Issue>, issues::ListError> {
        self.in_bucket(&context, &id, |_| Ok(Default::default()))
    }

    async fn list_occurences_for_identifier(
        &self,
        context: Context<Caller>,
        id: String,
        _identifier: String,
        _query: issues::ListOccurencesForIdentifierQuery,
    ) -> Reply<Vec<String>, issues::ListOccurencesForIdentifierError> {
        self.in_bucket(&context, &id, |_| Ok(Default::default()))
    }

    async fn retrieve_histogram(
        &self,
        context: Context<Caller>,
        id: String,
        _body: issues::RetrieveHistogramBody,
    ) -> Reply<Vec<Value>, issues::RetrieveHistogramError> {
        self.in_bucket(&context, &id, |_| Ok(Default::default()))
    }

    async fn search(
        &self,
        context: Context<Caller>,
        id: String,
        _body: issues::SearchBody,
    ) -> Reply<Vec<JsonObject>, issues::SearchError> {
        self.in_bucket(&context, &id, |_| Ok(Default::default()))
    }

    async fn summary(
        &self,
        context: Context<Caller>,
        id: String,
        _aggregate_by: issues::SummaryPathAggregateBy,
    ) -> Reply<Vec<Value>, issues::SummaryError> {
        self.in_bucket(&context, &id, |_| Ok(Default::default()))
    }
}
