//! The routers over the loopback, asked by the load generator wrk.

use std::error::Error;
use std::io::{BufRead, BufReader, ErrorKind, Write};
use std::process::{Child, Command, Stdio};

use super::{CONTESTANTS, Contestant, Outcome, Question, median, routers};

const SCRIPT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/benches/server/wrk.lua");
const ROUNDS: usize = 9;
const SECONDS: u32 = 2;
const CONNECTIONS: u32 = 32;

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
        let mut command = Command::new(std::env::current_exe()?);
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

/// How a server did while wrk asked it.
#[derive(Clone, Copy)]
struct Run {
    requests_per_second: f64,
    p99_microseconds: f64,
    /// What a request takes of the server's processor; other programs disturb this least. Linux tells it.
    processor_microseconds: Option<f64>,
}

/// Asks all of them in turns and prints how fast they answer.
pub fn compare() -> Outcome {
    match Command::new("wrk").arg("--version").stdout(Stdio::null()).stderr(Stdio::null()).status() {
        Ok(_) => {}
        Err(error) if error.kind() == ErrorKind::NotFound => {
            println!(
                "wrk is not installed, so nothing was measured over the loopback. Debian has it: apt-get install wrk"
            );
            return Ok(());
        }
        Err(error) => return Err(error.into()),
    }
    let servers = (0..CONTESTANTS.len()).map(Server::start).collect::<Result<Vec<_>, _>>()?;
    for question in Question::ALL {
        let mut runs = vec![Vec::new(); servers.len()];
        for round in 0..ROUNDS {
            // Not always in the same order.
            for index in (0..servers.len()).map(|index| (index + round) % servers.len()) {
                runs[index].push(run(&servers[index], question)?);
            }
        }
        println!("{}, over the loopback: {ROUNDS} rounds of {SECONDS} s, {CONNECTIONS} connections", question.title());
        for (contestant, runs_of_one) in CONTESTANTS.iter().zip(&runs) {
            print(contestant.name, runs_of_one, &runs[0]);
        }
    }
    Ok(())
}

/// Prints medians. Each run is compared with that of the same round, because the machine changes from round to round.
fn print(name: &str, runs: &[Run], by_hand: &[Run]) {
    let of = |number: &dyn Fn(&Run) -> f64| median(runs.iter().map(number).collect());
    let ratios = |number: &dyn Fn(&Run) -> f64| -> Vec<f64> {
        runs.iter().zip(by_hand).map(|(run, by_hand)| number(run) / number(by_hand)).collect()
    };
    let (speed, p99) = (ratios(&|run| run.requests_per_second), ratios(&|run| run.p99_microseconds));
    let least = speed.iter().copied().fold(f64::INFINITY, f64::min);
    let most = speed.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let (speed, p99) = (median(speed), median(p99));
    let verdict = if speed >= 0.97 && p99 <= 1.1 { "within the bar" } else { "NOT within the bar" };
    println!(
        "  {name:<25} {:>7.0} requests/s, {speed:.3} times by hand (rounds: {least:.2} to {most:.2}); \
         p99 {:>5.0} µs, {p99:.3} times: {verdict}",
        of(&|run| run.requests_per_second),
        of(&|run| run.p99_microseconds),
    );
    let processor = |run: &Run| run.processor_microseconds.unwrap_or(f64::NAN);
    println!(
        "  {:25} {:>7.1} µs of the server's processor for a request, {:.3} times by hand",
        "",
        of(&processor),
        median(ratios(&processor))
    );
}

fn run(server: &Server, question: Question) -> Result<Run, Box<dyn Error>> {
    let mut command = Command::new("wrk");
    command.args(["--threads", "1", "--connections", &CONNECTIONS.to_string(), "--duration", &format!("{SECONDS}s")]);
    command.args(["--script", SCRIPT]).arg(format!("{}{}", server.url, question.path())).arg("--");
    match question {
        Question::Get => command.arg("GET"),
        Question::Post => command.args(["POST", routers::TOKEN, routers::BODY]),
    };
    let before = server.processor_time();
    let output = command.output()?;
    let after = server.processor_time();
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
        processor_microseconds: before.zip(after).map(|(before, after)| (after - before) / requests / 1e3),
    })
}
