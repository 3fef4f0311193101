//! The initial state of a mock server, and the sample values that handlers return. All of it depends on the seed.

use pm2_api::data::events::Event;
use pm2_api::data::issues::{Issue, IssueOccurrence};
use pm2_api::data::profiling::Profiling;
use pm2_api::data::status::{AxmAction, AxmMonitor, Process, Server, ServerReport, ServerStatus};
use pm2_api::{JsonObject, Timestamp};
use serde_json::json;

use super::bucket::{Bucket, Member, process_ref};
use super::random::{Random, sample_time};
use super::{AccessToken, Account, RefreshToken, State};
use crate::config::Config;

/// A refresh token of the user `demo`, the same for every seed.
pub const DEMO_REFRESH_TOKEN: &str = "demo-refresh-token";
/// An access token of the user `demo`, the same for every seed. It is issued when the mock server starts.
pub const DEMO_ACCESS_TOKEN: &str = "demo-access-token";

/// The name of the bucket that is used in examples. The user `demo` owns it.
pub const DEMO_BUCKET: &str = "production";
/// The version of pm2 on each server.
pub const PM2_VERSION: &str = "7.0.4";

/// The processes of each server: name, execution mode, and a metric with its unit.
const PROCESSES: [(&str, &str, &str, &str); 3] = [
    ("api", "cluster_mode", "HTTP mean latency", "ms"),
    ("worker", "fork_mode", "Queue length", "jobs"),
    ("frontend", "fork_mode", "HTTP requests", "req/min"),
];

/// The issues of each bucket: process, message and source location.
const ISSUES: [(&str, &str, &str); 3] = [
    ("api", "Cannot read properties of undefined (reading 'id')", "routes/orders.js:42"),
    ("api", "connect ECONNREFUSED 127.0.0.1:5432", "lib/database.js:17"),
    ("worker", "Job timed out after 30000 ms", "jobs/invoice.js:88"),
];

/// Returns one hour of a metric with a value per minute, as pairs of time and value.
pub fn time_series(subject: &str, metric: &str) -> Vec<(String, f64)> {
    let mut random = Random::with_name(60, &format!("{subject}/{metric}"));
    let level = random.between(20.0, 200.0);
    (0..60).map(|minute| (sample_time(minute).to_string(), random.between(0.8 * level, 1.2 * level))).collect()
}

/// Returns the initial state.
pub fn initial_state(config: &Config) -> State {
    let mut state = State { random: Random::new(config.seed), ..Default::default() };
    let [demo, ada, eve] = ["demo", "ada", "eve"].map(|name| account(&mut state, name));
    let refresh_token = RefreshToken {
        id: state.random.id(),
        account_id: demo.clone(),
        token: DEMO_REFRESH_TOKEN.into(),
        scope: JsonObject::from_iter([("all".to_owned(), json!(true))]),
        created_at: Timestamp::now(),
    };
    let access_token = AccessToken {
        account_id: demo.clone(),
        refresh_token_id: refresh_token.id.clone(),
        expires_at: config.token_expiry(),
    };
    state.access_tokens.insert(DEMO_ACCESS_TOKEN.to_owned(), access_token);
    state.refresh_tokens.push(refresh_token);
    let production = bucket(&mut state, DEMO_BUCKET, &demo, &["web-1", "web-2"]);
    production.members.insert(ada.clone(), Member::new("admin"));
    production.servers.push(server(&mut Random::with_name(config.seed, "retired-1"), "retired-1", false));
    bucket(&mut state, "staging", &demo, &["staging-1"]);
    let research = bucket(&mut state, "research", &ada, &["lab-1"]);
    research.members.insert(demo, Member::new("user"));
    bucket(&mut state, "private", &eve, &["home-1"]);
    state
}

/// Creates an account and returns its id.
fn account(state: &mut State, name: &str) -> String {
    let id = state.random.id();
    let account = Account {
        username: name.to_owned(),
        email: format!("{name}@example.com"),
        password: format!("{name}-password").into(),
        email_token: state.random.token(),
        email_is_confirmed: true,
        ..Default::default()
    };
    state.accounts.insert(id.clone(), account);
    id
}

/// Creates a bucket with servers that report to it.
fn bucket<'s>(state: &'s mut State, name: &str, owner: &str, servers: &[&str]) -> &'s mut Bucket {
    let bucket = state.create_bucket(name, owner);
    for name in servers {
        bucket.servers.push(server(&mut bucket.random, name, true));
    }
    for (app, message, callsite) in ISSUES {
        let last = IssueOccurrence {
            app: Some(app.to_owned()),
            at: Some(json!(sample_time(bucket.random.between(0.0, 1440.0) as i64))),
            server: servers.first().map(|name| (*name).to_owned()),
            message: Some(message.to_owned()),
            callsite: Some(callsite.to_owned()),
            ..Default::default()
        };
        let identifier = bucket.random.id();
        let count = bucket.random.between(1.0, 100.0) as i64;
        let other = JsonObject::from_iter([("identifier".to_owned(), json!(identifier))]);
        bucket.issues.insert(identifier, Issue { count: Some(count), last: Some(last), other });
    }
    for (pm_id, kind) in (0..).zip(["cpuprofile", "heapprofile", "heapdump"]) {
        let profile = profile(&mut bucket.random, kind, servers.first().copied().unwrap_or("none"), pm_id);
        bucket.profiles.push(profile);
    }
    for (server, minute) in servers.iter().zip(0..) {
        bucket.events.push(Event {
            name: Some("order".to_owned()),
            at: Some(json!(sample_time(minute))),
            data: Some(JsonObject::from_iter([("items".to_owned(), json!(2))])),
            process: Some(process_ref(server, "api", 0)),
            ..Default::default()
        });
    }
    let notification = json!({ "type": "issue", "provider": "email", "at": sample_time(5), "app_name": "api" });
    bucket.notifications.insert(&mut bucket.random, &notification);
    let analyzer = json!({ "name": "latency", "threshold": 3.0, "window": 60.0 });
    let analyzer = bucket.analyzers.insert(&mut bucket.random, &analyzer);
    let alert = json!({ "analyzer": analyzer.get("_id"), "metric": PROCESSES[0].2, "server": servers.first() });
    bucket.analyzer_alerts.insert(&mut bucket.random, &alert);
    bucket
}

fn server(random: &mut Random, name: &str, active: bool) -> ServerStatus {
    let process = |(pm_id, (name, mode, metric, unit)): (i64, (&str, &str, &str, &str))| Process {
        name: Some(name.to_owned()),
        pm_id: Some(pm_id),
        status: Some(if active { "online" } else { "stopped" }.to_owned()),
        exec_mode: Some(mode.to_owned()),
        cpu: Some(random.between(0.0, 60.0)),
        memory: Some(random.between(40e6, 200e6) as i64),
        pid: Some(4000 + pm_id),
        unique_id: Some(random.id()),
        interpreter: Some("node".to_owned()),
        path: Some(format!("/srv/{name}/index.js")),
        args: Some(Vec::new()),
        node_env: Some("production".to_owned()),
        restart_time: Some(pm_id),
        created_at: Some(sample_time(0).as_millisecond()),
        pm_uptime: Some(sample_time(60 * pm_id).as_millisecond()),
        axm_monitor: Some([(metric.to_owned(), monitor(random, unit))].into()),
        axm_actions: Some(vec![AxmAction {
            action_name: Some("km:heapdump".to_owned()),
            action_type: Some("internal".to_owned()),
            arity: Some(1),
            ..Default::default()
        }]),
        ..Default::default()
    };
    let processes = (0..).zip(PROCESSES).map(process).collect();
    ServerStatus {
        server_name: Some(name.to_owned()),
        updated_at: Some(json!(sample_time(1440))),
        active: Some(active),
        data: Some(ServerReport {
            active: Some(active),
            process: Some(processes),
            server: Some(server_state(name, active)),
            ..Default::default()
        }),
        ..Default::default()
    }
}

/// Returns a metric of a process. Agents report some values as strings.
fn monitor(random: &mut Random, unit: &str) -> AxmMonitor {
    AxmMonitor {
        value: Some(json!(format!("{:.2}", random.between(1.0, 500.0)))),
        unit: Some(unit.to_owned()),
        historic: Some(true),
        ..Default::default()
    }
}

fn server_state(name: &str, active: bool) -> Server {
    Server {
        active: Some(active),
        hostname: Some(name.to_owned()),
        platform: Some("linux".to_owned()),
        r#type: Some("Linux".to_owned()),
        uptime: Some(86_400.0),
        loadavg: Some(vec![0.5, 0.25, 0.125]),
        total_mem: Some(8 << 30),
        pm2_version: Some(PM2_VERSION.to_owned()),
        node_version: Some("v20.20.2".to_owned()),
        ..Default::default()
    }
}

fn profile(random: &mut Random, kind: &str, server: &str, pm_id: i64) -> Profiling {
    let id = random.id();
    let app = PROCESSES.get(pm_id as usize).map_or("api", |(name, ..)| name);
    Profiling {
        filename: Some(format!("{id}.{kind}")),
        id: Some(id),
        r#type: Some(kind.to_owned()),
        duration: Some(5000.0),
        initiated: Some("manual".to_owned()),
        process: Some(process_ref(server, app, pm_id)),
        other: JsonObject::from_iter([("at".to_owned(), json!(sample_time(pm_id * 60)))]),
    }
}
