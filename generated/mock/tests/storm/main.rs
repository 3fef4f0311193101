//! A connection storm: thousands of idle connections and slow senders must neither block other clients nor leave memory
//! allocated when they end.
//!
//! The mock server runs in a child process, a second instance of this program, so that its memory can be measured.
#![cfg(target_os = "linux")]

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
use process::{MockProcess, open_files_limit};

/// The allocator of the program `pm2-mock`, whose memory use is tested.
#[global_allocator]
static ALLOCATOR: tikv_jemallocator::Jemalloc = tikv_jemallocator::Jemalloc;

/// The number of idle connections, if the limit of open files allows it.
const IDLE_CONNECTIONS: usize = 10_000;
/// The number of connections that send one byte per second.
const SLOW_CONNECTIONS: usize = 200;
/// The number of connections that are opened between two regular requests.
const BATCH: usize = 100;
/// How long all connections stay open. In this time, slow senders send some bytes.
const HOLD: Duration = Duration::from_secs(2);
/// How much the memory of the mock server may grow through a storm.
const MAX_GROWTH_KIB: u64 = 8 * 1024;
/// A timeout that is longer than a regular request takes on any machine.
const LONG: Duration = Duration::from_secs(10);

/// Keeps the tests from running at the same time, because two storms would need twice as many open files.
static SERIAL: Mutex<()> = Mutex::const_new(());

/// The open connections of a storm.
struct Storm {
    idle: Vec<TcpStream>,
    slow: JoinSet<()>,
    stop: watch::Sender<bool>,
}

impl Storm {
    fn new() -> Self {
        Self { idle: Vec::new(), slow: JoinSet::new(), stop: watch::Sender::new(false) }
    }

    /// Opens the connections, with a regular request after each batch.
    async fn open(&mut self, address: SocketAddr, idle: usize) {
        while self.idle.len() < idle {
            for _ in 0..BATCH.min(idle - self.idle.len()) {
                self.idle.push(connect(address).await);
            }
            regular_request(address).await;
        }
        for number in 0..SLOW_CONNECTIONS {
            let stream = connect(address).await;
            let request = if number % 2 == 0 { slow_head() } else { slow_body() };
            self.slow.spawn(send_slowly(stream, request, self.stop.subscribe()));
            if number % BATCH == 0 {
                regular_request(address).await;
            }
        }
    }

    /// Closes the connections.
    async fn close(mut self) {
        self.stop.send_replace(true);
        while let Some(result) = self.slow.join_next().await {
            result.expect("no panic");
        }
    }
}

async fn connect(address: SocketAddr) -> TcpStream {
    let stream = timeout(LONG, TcpStream::connect(address)).await.expect("a timely connection").expect("a connection");
    // Close by reset. Otherwise the port stays in the state TIME_WAIT and is missing in the next storm.
    stream.set_zero_linger().expect("a socket option");
    stream
}

/// A request in two parts: the first is sent at once, the second byte by byte.
type SplitRequest = (&'static str, &'static str);

fn slow_head() -> SplitRequest {
    ("", "GET /api/bucket HTTP/1.1\r\nhost: mock\r\nx-long: and so on and on\r\n\r\n")
}

fn slow_body() -> SplitRequest {
    let head = "POST /api/oauth/reset_password HTTP/1.1\r\nhost: mock\r\ncontent-type: application/json\r\n\
                content-length: 28\r\n\r\n";
    (head, "{\"email\":\"demo@example.com\"}")
}

/// Sends the second part byte by byte, until the storm ends or the server closes the connection.
async fn send_slowly(mut stream: TcpStream, (at_once, slowly): SplitRequest, mut stop: watch::Receiver<bool>) {
    if stream.write_all(at_once.as_bytes()).await.is_err() {
        return;
    }
    for byte in slowly.bytes() {
        tokio::select! {
            _ = stop.wait_for(|stop| *stop) => return,
            () = sleep(Duration::from_secs(1)) => {}
        }
        if stream.write_all(&[byte]).await.is_err() {
            return;
        }
    }
}

/// Sends a request on a new connection.
async fn regular_request(address: SocketAddr) {
    let client = Client::builder()
        .base_urls(format!("http://{address}"))
        .access_token(pm2_mock::DEMO_ACCESS_TOKEN)
        .build()
        .expect("a client");
    let buckets = timeout(LONG, client.bucket().retrieve_all()).await.expect("a timely response").expect("the buckets");
    assert_eq!(buckets.len(), 3);
}

/// Runs storms against a mock server with this limit of connections. The number of open files must return to its initial
/// value after each storm, and the memory at the end.
async fn run_storms(count: usize, max_connections: usize, idle: usize, is_expected: impl Fn(usize) -> bool) {
    let mock = MockProcess::start(max_connections);
    // The first requests allocate memory that is kept.
    for _ in 0..20 {
        regular_request(mock.address()).await;
    }
    let (files, memory) = (mock.open_files(), mock.resident_kib());
    for _ in 0..count {
        let mut storm = Storm::new();
        storm.open(mock.address(), idle).await;
        let opened = Instant::now();
        while opened.elapsed() < HOLD {
            regular_request(mock.address()).await;
        }
        let open = mock.open_files();
        assert!(is_expected(open), "{open} files are open");
        storm.close().await;
        mock.wait_for_open_files(files).await;
    }
    mock.wait_for_memory(memory + MAX_GROWTH_KIB).await;
}

/// Returns the number of idle connections, reduced to what the limit of open files allows.
fn idle_connections() -> usize {
    IDLE_CONNECTIONS.min(open_files_limit().saturating_sub(SLOW_CONNECTIONS + 100))
}

#[tokio::test]
async fn a_storm_beyond_the_limit_blocks_nobody_and_leaves_no_memory() {
    let _guard = SERIAL.lock().await;
    let limit = Limits::default().max_connections;
    run_storms(2, limit, idle_connections(), |files| files < limit + 100).await;
}

#[tokio::test]
async fn a_storm_within_the_limit_leaves_no_memory() {
    let _guard = SERIAL.lock().await;
    let idle = idle_connections();
    run_storms(2, 2 * IDLE_CONNECTIONS, idle, |files| files >= idle + SLOW_CONNECTIONS).await;
}
