//!
use pm2_api::data::processes;
use pm2_api::{Context, JsonObject, Nothing, Reply};
use serde_json::Value;

use super::super::{Caller, Mock, empty};

impl processes::ProcessesServer<Caller> for Mock {
    async fn retrieve_deployments(
        &self,
        context: Context<Caller>,
        id: String,
        _body: processes::RetrieveDeploymentsBody,
    ) -> Reply<Vec<JsonObject>, processes::RetrieveDeploymentsError> {
        self.in_bucket(&context, &id, |_| Ok(Default::default()))
    }

    async fn retrieve_events(
        &self,
        context: Context<Caller>,
        id: String,
        _body: processes::RetrieveEventsBody,
    ) -> Reply<Vec<JsonObject>, processes::RetrieveEventsError> {
        self.in_bucket(&context, &id, |_| Ok(Default::default()))
    }
}
