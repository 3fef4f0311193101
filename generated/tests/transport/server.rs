//! A server on 127.0.0.1 that does with each connection what a script says, and keeps what it was sent.

use std::future::Future;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, BufStream};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;

/// Tests give up after this. Nothing takes as long, even on a busy machine.
pub const FOREVER: Duration = Duration::from_secs(60);

/// A request as it was sent.
#[derive(Debug, Clone)]
pub struct Sent {
    /// The first line, such as `GET / HTTP/1.1`.
    pub line: String,
    /// Names in lower case.
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
}

impl Sent {
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }
}

#[derive(Default)]
struct Record {
    sent: Mutex<Vec<Sent>>,
    accepted: AtomicUsize,
    ended: AtomicUsize,
    written: AtomicUsize,
}

/// A server. It ends with the test's runtime.
#[derive(Clone)]
pub struct Server {
    address: SocketAddr,
    record: Arc<Record>,
}

impl Server {
    /// A server whose script gets every connection.
    pub async fn start<F>(script: impl Fn(Talk) -> F + Send + 'static) -> Self
    where
        F: Future<Output = ()> + Send + 'static,
    {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("an address");
        let record = Arc::new(Record::default());
        let server = Self { address, record: Arc::clone(&record) };
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let number = record.accepted.fetch_add(1, Ordering::SeqCst);
                let script = script(Talk::new(stream, number, Arc::clone(&record)));
                let record = Arc::clone(&record);
                tokio::spawn(async move {
                    script.await;
                    record.ended.fetch_add(1, Ordering::SeqCst);
                });
            }
        });
        server
    }

    /// A server that gives the same answer to every request.
    pub async fn answering(answer: impl Into<Vec<u8>>) -> Self {
        let answer: Arc<[u8]> = answer.into().into();
        Self::start(move |mut talk| {
            let answer = Arc::clone(&answer);
            async move { while talk.request().await.is_some() && talk.say(&answer).await {} }
        })
        .await
    }

    /// A server that answers the first request on each connection, and then closes it.
    pub async fn answering_once(answer: impl Into<Vec<u8>>) -> Self {
        let answer: Arc<[u8]> = answer.into().into();
        Self::start(move |mut talk| {
            let answer = Arc::clone(&answer);
            async move {
                talk.request().await;
                talk.say(&answer).await;
            }
        })
        .await
    }

    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The requests so far.
    pub fn sent(&self) -> Vec<Sent> {
        self.record.sent.lock().expect("no test panics here").clone()
    }

    /// The last request.
    pub fn last(&self) -> Sent {
        self.sent().pop().expect("something was sent")
    }

    /// How many connections there were.
    pub fn accepted(&self) -> usize {
        self.record.accepted.load(Ordering::SeqCst)
    }

    /// How many bytes the client's side took.
    pub fn written(&self) -> usize {
        self.record.written.load(Ordering::SeqCst)
    }

    /// Waits until the scripts of all connections have come to their end.
    pub async fn all_ended(&self) {
        eventually("no connection is left", || self.record.ended.load(Ordering::SeqCst) == self.accepted()).await;
    }
}

/// Waits until something holds.
pub async fn eventually(what: &str, holds: impl Fn() -> bool) {
    let waiting = async {
        while !holds() {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    assert!(tokio::time::timeout(FOREVER, waiting).await.is_ok(), "{what}");
}

trait Io: AsyncRead + AsyncWrite + Send + Unpin {}

impl<T: AsyncRead + AsyncWrite + Send + Unpin> Io for T {}

/// A connection from the server's side. It is closed when it is dropped.
pub struct Talk {
    stream: BufStream<Box<dyn Io>>,
    /// How many connections there were before this one.
    pub number: usize,
    record: Arc<Record>,
}

impl Talk {
    fn new(stream: TcpStream, number: usize, record: Arc<Record>) -> Self {
        Self { stream: BufStream::new(Box::new(stream)), number, record }
    }

    /// The same connection with TLS; nothing where the client does not want it so.
    pub async fn secured(self, tls: &TlsAcceptor) -> Option<Self> {
        let Self { stream, number, record } = self;
        let stream = tls.accept(stream).await.ok()?;
        Some(Self { stream: BufStream::new(Box::new(stream)), number, record })
    }

    /// Carries bytes between this connection and another until one of them ends.
    pub async fn join(mut self, other: &mut TcpStream) {
        // How it ends is up to the two ends.
        let _ = tokio::io::copy_bidirectional(&mut self.stream, other).await;
    }

    /// The connection itself.
    pub fn into_io(self) -> impl AsyncRead + AsyncWrite + Send + Unpin {
        self.stream
    }

    /// The next request; nothing where there is none before the connection ends.
    pub async fn request(&mut self) -> Option<Sent> {
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            head.push(self.stream.read_u8().await.ok()?);
        }
        let head = String::from_utf8(head).expect("text");
        let mut lines = head.lines();
        let line = lines.next().unwrap_or_default().to_owned();
        let header = |line: &str| line.split_once(": ").map(|(name, value)| (name.to_lowercase(), value.to_owned()));
        let headers: Vec<_> = lines.filter_map(header).collect();
        let mut sent = Sent { line, headers, body: Vec::new() };
        let length = sent.header("content-length").map_or(0, |length| length.parse().expect("a length"));
        sent.body.resize(length, 0);
        self.stream.read_exact(&mut sent.body).await.ok()?;
        self.record.sent.lock().expect("no test panics here").push(sent.clone());
        Some(sent)
    }

    /// Writes; false where the client has hung up.
    pub async fn say(&mut self, bytes: impl AsRef<[u8]>) -> bool {
        let bytes = bytes.as_ref();
        let done = self.stream.write_all(bytes).await.is_ok() && self.stream.flush().await.is_ok();
        if done {
            self.record.written.fetch_add(bytes.len(), Ordering::SeqCst);
        }
        done
    }

    /// Waits until the client hangs up.
    pub async fn hung_up(&mut self) {
        let mut rest = [0; 1024];
        while matches!(self.stream.read(&mut rest).await, Ok(1..)) {}
    }
}

/// An answer with a body whose length is told.
pub fn answer(status: &str, headers: &[&str], body: impl AsRef<[u8]>) -> Vec<u8> {
    let body = body.as_ref();
    let mut answer = head(status, headers);
    answer.truncate(answer.len() - 2);
    answer.extend_from_slice(format!("content-length: {}\r\n\r\n", body.len()).as_bytes());
    answer.extend_from_slice(body);
    answer
}

/// The head of an answer.
pub fn head(status: &str, headers: &[&str]) -> Vec<u8> {
    let mut head = format!("HTTP/1.1 {status}\r\n");
    for header in headers {
        head.push_str(header);
        head.push_str("\r\n");
    }
    head.push_str("\r\n");
    head.into_bytes()
}

/// A piece of a body with `transfer-encoding: chunked`.
pub fn chunk(data: impl AsRef<[u8]>) -> Vec<u8> {
    let data = data.as_ref();
    let mut chunk = format!("{:x}\r\n", data.len()).into_bytes();
    chunk.extend_from_slice(data);
    chunk.extend_from_slice(b"\r\n");
    chunk
}

/// A user as the service answers it.
pub fn ada() -> Vec<u8> {
    answer("200 OK", &["content-type: application/json"], r#"{"username": "ada"}"#)
}
