//!
use pm2_api::data::outliers;
use pm2_api::{Context, JsonObject, Nothing, Reply};
use serde_json::Value;

use super::super::{Caller, Mock, empty};

impl outliers::OutliersServer<Caller> for Mock {
    async fn retrieve(
        &self,
        context: Context<Caller>,
        id: String,
        _body: outliers::RetrieveBody,
    ) -> Reply<Vec<Value>, outliers::RetrieveError> {
        self.in_bucket(&context, &id, |_| Ok(Default::default()))
    }
}
