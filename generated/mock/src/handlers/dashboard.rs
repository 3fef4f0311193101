//! The dashboards of a bucket.

use pm2_api::dashboard::{self, Dashboard};
use pm2_api::{Context, HandlerResult};

use crate::response::require_name;
use crate::service::{Caller, Service};
use crate::state::collection::{MAX_RESOURCES, too_many};

impl dashboard::DashboardServer<Caller> for Service {
    async fn create(
        &self,
        context: Context<Caller>,
        id: String,
        body: dashboard::CreateBody,
    ) -> HandlerResult<Dashboard, dashboard::CreateError> {
        self.update_bucket(&context, &id, |bucket| {
            require_name(&body.name)?;
            if bucket.dashboards.len() >= MAX_RESOURCES {
                return Err(too_many());
            }
            let id = bucket.random.id();
            let dashboard = Dashboard {
                id: Some(id.clone()),
                name: Some(body.name),
                children: Some(body.children),
                ..Default::default()
            };
            bucket.dashboards.insert(id, dashboard.clone());
            Ok(dashboard)
        })
    }

    async fn remove(
        &self,
        context: Context<Caller>,
        id: String,
        dashid: String,
    ) -> HandlerResult<Vec<Dashboard>, dashboard::RemoveError> {
        self.update_bucket(&context, &id, |bucket| {
            bucket.dashboards.remove(&dashid).ok_or(dashboard::RemoveError::NotFound)?;
            Ok(bucket.dashboards.values().cloned().collect())
        })
    }

    async fn retrieve(
        &self,
        context: Context<Caller>,
        id: String,
        dashid: String,
    ) -> HandlerResult<Vec<Dashboard>, dashboard::RetrieveError> {
        self.read_bucket(&context, &id, |bucket| {
            Ok(vec![bucket.dashboards.get(&dashid).cloned().ok_or(dashboard::RetrieveError::NotFound)?])
        })
    }

    async fn retrieve_all(
        &self,
        context: Context<Caller>,
        id: String,
    ) -> HandlerResult<Vec<Dashboard>, dashboard::RetrieveAllError> {
        self.read_bucket(&context, &id, |bucket| Ok(bucket.dashboards.values().cloned().collect()))
    }

    async fn update(
        &self,
        context: Context<Caller>,
        id: String,
        dash_id: String,
        body: dashboard::UpdateBody,
    ) -> HandlerResult<Vec<Dashboard>, dashboard::UpdateError> {
        self.update_bucket(&context, &id, |bucket| {
            let dashboard = bucket.dashboards.get_mut(&dash_id).ok_or(dashboard::UpdateError::NotFound)?;
            require_name(&body.name)?;
            dashboard.name = Some(body.name);
            dashboard.children = Some(body.children);
            Ok(vec![dashboard.clone()])
        })
    }
}
