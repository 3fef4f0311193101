//! The dashboards of a bucket.

use pm2_api::dashboard::{self, Dashboard};
use pm2_api::{Context, HandlerError, HandlerResult};

use super::things::MOST;
use super::{Caller, Service};

impl dashboard::DashboardServer<Caller> for Service {
    async fn create(
        &self,
        context: Context<Caller>,
        id: String,
        body: dashboard::CreateBody,
    ) -> HandlerResult<Dashboard, dashboard::CreateError> {
        self.in_bucket(&context, &id, |bucket| {
            if body.name.is_empty() {
                return Err(HandlerError::new(dashboard::CreateError::BadRequest, "the name is missing"));
            }
            if bucket.dashboards.len() >= MOST {
                return Err(HandlerError::new(dashboard::CreateError::BadRequest, "there are too many of them"));
            }
            let id = bucket.ids.id();
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
        self.in_bucket(&context, &id, |bucket| {
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
        self.in_bucket(&context, &id, |bucket| {
            Ok(vec![bucket.dashboards.get(&dashid).cloned().ok_or(dashboard::RetrieveError::NotFound)?])
        })
    }

    async fn retrieve_all(
        &self,
        context: Context<Caller>,
        id: String,
    ) -> HandlerResult<Vec<Dashboard>, dashboard::RetrieveAllError> {
        self.in_bucket(&context, &id, |bucket| Ok(bucket.dashboards.values().cloned().collect()))
    }

    async fn update(
        &self,
        context: Context<Caller>,
        id: String,
        dash_id: String,
        body: dashboard::UpdateBody,
    ) -> HandlerResult<Vec<Dashboard>, dashboard::UpdateError> {
        self.in_bucket(&context, &id, |bucket| {
            let dashboard = bucket.dashboards.get_mut(&dash_id).ok_or(dashboard::UpdateError::NotFound)?;
            if body.name.is_empty() {
                return Err(dashboard::UpdateError::BadRequest.into());
            }
            dashboard.name = Some(body.name);
            dashboard.children = Some(body.children);
            Ok(vec![dashboard.clone()])
        })
    }
}
