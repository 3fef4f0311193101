//! The access log names the route of a request and contains no value that the client sent.

use std::io;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

use bytes::Bytes;
use http::Method;

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
    fn lines(&self) -> Vec<String> {
        let log = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        String::from_utf8_lossy(&log).lines().filter(|line| line.contains("method=")).map(str::to_owned).collect()
    }
}

#[tokio::test]
async fn a_log_line_has_the_path_template_and_no_values() {
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
    let lines = log.lines();
    assert_eq!(lines.len(), calls.len(), "{lines:#?}");
    for (line, (method, _, template, status)) in lines.iter().zip(&calls) {
        assert!(line.contains(&format!("method={method} path=\"{template}\" status={status} ")), "{line}");
        assert!(!line.contains("secret") && !line.contains(DEMO_ACCESS_TOKEN), "{line}");
    }
}
