//!
use pm2_api::data::dependencies;
use pm2_api::{Context, JsonObject, Nothing, Reply};
use serde_json::Value;

use super::super::{Caller, Mock, empty};

impl dependencies::DependenciesServer<Caller> for Mock {
    async fn retrieve(
        &self,
        context: Context<Caller>,
        id: String,
        _body: dependencies::RetrieveBody,
    ) -> Reply<Vec<Value>, dependencies::RetrieveError> {
        self.in_bucket(&context, &id, |_| Ok(Default::default()))
    }
}
