//! Runs the example programs of `pm2-api` against the mock server.
//!
//! `cargo test --workspace` builds the examples. Run `cargo build -p pm2-api --examples` before running only this test.

use std::future::IntoFuture;
use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::{Child, Command, Output, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use axum::Router;
use axum::extract::Request;
use axum::response::{IntoResponse, Response};
use http::{Method, StatusCode};
use serde_json::json;

/// Returns a command that runs an example. Cargo places examples next to the folder of the tests.
fn example(name: &str) -> Command {
    let test = std::env::current_exe().expect("the path of this program");
    let folder: PathBuf = test.ancestors().nth(2).expect("a target folder").join("examples");
    let program = folder.join(name).with_extension(std::env::consts::EXE_EXTENSION);
    assert!(program.exists(), "the examples are not built: run `cargo build -p pm2-api --examples`");
    let mut command = Command::new(program);
    command.env_remove("RUST_LOG").env("NO_PROXY", "127.0.0.1");
    command
}

/// A mock server in a child process. Dropping it ends the process.
struct MockProcess {
    process: Child,
    url: String,
    refresh_token: String,
}

impl MockProcess {
    fn start() -> Self {
        let mut command = Command::new(env!("CARGO_BIN_EXE_pm2-mock"));
        command.args(["--port", "0"]).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut process = command.spawn().expect("the program pm2-mock");
        let stdout = BufReader::new(process.stdout.take().expect("the standard output"));
        let mut lines = stdout.lines().map(|line| line.expect("a line"));
        let mut value = |prefix: &str| {
            let line = lines.next().unwrap_or_default();
            line.strip_prefix(prefix)
                .unwrap_or_else(|| panic!("expected a line that starts with {prefix:?}, found {line:?}"))
                .to_owned()
        };
        let url = value("listening on ");
        let refresh_token = value("refresh token of the user demo: ");
        // All lines are read, because the program fails if it cannot write them.
        value("access token of the user demo: ");
        value("reference: ");
        Self { process, url, refresh_token }
    }

    /// Runs an example and returns its output.
    fn run(&self, name: &str, arguments: &[&str]) -> Output {
        let mut command = example(name);
        command.args(arguments).env("PM2_URL", &self.url).env("PM2_REFRESH_TOKEN", &self.refresh_token);
        command.output().expect("the output of the example")
    }

    /// Runs an example that must succeed and returns the lines that it prints.
    fn lines(&self, name: &str, arguments: &[&str]) -> Vec<String> {
        let output = self.run(name, arguments);
        let errors = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success() && errors.is_empty(), "{name} failed with {}: {errors}", output.status);
        String::from_utf8(output.stdout).expect("UTF-8").lines().map(str::to_owned).collect()
    }

    /// Returns the id of the bucket `production` from the output of `list_buckets`.
    fn production_id(&self) -> String {
        let lines = self.lines("list_buckets", &[]);
        let words = lines.iter().map(|line| line.split_whitespace().collect::<Vec<_>>());
        let found = words.into_iter().find(|words| words.get(1) == Some(&"production"));
        found.expect("the bucket")[0].to_owned()
    }
}

impl Drop for MockProcess {
    fn drop(&mut self) {
        // These fail only if the process has already ended.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

#[test]
fn list_buckets_prints_all_buckets_of_the_user() {
    let mock = MockProcess::start();
    let lines = mock.lines("list_buckets", &[]);
    let (last, buckets) = lines.split_last().expect("lines");
    assert_eq!(last, "3 buckets");
    let words: Vec<Vec<&str>> = buckets.iter().map(|line| line.split_whitespace().collect()).collect();
    assert!(words.iter().all(|words| words.len() == 3 && words[0].len() == 24 && words[2] == "free"), "{buckets:#?}");
    let mut names: Vec<&str> = words.iter().map(|words| words[1]).collect();
    names.sort_unstable();
    assert_eq!(names, ["production", "research", "staging"]);
}

#[test]
fn watch_status_prints_servers_and_their_processes() {
    let mock = MockProcess::start();
    let lines = mock.lines("watch_status", &[&mock.production_id(), "1"]);
    let (processes, servers): (Vec<&String>, Vec<&String>) = lines.iter().partition(|line| line.starts_with("  "));
    assert_eq!(servers, ["web-1: active", "web-2: active", "retired-1: inactive"]);
    assert_eq!(processes.len(), 9);
    for line in processes {
        let words: Vec<&str> = line.split_whitespace().collect();
        let [name, status, cpu, "%", memory, "MiB", restarts, "restarts"] = words[..] else { panic!("{line:?}") };
        assert!(restarts.parse::<u64>().is_ok(), "{line:?}");
        assert!(["api", "worker", "frontend"].contains(&name) && ["online", "stopped"].contains(&status), "{line:?}");
        assert!(cpu.parse::<f64>().is_ok() && memory.parse::<f64>().is_ok(), "{line:?}");
    }
}

#[test]
fn manage_alerts_creates_and_deletes_an_alert() {
    let mock = MockProcess::start();
    let bucket = mock.production_id();
    for _ in 0..2 {
        let lines = mock.lines("manage_alerts", &[&bucket]);
        let id = lines[0].strip_prefix("created ").expect("an id");
        assert_eq!(id.len(), 24);
        assert_eq!(lines, [format!("created {id}"), format!("  {id} slow requests"), format!("deleted {id}")]);
    }
}

#[test]
fn examples_report_errors_and_fail() {
    let mock = MockProcess::start();
    for (name, arguments, reason) in [
        ("watch_status", &[][..], "missing argument: BUCKET_ID"),
        ("manage_alerts", &["0123"][..], "24 hexadecimal digits"),
    ] {
        let output = mock.run(name, arguments);
        let errors = String::from_utf8_lossy(&output.stderr);
        assert!(!output.status.success() && errors.contains(reason), "{name}: {errors}");
    }
    let output = example("list_buckets").env_remove("PM2_REFRESH_TOKEN").output().expect("the output of the example");
    assert!(!output.status.success());
    assert!(String::from_utf8_lossy(&output.stderr).contains("PM2_REFRESH_TOKEN"));
}

/// The request that gets status 404 after the alert was deleted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum NotFound {
    /// The request for the alert.
    Alert,
    /// The token request, after the access token was rejected.
    TokenEndpoint,
    /// The request for the bucket, which contains the URL of the node, after the node was unavailable.
    Bucket,
}

/// Returns a service with one bucket and one alert. The service is also the node of the bucket.
fn service(missing: NotFound) -> Router {
    let is_deleted = Arc::new(AtomicBool::new(false));
    Router::new().fallback(move |request: Request| {
        let is_deleted = Arc::clone(&is_deleted);
        async move { respond(&request, &is_deleted, missing) }
    })
}

fn respond(request: &Request, is_deleted: &AtomicBool, missing: NotFound) -> Response {
    let not_found = || (StatusCode::NOT_FOUND, json!({ "msg": "not found" }).to_string()).into_response();
    let is_missing = |request| is_deleted.load(Ordering::SeqCst) && missing == request;
    match (request.method(), request.uri().path()) {
        (&Method::POST, "/api/oauth/token") if is_missing(NotFound::TokenEndpoint) => not_found(),
        (&Method::POST, "/api/oauth/token") => json!({ "access_token": "a" }).to_string().into_response(),
        (&Method::GET, "/api/bucket/b1") if is_missing(NotFound::Bucket) => not_found(),
        (&Method::GET, "/api/bucket/b1") => {
            let host = request.headers()["host"].to_str().expect("a host name");
            json!({ "node": { "endpoints": { "web": format!("http://{host}") } } }).to_string().into_response()
        }
        (&Method::DELETE, _) => {
            is_deleted.store(true, Ordering::SeqCst);
            StatusCode::NO_CONTENT.into_response()
        }
        (&Method::GET, "/api/bucket/b1/alerts/x") => match missing {
            NotFound::Alert => not_found(),
            NotFound::TokenEndpoint => StatusCode::UNAUTHORIZED.into_response(),
            NotFound::Bucket => StatusCode::SERVICE_UNAVAILABLE.into_response(),
        },
        (&Method::POST, "/api/bucket/b1/alerts") => json!({ "_id": "x", "name": "n" }).to_string().into_response(),
        _ => json!([{ "_id": "x", "name": "n" }]).to_string().into_response(),
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn manage_alerts_accepts_status_404_only_for_the_alert() {
    for (missing, reason) in [
        (NotFound::Alert, ""),
        (NotFound::TokenEndpoint, "no access token could be obtained"),
        (NotFound::Bucket, "the base URL could not be discovered"),
    ] {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let url = format!("http://{}", listener.local_addr().expect("an address"));
        let serving = tokio::spawn(axum::serve(listener, service(missing)).into_future());
        let mut command = example("manage_alerts");
        command.arg("b1").env("PM2_URL", url).env("PM2_REFRESH_TOKEN", "r");
        let run = tokio::task::spawn_blocking(move || command.output().expect("the output of the example"));
        let output = run.await.expect("no panic");
        serving.abort();
        let errors = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.success(), missing == NotFound::Alert, "{missing:?}: {errors}");
        assert!(
            String::from_utf8_lossy(&output.stdout).ends_with("deleted x\n") && errors.contains(reason),
            "{errors}"
        );
    }
}
