use pm2_api::dashboard;
use pm2_api::{Context, JsonObject, Nothing, Reply};
use serde_json::Value;

use super::{Caller, Mock, empty};

impl dashboard::DashboardServer<Caller> for Mock {
    async fn create(
        &self,
        context: Context<Caller>,
        id: String,
        _body: dashboard::CreateBody,
    ) -> Reply<dashboard::Dashboard, dashboard::CreateError> {
        self.in_bucket(&context, &id, |_| Ok(Default::default()))
    }

    async fn remove(
        &self,
        context: Context<Caller>,
        id: String,
        _dashid: String,
    ) -> Reply<Vec<dashboard::Dashboard>, dashboard::RemoveError> {
        self.in_bucket(&context, &id, |_| Ok(Default::default()))
    }

    async fn retrieve(
        &self,
        context: Context<Caller>,
        id: String,
        _dashid: String,
    ) -> Reply<Vec<dashboard::Dashboard>, dashboard::RetrieveError> {
        self.in_bucket(&context, &id, |_| Ok(Default::default()))
    }

    async fn retrieve_all(
        &self,
        context: Context<Caller>,
        id: String,
    ) -> Reply<Vec<dashboard::Dashboard>, dashboard::RetrieveAllError> {
        self.in_bucket(&context, &id, |_| Ok(Default::default()))
    }

    async fn update(
        &self,
        context: Context<Caller>,
        id: String,
        _dash_id: String,
        _body: dashboard::UpdateBody,
    ) -> Reply<Vec<dashboard::Dashboard>, dashboard::UpdateError> {
        self.in_bucket(&context, &id, |_| Ok(Default::default()))
    }
}
