//! Traces.

use pm2_api::data::traces::{self, ListBodyOrderBy as Order};
use pm2_api::{Context, HandlerResult, JsonObject};
use serde_json::{Value, json};

use super::super::ids::Ids;
use super::super::seed::time;
use super::super::state::Bucket;
use super::super::{Caller, Service, refuse};
use super::{is_wanted, objects, page, places, series};

impl traces::TracesServer<Caller> for Service {
    async fn get_duration_avg(
        &self,
        context: Context<Caller>,
        id: String,
        body: traces::GetDurationAvgBody,
    ) -> HandlerResult<traces::GetDurationAvgResponse, traces::GetDurationAvgError> {
        self.in_bucket(&context, &id, |bucket| {
            let service = body.service_name.as_deref().unwrap_or(&bucket.id);
            let aggregation = Some(points(service, "duration"));
            Ok(traces::GetDurationAvgResponse { aggregation, ..Default::default() })
        })
    }

    async fn get_histogram_by_tag(
        &self,
        context: Context<Caller>,
        id: String,
        body: traces::GetHistogramByTagBody,
    ) -> HandlerResult<traces::GetHistogramByTagResponse, traces::GetHistogramByTagError> {
        self.in_bucket(&context, &id, |bucket| {
            let service = body.service_name.as_deref().unwrap_or(&bucket.id);
            let aggregation = Some(points(service, &body.tag));
            Ok(traces::GetHistogramByTagResponse { aggregation, ..Default::default() })
        })
    }

    async fn get_services(
        &self,
        context: Context<Caller>,
        id: String,
    ) -> HandlerResult<traces::GetServicesResponse, traces::GetServicesError> {
        self.in_bucket(&context, &id, |bucket| {
            let mut services: Vec<&str> = places(bucket, None, None).iter().map(|place| place.app).collect();
            services.sort_unstable();
            services.dedup();
            Ok(traces::GetServicesResponse { services: Some(json!(services)), ..Default::default() })
        })
    }

    async fn get_tags(
        &self,
        context: Context<Caller>,
        id: String,
    ) -> HandlerResult<traces::GetTagsResponse, traces::GetTagsError> {
        self.in_bucket(&context, &id, |_| {
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
        self.in_bucket(&context, &id, |_| {
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
        self.in_bucket(&context, &id, |bucket| {
            let mut found = all(bucket);
            found.retain(|trace| {
                is_wanted(trace["serviceName"].as_str().unwrap_or_default(), body.service_name.as_deref())
                    && trace["duration"].as_f64() >= body.min_duration
            });
            match body.order_by {
                None | Some(Order::Newest) => found.reverse(),
                Some(Order::Oldest) => {}
                Some(Order::Shortest) => found.sort_by(by_duration),
                Some(Order::Longest) => found.sort_by(|a, b| by_duration(b, a)),
                Some(Order::Other(_)) => return Err(refuse(&[400], "there is no such order")),
            }
            if body.include_spans == Some(false) {
                found.iter_mut().filter_map(Value::as_object_mut).for_each(|trace| drop(trace.remove("spans")));
            }
            Ok(page(objects(found).into_iter(), None, body.limit.map(|limit| limit.min(100)), 10))
        })
    }

    async fn retrieve(
        &self,
        context: Context<Caller>,
        id: String,
        trace: String,
    ) -> HandlerResult<JsonObject, traces::RetrieveError> {
        self.in_bucket(&context, &id, |bucket| {
            let found = objects(all(bucket)).into_iter().find(|known| known.get("traceId") == Some(&json!(trace)));
            found.ok_or_else(|| refuse(&[404], "there is no such trace"))
        })
    }
}

/// A trace of each process, oldest first; durations are in milliseconds.
fn all(bucket: &Bucket) -> Vec<Value> {
    let mut ids = Ids::of(0, &bucket.id);
    let mut trace = |(minute, place): (i64, super::Place<'_>)| {
        let (id, duration) = (ids.id(), ids.between(1.0, 900.0));
        let span = json!({ "traceId": id, "id": ids.id(), "name": "GET /orders", "duration": duration });
        json!({
            "traceId": id, "serviceName": place.app, "server": place.server, "at": time(minute),
            "duration": duration, "tags": { "http.method": "GET", "http.status_code": "200" }, "spans": [span],
        })
    };
    (0..).zip(places(bucket, None, None)).map(&mut trace).collect()
}

fn by_duration(a: &Value, b: &Value) -> std::cmp::Ordering {
    a["duration"].as_f64().unwrap_or_default().total_cmp(&b["duration"].as_f64().unwrap_or_default())
}

fn points(of: &str, what: &str) -> Vec<Value> {
    series(of, what).into_iter().map(|(at, value)| json!({ "key_as_string": at, "value": value })).collect()
}
