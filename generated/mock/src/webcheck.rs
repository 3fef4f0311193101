//! The web checks of a bucket.

use pm2_api::bucket::webcheck;
use pm2_api::{Context, HandlerError, HandlerResult, Nothing};
use serde_json::json;

use super::data::series;
use super::{Caller, Service, refuse, undocumented};

/// What is measured of every web check.
pub const METRICS: [&str; 2] = ["latency", "availability"];

impl webcheck::WebcheckServer<Caller> for Service {
    async fn create(
        &self,
        context: Context<Caller>,
        id: String,
        body: webcheck::CreateBody,
    ) -> HandlerResult<Nothing, webcheck::CreateError> {
        undocumented(self.in_bucket(&context, &id, |bucket| {
            if body.name.is_empty() {
                return Err(HandlerError::new(webcheck::CreateError::BadRequest, "the name is missing"));
            }
            Ok(json!(bucket.webchecks.create::<webcheck::CreateError>(&mut bucket.ids, &body)?))
        }))
    }

    async fn delete(
        &self,
        context: Context<Option<Caller>>,
        id: String,
        webcheck: String,
    ) -> HandlerResult<Nothing, webcheck::DeleteError> {
        self.in_any_bucket(&context, &id, |bucket| bucket.webchecks.remove(&webcheck).map(|_| Nothing))
    }

    async fn get(
        &self,
        context: Context<Caller>,
        id: String,
        webcheck: String,
    ) -> HandlerResult<webcheck::Webcheck, webcheck::GetError> {
        self.in_bucket(&context, &id, |bucket| {
            let mut other = bucket.webchecks.get::<webcheck::GetError>(&webcheck)?.clone();
            let name = other.remove("name").and_then(|name| name.as_str().map(str::to_owned));
            Ok(webcheck::Webcheck { name, other })
        })
    }

    async fn get_metrics(
        &self,
        context: Context<Caller>,
        id: String,
        webcheck: String,
        body: webcheck::GetMetricsBody,
    ) -> HandlerResult<Nothing, webcheck::GetMetricsError> {
        undocumented(self.in_bucket(&context, &id, |bucket| {
            bucket.webchecks.get::<webcheck::GetMetricsError>(&webcheck)?;
            let metrics = body.metrics.unwrap_or_else(|| METRICS.map(str::to_owned).to_vec());
            if metrics.iter().any(|metric| !METRICS.contains(&metric.as_str())) {
                return Err(refuse(&[400], "there is no such metric"));
            }
            let values = metrics.iter().map(|metric| json!({ "name": metric, "values": series(&webcheck, metric) }));
            Ok(json!(values.collect::<Vec<_>>()))
        }))
    }

    async fn list(
        &self,
        context: Context<Caller>,
        id: String,
        query: webcheck::ListQuery,
    ) -> HandlerResult<Nothing, webcheck::ListError> {
        undocumented(self.in_bucket(&context, &id, |bucket| {
            let wanted = query.application.map(|application| json!(application));
            let is_wanted = |application| wanted.is_none() || application == wanted.as_ref();
            let found = bucket.webchecks.all().filter(|webcheck| is_wanted(webcheck.get("application")));
            Ok(json!(found.collect::<Vec<_>>()))
        }))
    }

    async fn list_metrics(
        &self,
        context: Context<Caller>,
        id: String,
    ) -> HandlerResult<Nothing, webcheck::ListMetricsError> {
        undocumented(self.in_bucket(&context, &id, |_| Ok(json!(METRICS))))
    }

    async fn list_regions(
        &self,
        context: Context<Caller>,
        id: String,
    ) -> HandlerResult<Nothing, webcheck::ListRegionsError> {
        undocumented(self.in_bucket(&context, &id, |_| Ok(json!(["eu-west-1", "us-east-1"]))))
    }

    async fn update(
        &self,
        context: Context<Caller>,
        id: String,
        webcheck: String,
        body: webcheck::UpdateBody,
    ) -> HandlerResult<Nothing, webcheck::UpdateError> {
        undocumented(self.in_bucket(&context, &id, |bucket| {
            let changed = bucket.webchecks.change::<webcheck::UpdateError>(&webcheck, &body)?;
            Ok(json!(changed))
        }))
    }
}
