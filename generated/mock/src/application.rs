//! The applications of a bucket.

use pm2_api::bucket::application;
use pm2_api::{Context, HandlerError, HandlerResult, Nothing};
use serde_json::json;

use super::{Caller, Service, undocumented};

impl application::ApplicationServer<Caller> for Service {
    async fn create(
        &self,
        context: Context<Caller>,
        id: String,
        body: application::CreateBody,
    ) -> HandlerResult<Nothing, application::CreateError> {
        undocumented(self.in_bucket(&context, &id, |bucket| {
            if body.name.is_empty() {
                return Err(HandlerError::new(application::CreateError::BadRequest, "the name is missing"));
            }
            Ok(json!(bucket.applications.create::<application::CreateError>(&mut bucket.ids, &body)?))
        }))
    }

    async fn delete(
        &self,
        context: Context<Option<Caller>>,
        id: String,
        application: String,
    ) -> HandlerResult<Nothing, application::DeleteError> {
        self.in_any_bucket(&context, &id, |bucket| bucket.applications.remove(&application).map(|_| Nothing))
    }

    async fn get(
        &self,
        context: Context<Caller>,
        id: String,
        application: String,
    ) -> HandlerResult<Nothing, application::GetError> {
        undocumented(self.in_bucket(&context, &id, |bucket| {
            Ok(json!(bucket.applications.get::<application::GetError>(&application)?))
        }))
    }

    async fn get_preview(
        &self,
        context: Context<Caller>,
        id: String,
        application: String,
    ) -> HandlerResult<Nothing, application::GetPreviewError> {
        self.in_bucket(&context, &id, |bucket| bucket.applications.get(&application).map(|_| Nothing))
    }

    async fn get_reports(
        &self,
        context: Context<Caller>,
        id: String,
        application: String,
    ) -> HandlerResult<Nothing, application::GetReportsError> {
        undocumented(self.in_bucket(&context, &id, |bucket| {
            bucket.applications.get::<application::GetReportsError>(&application)?;
            Ok(json!([]))
        }))
    }

    async fn list(&self, context: Context<Caller>, id: String) -> HandlerResult<Nothing, application::ListError> {
        undocumented(self.in_bucket(&context, &id, |bucket| Ok(json!(bucket.applications.all().collect::<Vec<_>>()))))
    }

    async fn update(
        &self,
        context: Context<Caller>,
        id: String,
        application: String,
        body: application::UpdateBody,
    ) -> HandlerResult<Nothing, application::UpdateError> {
        undocumented(self.in_bucket(&context, &id, |bucket| {
            let changed = bucket.applications.change::<application::UpdateError>(&application, &body)?;
            Ok(json!(changed))
        }))
    }
}
