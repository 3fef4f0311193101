//! The mock in a process of its own, and what the system knows of that process.

use std::fs;
use std::io::{BufRead, BufReader, Read};
use std::net::SocketAddr;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use tokio::time::sleep;

use crate::LONG;
use pm2_mock::{Limits, Mock};

/// Tells the other process how many connections to keep.
const MOST: &str = "STORM_MAX_CONNECTIONS";

/// Nobody is cut off for being slow: the storm is to last.
const HOUR: Duration = Duration::from_secs(3600);

/// The mock, until this is dropped.
pub struct Process {
    child: Child,
    address: SocketAddr,
}

impl Process {
    pub fn start(most: usize) -> Self {
        let mut child = Command::new(std::env::current_exe().expect("this program"))
            .args(["--exact", "process::the_mock_itself", "--ignored", "--nocapture"])
            .env(MOST, most.to_string())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("a process");
        let stdout = BufReader::new(child.stdout.take().expect("its output"));
        let address =
            stdout.lines().map_while(Result::ok).find_map(|line| line.strip_prefix("listening on ")?.parse().ok());
        Self { child, address: address.expect("an address") }
    }

    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// How much memory it has, in KiB.
    pub fn resident(&self) -> u64 {
        let status = fs::read_to_string(format!("/proc/{}/status", self.child.id())).expect("its status");
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).expect("its memory");
        line.trim().trim_end_matches(" kB").parse().expect("a number")
    }

    /// Waits until it has no more open files than that.
    pub async fn has_open_files(&self, most: usize) {
        let start = Instant::now();
        while self.open_files() > most {
            assert!(start.elapsed() < LONG, "{} files are open, {most} at the start", self.open_files());
            sleep(Duration::from_millis(50)).await;
        }
    }

    /// Waits until it has no more memory than that, in KiB. It goes back some time after it was used.
    pub async fn has_memory(&self, most: u64) {
        let start = Instant::now();
        while self.resident() > most {
            assert!(start.elapsed() < 3 * LONG, "the mock has {} KiB of memory, {most} are expected", self.resident());
            sleep(Duration::from_millis(50)).await;
        }
    }

    pub fn open_files(&self) -> usize {
        fs::read_dir(format!("/proc/{}/fd", self.child.id())).expect("its files").count()
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // It may have ended by itself; then there is nothing left to do.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// How many files a process may have open; that of the mock may have as many.
pub fn open_files_limit() -> usize {
    let limits = fs::read_to_string("/proc/self/limits").expect("the limits");
    let line = limits.lines().find_map(|line| line.strip_prefix("Max open files")).expect("the limit of open files");
    line.split_whitespace().next().and_then(|limit| limit.parse().ok()).unwrap_or(usize::MAX)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "no test: what the tests start as a process"]
async fn the_mock_itself() {
    let Some(most) = std::env::var(MOST).ok().and_then(|most| most.parse().ok()) else { return };
    let limits = Limits { connections: most, header_time: HOUR, request_time: HOUR, ..Default::default() };
    let mock = Mock::builder().limits(limits).start().await.expect("a free port");
    println!("\nlistening on {}", mock.address());
    // Ends with the process that has started it, whatever becomes of that.
    let ended = tokio::task::spawn_blocking(|| std::io::stdin().read_to_end(&mut Vec::new()));
    ended.await.expect("no panic").expect("an end");
    mock.stop().await;
}
