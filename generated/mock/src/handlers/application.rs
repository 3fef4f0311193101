//! The applications of a bucket.

use pm2_api::bucket::application;
use pm2_api::{Context, HandlerResult, JsonObject, Nothing};

use crate::response::{require_name, undocumented_body};
use crate::service::{Caller, Service};

impl application::ApplicationServer<Caller> for Service {
    async fn create(
        &self,
        context: Context<Caller>,
        id: String,
        body: application::CreateBody,
    ) -> HandlerResult<Nothing, application::CreateError> {
        undocumented_body(self.update_bucket(&context, &id, |bucket| {
            require_name(&body.name)?;
            bucket.applications.create(&mut bucket.random, &body)
        }))
    }

    async fn delete(
        &self,
        context: Context<Option<Caller>>,
        id: String,
        application: String,
    ) -> HandlerResult<Nothing, application::DeleteError> {
        self.update_bucket(&context, &id, |bucket| bucket.applications.remove(&application).map(|_| Nothing))
    }

    async fn get(
        &self,
        context: Context<Caller>,
        id: String,
        application: String,
    ) -> HandlerResult<Nothing, application::GetError> {
        undocumented_body(self.read_bucket(&context, &id, |bucket| bucket.applications.get(&application).cloned()))
    }

    async fn get_preview(
        &self,
        context: Context<Caller>,
        id: String,
        application: String,
    ) -> HandlerResult<Nothing, application::GetPreviewError> {
        self.read_bucket(&context, &id, |bucket| bucket.applications.get(&application).map(|_| Nothing))
    }

    async fn get_reports(
        &self,
        context: Context<Caller>,
        id: String,
        application: String,
    ) -> HandlerResult<Nothing, application::GetReportsError> {
        // The mock server never creates reports.
        undocumented_body(self.read_bucket(&context, &id, |bucket| {
            bucket.applications.get(&application).map(|_| Vec::<JsonObject>::new())
        }))
    }

    async fn list(&self, context: Context<Caller>, id: String) -> HandlerResult<Nothing, application::ListError> {
        undocumented_body(self.read_bucket(&context, &id, |bucket| Ok(bucket.applications.to_vec())))
    }

    async fn update(
        &self,
        context: Context<Caller>,
        id: String,
        application: String,
        body: application::UpdateBody,
    ) -> HandlerResult<Nothing, application::UpdateError> {
        undocumented_body(self.update_bucket(&context, &id, |bucket| bucket.applications.update(&application, &body)))
    }
}
