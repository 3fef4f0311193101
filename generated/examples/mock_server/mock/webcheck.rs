use pm2_api::bucket::webcheck;
use pm2_api::{Context, JsonObject, Nothing, Reply};
use serde_json::Value;

use super::{Caller, Mock, empty};

impl webcheck::WebcheckServer<Caller> for Mock {
    async fn create(
        &self,
        context: Context<Caller>,
        id: String,
        _body: webcheck::CreateBody,
    ) -> Reply<Nothing, webcheck::CreateError> {
        self.in_bucket(&context, &id, |_| Ok(Default::default()))
    }

    async fn delete(
        &self,
        context: Context<Option<Caller>>,
        id: String,
        _webcheck: String,
    ) -> Reply<Nothing, webcheck::DeleteError> {
        self.in_any_bucket(&context, &id, |_| Ok(Default::default()))
    }

    async fn get(
        &self,
        context: Context<Caller>,
        id: String,
        _webcheck: String,
    ) -> Reply<webcheck::Webcheck, webcheck::GetError> {
        self.in_bucket(&context, &id, |_| Ok(Default::default()))
    }

    async fn get_metrics(
        &self,
        context: Context<Caller>,
        id: String,
        _webcheck: String,
        _body: webcheck::GetMetricsBody,
    ) -> Reply<Nothing, webcheck::GetMetricsError> {
        self.in_bucket(&context, &id, |_| Ok(Default::default()))
    }

    async fn list(
        &self,
        context: Context<Caller>,
        id: String,
        _query: webcheck::ListQuery,
    ) -> Reply<Nothing, webcheck::ListError> {
        self.in_bucket(&context, &id, |_| Ok(Default::default()))
    }

    async fn list_metrics(&self, context: Context<Caller>, id: String) -> Reply<Nothing, webcheck::ListMetricsError> {
        self.in_bucket(&context, &id, |_| Ok(Default::default()))
    }

    async fn list_regions(&self, context: Context<Caller>, id: String) -> Reply<Nothing, webcheck::ListRegionsError> {
        self.in_bucket(&context, &id, |_| Ok(Default::default()))
    }

    async fn update(
        &self,
        context: Context<Caller>,
        id: String,
        _webcheck: String,
        _body: webcheck::UpdateBody,
    ) -> Reply<Nothing, webcheck::UpdateError> {
        self.in_bucket(&context, &id, |_| Ok(Default::default()))
    }
}
