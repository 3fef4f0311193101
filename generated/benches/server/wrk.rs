//! The routers over the loopback, asked by the load generator wrk.

use std::error::Error;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};
use std::sync::LazyLock;

use super::{CONTESTANTS, Contestant, Outcome, Question, median, routers};

const SCRIPT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/benches/server/wrk.lua");
const ROUNDS: usize = 15;
const SECONDS: u32 = 2;
const CONNECTIONS: u32 = 16;

/// Serves a router on a free port that is printed, until the process is ended. One thread serves, so that one is left for
/// wrk on a small machine.
pub fn serve(contestant: &Contestant) -> Outcome {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
        println!("http://{}", listener.local_addr()?);
        std::io::stdout().flush()?;
        Ok(axum::serve(listener, (contestant.router)()).await?)
    })
}

/// A server in a process of its own, which ends with this one.
struct Server {
    child: Child,
    url: String,
}

impl Server {
    fn start(number: usize) -> Result<Self, Box<dyn Error>> {
        let mut command = on_processor(0, &std::env::current_exe()?);
        let mut child = command.args(["--serve", &number.to_string()]).stdout(Stdio::piped()).spawn()?;
        let stdout = child.stdout.take();
        let mut server = Self { child, url: String::new() };
        BufReader::new(stdout.ok_or("no standard output")?).read_line(&mut server.url)?;
        server.url.truncate(server.url.trim_end().len());
        Ok(server)
    }

    /// How long its only thread has been running, in nanoseconds.
    fn processor_time(&self) -> Option<f64> {
        let statistics = std::fs::read_to_string(format!("/proc/{}/schedstat", self.child.id())).ok()?;
        statistics.split(' ').next()?.parse().ok()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended by itself; then there is nothing left to do.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Found out once: no program is to be started for it while a server is measured.
static CAN_BE_BOUND: LazyLock<bool> = LazyLock::new(|| {
    let are_two = std::thread::available_parallelism().is_ok_and(|number| number.get() > 1);
    are_two && is_installed("taskset")
});

/// A program that runs on one processor only, where there are two and `taskset` to see to that.
fn on_processor(number: usize, program: &Path) -> Command {
    if !*CAN_BE_BOUND {
        return Command::new(program);
    }
    let mut command = Command::new("taskset");
    command.args(["--cpu-list", &number.to_string()]).arg(program);
    command
}

fn is_installed(program: &str) -> bool {
    let tried = Command::new(program).arg("--version").stdout(Stdio::null()).stderr(Stdio::null()).status();
    tried.is_ok()
}

/// How a server did while wrk asked it.
#[derive(Clone, Copy)]
struct Run {
    requests_per_second: f64,
    p99_microseconds: f64,
    /// What a request takes of the server's processor; other programs disturb this least. Linux tells it.
    processor_microseconds: f64,
}

/// Asks all of them in turns, each beside the router by hand, and prints how fast they answer.
pub fn compare() -> Outcome {
    if !is_installed("wrk") {
        println!("wrk is not installed, so nothing was measured over the loopback. Debian has it: apt-get install wrk");
        return Ok(());
    }
    for question in Question::ALL {
        let mut pairs = vec![Vec::new(); CONTESTANTS.len()];
        for round in 0..ROUNDS {
            for (index, pairs) in pairs.iter_mut().enumerate().skip(1) {
                pairs.push(side_by_side(index, question, round)?);
            }
        }
        println!("{}, over the loopback: {ROUNDS} rounds of {SECONDS} s, {CONNECTIONS} connections", question.title());
        for (contestant, pairs) in CONTESTANTS.iter().zip(&pairs).skip(1) {
            print(contestant.name, pairs);
        }
    }
    Ok(())
}

/// Asks the router by hand and another at the same time, so that whatever else the machine does meets both. They share a
/// processor, of which each gets half, and wrk has another. The servers are new each time: how a process lies in memory
/// makes a difference, too.
fn side_by_side(index: usize, question: Question, round: usize) -> Result<[Run; 2], Box<dyn Error>> {
    // Not always in the same order.
    let order = if round.is_multiple_of(2) { [0, index] } else { [index, 0] };
    let servers = [Server::start(order[0])?, Server::start(order[1])?];
    let before = servers.each_ref().map(Server::processor_time);
    let load = [load(&servers[0], question)?, load(&servers[1], question)?];
    let outputs = load.map(Child::wait_with_output);
    let mut runs = Vec::new();
    for ((server, before), output) in servers.iter().zip(before).zip(outputs) {
        let processor_time = before.zip(server.processor_time()).map(|(before, after)| after - before);
        runs.push(result(&output?, processor_time)?);
    }
    if !round.is_multiple_of(2) {
        runs.reverse();
    }
    Ok([runs[0], runs[1]])
}

fn load(server: &Server, question: Question) -> std::io::Result<Child> {
    let mut command = on_processor(1, Path::new("wrk"));
    command.args(["--threads", "1", "--connections", &CONNECTIONS.to_string(), "--duration", &format!("{SECONDS}s")]);
    command.args(["--script", SCRIPT]).arg(format!("{}{}", server.url, question.path())).arg("--");
    match question {
        Question::Get => command.arg("GET"),
        Question::Post => command.args(["POST", routers::TOKEN, routers::BODY]),
    };
    command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn()
}

/// What the script has written, and the processor time with it.
fn result(output: &Output, processor_nanoseconds: Option<f64>) -> Result<Run, Box<dyn Error>> {
    let text = String::from_utf8_lossy(&output.stdout);
    let result = text
        .lines()
        .find_map(|line| line.strip_prefix("result "))
        .ok_or_else(|| format!("wrk said nothing of how it went: {text}{}", String::from_utf8_lossy(&output.stderr)))?;
    let numbers = result.split(' ').map(str::parse).collect::<Result<Vec<f64>, _>>()?;
    let [requests, microseconds, p99_microseconds, failed] = numbers[..] else {
        return Err(format!("wrk's script said something else: {result}").into());
    };
    if failed > 0.0 {
        return Err(format!("{failed} requests failed").into());
    }
    Ok(Run {
        requests_per_second: requests / microseconds * 1e6,
        p99_microseconds,
        processor_microseconds: processor_nanoseconds.unwrap_or(f64::NAN) / requests / 1e3,
    })
}

/// Prints medians of the rounds, and between what the middle half of them lies.
fn print(name: &str, pairs: &[[Run; 2]]) {
    let ratios = |number: &dyn Fn(&Run) -> f64| -> Vec<f64> {
        let mut ratios: Vec<f64> = pairs.iter().map(|[by_hand, other]| number(other) / number(by_hand)).collect();
        ratios.sort_by(f64::total_cmp);
        ratios
    };
    let of = |number: &dyn Fn(&Run) -> f64| median(pairs.iter().map(|[_, other]| number(other)).collect());
    let (speed, p99) = (ratios(&|run| run.requests_per_second), ratios(&|run| run.p99_microseconds));
    let is_within = speed[speed.len() / 2] >= 0.97 && p99[p99.len() / 2] <= 1.1;
    println!("  {name}: {}", if is_within { "within the bar" } else { "NOT within the bar" });
    line("requests/s", of(&|run| run.requests_per_second), &speed);
    line("µs for 99 of 100", of(&|run| run.p99_microseconds), &p99);
    let processor = |run: &Run| run.processor_microseconds;
    line("µs of the server's processor", of(&processor), &ratios(&processor));
}

fn line(unit: &str, median: f64, ratios: &[f64]) {
    let quarter = |number: usize| ratios.get(ratios.len() * number / 4).copied().unwrap_or(f64::NAN);
    println!("    {median:>9.1} {unit:<29} {:.3} times by hand ({:.3} to {:.3})", quarter(2), quarter(1), quarter(3));
}
