//! Compares the generated client with a client written by hand with hyper and serde_json.
//!
//! `cargo bench -p pm2-api --bench client`
//!
//! Both clients call the same server over the loopback interface, in turns. The server runs in a child process, so that
//! only the CPU time and the allocations of the clients are measured. The generated client should need at most 1.15 times
//! the CPU time and at most 8 more allocations per call.

use std::error::Error;
use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use axum::Router;
use axum::routing::{get, post};
use bytes::Bytes;
use cpu_time::ProcessTime;
use http::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, USER_AGENT};
use http::{Method, Request};
use http_body_util::{BodyExt, Full};
use hyper_util::client::legacy;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use pm2_api::{Client, user};
use serde::{Deserialize, Serialize};
use tokio::runtime::Runtime;

const TOKEN: &str = "a-token";
const CALLS: u32 = 500;
const ROUNDS: usize = 41;

type BenchResult = Result<(), Box<dyn Error>>;

/// A client written by hand for two routes.
struct HandWritten {
    pool: legacy::Client<HttpConnector, Full<Bytes>>,
    base_url: String,
}

#[derive(Serialize)]
struct Update<'a> {
    username: &'a str,
    email: &'a str,
}

#[derive(Deserialize)]
struct User {
    username: Option<String>,
    email: Option<String>,
}

impl HandWritten {
    async fn show(&self, id: &str) -> Result<User, Box<dyn Error>> {
        self.call(Method::GET, &format!("/api/users/show/{id}"), Bytes::new()).await
    }

    async fn update(&self, body: &Update<'_>) -> Result<User, Box<dyn Error>> {
        self.call(Method::POST, "/api/users/update", serde_json::to_vec(body)?.into()).await
    }

    async fn call(&self, method: Method, path: &str, body: Bytes) -> Result<User, Box<dyn Error>> {
        let mut request = Request::builder()
            .method(method)
            .uri(format!("{}{path}", self.base_url))
            .header(USER_AGENT, "hand-written/1.0")
            .header(ACCEPT, "application/json");
        if !body.is_empty() {
            request = request.header(CONTENT_TYPE, "application/json").header(AUTHORIZATION, format!("Bearer {TOKEN}"));
        }
        let response = self.pool.request(request.body(Full::new(body))?).await?;
        if !response.status().is_success() {
            return Err(response.status().as_str().into());
        }
        Ok(serde_json::from_slice(&response.into_body().collect().await?.to_bytes())?)
    }
}

/// The cost of [`CALLS`] calls.
#[derive(Clone, Copy)]
struct Cost {
    cpu_time: Duration,
    allocations: u64,
}

/// Measures [`CALLS`] calls. The runtime has a single thread, so that the allocations of its tasks are counted, too.
fn measure<F: Future<Output = BenchResult>>(
    runtime: &Runtime,
    mut call: impl FnMut() -> F,
) -> Result<Cost, Box<dyn Error>> {
    let mut result = Ok(());
    let start = ProcessTime::now();
    let allocated = allocation_counter::measure(|| {
        result = runtime.block_on(async {
            for _ in 0..CALLS {
                call().await?;
            }
            Ok(())
        });
    });
    let cpu_time = start.elapsed();
    result.map(|()| Cost { cpu_time, allocations: allocated.count_total })
}

/// Measures both clients in turns and prints the medians of their costs and of the ratios.
fn compare<F, G>(
    runtime: &Runtime,
    name: &str,
    mut generated: impl FnMut() -> F,
    mut hand_written: impl FnMut() -> G,
) -> BenchResult
where
    F: Future<Output = BenchResult>,
    G: Future<Output = BenchResult>,
{
    measure(runtime, &mut generated)?;
    measure(runtime, &mut hand_written)?;
    let mut costs = Vec::new();
    for _ in 0..ROUNDS {
        costs.push((measure(runtime, &mut generated)?, measure(runtime, &mut hand_written)?));
    }
    let calls = f64::from(CALLS);
    let micros = |cost: Cost| cost.cpu_time.as_secs_f64() * 1e6 / calls;
    let allocations = |cost: Cost| cost.allocations as f64 / calls;
    let median_of = |number: &dyn Fn(&(Cost, Cost)) -> f64| median(costs.iter().map(number).collect());
    println!(
        "{name}: {:.1} µs and {:.1} allocations; hand-written {:.1} µs and {:.1}; ratio {:.3}, {:+.1} allocations",
        median_of(&|cost| micros(cost.0)),
        median_of(&|cost| allocations(cost.0)),
        median_of(&|cost| micros(cost.1)),
        median_of(&|cost| allocations(cost.1)),
        median_of(&|cost| micros(cost.0) / micros(cost.1)),
        median_of(&|cost| allocations(cost.0) - allocations(cost.1)),
    );
    Ok(())
}

fn median(mut numbers: Vec<f64>) -> f64 {
    numbers.sort_by(f64::total_cmp);
    numbers.get(numbers.len() / 2).copied().unwrap_or(f64::NAN)
}

/// Serves both routes on a free port and prints the URL.
async fn serve() -> BenchResult {
    const USER: &str = r#"{"username":"ada","email":"ada@example.com"}"#;
    let json = || async { ([(CONTENT_TYPE, "application/json")], USER) };
    let router = Router::new().route("/api/users/show/{id}", get(json)).route("/api/users/update", post(json));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
    println!("http://{}", listener.local_addr()?);
    Ok(axum::serve(listener, router).await?)
}

/// The server in a child process. Dropping it ends the process.
struct Server(Child);

impl Server {
    fn start() -> Result<(Self, String), Box<dyn Error>> {
        let mut child = Command::new(std::env::current_exe()?).arg("--serve").stdout(Stdio::piped()).spawn()?;
        let stdout = child.stdout.take().ok_or("no standard output")?;
        let mut url = String::new();
        BufReader::new(stdout).read_line(&mut url)?;
        Ok((Self(child), url.trim().to_owned()))
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // These fail only if the process has already ended.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn main() -> BenchResult {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    if std::env::args().any(|argument| argument == "--serve") {
        return runtime.block_on(serve());
    }
    let (_server, url) = Server::start()?;
    let generated = Client::builder().base_urls(&url).access_token(TOKEN).build()?;
    let generated = &generated;
    let hand_written = &HandWritten { pool: legacy::Client::builder(TokioExecutor::new()).build_http(), base_url: url };
    let show = || async {
        let user = generated.user().show("ada").await?;
        if user.username.as_deref() == Some("ada") { Ok(()) } else { Err("unexpected user name".into()) }
    };
    let hand_written_show = || async {
        let user = hand_written.show("ada").await?;
        if user.username.as_deref() == Some("ada") { Ok(()) } else { Err("unexpected user name".into()) }
    };
    compare(&runtime, "GET /api/users/show/{id}", show, hand_written_show)?;
    let update = || async {
        let body = user::UpdateBody {
            username: Some("ada".to_owned()),
            email: Some("ada@example.com".to_owned()),
            ..Default::default()
        };
        generated.user().update(&body).await?;
        Ok(())
    };
    let hand_written_update = || async {
        let user = hand_written.update(&Update { username: "ada", email: "ada@example.com" }).await?;
        if user.email.is_some() { Ok(()) } else { Err("the email address is missing".into()) }
    };
    compare(&runtime, "POST /api/users/update", update, hand_written_update)
}
