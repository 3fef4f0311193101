//! Monitoring data: at least one call per namespace, with responses of the documented types.

use http::{Method, StatusCode};
use pm2_api::data::{dependencies, events, issues, metrics, profiling};
use serde_json::json;

use crate::support::{TestServer, start, start_with};
use pm2_mock::{DEMO_ACCESS_TOKEN, Mock};

#[tokio::test]
async fn the_status_has_servers_with_processes() {
    let server = start().await;
    let response =
        server.client.data().status().retrieve(&server.bucket_id("production").await).await.expect("the status");
    assert!(response.mismatches().is_empty());
    let names: Vec<_> = response.iter().map(|server| server.server_name.as_deref().unwrap_or_default()).collect();
    assert_eq!(names, ["web-1", "web-2", "retired-1"]);
    let processes = response[0].data.as_ref().and_then(|data| data.process.as_ref()).expect("processes");
    for process in processes {
        assert!(process.name.is_some() && process.pm_id.is_some() && process.exec_mode.is_some());
        assert!(process.cpu.is_some() && process.memory.is_some() && process.axm_monitor.is_some());
        assert_eq!(process.status.as_deref(), Some("online"));
        assert!(process.axm_actions.as_ref().is_some_and(|actions| actions[0].action_name.is_some()));
        assert!(
            process.axm_monitor.iter().flatten().all(|(_, metric)| metric.value.is_some() && metric.unit.is_some())
        );
        assert!(process.pid.is_some() && process.restart_time.is_some() && process.pm_uptime.is_some());
    }
}

#[tokio::test]
async fn metrics_are_listed_and_aggregated_by_server_and_application() {
    let server = start().await;
    let (id, all) = (server.bucket_id("production").await, server.client.data());
    let body = serde_json::from_value::<metrics::RetrieveAggregationsBody>(json!({ "aggregations": [
        { "name": "HTTP", "apps": ["api"], "types": ["histogram"] }, { "name": "CPU Usage", "servers": ["web-2"] },
    ] }));
    let response = all.metrics().retrieve_aggregations(&id, &body.expect("a body")).await.expect("aggregations");
    assert_eq!(response.len(), 2);
    let keys = |group: &Option<metrics::AggregationGroup>| -> Vec<String> {
        let buckets = group.clone().and_then(|group| group.buckets).unwrap_or_default();
        buckets.into_iter().filter_map(|bucket| bucket.key).collect()
    };
    assert_eq!((keys(&response[0].by_app), keys(&response[1].by_server)), (vec!["api".into()], vec!["web-2".into()]));
    let points = response.json().expect("JSON")[0]["by_app"]["buckets"][0]["histogram"]["buckets"].clone();
    assert!(points[0]["key_as_string"].is_string() && points[59]["stats"]["avg"].is_number());

    let list = metrics::RetrieveListBody { servers: Some(vec!["web-1".into()]), ..Default::default() };
    let listed = all.metrics().retrieve_list(&id, &list).await.expect("metrics");
    assert_eq!(listed.len(), 9);
    assert!(listed.iter().all(|metric| metric.initiator.as_deref() == Some("nodejs") && metric.process.is_some()));
    let of_app = metrics::RetrieveMetadatasBody { app_name: "api".into(), before: None, server_name: None };
    let metadata = all.metrics().retrieve_metadatas(&id, &of_app).await.expect("metadata");
    assert_eq!(metadata.as_array().map(Vec::len), Some(3));
}

#[tokio::test]
async fn profiles_are_listed_downloaded_and_deleted() {
    let server = start().await;
    let (id, all) = (server.bucket_id("production").await, server.client.data());
    // The names of the types are those that agents report.
    let profiles = all.profiling().list(&id, &Default::default()).await.expect("profiles").data.clone().expect("data");
    let kinds: Vec<_> = profiles.iter().map(|profile| profile.r#type.as_deref().unwrap_or_default()).collect();
    assert_eq!(kinds, ["cpuprofile", "heapprofile", "heapdump"]);
    let body = profiling::ListBody { r#type: Some("cpuprofile".into()), ..Default::default() };
    let listed = all.profiling().list(&id, &body).await.expect("profiles").data.clone().expect("data");
    assert_eq!(listed.len(), 1);
    let filename = listed[0].filename.clone().expect("a name");
    let found = all.profiling().retrieve(&id, &filename).await.expect("a profile");
    assert_eq!(found.r#type.as_deref(), Some("cpuprofile"));
    let file = all.profiling().download(&id, &filename).await.expect("a file").into_inner();
    assert!(file.bytes().await.expect("a complete file").starts_with(b"{"));
    let by_query = format!("/api/bucket/{id}/data/profilings/{filename}/download?access_token={DEMO_ACCESS_TOKEN}");
    let (status, _) = server.send(Method::GET, &by_query, "", &json!({})).await;
    assert_eq!(status, StatusCode::OK);
    all.profiling().delete(&id, &filename).await.expect("success");
    let (status, error) =
        server.send(Method::GET, by_query.trim_end_matches(DEMO_ACCESS_TOKEN), DEMO_ACCESS_TOKEN, &json!({})).await;
    assert_eq!((status, error["msg"].is_string()), (StatusCode::BAD_REQUEST, true));
}

#[tokio::test]
async fn issues_are_listed_searched_summarized_and_deleted() {
    let server = start().await;
    let (id, all) = (server.bucket_id("production").await, server.client.data());
    let issues = all.issues();
    let listed = issues.list(&id, &Default::default()).await.expect("issues");
    assert!(listed.len() == 3 && listed.mismatches().is_empty());
    assert!(listed.iter().all(|issue| issue.last.as_ref().is_some_and(|last| last.message.is_some())));
    let found = issues.search(&id, &issues::SearchBody::new("timed out")).await.expect("matches");
    assert_eq!(found.len(), 1);
    let identifier = found[0]["identifier"].as_str().expect("an id");
    let ids = issues.list_occurences_for_identifier(&id, identifier, &Default::default()).await.expect("ids");
    assert!(!ids.is_empty());
    let aggregate_by = issues::SummaryPathAggregateBy::Apps;
    assert_eq!(issues.summary(&id, &aggregate_by).await.expect("counts").len(), 2);
    issues.delete(&id, identifier).await.expect("success");
    assert_eq!(issues.summary(&id, &aggregate_by).await.expect("counts").len(), 1);
    let query = issues::DeleteAllQuery { app_name: Some("api".into()) };
    issues.delete_all(&id, &query).await.expect("success");
    assert!(issues.list(&id, &Default::default()).await.expect("issues").is_empty());
    assert!(all.exceptions().retrieve_summary(&id).await.expect("a summary").is_empty());
}

#[tokio::test]
async fn every_other_namespace_has_sample_data() {
    let server = start().await;
    let (id, all) = (server.bucket_id("production").await, server.client.data());
    let packages = all.dependencies().retrieve(&id, &dependencies::RetrieveBody::new("api")).await.expect("packages");
    assert_eq!(packages.len(), 3);
    let orders = all.events().retrieve(&id, &events::RetrieveBody::new("order")).await.expect("events");
    assert_eq!(orders.len(), 2);
    let points = all.events().retrieve_histogram(&id, &events::RetrieveHistogramBody::new("order")).await;
    assert_eq!(points.expect("points")[0].len(), 2);
    all.events().delete_all(&id).await.expect("success");
    assert!(all.events().retrieve(&id, &events::RetrieveBody::new("order")).await.expect("events").is_empty());
    let exceptions = all.exceptions().retrieve(&id, &Default::default()).await.expect("exceptions");
    assert!(exceptions.len() == 3 && exceptions.iter().all(|exception| exception.identifier.is_some()));
    let counts = all.exceptions().retrieve_summary(&id).await.expect("the numbers of exceptions");
    let total: i64 = exceptions.iter().filter_map(|exception| exception.count).sum();
    assert_eq!(counts["web-1"].values().sum::<i64>(), total);
    assert!(!all.logs().retrieve(&id, &Default::default()).await.expect("lines").is_empty());
    assert_eq!(all.logs().retrieve_histogram(&id, &Default::default()).await.expect("points").len(), 60);
    let sent = all.notifications().list(&id, &Default::default()).await.expect("notifications");
    let notification = sent[0]["_id"].as_str().expect("an id");
    assert_eq!(all.notifications().retrieve(&id, notification).await.expect("a notification")["type"], "issue");
    assert!(!all.outliers().retrieve(&id, &Default::default()).await.expect("outliers").is_empty());
    assert!(!all.processes().retrieve_events(&id, &Default::default()).await.expect("events").is_empty());
    assert!(!all.processes().retrieve_deployments(&id, &Default::default()).await.expect("deployments").is_empty());
    let traces = all.traces().list(&id, &Default::default()).await.expect("traces");
    let trace = traces[0].id.as_deref().expect("an id");
    let spans = all.traces().retrieve(&id, trace).await.expect("a trace");
    assert!(spans.len() == 2 && spans.iter().all(|span| span.trace_id.as_deref() == Some(trace)));
    let services = all.traces().get_services(&id).await.expect("services").services.clone();
    assert_eq!(services, Some(json!(["api", "frontend", "worker"])));
    let transactions = all.transactions();
    let summary = transactions.retrieve_summary(&id, &Default::default()).await.expect("a summary");
    assert!(summary["web-1"]["api"].routes.as_ref().is_some_and(|routes| routes[0].path.is_some()));
    transactions.delete(&id, &Default::default()).await.expect("success");
    assert!(transactions.retrieve_summary(&id, &Default::default()).await.expect("a summary").is_empty());
}

#[tokio::test]
async fn equal_seeds_give_equal_data_and_different_seeds_different_data() {
    let (first, second) = (start().await, start().await);
    let id = first.bucket_id("production").await;
    assert_eq!(id, second.bucket_id("production").await);
    let status = |server: &TestServer| server.client.data().status().retrieve(&id);
    assert_eq!(status(&first).await.expect("the status").raw(), status(&second).await.expect("the status").raw());
    let other = start_with(Mock::builder().seed(2)).await;
    assert_ne!(id, other.bucket_id("production").await);
}
