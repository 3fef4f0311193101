//! Measures the routers over the loopback interface with the load generator wrk.

use std::error::Error;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};
use std::sync::LazyLock;

use super::{BenchResult, CANDIDATES, Candidate, Workload, median, routers};

const SCRIPT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/benches/server/wrk.lua");
const ROUNDS: usize = 15;
const SECONDS_PER_ROUND: u32 = 2;
const CONNECTIONS: u32 = 16;

/// Serves a router on a free port and prints the URL. The server has one thread, so that a machine with two processors has
/// one left for wrk.
pub fn serve(candidate: &Candidate) -> BenchResult {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
        println!("http://{}", listener.local_addr()?);
        std::io::stdout().flush()?;
        Ok(axum::serve(listener, (candidate.router)()).await?)
    })
}

/// A server in a child process. Dropping it ends the process.
struct Server {
    child: Child,
    url: String,
}

impl Server {
    fn start(number: usize) -> Result<Self, Box<dyn Error>> {
        let mut command = pinned_command(0, &std::env::current_exe()?);
        let mut child = command.args(["--serve", &number.to_string()]).stdout(Stdio::piped()).spawn()?;
        let stdout = child.stdout.take();
        let mut server = Self { child, url: String::new() };
        BufReader::new(stdout.ok_or("no standard output")?).read_line(&mut server.url)?;
        server.url.truncate(server.url.trim_end().len());
        Ok(server)
    }

    /// Returns the CPU time of its only thread in nanoseconds. Only Linux provides it.
    fn cpu_time(&self) -> Option<f64> {
        let statistics = std::fs::read_to_string(format!("/proc/{}/schedstat", self.child.id())).ok()?;
        statistics.split(' ').next()?.parse().ok()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // These fail only if the process has already ended.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Whether processes can be bound to a processor. It is determined once, so that no program starts during a measurement.
static CAN_PIN_PROCESSES: LazyLock<bool> = LazyLock::new(|| {
    let has_two_processors = std::thread::available_parallelism().is_ok_and(|number| number.get() > 1);
    has_two_processors && is_installed("taskset")
});

/// Returns a command that runs a program on one processor, if the machine has two and `taskset` is installed.
fn pinned_command(number: usize, program: &Path) -> Command {
    if !*CAN_PIN_PROCESSES {
        return Command::new(program);
    }
    let mut command = Command::new("taskset");
    command.args(["--cpu-list", &number.to_string()]).arg(program);
    command
}

fn is_installed(program: &str) -> bool {
    let status = Command::new(program).arg("--version").stdout(Stdio::null()).stderr(Stdio::null()).status();
    status.is_ok()
}

/// The measurements of a server in one round.
#[derive(Clone, Copy)]
struct Run {
    requests_per_second: f64,
    p99_microseconds: f64,
    /// The CPU time of the server per request. It varies less than the other values when other programs run.
    cpu_microseconds: f64,
}

/// Measures all routers in turns, each next to the baseline, and prints the results.
pub fn compare() -> BenchResult {
    if !is_installed("wrk") {
        println!("skipped the loopback measurement: wrk is not installed (on Debian: apt-get install wrk)");
        return Ok(());
    }
    for workload in Workload::ALL {
        let mut pairs = vec![Vec::new(); CANDIDATES.len()];
        for round in 0..ROUNDS {
            for (index, pairs) in pairs.iter_mut().enumerate().skip(1) {
                pairs.push(measure_pair(index, workload, round)?);
            }
        }
        println!(
            "{}, over the loopback interface: {ROUNDS} rounds of {SECONDS_PER_ROUND} s, {CONNECTIONS} connections",
            workload.title()
        );
        for (candidate, pairs) in CANDIDATES.iter().zip(&pairs).skip(1) {
            print(candidate.name, pairs);
        }
    }
    Ok(())
}

/// Measures the baseline and another router at the same time, so that other load on the machine affects both. Both servers
/// share one processor, and wrk uses another. Each round starts new servers, because the memory layout of a process affects
/// its speed.
fn measure_pair(index: usize, workload: Workload, round: usize) -> Result<[Run; 2], Box<dyn Error>> {
    // The order changes with each round.
    let order = if round.is_multiple_of(2) { [0, index] } else { [index, 0] };
    let servers = [Server::start(order[0])?, Server::start(order[1])?];
    let before = servers.each_ref().map(Server::cpu_time);
    let loads = [start_load(&servers[0], workload)?, start_load(&servers[1], workload)?];
    let outputs = loads.map(Child::wait_with_output);
    let mut runs = Vec::new();
    for ((server, before), output) in servers.iter().zip(before).zip(outputs) {
        let cpu_time = before.zip(server.cpu_time()).map(|(before, after)| after - before);
        runs.push(parse_result(&output?, cpu_time)?);
    }
    if !round.is_multiple_of(2) {
        runs.reverse();
    }
    Ok([runs[0], runs[1]])
}

fn start_load(server: &Server, workload: Workload) -> std::io::Result<Child> {
    let mut command = pinned_command(1, Path::new("wrk"));
    command.args([
        "--threads",
        "1",
        "--connections",
        &CONNECTIONS.to_string(),
        "--duration",
        &format!("{SECONDS_PER_ROUND}s"),
    ]);
    command.args(["--script", SCRIPT]).arg(format!("{}{}", server.url, workload.path())).arg("--");
    match workload {
        Workload::Get => command.arg("GET"),
        Workload::Post => command.args(["POST", routers::TOKEN, routers::BODY]),
    };
    command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn()
}

/// Parses the output of the script.
fn parse_result(output: &Output, cpu_nanoseconds: Option<f64>) -> Result<Run, Box<dyn Error>> {
    let text = String::from_utf8_lossy(&output.stdout);
    let result = text
        .lines()
        .find_map(|line| line.strip_prefix("result "))
        .ok_or_else(|| format!("wrk printed no result: {text}{}", String::from_utf8_lossy(&output.stderr)))?;
    let numbers = result.split(' ').map(str::parse).collect::<Result<Vec<f64>, _>>()?;
    let [requests, microseconds, p99_microseconds, failed] = numbers[..] else {
        return Err(format!("the result of wrk has an unexpected format: {result}").into());
    };
    if failed > 0.0 {
        return Err(format!("{failed} requests failed").into());
    }
    Ok(Run {
        requests_per_second: requests / microseconds * 1e6,
        p99_microseconds,
        cpu_microseconds: cpu_nanoseconds.unwrap_or(f64::NAN) / requests / 1e3,
    })
}

/// Prints the medians of all rounds, with the first and third quartiles of the ratios.
fn print(name: &str, pairs: &[[Run; 2]]) {
    let ratios = |number: &dyn Fn(&Run) -> f64| -> Vec<f64> {
        let mut ratios: Vec<f64> = pairs.iter().map(|[baseline, other]| number(other) / number(baseline)).collect();
        ratios.sort_by(f64::total_cmp);
        ratios
    };
    let median_of = |number: &dyn Fn(&Run) -> f64| median(pairs.iter().map(|[_, other]| number(other)).collect());
    let (speed, p99) = (ratios(&|run| run.requests_per_second), ratios(&|run| run.p99_microseconds));
    let meets_target = speed[speed.len() / 2] >= 0.97 && p99[p99.len() / 2] <= 1.1;
    println!("  {name}: {}", if meets_target { "meets the target" } else { "MISSES the target" });
    print_line("requests/s", median_of(&|run| run.requests_per_second), &speed);
    print_line("µs (99th percentile)", median_of(&|run| run.p99_microseconds), &p99);
    let cpu = |run: &Run| run.cpu_microseconds;
    print_line("µs of CPU time per request", median_of(&cpu), &ratios(&cpu));
}

fn print_line(unit: &str, median: f64, ratios: &[f64]) {
    let quartile = |number: usize| ratios.get(ratios.len() * number / 4).copied().unwrap_or(f64::NAN);
    println!(
        "    {median:>9.1} {unit:<29} {:.3} times hand-written ({:.3} to {:.3})",
        quartile(2),
        quartile(1),
        quartile(3)
    );
}
