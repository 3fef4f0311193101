//! The log: the access log names the route of a request and contains no value that the client sent, and the shutdown is
//! logged.

use std::io;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

use bytes::Bytes;
use http::Method;
use tokio::io::AsyncReadExt;

use crate::limits::{connect_and_send, request_head};
use crate::support::start;
use pm2_mock::DEMO_ACCESS_TOKEN;

/// Collects what is logged.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).extend(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Log {
    /// Returns the lines that contain a text.
    fn lines(&self, text: &str) -> Vec<String> {
        let log = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        String::from_utf8_lossy(&log).lines().filter(|line| line.contains(text)).map(str::to_owned).collect()
    }
}

#[tokio::test]
async fn the_log_has_path_templates_but_no_values_and_reports_the_shutdown() {
    let log = Log::default();
    let (writer, this_thread) = (log.clone(), thread::current().id());
    // The mock server of a test runs on the thread of the test. A subscriber for this thread only is not sufficient: if
    // another thread logs first, `tracing` caches that no subscriber is interested in the event.
    let make_writer = move || if thread::current().id() == this_thread { writer.clone() } else { Log::default() };
    tracing_subscriber::fmt().with_ansi(false).with_writer(make_writer).init();
    let server = start().await;
    let calls = [
        (Method::GET, "/api/bucket/secret-1", "/api/bucket/{id}", 400),
        (Method::GET, "/api/bucket/secret-1/data/traces/secret-2", "/api/bucket/{id}/data/traces/{trace}", 400),
        (Method::GET, "/api/oauth/valid_email/secret-1?x=secret-2", "/api/oauth/valid_email/{token}", 401),
        (Method::PATCH, "/api/users/show/secret-1", "/api/users/show/{id}", 405),
        (Method::GET, "/secret-1", "-", 404),
    ];
    for (method, path, ..) in &calls {
        server.send_raw(method.clone(), path, DEMO_ACCESS_TOKEN, Bytes::new()).await;
    }
    let lines = log.lines("method=");
    assert_eq!(lines.len(), calls.len(), "{lines:#?}");
    for (line, (method, _, template, status)) in lines.iter().zip(&calls) {
        assert!(line.contains(&format!("method={method} path=\"{template}\" status={status} ")), "{line}");
        assert!(!line.contains("secret") && !line.contains(DEMO_ACCESS_TOKEN), "{line}");
    }

    let before = log.lines("stopped").len();
    let idle = connect_and_send(&server, "").await;
    let head = request_head(10).replace("\r\n\r\n", "\r\nexpect: 100-continue\r\n\r\n");
    let mut in_progress = connect_and_send(&server, &head).await;
    // The server asks for the body once it handles the request.
    in_progress.read_exact(&mut [0; 12]).await.expect("a response");
    server.mock.stop().await;
    drop((idle, in_progress));
    let shutdown = log.lines("shutting down");
    let [line] = &shutdown[..] else { panic!("{shutdown:?}") };
    let (_, rest) = line.split_once("connections=").expect("a number");
    let connections: usize = rest.split(' ').next().and_then(|number| number.parse().ok()).expect("a number");
    // Idle connections, including two of clients above, may have been closed already.
    assert!((1..=4).contains(&connections) && line.contains("timeout=5s"), "{line}");
    // The body of one request never arrived.
    let forced = log.lines("closing connections");
    assert!(matches!(&forced[..], [line] if line.contains("WARN") && line.contains("connections=1")), "{forced:?}");
    assert_eq!((before, log.lines("the server has stopped").len()), (0, 1));
}
