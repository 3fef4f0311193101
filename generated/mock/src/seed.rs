//! What the mock starts with: users, buckets, and what their servers have reported. All of it follows from the seed.

use pm2_api::data::issues::{Issue, IssueLast};
use pm2_api::data::profiling::{ProfilingListData, ProfilingListDataProcess};
use pm2_api::data::status::{
    ServerStatus, ServerStatusData, ServerStatusDataProcess, ServerStatusDataProcessAxmActions, ServerStatusDataServer,
};
use pm2_api::{JsonObject, Timestamp};
use serde_json::json;

use super::Options;
use super::ids::Ids;
use super::state::{AccessToken, Account, Bucket, Member, RefreshToken, State};
use super::things::fields;

/// The refresh token of the user `demo`.
pub const DEMO_REFRESH_TOKEN: &str = "demo-refresh-token";
/// An access token of the user `demo`, made when the mock starts.
pub const DEMO_ACCESS_TOKEN: &str = "demo-access-token";

/// The processes of every server: name, exec mode, a metric of it with its unit.
const PROCESSES: [(&str, &str, &str, &str); 3] = [
    ("api", "cluster_mode", "HTTP mean latency", "ms"),
    ("worker", "fork_mode", "Queue length", "jobs"),
    ("frontend", "fork_mode", "HTTP requests", "req/min"),
];

/// What has gone wrong so far: process, message, place.
const ISSUES: [(&str, &str, &str); 3] = [
    ("api", "Cannot read properties of undefined (reading 'id')", "routes/orders.js:42"),
    ("api", "connect ECONNREFUSED 127.0.0.1:5432", "lib/database.js:17"),
    ("worker", "Job timed out after 30000 ms", "jobs/invoice.js:88"),
];

/// Sample data do not depend on when the mock runs: this many minutes after the start of 2026.
pub fn time(minutes: i64) -> Timestamp {
    Timestamp::from_second(1_767_225_600 + minutes * 60).unwrap_or_default()
}

/// The first state of a mock.
pub fn state(options: &Options) -> State {
    let mut state = State { ids: Ids::new(options.seed), ..Default::default() };
    let [demo, ada, eve] = ["demo", "ada", "eve"].map(|name| account(&mut state, name));
    let refresh_token = RefreshToken {
        id: state.ids.id(),
        account: demo.clone(),
        token: DEMO_REFRESH_TOKEN.into(),
        scope: JsonObject::from_iter([("all".to_owned(), json!(true))]),
        created_at: Timestamp::now(),
    };
    let access = AccessToken { account: demo.clone(), made_from: refresh_token.id.clone(), expire_at: expiry(options) };
    state.access_tokens.insert(DEMO_ACCESS_TOKEN.to_owned(), access);
    state.refresh_tokens.push(refresh_token);
    let production = bucket(&mut state, "production", &demo, &["web-1", "web-2"]);
    production.members.insert(ada.clone(), Member::new("admin"));
    production.servers.push(server(&mut Ids::of(options.seed, "retired-1"), "retired-1", false));
    bucket(&mut state, "staging", &demo, &["staging-1"]);
    let of_ada = bucket(&mut state, "research", &ada, &["lab-1"]);
    of_ada.members.insert(demo, Member::new("user"));
    bucket(&mut state, "private", &eve, &["home-1"]);
    state
}

/// When an access token ends that is made now.
pub fn expiry(options: &Options) -> Timestamp {
    let end = Timestamp::now().checked_add(options.token_lifetime);
    end.unwrap_or(Timestamp::MAX)
}

fn account(state: &mut State, name: &str) -> String {
    let id = state.ids.id();
    let account = Account {
        username: name.to_owned(),
        email: format!("{name}@example.com"),
        password: format!("{name}-password").into(),
        email_token: state.ids.token(),
        email_is_confirmed: true,
        ..Default::default()
    };
    state.accounts.insert(id.clone(), account);
    id
}

/// A bucket with servers that report to it.
fn bucket<'s>(state: &'s mut State, name: &str, owner: &str, servers: &[&str]) -> &'s mut Bucket {
    let mut bucket = new_bucket(&mut state.ids, name, owner);
    for name in servers {
        bucket.servers.push(server(&mut bucket.ids, name, true));
    }
    for (app, message, callsite) in ISSUES {
        let last = IssueLast {
            app: Some(app.to_owned()),
            at: Some(json!(time(bucket.ids.between(0.0, 1440.0) as i64))),
            server: servers.first().map(|name| (*name).to_owned()),
            message: Some(message.to_owned()),
            callsite: Some(callsite.to_owned()),
            ..Default::default()
        };
        let identifier = bucket.ids.id();
        let count = bucket.ids.between(1.0, 100.0) as i64;
        let other = JsonObject::from_iter([("identifier".to_owned(), json!(identifier))]);
        bucket.issues.insert(identifier, Issue { count: Some(count), last: Some(last), other });
    }
    for (pm_id, kind) in (0..).zip(["cpuprofile", "heapprofile", "heapdump"]) {
        let profiling = profiling(&mut bucket.ids, kind, servers.first().copied().unwrap_or("none"), pm_id);
        bucket.profilings.push(profiling);
    }
    for (server, minute) in servers.iter().zip(0..) {
        let event = json!({ "name": "order", "app_name": "api", "server_name": server, "at": time(minute) });
        bucket.events.push(fields(&event));
    }
    let notification = json!({ "type": "issue", "provider": "email", "at": time(5), "app_name": "api" });
    bucket.notifications.add(&mut bucket.ids, &notification);
    let analyzer = json!({ "name": "latency", "threshold": 3.0, "window": 60.0 });
    let analyzer = bucket.analyzers.add(&mut bucket.ids, &analyzer);
    let alert = json!({ "analyzer": analyzer.get("_id"), "metric": PROCESSES[0].2, "server": servers.first() });
    bucket.analyzer_alerts.add(&mut bucket.ids, &alert);
    state.buckets.entry(bucket.id.clone()).or_insert(bucket)
}

/// A bucket with nothing in it but its owner.
pub fn new_bucket(ids: &mut Ids, name: &str, owner: &str) -> Bucket {
    let id = ids.id();
    let mut own = Ids::new(ids.number());
    Bucket {
        name: name.to_owned(),
        public_id: own.id(),
        secret_id: own.token(),
        plan: "free".to_owned(),
        owner: owner.to_owned(),
        members: [(owner.to_owned(), Member::new("owner"))].into(),
        ids: own,
        id,
        ..Default::default()
    }
}

fn server(ids: &mut Ids, name: &str, active: bool) -> ServerStatus {
    let process = |(pm_id, (name, mode, metric, unit)): (i64, (&str, &str, &str, &str))| ServerStatusDataProcess {
        name: Some(name.to_owned()),
        pm_id: Some(pm_id),
        status: Some(if active { "online" } else { "stopped" }.to_owned()),
        exec_mode: Some(mode.to_owned()),
        cpu: Some(ids.between(0.0, 60.0)),
        memory: Some(ids.between(40e6, 200e6).floor()),
        axm_monitor: Some(
            [(metric.to_owned(), json!({ "value": ids.between(1.0, 500.0), "unit": unit, "historic": true }))].into(),
        ),
        axm_actions: Some(vec![ServerStatusDataProcessAxmActions {
            action_name: Some("km:heapdump".to_owned()),
            ..Default::default()
        }]),
        ..Default::default()
    };
    ServerStatus {
        server_name: Some(name.to_owned()),
        updated_at: Some(json!(time(1440))),
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

fn profiling(ids: &mut Ids, kind: &str, server: &str, pm_id: i64) -> ProfilingListData {
    let id = ids.id();
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
        other: JsonObject::from_iter([("at".to_owned(), json!(time(pm_id * 60)))]),
    }
}
