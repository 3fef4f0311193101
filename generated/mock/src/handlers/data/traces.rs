//! Traces and transactions.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use pm2_api::data::traces::{self, ListBodyOrderBy as Order, Span, SpanEndpoint, Trace};
use pm2_api::data::transactions::{self, TransactionMeta, TransactionRoute, TransactionStats, Transactions};
use pm2_api::{Context, HandlerResult};
use serde_json::{Value, json};

use crate::handlers::filters::{matches_filter, paginate};
use crate::response::documented_error;
use crate::service::{Caller, Service};
use crate::state::bucket::{Bucket, Process};
use crate::state::random::Random;
use crate::state::random::sample_time;
use crate::state::sample_data::time_series;

/// Transactions by server and by application.
type Summary = BTreeMap<String, BTreeMap<String, Transactions>>;

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
    ) -> HandlerResult<Vec<Trace>, traces::ListError> {
        self.read_bucket(&context, &id, |bucket| {
            let mut traces = all_traces(bucket);
            traces.retain(|trace| {
                matches_filter(service_name(trace), body.service_name.as_deref())
                    && body.min_duration.is_none_or(|min| duration(trace) as f64 >= min)
            });
            match body.order_by {
                None | Some(Order::Newest) => traces.reverse(),
                Some(Order::Oldest) => {}
                Some(Order::Shortest) => traces.sort_by_key(duration),
                Some(Order::Longest) => traces.sort_by_key(|trace| Reverse(duration(trace))),
                Some(Order::Other(_)) => return Err(documented_error(&[400], "unknown order")),
            }
            if body.include_spans == Some(false) {
                traces.iter_mut().for_each(|trace| trace.spans = None);
            }
            Ok(paginate(traces.into_iter(), None, body.limit.map(|limit| limit.min(100)), 10))
        })
    }

    async fn retrieve(
        &self,
        context: Context<Caller>,
        id: String,
        trace: String,
    ) -> HandlerResult<Vec<Span>, traces::RetrieveError> {
        self.read_bucket(&context, &id, |bucket| {
            let found = all_traces(bucket).into_iter().find(|known| known.id.as_ref() == Some(&trace));
            let found = found.ok_or_else(|| documented_error(&[404], "there is no such trace"))?;
            Ok(found.root.into_iter().chain(found.spans.into_iter().flatten()).collect())
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

/// Returns one trace per process, oldest first: a request that queries a database.
fn all_traces(bucket: &Bucket) -> Vec<Trace> {
    let mut random = Random::with_name(0, &bucket.id);
    let trace = |(minute, process): (i64, Process<'_>)| {
        let (trace_id, root_id) = (random.id(), random.id());
        let duration = random.between(1_000.0, 900_000.0) as i64;
        let span = |id: String, parent: &str, name: &str, kind: &str, duration: i64| Span {
            trace_id: Some(trace_id.clone()),
            id: Some(id),
            parent_id: Some(parent.to_owned()),
            name: Some(name.to_owned()),
            kind: Some(kind.to_owned()),
            timestamp: Some(sample_time(minute).as_microsecond()),
            duration: Some(duration),
            local_endpoint: Some(SpanEndpoint { service_name: Some(process.app.to_owned()), ..Default::default() }),
            process: Some(process.to_ref()),
            ..Default::default()
        };
        let tags = [("http.method", "GET"), ("http.status_code", "200")];
        let tags = tags.map(|(name, value)| (name.to_owned(), value.to_owned())).into();
        let root = Span { tags: Some(tags), ..span(root_id.clone(), "NULL", "GET /orders", "SERVER", duration) };
        let query = span(random.id(), &root_id, "pg.query", "CLIENT", duration / 2);
        Trace { id: Some(trace_id.clone()), root: Some(root), spans: Some(vec![query]), ..Default::default() }
    };
    (0..).zip(bucket.processes(None, None)).map(trace).collect()
}

/// Returns the duration of a trace in microseconds.
fn duration(trace: &Trace) -> i64 {
    trace.root.as_ref().and_then(|root| root.duration).unwrap_or_default()
}

fn service_name(trace: &Trace) -> &str {
    let endpoint = trace.root.as_ref().and_then(|root| root.local_endpoint.as_ref());
    endpoint.and_then(|endpoint| endpoint.service_name.as_deref()).unwrap_or_default()
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
            let (meter, median) = (random.between(0.1, 9.0), random.between(1.0, 90.0));
            let statistics = TransactionStats {
                min: Some(median / 2.0),
                max: Some(median * 4.0),
                median: Some(median),
                count: Some(120),
                meter: Some(meter),
                ..Default::default()
            };
            let route =
                TransactionRoute { path: Some("/orders".to_owned()), meta: Some(statistics), ..Default::default() };
            let meta = TransactionMeta { trace_count: Some(120), http_meter: Some(meter), ..Default::default() };
            let transactions = Transactions { routes: Some(vec![route]), meta: Some(meta), ..Default::default() };
            summary.entry(key.0).or_default().insert(key.1, transactions);
        }
    }
    summary
}
