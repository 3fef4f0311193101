//! Log lines.

use pm2_api::data::logs;
use pm2_api::{Context, HandlerResult};
use serde_json::{Value, json};

use super::super::seed::time;
use super::super::{Caller, Service};
use super::{page, places, series};

/// What every process writes, again and again.
const LINES: [&str; 4] = ["server started", "GET /orders 200 12ms", "POST /orders 201 31ms", "GET /health 200 1ms"];

impl logs::LogsServer<Caller> for Service {
    async fn retrieve(
        &self,
        context: Context<Caller>,
        id: String,
        body: logs::RetrieveBody,
    ) -> HandlerResult<Vec<Value>, logs::RetrieveError> {
        self.in_bucket(&context, &id, |bucket| {
            let places = places(bucket, body.server_name.as_deref(), body.app_name.as_deref());
            let lines = places.iter().flat_map(|place| {
                (0..).zip(LINES).map(move |(minute, line)| {
                    json!({
                        "at": time(minute), "server": place.server, "app": place.app,
                        "pm_id": place.pm_id, "type": "out", "data": line,
                    })
                })
            });
            Ok(page(lines, body.from, body.size, 100))
        })
    }

    async fn retrieve_histogram(
        &self,
        context: Context<Caller>,
        id: String,
        body: logs::RetrieveHistogramBody,
    ) -> HandlerResult<Vec<Value>, logs::RetrieveHistogramError> {
        self.in_bucket(&context, &id, |bucket| {
            let app = body.app_name.unwrap_or_default();
            let points = series(&bucket.id, &format!("logs of {app}")).into_iter();
            Ok(points.map(|(at, value)| json!({ "key_as_string": at, "doc_count": value.floor() })).collect())
        })
    }
}
