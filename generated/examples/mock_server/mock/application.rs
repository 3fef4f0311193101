//! The applications of a bucket.

use pm2_api::bucket::application;
use pm2_api::{Context, Failure, JsonObject, Nothing, Reply};

use super::layers::answer_with;
use super::{Caller, Mock};

impl application::ApplicationServer<Caller> for Mock {
    async fn create(
        &self,
        context: Context<Caller>,
        id: String,
        body: application::CreateBody,
    ) -> Reply<Nothing, application::CreateError> {
        self.in_bucket(&context, &id, |bucket| {
            if body.name.is_empty() {
                return Err(Failure::new(application::CreateError::BadRequest, "the name is missing"));
            }
            answer_with(&context, &bucket.applications.create::<application::CreateError>(&mut bucket.ids, &body)?);
            Ok(Nothing)
        })
    }

    async fn delete(
        &self,
        context: Context<Option<Caller>>,
        id: String,
        application: String,
    ) -> Reply<Nothing, application::DeleteError> {
        self.in_any_bucket(&context, &id, |bucket| bucket.applications.remove(&application).map(|_| Nothing))
    }

    async fn get(
        &self,
        context: Context<Caller>,
        id: String,
        application: String,
    ) -> Reply<Nothing, application::GetError> {
        self.in_bucket(&context, &id, |bucket| {
            answer_with(&context, bucket.applications.get::<application::GetError>(&application)?);
            Ok(Nothing)
        })
    }

    async fn get_preview(
        &self,
        context: Context<Caller>,
        id: String,
        application: String,
    ) -> Reply<Nothing, application::GetPreviewError> {
        self.in_bucket(&context, &id, |bucket| bucket.applications.get(&application).map(|_| Nothing))
    }

    async fn get_reports(
        &self,
        context: Context<Caller>,
        id: String,
        application: String,
    ) -> Reply<Nothing, application::GetReportsError> {
        self.in_bucket(&context, &id, |bucket| {
            bucket.applications.get::<application::GetReportsError>(&application)?;
            answer_with(&context, &Vec::<JsonObject>::new());
            Ok(Nothing)
        })
    }

    async fn list(&self, context: Context<Caller>, id: String) -> Reply<Nothing, application::ListError> {
        self.in_bucket(&context, &id, |bucket| {
            answer_with(&context, &bucket.applications.all().collect::<Vec<_>>());
            Ok(Nothing)
        })
    }

    async fn update(
        &self,
        context: Context<Caller>,
        id: String,
        application: String,
        body: application::UpdateBody,
    ) -> Reply<Nothing, application::UpdateError> {
        self.in_bucket(&context, &id, |bucket| {
            let changed = bucket.applications.change::<application::UpdateError>(&application, &body)?;
            answer_with(&context, &changed);
            Ok(Nothing)
        })
    }
}
