//! The mock server under many idle connections and slow senders: others are served all the while, and the memory that it
//! took goes back.
//!
//! The mock runs in a process of its own, this same program started once more, so that its memory can be told apart.
#![cfg(target_os = "linux")]

/// The one that the program `pm2-mock` has: the memory of this process is that of a mock.
#[path = "../../src/allocator.rs"]
mod allocator;

mod process;

use std::net::SocketAddr;
use std::time::Duration;

use pm2_api::Client;
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;
use tokio::sync::{Mutex, watch};
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep, timeout};

use pm2_mock::Limits;
use process::{Process, open_files_limit};

/// How many connections do nothing, where there may be as many open files.
const IDLE: usize = 10_000;
/// How many send one byte a second.
const SLOW: usize = 200;
/// How many connections are opened between two honest requests.
const WAVE: usize = 100;
/// How long the storm goes on once all connections are open: slow senders get to send some bytes.
const HOLD: Duration = Duration::from_secs(2);
/// How much more memory the mock may have after the storm than before.
const SLACK_KIB: u64 = 8 * 1024;
/// Longer than any honest request takes, on any machine.
const LONG: Duration = Duration::from_secs(10);

/// One storm at a time: two of them would need twice the open files.
static ALONE: Mutex<()> = Mutex::const_new(());

/// Connections that a storm has opened, until it is over.
struct Storm {
    idle: Vec<TcpStream>,
    slow: JoinSet<()>,
    over: watch::Sender<bool>,
}

impl Storm {
    fn new() -> Self {
        Self { idle: Vec::new(), slow: JoinSet::new(), over: watch::Sender::new(false) }
    }

    /// Opens the connections, with an honest request after each wave.
    async fn rise(&mut self, address: SocketAddr, idle: usize) {
        while self.idle.len() < idle {
            for _ in 0..WAVE.min(idle - self.idle.len()) {
                self.idle.push(connect(address).await);
            }
            honest(address).await;
        }
        for number in 0..SLOW {
            let stream = connect(address).await;
            let half = if number % 2 == 0 { slow_head() } else { slow_body() };
            self.slow.spawn(drip(stream, half, self.over.subscribe()));
            if number % WAVE == 0 {
                honest(address).await;
            }
        }
    }

    async fn end(mut self) {
        self.over.send_replace(true);
        while let Some(ended) = self.slow.join_next().await {
            ended.expect("no panic");
        }
    }
}

async fn connect(address: SocketAddr) -> TcpStream {
    let stream = timeout(LONG, TcpStream::connect(address)).await.expect("no wait").expect("a connection");
    // Closed by a reset: a port that waits is lost to the next storm.
    stream.set_zero_linger().expect("a socket option");
    stream
}

/// What is sent at once, and what is sent byte by byte.
type Halves = (&'static str, &'static str);

fn slow_head() -> Halves {
    ("", "GET /api/bucket HTTP/1.1\r\nhost: mock\r\nx-long: and so on and on\r\n\r\n")
}

fn slow_body() -> Halves {
    let head = "POST /api/oauth/reset_password HTTP/1.1\r\nhost: mock\r\ncontent-type: application/json\r\n\
                content-length: 28\r\n\r\n";
    (head, "{\"email\":\"demo@example.com\"}")
}

/// Sends the second half byte by byte, until the storm is over or the mock has had enough.
async fn drip(mut stream: TcpStream, (at_once, slowly): Halves, mut over: watch::Receiver<bool>) {
    if stream.write_all(at_once.as_bytes()).await.is_err() {
        return;
    }
    for byte in slowly.bytes() {
        tokio::select! {
            _ = over.wait_for(|over| *over) => return,
            () = sleep(Duration::from_secs(1)) => {}
        }
        if stream.write_all(&[byte]).await.is_err() {
            return;
        }
    }
}

/// A request of somebody who has just come.
async fn honest(address: SocketAddr) {
    let client = Client::builder()
        .base_urls(format!("http://{address}"))
        .access_token(pm2_mock::DEMO_ACCESS_TOKEN)
        .build()
        .expect("a client");
    let buckets = timeout(LONG, client.bucket().retrieve_all()).await.expect("no wait").expect("the buckets");
    assert_eq!(buckets.len(), 3);
}

/// Storms over a mock that keeps that many connections. After each it has as few files open as before, and in the end as
/// little memory.
async fn storms(number: usize, most: usize, idle: usize, is_as_expected: impl Fn(usize) -> bool) {
    let mock = Process::start(most);
    // What is made at the first requests is no part of what a storm leaves.
    for _ in 0..20 {
        honest(mock.address()).await;
    }
    let (files, memory) = (mock.open_files(), mock.resident());
    for _ in 0..number {
        let mut storm = Storm::new();
        storm.rise(mock.address(), idle).await;
        let risen = Instant::now();
        while risen.elapsed() < HOLD {
            honest(mock.address()).await;
        }
        let open = mock.open_files();
        assert!(is_as_expected(open), "{open} files are open");
        storm.end().await;
        mock.has_open_files(files).await;
    }
    mock.has_memory(memory + SLACK_KIB).await;
}

/// As many as that, or as the limit of open files has room for.
fn idle_connections(wanted: usize) -> usize {
    wanted.min(open_files_limit().saturating_sub(SLOW + 100))
}

#[tokio::test]
async fn a_storm_keeps_nobody_out_and_leaves_nothing_behind() {
    let _alone = ALONE.lock().await;
    let most = Limits::default().connections;
    storms(2, most, idle_connections(IDLE), |files| files < most + 100).await;
}

#[tokio::test]
async fn connections_that_were_all_kept_leave_nothing_behind() {
    let _alone = ALONE.lock().await;
    let idle = idle_connections(IDLE);
    storms(2, 2 * IDLE, idle, |files| files >= idle + SLOW).await;
}
