//! What the servers of the sample data report.

use pm2_api::data::status::{
    ServerStatus, ServerStatusData, ServerStatusDataProcess, ServerStatusDataProcessAxmActions, ServerStatusDataServer,
};
use serde_json::json;

use super::timeline::Timeline;

/// The processes of each server: name, execution mode, and a metric with its unit.
pub const PROCESSES: [(&str, &str, &str, &str); 3] = [
    ("api", "cluster_mode", "HTTP mean latency", "ms"),
    ("worker", "fork_mode", "Queue length", "jobs"),
    ("frontend", "fork_mode", "HTTP requests", "req/min"),
];

/// Returns the state of a server of a bucket at a certain time.
pub fn server(bucket: &str, name: &str, active: bool, timeline: Timeline) -> ServerStatus {
    let process = |(pm_id, (app, mode, metric, unit)): (i64, (&str, &str, &str, &str))| {
        let value =
            |metric: &str, min, max| timeline.value(&format!("{bucket}/{name}/{app}/{pm_id}/{metric}"), min, max);
        ServerStatusDataProcess {
            name: Some(app.to_owned()),
            pm_id: Some(pm_id),
            status: Some(if active { "online" } else { "stopped" }.to_owned()),
            exec_mode: Some(mode.to_owned()),
            cpu: Some(value("cpu", 1.0, 60.0)),
            memory: Some(value("memory", 40e6, 200e6).floor()),
            axm_monitor: Some(
                [(metric.to_owned(), json!({ "value": value(metric, 1.0, 500.0), "unit": unit, "historic": true }))]
                    .into(),
            ),
            axm_actions: Some(vec![ServerStatusDataProcessAxmActions {
                action_name: Some("km:heapdump".to_owned()),
                ..Default::default()
            }]),
            ..Default::default()
        }
    };
    ServerStatus {
        server_name: Some(name.to_owned()),
        updated_at: Some(json!(timeline.now())),
        active: Some(active),
        data: Some(ServerStatusData {
            active: Some(active),
            process: Some((0..).zip(PROCESSES).map(process).collect()),
            server: Some(ServerStatusDataServer { active: Some(active), ..Default::default() }),
            ..Default::default()
        }),
        ..Default::default()
    }
}
