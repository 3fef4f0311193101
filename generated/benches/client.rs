//! What a call costs beside the same call written by hand with hyper and serde_json.
//!
//! `cargo bench -p pm2-api --bench client`
//!
//! Both clients call one server over the loopback, taking turns; the server is another process, so that what is measured is
//! the client alone: processor time and allocations. The bar: at most 1.15 times the processor time, and at most 8
//! allocations more.

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

type Outcome = Result<(), Box<dyn Error>>;

/// The client that somebody would write for two routes.
struct ByHand {
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

impl ByHand {
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
            .header(USER_AGENT, "by-hand/1.0")
            .header(ACCEPT, "application/json");
        if !body.is_empty() {
            request = request.header(CONTENT_TYPE, "application/json").header(AUTHORIZATION, format!("Bearer {TOKEN}"));
        }
        let answer = self.pool.request(request.body(Full::new(body))?).await?;
        if !answer.status().is_success() {
            return Err(answer.status().as_str().into());
        }
        Ok(serde_json::from_slice(&answer.into_body().collect().await?.to_bytes())?)
    }
}

/// What a number of calls took.
#[derive(Clone, Copy)]
struct Cost {
    time: Duration,
    allocations: u64,
}

/// The runtime has no thread but this one, so that what its tasks allocate is counted, too.
fn measure<F: Future<Output = Outcome>>(
    runtime: &Runtime,
    mut call: impl FnMut() -> F,
) -> Result<Cost, Box<dyn Error>> {
    let mut outcome = Ok(());
    let start = ProcessTime::now();
    let allocated = allocation_counter::measure(|| {
        outcome = runtime.block_on(async {
            for _ in 0..CALLS {
                call().await?;
            }
            Ok(())
        });
    });
    let time = start.elapsed();
    outcome.map(|()| Cost { time, allocations: allocated.count_total })
}

/// Measures both in turns and prints the median of each, and of their ratio.
fn compare<F, G>(runtime: &Runtime, name: &str, mut ours: impl FnMut() -> F, mut by_hand: impl FnMut() -> G) -> Outcome
where
    F: Future<Output = Outcome>,
    G: Future<Output = Outcome>,
{
    measure(runtime, &mut ours)?;
    measure(runtime, &mut by_hand)?;
    let mut costs = Vec::new();
    for _ in 0..ROUNDS {
        costs.push((measure(runtime, &mut ours)?, measure(runtime, &mut by_hand)?));
    }
    let calls = f64::from(CALLS);
    let micros = |cost: Cost| cost.time.as_secs_f64() * 1e6 / calls;
    let allocations = |cost: Cost| cost.allocations as f64 / calls;
    let of = |number: &dyn Fn(&(Cost, Cost)) -> f64| median(costs.iter().map(number).collect());
    println!(
        "{name}: {:.1} µs and {:.1} allocations, by hand {:.1} µs and {:.1}: {:.3} times the time, {:+.1} allocations",
        of(&|cost| micros(cost.0)),
        of(&|cost| allocations(cost.0)),
        of(&|cost| micros(cost.1)),
        of(&|cost| allocations(cost.1)),
        of(&|cost| micros(cost.0) / micros(cost.1)),
        of(&|cost| allocations(cost.0) - allocations(cost.1)),
    );
    Ok(())
}

fn median(mut numbers: Vec<f64>) -> f64 {
    numbers.sort_by(f64::total_cmp);
    numbers.get(numbers.len() / 2).copied().unwrap_or(f64::NAN)
}

/// Both routes, on a free port that is printed.
async fn serve() -> Outcome {
    const USER: &str = r#"{"username":"ada","email":"ada@example.com"}"#;
    let json = || async { ([(CONTENT_TYPE, "application/json")], USER) };
    let router = Router::new().route("/api/users/show/{id}", get(json)).route("/api/users/update", post(json));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
    println!("http://{}", listener.local_addr()?);
    Ok(axum::serve(listener, router).await?)
}

/// The server in a process of its own, which ends with this one.
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
        // It may have ended by itself; then there is nothing left to do.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn main() -> Outcome {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    if std::env::args().any(|argument| argument == "--serve") {
        return runtime.block_on(serve());
    }
    let (_server, url) = Server::start()?;
    let ours = Client::builder().base_urls(&url).access_token(TOKEN).build()?;
    let ours = &ours;
    let by_hand = &ByHand { pool: legacy::Client::builder(TokioExecutor::new()).build_http(), base_url: url };
    let shown = || async {
        let user = ours.user().show("ada").await?;
        if user.username.as_deref() == Some("ada") { Ok(()) } else { Err("not ada".into()) }
    };
    let shown_by_hand = || async {
        let user = by_hand.show("ada").await?;
        if user.username.as_deref() == Some("ada") { Ok(()) } else { Err("not ada".into()) }
    };
    compare(&runtime, "GET /api/users/show/{id}", shown, shown_by_hand)?;
    let updated = || async {
        let body = user::UpdateBody {
            username: Some("ada".to_owned()),
            email: Some("ada@example.com".to_owned()),
            ..Default::default()
        };
        ours.user().update(&body).await?;
        Ok(())
    };
    let updated_by_hand = || async {
        let user = by_hand.update(&Update { username: "ada", email: "ada@example.com" }).await?;
        if user.email.is_some() { Ok(()) } else { Err("no e-mail".into()) }
    };
    compare(&runtime, "POST /api/users/update", updated, updated_by_hand)
}
