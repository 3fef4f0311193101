//! The web checks of a bucket.

use pm2_api::bucket::webcheck;
use pm2_api::{Context, HandlerResult, JsonObject};
use serde_json::{Value, json};

use crate::response::{documented_error, json_body, require_name, typed};
use crate::service::{Caller, Service};
use crate::state::sample_data::time_series;

/// The metrics of each web check.
pub const METRICS: [&str; 2] = ["latency", "availability"];

impl webcheck::WebcheckServer<Caller> for Service {
    async fn create(
        &self,
        context: Context<Caller>,
        id: String,
        body: webcheck::CreateBody,
    ) -> HandlerResult<Value, webcheck::CreateError> {
        json_body(self.update_bucket(&context, &id, |bucket| {
            require_name(&body.name)?;
            bucket.webchecks.create(&mut bucket.random, &body)
        }))
    }

    async fn delete(
        &self,
        context: Context<Option<Caller>>,
        id: String,
        webcheck: String,
    ) -> HandlerResult<(), webcheck::DeleteError> {
        self.update_bucket(&context, &id, |bucket| bucket.webchecks.remove(&webcheck).map(|_| ()))
    }

    async fn get(
        &self,
        context: Context<Caller>,
        id: String,
        webcheck: String,
    ) -> HandlerResult<webcheck::Webcheck, webcheck::GetError> {
        self.read_bucket(&context, &id, |bucket| typed(bucket.webchecks.get(&webcheck)?))
    }

    async fn get_metrics(
        &self,
        context: Context<Caller>,
        id: String,
        webcheck: String,
        body: webcheck::GetMetricsBody,
    ) -> HandlerResult<Value, webcheck::GetMetricsError> {
        json_body(self.read_bucket(&context, &id, |bucket| {
            bucket.webchecks.get(&webcheck)?;
            let metrics = body.metrics.unwrap_or_else(|| METRICS.map(str::to_owned).to_vec());
            if metrics.iter().any(|metric| !METRICS.contains(&metric.as_str())) {
                return Err(documented_error(&[400], "there is no such metric"));
            }
            let values = |metric| json!({ "name": metric, "values": time_series(&webcheck, metric) });
            Ok(metrics.iter().map(|metric| values(metric)).collect::<Vec<_>>())
        }))
    }

    async fn list(
        &self,
        context: Context<Caller>,
        id: String,
        query: webcheck::ListQuery,
    ) -> HandlerResult<Value, webcheck::ListError> {
        json_body(self.read_bucket(&context, &id, |bucket| {
            let application = query.application.map(|application| json!(application));
            let matches =
                |webcheck: &&JsonObject| application.is_none() || webcheck.get("application") == application.as_ref();
            Ok(bucket.webchecks.iter().filter(matches).cloned().collect::<Vec<_>>())
        }))
    }

    async fn list_metrics(
        &self,
        context: Context<Caller>,
        id: String,
    ) -> HandlerResult<Value, webcheck::ListMetricsError> {
        json_body(self.read_bucket(&context, &id, |_| Ok(METRICS)))
    }

    async fn list_regions(
        &self,
        context: Context<Caller>,
        id: String,
    ) -> HandlerResult<Value, webcheck::ListRegionsError> {
        json_body(self.read_bucket(&context, &id, |_| Ok(["eu-west-1", "us-east-1"])))
    }

    async fn update(
        &self,
        context: Context<Caller>,
        id: String,
        webcheck: String,
        body: webcheck::UpdateBody,
    ) -> HandlerResult<Value, webcheck::UpdateError> {
        json_body(self.update_bucket(&context, &id, |bucket| bucket.webchecks.update(&webcheck, &body)))
    }
}
