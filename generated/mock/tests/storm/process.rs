//! The mock server in a child process, and the resources of that process.

use std::fs;
use std::io::{BufRead, BufReader, Read};
use std::net::SocketAddr;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use tokio::time::sleep;

use crate::LONG;
use pm2_mock::{Limits, Mock};

/// The environment variable with the limit of connections for the child process.
const MAX_CONNECTIONS: &str = "STORM_MAX_CONNECTIONS";

/// A timeout that no slow sender reaches, because the storm has to last.
const HOUR: Duration = Duration::from_secs(3600);

/// A mock server in a child process. Dropping it ends the process.
pub struct MockProcess {
    child: Child,
    address: SocketAddr,
}

impl MockProcess {
    pub fn start(max_connections: usize) -> Self {
        let mut child = Command::new(std::env::current_exe().expect("the path of this program"))
            .args(["--exact", "process::run_mock_server", "--ignored", "--nocapture"])
            .env(MAX_CONNECTIONS, max_connections.to_string())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("a process");
        let stdout = BufReader::new(child.stdout.take().expect("the standard output"));
        let address =
            stdout.lines().map_while(Result::ok).find_map(|line| line.strip_prefix("listening on ")?.parse().ok());
        Self { child, address: address.expect("an address") }
    }

    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Returns the resident memory of the process in KiB.
    pub fn resident_kib(&self) -> u64 {
        let status =
            fs::read_to_string(format!("/proc/{}/status", self.child.id())).expect("the status of the process");
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).expect("the resident memory");
        line.trim().trim_end_matches(" kB").parse().expect("a number")
    }

    /// Waits until the process has at most this number of open files.
    pub async fn wait_for_open_files(&self, max: usize) {
        let start = Instant::now();
        while self.open_files() > max {
            assert!(start.elapsed() < LONG, "{} files are open, expected at most {max}", self.open_files());
            sleep(Duration::from_millis(50)).await;
        }
    }

    /// Waits until the process has at most this much memory in KiB. The allocator returns memory with a delay.
    pub async fn wait_for_memory(&self, max: u64) {
        let start = Instant::now();
        while self.resident_kib() > max {
            assert!(
                start.elapsed() < 3 * LONG,
                "the process has {} KiB of memory, expected at most {max}",
                self.resident_kib()
            );
            sleep(Duration::from_millis(50)).await;
        }
    }

    pub fn open_files(&self) -> usize {
        fs::read_dir(format!("/proc/{}/fd", self.child.id())).expect("the open files").count()
    }
}

impl Drop for MockProcess {
    fn drop(&mut self) {
        // These fail only if the process has already ended.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Returns the limit of open files, which the child process inherits.
pub fn open_files_limit() -> usize {
    let limits = fs::read_to_string("/proc/self/limits").expect("the limits");
    let line = limits.lines().find_map(|line| line.strip_prefix("Max open files")).expect("the limit of open files");
    line.split_whitespace().next().and_then(|limit| limit.parse().ok()).unwrap_or(usize::MAX)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "not a test: the child process of the tests"]
async fn run_mock_server() {
    let Some(max_connections) = std::env::var(MAX_CONNECTIONS).ok().and_then(|max| max.parse().ok()) else { return };
    let limits = Limits { max_connections, header_timeout: HOUR, request_timeout: HOUR, ..Default::default() };
    let mock = Mock::builder().limits(limits).start().await.expect("a free port");
    println!("\nlistening on {}", mock.address());
    // Standard input ends when the parent process ends, even if it crashes.
    let parent_ended = tokio::task::spawn_blocking(|| std::io::stdin().read_to_end(&mut Vec::new()));
    parent_ended.await.expect("no panic").expect("the end of standard input");
    mock.stop().await;
}
