//! A server on 127.0.0.1 that follows a script, on the level of connections or of requests, and records what it receives.

use std::future::Future;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use serde_json::Value;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, BufStream};
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::sync::watch;
use tokio_rustls::TlsAcceptor;

/// How long a test waits for something before it fails. Nothing takes this long, even on a busy machine.
pub const MAX_WAIT: Duration = Duration::from_secs(60);

/// The route of token refresh.
const TOKEN_ROUTE: &str = "POST /tokens";

/// A request as the server received it.
#[derive(Debug, Clone)]
pub struct ReceivedRequest {
    /// The request line, such as `GET /books/?page=2 HTTP/1.1`.
    pub line: String,
    /// The method and the path, such as `GET /books/`.
    pub route: String,
    /// The header fields, with names in lower case.
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
}

impl ReceivedRequest {
    fn new(head: &str) -> Self {
        let mut lines = head.lines();
        let line = lines.next().unwrap_or_default().to_owned();
        let mut words = line.split(' ');
        let (method, target) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
        let (path, _) = target.split_once('?').unwrap_or((target, ""));
        let route = format!("{method} {path}");
        let header = |line: &str| {
            let (name, value) = line.split_once(':')?;
            Some((name.to_lowercase(), value.trim().to_owned()))
        };
        let headers = lines.filter_map(header).collect();
        Self { line, route, headers, body: Vec::new() }
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// Returns the access token that the request carries.
    pub fn token(&self) -> Option<&str> {
        self.header("authorization").map(|value| value.strip_prefix("Bearer ").expect("a bearer token"))
    }

    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).expect("a JSON body")
    }

    pub fn is_token_request(&self) -> bool {
        self.route == TOKEN_ROUTE
    }
}

/// A response that a script returns.
pub struct ScriptedResponse {
    status: u16,
    headers: Vec<(&'static str, String)>,
    body: String,
}

impl ScriptedResponse {
    pub fn text(status: u16, body: impl Into<String>) -> Self {
        Self { status, headers: Vec::new(), body: body.into() }
    }

    pub fn json(status: u16, body: Value) -> Self {
        Self::text(status, body.to_string()).with_header("content-type", "application/json")
    }

    pub fn with_header(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    /// Returns the bytes of the response, cut in the middle of the body.
    fn halves(self) -> (Vec<u8>, Vec<u8>) {
        let headers: Vec<_> = self.headers.iter().map(|(name, value)| format!("{name}: {value}")).collect();
        let headers: Vec<_> = headers.iter().map(String::as_str).collect();
        let mut first = response(&format!("{} Scripted", self.status), &headers, &self.body);
        let second = first.split_off(first.len() - self.body.len().div_ceil(2));
        (first, second)
    }
}

/// What the server does with a request.
pub enum Action {
    Respond(ScriptedResponse),
    /// Closes the connection without a response.
    Close,
    /// Keeps the connection open and never responds.
    Hang,
    /// Sends half of the body and closes the connection.
    Truncate(ScriptedResponse),
    /// Sends half of the body, pauses, and sends the rest.
    Slow(ScriptedResponse),
    /// Waits until the gate is open, then does something else.
    After(Gate, Box<Action>),
}

impl From<ScriptedResponse> for Action {
    fn from(response: ScriptedResponse) -> Self {
        Self::Respond(response)
    }
}

/// Holds actions back until a test opens it.
#[derive(Clone)]
pub struct Gate(Arc<watch::Sender<bool>>);

impl Gate {
    pub fn closed() -> Self {
        Self(Arc::new(watch::Sender::new(false)))
    }

    pub fn open(&self) {
        self.0.send_replace(true);
    }

    async fn wait(&self) {
        self.0.subscribe().wait_for(|is_open| *is_open).await.expect("the gate owns the sender");
    }
}

#[derive(Default)]
struct Log {
    requests: Mutex<Vec<ReceivedRequest>>,
    accepted: AtomicUsize,
    closed: AtomicUsize,
    written: AtomicUsize,
}

/// A server that runs until the runtime of its test ends.
#[derive(Clone)]
pub struct ScriptedServer {
    address: SocketAddr,
    log: Arc<Log>,
}

impl ScriptedServer {
    /// Runs the script on every connection.
    pub async fn with_connections<F>(script: impl Fn(Connection) -> F + Send + 'static) -> Self
    where
        F: Future<Output = ()> + Send + 'static,
    {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("a bound port");
        let log = Arc::new(Log::default());
        let server = Self { address, log: Arc::clone(&log) };
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let number = log.accepted.fetch_add(1, Ordering::SeqCst);
                let running = script(Connection::new(stream, number, Arc::clone(&log)));
                let log = Arc::clone(&log);
                tokio::spawn(async move {
                    running.await;
                    log.closed.fetch_add(1, Ordering::SeqCst);
                });
            }
        });
        server
    }

    /// Runs the script on every request.
    pub async fn with_requests(script: impl Fn(&ReceivedRequest) -> Action + Send + Sync + 'static) -> Self {
        let script = Arc::new(script);
        Self::with_connections(move |mut connection| {
            let script = Arc::clone(&script);
            async move {
                while let Some(request) = connection.request().await {
                    if !connection.perform(script(&request)).await {
                        break;
                    }
                }
            }
        })
        .await
    }

    /// Sends these bytes in response to every request.
    pub async fn always(response: impl Into<Vec<u8>>) -> Self {
        let response: Arc<[u8]> = response.into().into();
        Self::with_connections(move |mut connection| {
            let response = Arc::clone(&response);
            async move { while connection.request().await.is_some() && connection.send(&response).await {} }
        })
        .await
    }

    /// Sends these bytes in response to the first request on each connection, then closes the connection.
    pub async fn always_closing(response: impl Into<Vec<u8>>) -> Self {
        let response: Arc<[u8]> = response.into().into();
        Self::with_connections(move |mut connection| {
            let response = Arc::clone(&response);
            async move {
                connection.request().await;
                connection.send(&response).await;
            }
        })
        .await
    }

    /// Reads bytes and never responds. The script ends when the client closes the connection.
    pub async fn silent() -> Self {
        Self::with_connections(|mut connection| async move { connection.closed_by_client().await }).await
    }

    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Returns the URL of the same server under another host name.
    pub fn url_with_host(&self, host: &str) -> String {
        format!("http://{host}:{}", self.address.port())
    }

    pub fn https_url(&self) -> String {
        format!("https://{}", self.address)
    }

    pub fn address(&self) -> SocketAddr {
        self.address
    }

    pub fn requests(&self) -> Vec<ReceivedRequest> {
        self.log.requests.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub fn last_request(&self) -> ReceivedRequest {
        self.requests().pop().expect("a request")
    }

    /// Counts the requests with this method and path.
    pub fn count(&self, route: &str) -> usize {
        self.requests().iter().filter(|request| request.route == route).count()
    }

    pub fn token_requests(&self) -> usize {
        self.count(TOKEN_ROUTE)
    }

    /// Counts the connections.
    pub fn accepted(&self) -> usize {
        self.log.accepted.load(Ordering::SeqCst)
    }

    /// Counts the bytes that were sent to clients.
    pub fn written(&self) -> usize {
        self.log.written.load(Ordering::SeqCst)
    }

    /// Waits until the scripts of all connections have ended.
    pub async fn all_closed(&self) {
        eventually("all connections are closed", || self.log.closed.load(Ordering::SeqCst) == self.accepted()).await;
    }

    /// Waits for that many requests.
    pub async fn has_received(&self, requests: usize) {
        let received = || self.log.requests.lock().unwrap_or_else(PoisonError::into_inner).len();
        eventually("the requests have arrived", || received() >= requests).await;
    }
}

/// Waits until a condition holds.
async fn eventually(condition: &str, holds: impl Fn() -> bool) {
    let waiting = async {
        while !holds() {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    assert!(tokio::time::timeout(MAX_WAIT, waiting).await.is_ok(), "{condition}");
}

/// Returns a base URL at which no server listens. The port stays reserved, so that no server of another test gets it.
pub fn unreachable_url() -> String {
    static RESERVED: Mutex<Vec<TcpSocket>> = Mutex::new(Vec::new());
    let socket = TcpSocket::new_v4().expect("a socket");
    socket.bind("127.0.0.1:0".parse().expect("an address")).expect("a free port");
    let url = format!("http://{}", socket.local_addr().expect("a bound port"));
    RESERVED.lock().unwrap_or_else(PoisonError::into_inner).push(socket);
    url
}

trait Io: AsyncRead + AsyncWrite + Send + Unpin {}

impl<T: AsyncRead + AsyncWrite + Send + Unpin> Io for T {}

/// The server's side of a connection. Dropping it closes the connection.
pub struct Connection {
    stream: BufStream<Box<dyn Io>>,
    /// The number of connections that were accepted before this one.
    pub number: usize,
    log: Arc<Log>,
}

impl Connection {
    fn new(stream: TcpStream, number: usize, log: Arc<Log>) -> Self {
        Self { stream: BufStream::new(Box::new(stream)), number, log }
    }

    /// Performs the TLS handshake. Returns `None` if the client aborts it.
    pub async fn with_tls(self, tls: &TlsAcceptor) -> Option<Self> {
        let Self { stream, number, log } = self;
        let stream = tls.accept(stream).await.ok()?;
        Some(Self { stream: BufStream::new(Box::new(stream)), number, log })
    }

    /// Copies bytes between this connection and another one until one of them ends.
    pub async fn tunnel(mut self, mut other: TcpStream) {
        // The two peers decide how the tunnel ends.
        let _ = tokio::io::copy_bidirectional(&mut self.stream, &mut other).await;
    }

    pub fn into_io(self) -> impl AsyncRead + AsyncWrite + Send + Unpin {
        self.stream
    }

    /// Reads the next request. Returns `None` if the connection ends first.
    pub async fn request(&mut self) -> Option<ReceivedRequest> {
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            head.push(self.stream.read_u8().await.ok()?);
        }
        let mut request = ReceivedRequest::new(&String::from_utf8(head).expect("a head in UTF-8"));
        let length = request.header("content-length").map_or(0, |length| length.parse().expect("a length"));
        request.body.resize(length, 0);
        self.stream.read_exact(&mut request.body).await.ok()?;
        // The request is recorded before the response is sent: a client that has the response can rely on it.
        self.log.requests.lock().unwrap_or_else(PoisonError::into_inner).push(request.clone());
        Some(request)
    }

    /// Sends bytes. Returns `false` if the client has closed the connection.
    pub async fn send(&mut self, bytes: impl AsRef<[u8]>) -> bool {
        let bytes = bytes.as_ref();
        let is_sent = self.stream.write_all(bytes).await.is_ok() && self.stream.flush().await.is_ok();
        if is_sent {
            self.log.written.fetch_add(bytes.len(), Ordering::SeqCst);
        }
        is_sent
    }

    /// Waits until the client closes the connection.
    pub async fn closed_by_client(&mut self) {
        let mut received = [0; 1024];
        while matches!(self.stream.read(&mut received).await, Ok(1..)) {}
    }

    /// Performs an action. Returns `false` if the connection is over.
    async fn perform(&mut self, mut action: Action) -> bool {
        while let Action::After(gate, next) = action {
            gate.wait().await;
            action = *next;
        }
        match action {
            Action::Respond(response) => {
                let (first, second) = response.halves();
                self.send([first, second].concat()).await
            }
            Action::Close => false,
            Action::Hang | Action::After(..) => std::future::pending().await,
            Action::Truncate(response) => {
                self.send(response.halves().0).await;
                false
            }
            Action::Slow(response) => {
                let (first, second) = response.halves();
                self.send(first).await;
                tokio::time::sleep(Duration::from_millis(20)).await;
                self.send(second).await
            }
        }
    }
}

/// Returns the bytes of a response with a `content-length`.
pub fn response(status: &str, headers: &[&str], body: impl AsRef<[u8]>) -> Vec<u8> {
    let body = body.as_ref();
    let length = format!("content-length: {}", body.len());
    let mut bytes = head(status, &[headers, &[&length]].concat());
    bytes.extend_from_slice(body);
    bytes
}

/// Returns the bytes of a response up to its body.
pub fn head(status: &str, headers: &[&str]) -> Vec<u8> {
    let headers: String = headers.iter().map(|header| format!("{header}\r\n")).collect();
    format!("HTTP/1.1 {status}\r\n{headers}\r\n").into_bytes()
}

/// Returns a chunk of a body with `transfer-encoding: chunked`.
pub fn chunk(data: impl AsRef<[u8]>) -> Vec<u8> {
    let data = data.as_ref();
    [format!("{:x}\r\n", data.len()).as_bytes(), data, b"\r\n"].concat()
}

/// Returns the bytes of a response whose body is a member of the library.
pub fn ada() -> Vec<u8> {
    response("200 OK", &["content-type: application/json"], r#"{"name": "ada"}"#)
}
