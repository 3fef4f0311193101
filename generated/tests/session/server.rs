//! A server on 127.0.0.1 whose answers a closure scripts, and which remembers what it was sent.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use serde_json::Value;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::sync::watch;

/// A request as the server got it.
#[derive(Debug, Clone)]
pub struct Seen {
    /// Method and path, such as `GET /api/bucket/`.
    pub route: String,
    pub query: String,
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
}

impl Seen {
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(own, _)| own.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }

    pub fn token(&self) -> Option<&str> {
        self.header("authorization").map(|value| value.strip_prefix("Bearer ").expect("a bearer token"))
    }

    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).expect("a JSON body")
    }

    pub fn is_for_token(&self) -> bool {
        self.route == "POST /api/oauth/token"
    }
}

/// What the server does with a request.
pub enum Reply {
    Answer(Answer),
    /// Closes the connection without a word.
    Close,
    /// Holds the connection and never answers.
    Silence,
    /// Half of the body, then the end of the connection.
    Broken(Answer),
    /// Half of the body, a pause, and the rest.
    Slow(Answer),
    /// Another reply, once the gate is open.
    Gated(Gate, Box<Reply>),
}

pub struct Answer {
    status: u16,
    headers: Vec<(&'static str, String)>,
    body: String,
}

impl Answer {
    pub fn text(status: u16, body: impl Into<String>) -> Self {
        Self { status, headers: Vec::new(), body: body.into() }
    }

    pub fn json(status: u16, body: Value) -> Self {
        Self::text(status, body.to_string()).with("Content-Type", "application/json")
    }

    pub fn with(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    fn head(&self) -> String {
        let mut head = format!("HTTP/1.1 {} Scripted\r\nContent-Length: {}\r\n", self.status, self.body.len());
        for (name, value) in &self.headers {
            head.push_str(&format!("{name}: {value}\r\n"));
        }
        head + "\r\n"
    }
}

impl From<Answer> for Reply {
    fn from(answer: Answer) -> Self {
        Self::Answer(answer)
    }
}

/// Keeps replies back until a test has seen what it waits for.
#[derive(Clone)]
pub struct Gate(Arc<watch::Sender<bool>>);

impl Gate {
    pub fn closed() -> Self {
        Self(Arc::new(watch::Sender::new(false)))
    }

    pub fn open(&self) {
        self.0.send_replace(true);
    }

    async fn opened(&self) {
        self.0.subscribe().wait_for(|is_open| *is_open).await.expect("the sender is in the gate");
    }
}

type Script = dyn Fn(&Seen) -> Reply + Send + Sync;

pub struct Server {
    port: u16,
    seen: Arc<Mutex<Vec<Seen>>>,
    counted: Arc<watch::Sender<usize>>,
}

impl Server {
    /// Answers every request as the script says, until the runtime of the test ends.
    pub async fn start(script: impl Fn(&Seen) -> Reply + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let port = listener.local_addr().expect("an address").port();
        let server = Self { port, seen: Arc::default(), counted: Arc::new(watch::Sender::new(0)) };
        let (seen, counted, script) = (Arc::clone(&server.seen), Arc::clone(&server.counted), Arc::new(script));
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(serve(
                    stream,
                    Arc::clone(&seen),
                    Arc::clone(&counted),
                    Arc::clone(&script) as Arc<Script>,
                ));
            }
        });
        server
    }

    pub fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// The same server under the name of another host.
    pub fn url_at(&self, host: &str) -> String {
        format!("http://{host}:{}", self.port)
    }

    pub fn seen(&self) -> Vec<Seen> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// How many requests had this method and path.
    pub fn count(&self, route: &str) -> usize {
        self.seen().iter().filter(|seen| seen.route == route).count()
    }

    pub fn token_requests(&self) -> usize {
        self.count("POST /api/oauth/token")
    }

    /// Waits until that many requests have come.
    pub async fn has_seen(&self, requests: usize) {
        self.counted.subscribe().wait_for(|count| *count >= requests).await.expect("the sender is in the server");
    }
}

/// A base URL at which nobody listens. The port stays taken, so that no other test's server gets it.
pub fn nobody() -> String {
    static TAKEN: Mutex<Vec<TcpSocket>> = Mutex::new(Vec::new());
    let socket = TcpSocket::new_v4().expect("a socket");
    socket.bind("127.0.0.1:0".parse().expect("an address")).expect("a port");
    let url = format!("http://{}", socket.local_addr().expect("an address"));
    TAKEN.lock().unwrap_or_else(PoisonError::into_inner).push(socket);
    url
}

async fn serve(
    stream: TcpStream,
    seen: Arc<Mutex<Vec<Seen>>>,
    counted: Arc<watch::Sender<usize>>,
    script: Arc<Script>,
) {
    let mut stream = BufReader::new(stream);
    while let Some(request) = receive(&mut stream).await {
        // Remembered before it is answered: who has an answer can count on it.
        seen.lock().unwrap_or_else(PoisonError::into_inner).push(request.clone());
        counted.send_modify(|count| *count += 1);
        let mut reply = script(&request);
        while let Reply::Gated(gate, then) = reply {
            gate.opened().await;
            reply = *then;
        }
        if !answer(&mut stream, reply).await {
            break;
        }
    }
}

async fn receive(stream: &mut BufReader<TcpStream>) -> Option<Seen> {
    let mut line = String::new();
    stream.read_line(&mut line).await.ok().filter(|read| *read > 0)?;
    let mut words = line.split(' ');
    let (method, target) = (words.next()?.to_owned(), words.next()?.to_owned());
    let mut headers = Vec::new();
    loop {
        line.clear();
        stream.read_line(&mut line).await.ok().filter(|read| *read > 0)?;
        let Some((name, value)) = line.trim_end().split_once(':') else { break };
        headers.push((name.to_owned(), value.trim().to_owned()));
    }
    let (path, query) = target.split_once('?').unwrap_or((&target, ""));
    let route = format!("{method} {path}");
    let mut seen = Seen { route, query: query.to_owned(), headers, body: Vec::new() };
    let length = seen.header("content-length").map_or(0, |length| length.parse().expect("a length"));
    seen.body.resize(length, 0);
    stream.read_exact(&mut seen.body).await.ok()?;
    Some(seen)
}

/// False where the connection is over.
async fn answer(stream: &mut BufReader<TcpStream>, reply: Reply) -> bool {
    let halves = |answer: &Answer| {
        let (first, second) = answer.body.split_at(answer.body.len() / 2);
        (answer.head() + first, second.to_owned())
    };
    match reply {
        Reply::Answer(answer) => stream.write_all((answer.head() + &answer.body).as_bytes()).await.is_ok(),
        Reply::Close => false,
        Reply::Silence | Reply::Gated(..) => std::future::pending().await,
        Reply::Broken(answer) => {
            let _ = stream.write_all(halves(&answer).0.as_bytes()).await;
            false
        }
        Reply::Slow(answer) => {
            let (first, second) = halves(&answer);
            let _ = stream.write_all(first.as_bytes()).await;
            tokio::time::sleep(Duration::from_millis(20)).await;
            stream.write_all(second.as_bytes()).await.is_ok()
        }
    }
}
