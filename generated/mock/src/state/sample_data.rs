//! The initial state of a mock server, and the sample values that handlers return. All of it depends on the seed.

use pm2_api::data::issues::{Issue, IssueLast};
use pm2_api::data::profiling::{ProfilingListData, ProfilingListDataProcess};
use pm2_api::data::status::{
    ServerStatus, ServerStatusData, ServerStatusDataProcess, ServerStatusDataProcessAxmActions, ServerStatusDataServer,
};
use pm2_api::{JsonObject, Timestamp};
use serde_json::json;

use super::bucket::{Bucket, Member};
use super::random::Random;
use super::{AccessToken, Account, RefreshToken, State};
use crate::config::Config;
use crate::response::to_object;

/// A refresh token of the user `demo`, the same for every seed.
pub const DEMO_REFRESH_TOKEN: &str = "demo-refresh-token";
/// An access token of the user `demo`, the same for every seed. It is issued when the mock server starts.
pub const DEMO_ACCESS_TOKEN: &str = "demo-access-token";

/// The name of the bucket that is used in examples. The user `demo` owns it.
pub const DEMO_BUCKET: &str = "production";

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

/// Returns the time that is this many minutes after the start of 2026. Sample data does not depend on the current time.
pub fn sample_time(minutes: i64) -> Timestamp {
    Timestamp::from_second(1_767_225_600 + minutes * 60).unwrap_or_default()
}

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
        let last = IssueLast {
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
        let event = json!({ "name": "order", "app_name": "api", "server_name": server, "at": sample_time(minute) });
        bucket.events.push(to_object(&event));
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
    let process = |(pm_id, (name, mode, metric, unit)): (i64, (&str, &str, &str, &str))| ServerStatusDataProcess {
        name: Some(name.to_owned()),
        pm_id: Some(pm_id),
        status: Some(if active { "online" } else { "stopped" }.to_owned()),
        exec_mode: Some(mode.to_owned()),
        cpu: Some(random.between(0.0, 60.0)),
        memory: Some(random.between(40e6, 200e6).floor()),
        axm_monitor: Some(
            [(metric.to_owned(), json!({ "value": random.between(1.0, 500.0), "unit": unit, "historic": true }))]
                .into(),
        ),
        axm_actions: Some(vec![ServerStatusDataProcessAxmActions {
            action_name: Some("km:heapdump".to_owned()),
            ..Default::default()
        }]),
        ..Default::default()
    };
    ServerStatus {
        server_name: Some(name.to_owned()),
        updated_at: Some(json!(sample_time(1440))),
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

fn profile(random: &mut Random, kind: &str, server: &str, pm_id: i64) -> ProfilingListData {
    let id = random.id();
    let app = PROCESSES.get(pm_id as usize).map_or("api", |(name, ..)| name);
    ProfilingListData {
        filename: Some(format!("{id}.{kind}")),
        id: Some(id),
        r#type: Some(kind.to_owned()),
        duration: Some(5000.0),
        initiated: Some("manual".to_owned()),
        process: Some(ProfilingListDataProcess {
            server: Some(server.to_owned()),
            name: Some(app.to_owned()),
            pm_id: Some(pm_id),
            ..Default::default()
        }),
        other: JsonObject::from_iter([("at".to_owned(), json!(sample_time(pm_id * 60)))]),
    }
}
