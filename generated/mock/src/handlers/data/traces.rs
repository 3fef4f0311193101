//! Traces and transactions.

use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};

use pm2_api::data::traces::{self, ListBodyOrderBy as Order};
use pm2_api::data::transactions;
use pm2_api::{Context, HandlerResult, JsonObject};
use serde_json::{Value, json};

use crate::handlers::filters::{matches_filter, paginate, to_objects};
use crate::response::documented_error;
use crate::service::{Caller, Service};
use crate::state::bucket::{Bucket, Process};
use crate::state::random::Random;
use crate::state::sample_data::{sample_time, time_series};

/// Transactions by server and by application.
type Summary = BTreeMap<String, BTreeMap<String, JsonObject>>;

impl traces::TracesServer<Caller> for Service {
    async fn get_duration_avg(
        &self,
        context: Context<Caller>,
        id: String,
        body: traces::GetDurationAvgBody,
    ) -> HandlerResult<traces::GetDurationAvgResponse, traces::GetDurationAvgError> {
        self.read_bucket(&context, &id, |bucket| {
            let service = body.service_name.as_deref().unwrap_or(&bucket.id);
            let aggregation = Some(histogram(service, "duration"));
            Ok(traces::GetDurationAvgResponse { aggregation, ..Default::default() })
        })
    }

    async fn get_histogram_by_tag(
        &self,
        context: Context<Caller>,
        id: String,
        body: traces::GetHistogramByTagBody,
    ) -> HandlerResult<traces::GetHistogramByTagResponse, traces::GetHistogramByTagError> {
        self.read_bucket(&context, &id, |bucket| {
            let service = body.service_name.as_deref().unwrap_or(&bucket.id);
            let aggregation = Some(histogram(service, &body.tag));
            Ok(traces::GetHistogramByTagResponse { aggregation, ..Default::default() })
        })
    }

    async fn get_services(
        &self,
        context: Context<Caller>,
        id: String,
    ) -> HandlerResult<traces::GetServicesResponse, traces::GetServicesError> {
        self.read_bucket(&context, &id, |bucket| {
            let services: BTreeSet<&str> = bucket.processes(None, None).iter().map(|process| process.app).collect();
            Ok(traces::GetServicesResponse { services: Some(json!(services)), ..Default::default() })
        })
    }

    async fn get_tags(
        &self,
        context: Context<Caller>,
        id: String,
    ) -> HandlerResult<traces::GetTagsResponse, traces::GetTagsError> {
        self.read_bucket(&context, &id, |_| {
            let tags = Some(vec![json!("http.method"), json!("http.status_code")]);
            Ok(traces::GetTagsResponse { tags, ..Default::default() })
        })
    }

    async fn get_tags_value(
        &self,
        context: Context<Caller>,
        id: String,
        body: traces::GetTagsValueBody,
    ) -> HandlerResult<traces::GetTagsValueResponse, traces::GetTagsValueError> {
        self.read_bucket(&context, &id, |_| {
            let values = match body.tag.as_str() {
                "http.method" => vec![json!({ "key": "GET", "doc_count": 3 })],
                "http.status_code" => vec![json!({ "key": "200", "doc_count": 3 })],
                _ => Vec::new(),
            };
            Ok(traces::GetTagsValueResponse { aggregation: Some(values), ..Default::default() })
        })
    }

    async fn list(
        &self,
        context: Context<Caller>,
        id: String,
        body: traces::ListBody,
    ) -> HandlerResult<Vec<JsonObject>, traces::ListError> {
        self.read_bucket(&context, &id, |bucket| {
            let mut traces = all_traces(bucket);
            traces.retain(|trace| {
                matches_filter(trace["serviceName"].as_str().unwrap_or_default(), body.service_name.as_deref())
                    && trace["duration"].as_f64() >= body.min_duration
            });
            match body.order_by {
                None | Some(Order::Newest) => traces.reverse(),
                Some(Order::Oldest) => {}
                Some(Order::Shortest) => traces.sort_by(by_duration),
                Some(Order::Longest) => traces.sort_by(|a, b| by_duration(b, a)),
                Some(Order::Other(_)) => return Err(documented_error(&[400], "unknown order")),
            }
            if body.include_spans == Some(false) {
                for trace in traces.iter_mut().filter_map(Value::as_object_mut) {
                    trace.remove("spans");
                }
            }
            Ok(paginate(to_objects(traces).into_iter(), None, body.limit.map(|limit| limit.min(100)), 10))
        })
    }

    async fn retrieve(
        &self,
        context: Context<Caller>,
        id: String,
        trace: String,
    ) -> HandlerResult<JsonObject, traces::RetrieveError> {
        self.read_bucket(&context, &id, |bucket| {
            let mut traces = to_objects(all_traces(bucket)).into_iter();
            let found = traces.find(|known| known.get("traceId") == Some(&json!(trace)));
            found.ok_or_else(|| documented_error(&[404], "there is no such trace"))
        })
    }
}

impl transactions::TransactionsServer<Caller> for Service {
    async fn delete(
        &self,
        context: Context<Caller>,
        id: String,
        query: transactions::DeleteQuery,
    ) -> HandlerResult<Summary, transactions::DeleteError> {
        self.update_bucket(&context, &id, |bucket| {
            let deleted = summary(bucket, query.server_name.as_deref(), query.app_name.as_deref());
            for (server, apps) in &deleted {
                bucket.deleted_transactions.extend(apps.keys().map(|app| (server.clone(), app.clone())));
            }
            Ok(deleted)
        })
    }

    async fn retrieve_histogram(
        &self,
        context: Context<Caller>,
        id: String,
        body: transactions::RetrieveHistogramBody,
    ) -> HandlerResult<Vec<Value>, transactions::RetrieveHistogramError> {
        self.read_bucket(&context, &id, |bucket| {
            if summary(bucket, body.server_name.as_deref(), body.app_name.as_deref()).is_empty() {
                return Ok(Vec::new());
            }
            let points = time_series(&bucket.id, "transactions").into_iter();
            Ok(points.map(|(at, value)| json!([at, value])).collect())
        })
    }

    async fn retrieve_summary(
        &self,
        context: Context<Caller>,
        id: String,
        body: transactions::RetrieveSummaryBody,
    ) -> HandlerResult<Summary, transactions::RetrieveSummaryError> {
        self.read_bucket(&context, &id, |bucket| {
            Ok(summary(bucket, body.server_name.as_deref(), body.app_name.as_deref()))
        })
    }
}

/// Returns one trace per process, oldest first. Durations are in milliseconds.
fn all_traces(bucket: &Bucket) -> Vec<Value> {
    let mut random = Random::with_name(0, &bucket.id);
    let trace = |(minute, process): (i64, Process<'_>)| {
        let (id, duration) = (random.id(), random.between(1.0, 900.0));
        let span = json!({ "traceId": id, "id": random.id(), "name": "GET /orders", "duration": duration });
        json!({
            "traceId": id, "serviceName": process.app, "server": process.server, "at": sample_time(minute),
            "duration": duration, "tags": { "http.method": "GET", "http.status_code": "200" }, "spans": [span],
        })
    };
    (0..).zip(bucket.processes(None, None)).map(trace).collect()
}

fn by_duration(a: &Value, b: &Value) -> Ordering {
    a["duration"].as_f64().unwrap_or_default().total_cmp(&b["duration"].as_f64().unwrap_or_default())
}

fn histogram(subject: &str, metric: &str) -> Vec<Value> {
    time_series(subject, metric).into_iter().map(|(at, value)| json!({ "key_as_string": at, "value": value })).collect()
}

/// Returns the transactions that were not deleted.
fn summary(bucket: &Bucket, server: Option<&str>, app: Option<&str>) -> Summary {
    let mut summary = Summary::new();
    for Process { server, app, .. } in bucket.processes(server, app) {
        let key = (server.to_owned(), app.to_owned());
        if !bucket.deleted_transactions.contains(&key) {
            let mut random = Random::with_name(0, &format!("{server}/{app}"));
            let (meter, mean) = (random.between(0.1, 9.0), random.between(1.0, 90.0));
            let routes = json!([{ "path": "/orders", "meter": meter, "mean": mean }]);
            let transactions = JsonObject::from_iter([("routes".to_owned(), routes)]);
            summary.entry(key.0).or_default().insert(key.1, transactions);
        }
    }
    summary
}
