//!
use pm2_api::data::events;
use pm2_api::{Context, JsonObject, Nothing, Reply};
use serde_json::Value;

use super::super::{Caller, Mock, empty};

impl events::EventsServer<Caller> for Mock {
    async fn delete_all(&self, context: Context<Caller>, id: String) -> Reply<Vec<Value>, events::DeleteAllError> {
        self.in_bucket(&context, &id, |_| Ok(Default::default()))
    }

    async fn retrieve(
        &self,
        context: Context<Caller>,
        id: String,
        _body: events::RetrieveBody,
    ) -> Reply<Vec<JsonObject>, events::RetrieveError> {
        self.in_bucket(&context, &id, |_| Ok(Default::default()))
    }

    async fn retrieve_histogram(
        &self,
        context: Context<Caller>,
        id: String,
        _body: events::RetrieveHistogramBody,
    ) -> Reply<Vec<Vec<Value>>, events::RetrieveHistogramError> {
        self.in_bucket(&context, &id, |_| Ok(Default::default()))
    }

    async fn retrieve_metadatas(
        &self,
        context: Context<Caller>,
        id: String,
    ) -> Reply<Vec<JsonObject>, events::RetrieveMetadatasError> {
        self.in_bucket(&context, &id, |_| Ok(Default::default()))
    }
}
