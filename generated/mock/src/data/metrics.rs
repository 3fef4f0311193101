//! Metrics.

use std::collections::BTreeMap;

use pm2_api::data::metrics::{
    self, Aggregation, AggregationGroup, AggregationGroupBuckets, AggregationGroupBucketsHistogram,
    AggregationGroupBucketsHistogramBuckets, AggregationGroupBucketsHistogramBucketsStats, Metric, MetricMetadata,
    MetricProcess, RetrieveAggregationsBodyAggregations as Asked,
};
use pm2_api::{Context, HandlerResult, JsonObject, Nothing};
use serde_json::json;

use super::super::state::Bucket;
use super::super::{Caller, Service, undocumented, webcheck};
use super::{is_among, is_wanted, places, series};

/// The metrics of every process.
const METRICS: [&str; 3] = ["HTTP", "CPU Usage", "Event Loop Latency"];

impl metrics::MetricsServer<Caller> for Service {
    async fn retrieve_aggregations(
        &self,
        context: Context<Caller>,
        id: String,
        body: metrics::RetrieveAggregationsBody,
    ) -> HandlerResult<Vec<Aggregation>, metrics::RetrieveAggregationsError> {
        self.in_bucket(&context, &id, |bucket| {
            Ok(body.aggregations.iter().map(|asked| aggregate(bucket, asked)).collect())
        })
    }

    async fn retrieve_histogram(
        &self,
        context: Context<Caller>,
        id: String,
        body: metrics::RetrieveHistogramBody,
    ) -> HandlerResult<BTreeMap<String, BTreeMap<String, JsonObject>>, metrics::RetrieveHistogramError> {
        self.in_bucket(&context, &id, |bucket| {
            let mut answer = BTreeMap::<String, BTreeMap<String, JsonObject>>::new();
            for place in places(bucket, body.server_name.as_deref(), body.app_name.as_deref()) {
                let points = |metric: &str| series(&format!("{}/{}", place.server, place.app), metric);
                let of_app = METRICS.map(|metric| (metric.to_owned(), json!({ "avg": points(metric) })));
                answer
                    .entry(place.server.to_owned())
                    .or_default()
                    .insert(place.app.to_owned(), JsonObject::from_iter(of_app));
            }
            Ok(answer)
        })
    }

    async fn retrieve_list(
        &self,
        context: Context<Caller>,
        id: String,
        body: metrics::RetrieveListBody,
    ) -> HandlerResult<Vec<Metric>, metrics::RetrieveListError> {
        self.in_bucket(&context, &id, |bucket| {
            let mut listed = metrics_of_processes(bucket);
            listed.extend(metrics_of_webchecks(bucket));
            listed.retain(|metric| {
                let process = metric.process.clone().unwrap_or_default();
                let metadata = metric.metadata.clone().unwrap_or_default();
                is_wanted(metric.initiator.as_deref().unwrap_or_default(), body.initiator.as_deref())
                    && is_wanted(metadata.webcheck.as_deref().unwrap_or_default(), body.webcheck.as_deref())
                    && is_wanted(metadata.collector.as_deref().unwrap_or_default(), body.collector.as_deref())
                    && is_among(process.server.as_deref().unwrap_or_default(), body.servers.as_deref())
                    && is_among(process.name.as_deref().unwrap_or_default(), body.apps.as_deref())
            });
            Ok(listed)
        })
    }

    async fn retrieve_metadatas(
        &self,
        context: Context<Caller>,
        id: String,
        body: metrics::RetrieveMetadatasBody,
    ) -> HandlerResult<Nothing, metrics::RetrieveMetadatasError> {
        undocumented(self.in_bucket(&context, &id, |bucket| {
            let places = places(bucket, body.server_name.as_deref(), Some(&body.app_name));
            let of = |place: &super::Place<'_>| json!({ "server": place.server, "app": place.app, "metrics": METRICS });
            Ok(json!(places.iter().map(of).collect::<Vec<_>>()))
        }))
    }
}

/// The values of a metric, by server and by application.
fn aggregate(bucket: &Bucket, asked: &Asked) -> Aggregation {
    let name = asked.name.as_deref().unwrap_or(METRICS[0]);
    let (mut servers, mut apps) = (Vec::new(), Vec::new());
    for place in places(bucket, None, None) {
        if is_among(place.server, asked.servers.as_deref()) && is_among(place.app, asked.apps.as_deref()) {
            servers.push(place.server);
            apps.push(place.app);
        }
    }
    let group = |mut keys: Vec<&str>| {
        keys.sort_unstable();
        keys.dedup();
        let buckets = keys.into_iter().map(|key| AggregationGroupBuckets {
            key: Some(key.to_owned()),
            histogram: Some(AggregationGroupBucketsHistogram {
                buckets: Some(series(key, name).into_iter().map(point).collect()),
                ..Default::default()
            }),
            ..Default::default()
        });
        AggregationGroup { buckets: Some(buckets.collect()), ..Default::default() }
    };
    Aggregation { by_server: Some(group(servers)), by_app: Some(group(apps)), ..Default::default() }
}

fn point((at, value): (String, f64)) -> AggregationGroupBucketsHistogramBuckets {
    AggregationGroupBucketsHistogramBuckets {
        key_as_string: Some(at),
        stats: Some(AggregationGroupBucketsHistogramBucketsStats { avg: Some(value), ..Default::default() }),
        ..Default::default()
    }
}

fn metrics_of_processes(bucket: &Bucket) -> Vec<Metric> {
    let of_place = |place: super::Place<'_>| {
        METRICS.map(|name| Metric {
            name: Some(name.to_owned()),
            initiator: Some("nodejs".to_owned()),
            process: Some(MetricProcess {
                server: Some(place.server.to_owned()),
                name: Some(place.app.to_owned()),
                pm_id: Some(place.pm_id),
                ..Default::default()
            }),
            ..Default::default()
        })
    };
    places(bucket, None, None).into_iter().flat_map(of_place).collect()
}

fn metrics_of_webchecks(bucket: &Bucket) -> Vec<Metric> {
    let of_webcheck = |webcheck: &JsonObject| {
        let id = webcheck.get("_id").and_then(|id| id.as_str()).map(str::to_owned);
        webcheck::METRICS.map(|name| Metric {
            name: Some(name.to_owned()),
            initiator: Some("webcheck".to_owned()),
            metadata: Some(MetricMetadata { webcheck: id.clone(), ..Default::default() }),
            ..Default::default()
        })
    };
    bucket.webchecks.all().flat_map(of_webcheck).collect()
}
