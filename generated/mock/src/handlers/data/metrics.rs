//! Metrics.

use std::collections::BTreeMap;

use pm2_api::data::metrics::{
    self, Aggregation, AggregationBucket, AggregationGroup, AggregationHistogram, AggregationPoint, AggregationStats,
    Metric, MetricMetadata, RetrieveAggregationsBodyAggregations as AggregationQuery,
};
use pm2_api::{Context, HandlerResult, JsonObject};
use serde_json::{Value, json};

use crate::handlers::filters::{matches_any, matches_filter};
use crate::handlers::webcheck;
use crate::response::json_body;
use crate::service::{Caller, Service};
use crate::state::bucket::{Bucket, Process};
use crate::state::sample_data::time_series;

/// The metrics of each process.
const METRICS: [&str; 3] = ["HTTP", "CPU Usage", "Event Loop Latency"];

impl metrics::MetricsServer<Caller> for Service {
    async fn retrieve_aggregations(
        &self,
        context: Context<Caller>,
        id: String,
        body: metrics::RetrieveAggregationsBody,
    ) -> HandlerResult<Vec<Aggregation>, metrics::RetrieveAggregationsError> {
        self.read_bucket(&context, &id, |bucket| {
            Ok(body.aggregations.iter().map(|query| aggregate(bucket, query)).collect())
        })
    }

    async fn retrieve_histogram(
        &self,
        context: Context<Caller>,
        id: String,
        body: metrics::RetrieveHistogramBody,
    ) -> HandlerResult<BTreeMap<String, BTreeMap<String, JsonObject>>, metrics::RetrieveHistogramError> {
        self.read_bucket(&context, &id, |bucket| {
            let mut servers = BTreeMap::<String, BTreeMap<String, JsonObject>>::new();
            for Process { server, app, .. } in bucket.processes(body.server_name.as_deref(), body.app_name.as_deref()) {
                let points = |metric: &str| time_series(&format!("{server}/{app}"), metric);
                let metrics = METRICS.map(|metric| (metric.to_owned(), json!({ "avg": points(metric) })));
                let apps = servers.entry(server.to_owned()).or_default();
                apps.insert(app.to_owned(), JsonObject::from_iter(metrics));
            }
            Ok(servers)
        })
    }

    async fn retrieve_list(
        &self,
        context: Context<Caller>,
        id: String,
        body: metrics::RetrieveListBody,
    ) -> HandlerResult<Vec<Metric>, metrics::RetrieveListError> {
        self.read_bucket(&context, &id, |bucket| {
            let mut metrics = process_metrics(bucket);
            metrics.extend(webcheck_metrics(bucket));
            metrics.retain(|metric| {
                let process = metric.process.clone().unwrap_or_default();
                let metadata = metric.metadata.clone().unwrap_or_default();
                matches_filter(metric.initiator.as_deref().unwrap_or_default(), body.initiator.as_deref())
                    && matches_filter(metadata.webcheck.as_deref().unwrap_or_default(), body.webcheck.as_deref())
                    && matches_filter(metadata.collector.as_deref().unwrap_or_default(), body.collector.as_deref())
                    && matches_any(process.server.as_deref().unwrap_or_default(), body.servers.as_deref())
                    && matches_any(process.name.as_deref().unwrap_or_default(), body.apps.as_deref())
            });
            Ok(metrics)
        })
    }

    async fn retrieve_metadatas(
        &self,
        context: Context<Caller>,
        id: String,
        body: metrics::RetrieveMetadatasBody,
    ) -> HandlerResult<Value, metrics::RetrieveMetadatasError> {
        json_body(self.read_bucket(&context, &id, |bucket| {
            let metadata =
                |process: Process<'_>| json!({ "server": process.server, "app": process.app, "metrics": METRICS });
            let processes = bucket.processes(body.server_name.as_deref(), Some(&body.app_name));
            Ok(processes.into_iter().map(metadata).collect::<Vec<_>>())
        }))
    }
}

/// Returns the values of a metric by server and by application.
fn aggregate(bucket: &Bucket, query: &AggregationQuery) -> Aggregation {
    let name = query.name.as_deref().unwrap_or(METRICS[0]);
    let (mut servers, mut apps) = (Vec::new(), Vec::new());
    for Process { server, app, .. } in bucket.processes(None, None) {
        if matches_any(server, query.servers.as_deref()) && matches_any(app, query.apps.as_deref()) {
            servers.push(server);
            apps.push(app);
        }
    }
    let group = |mut keys: Vec<&str>| {
        keys.sort_unstable();
        keys.dedup();
        let buckets = keys.into_iter().map(|key| AggregationBucket {
            key: Some(key.to_owned()),
            histogram: Some(AggregationHistogram {
                buckets: Some(time_series(key, name).into_iter().map(point).collect()),
                ..Default::default()
            }),
            ..Default::default()
        });
        AggregationGroup { buckets: Some(buckets.collect()), ..Default::default() }
    };
    Aggregation { by_server: Some(group(servers)), by_app: Some(group(apps)), ..Default::default() }
}

fn point((at, value): (String, f64)) -> AggregationPoint {
    AggregationPoint {
        key_as_string: Some(at),
        stats: Some(AggregationStats { avg: Some(value), ..Default::default() }),
        ..Default::default()
    }
}

fn process_metrics(bucket: &Bucket) -> Vec<Metric> {
    let metrics = |process: Process<'_>| {
        METRICS.map(|name| Metric {
            name: Some(name.to_owned()),
            initiator: Some("nodejs".to_owned()),
            process: Some(process.to_ref()),
            ..Default::default()
        })
    };
    bucket.processes(None, None).into_iter().flat_map(metrics).collect()
}

fn webcheck_metrics(bucket: &Bucket) -> Vec<Metric> {
    let metrics = |webcheck: &JsonObject| {
        let id = webcheck.get("_id").and_then(|id| id.as_str()).map(str::to_owned);
        webcheck::METRICS.map(|name| Metric {
            name: Some(name.to_owned()),
            initiator: Some("webcheck".to_owned()),
            metadata: Some(MetricMetadata { webcheck: id.clone(), ..Default::default() }),
            ..Default::default()
        })
    };
    bucket.webchecks.iter().flat_map(metrics).collect()
}
