use pm2_api::bucket::application;
use pm2_api::{Context, JsonObject, Nothing, Reply};
use serde_json::Value;

use super::{Caller, Mock, empty};

impl application::ApplicationServer<Caller> for Mock {
    async fn create(
        &self,
        context: Context<Caller>,
        id: String,
        _body: application::CreateBody,
    ) -> Reply<Nothing, application::CreateError> {
        self.in_bucket(&context, &id, |_| Ok(Default::default()))
    }

    async fn delete(
        &self,
        context: Context<Option<Caller>>,
        id: String,
        _application: String,
    ) -> Reply<Nothing, application::DeleteError> {
        self.in_any_bucket(&context, &id, |_| Ok(Default::default()))
    }

    async fn get(
        &self,
        context: Context<Caller>,
        id: String,
        _application: String,
    ) -> Reply<Nothing, application::GetError> {
        self.in_bucket(&context, &id, |_| Ok(Default::default()))
    }

    async fn get_preview(
        &self,
        context: Context<Caller>,
        id: String,
        _application: String,
    ) -> Reply<Nothing, application::GetPreviewError> {
        self.in_bucket(&context, &id, |_| Ok(Default::default()))
    }

    async fn get_reports(
        &self,
        context: Context<Caller>,
        id: String,
        _application: String,
    ) -> Reply<Nothing, application::GetReportsError> {
        self.in_bucket(&context, &id, |_| Ok(Default::default()))
    }

    async fn list(&self, context: Context<Caller>, id: String) -> Reply<Nothing, application::ListError> {
        self.in_bucket(&context, &id, |_| Ok(Default::default()))
    }

    async fn update(
        &self,
        context: Context<Caller>,
        id: String,
        _application: String,
        _body: application::UpdateBody,
    ) -> Reply<Nothing, application::UpdateError> {
        self.in_bucket(&context, &id, |_| Ok(Default::default()))
    }
}
