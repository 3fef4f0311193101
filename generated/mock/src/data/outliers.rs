//! Outliers.

use pm2_api::data::outliers;
use pm2_api::{Context, HandlerResult};
use serde_json::{Value, json};

use super::super::seed::time;
use super::super::{Caller, Service};
use super::places;

impl outliers::OutliersServer<Caller> for Service {
    async fn retrieve(
        &self,
        context: Context<Caller>,
        id: String,
        body: outliers::RetrieveBody,
    ) -> HandlerResult<Vec<Value>, outliers::RetrieveError> {
        self.in_bucket(&context, &id, |bucket| {
            let places = places(bucket, body.server_name.as_deref(), body.app_name.as_deref());
            let outlier = |place: &super::Place<'_>| {
                json!({ "at": time(30), "server": place.server, "app": place.app, "metric": "cpu", "value": 97.5 })
            };
            Ok(places.iter().filter(|place| place.pm_id == 0).map(outlier).collect())
        })
    }
}
