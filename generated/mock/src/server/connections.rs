//! Accepts connections, limits their number and duration, and shuts them down.

use std::collections::BTreeMap;
use std::io::ErrorKind;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use axum::Router;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::{AbortHandle, JoinSet};
use tokio::time::{sleep, timeout};
use tower::ServiceExt;

use crate::config::Limits;

/// How long requests in progress may take after the server or their connection is told to end.
const SHUTDOWN_TIMEOUT: Duration = Duration::from_secs(5);
/// The maximum age of a connection. It ends connections that read their responses slowly.
const MAX_CONNECTION_AGE: Duration = Duration::from_secs(600);
/// The pause after a failed `accept`.
const ACCEPT_BACKOFF: Duration = Duration::from_millis(20);

/// Serves connections until `stop` becomes true, then completes the requests in progress.
pub async fn serve(listener: TcpListener, router: Router, limits: Limits, mut stop: watch::Receiver<bool>) {
    let connections = Arc::new(OpenConnections::new(limits.max_connections.max(1)));
    let mut tasks = JoinSet::new();
    loop {
        let connection_stop = stop.clone();
        tokio::select! {
            () = stopped(&mut stop) => break,
            Some(_) = tasks.join_next() => {}
            accepted = listener.accept() => match accepted {
                Ok((stream, _)) => connections.spawn(&mut tasks, |slot| {
                    serve_connection(stream, router.clone(), limits, slot, connection_stop)
                }),
                // The client closed the connection before it was accepted.
                Err(error) if error.kind() == ErrorKind::ConnectionAborted => {}
                Err(error) => {
                    // The usual cause is a lack of file descriptors.
                    tracing::warn!(%error, "cannot accept a connection");
                    connections.shrink();
                    sleep(ACCEPT_BACKOFF).await;
                }
            }
        }
    }
    drop(listener);
    tracing::info!(connections = connections.count(), timeout = ?SHUTDOWN_TIMEOUT, "shutting down: waiting for open connections");
    let all_closed = async { while tasks.join_next().await.is_some() {} };
    if timeout(SHUTDOWN_TIMEOUT, all_closed).await.is_err() {
        tracing::warn!(connections = connections.count(), "closing connections whose requests are not complete");
        tasks.shutdown().await;
    }
    tracing::info!("the server has stopped");
}

async fn serve_connection(
    stream: TcpStream,
    router: Router,
    limits: Limits,
    slot: Slot,
    mut stop: watch::Receiver<bool>,
) {
    let _ = stream.set_nodelay(true);
    let slot = Arc::new(slot);
    let service = hyper::service::service_fn(move |request: hyper::Request<hyper::body::Incoming>| {
        let (router, slot) = (router.clone(), Arc::clone(&slot));
        async move {
            slot.mark_active();
            let response = router.oneshot(request).await;
            slot.mark_active();
            response
        }
    });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        // hyper panics if the deadline is not a valid point in time.
        .header_read_timeout(limits.header_timeout.min(MAX_CONNECTION_AGE))
        .serve_connection(TokioIo::new(stream), service);
    let mut connection = std::pin::pin!(connection);
    // Errors of a connection concern only its client.
    tokio::select! {
        _ = connection.as_mut() => {}
        () = stopped(&mut stop) => {
            connection.as_mut().graceful_shutdown();
            // `serve` ends the tasks that take too long.
            let _ = connection.await;
        }
        () = sleep(MAX_CONNECTION_AGE) => {
            connection.as_mut().graceful_shutdown();
            let _ = timeout(SHUTDOWN_TIMEOUT, connection).await;
        }
    }
}

/// Waits until the value is true or its sender is dropped.
async fn stopped(stop: &mut watch::Receiver<bool>) {
    let _ = stop.wait_for(|stop| *stop).await;
}

/// The open connections in the order of their last activity.
///
/// At the limit, a new connection replaces the least recently active one. So neither idle nor slow clients keep others
/// from connecting.
struct OpenConnections(Mutex<Lru>);

struct Lru {
    max_connections: usize,
    /// The number of activities so far. A connection's key is the number of its last activity.
    last_key: u64,
    connections: BTreeMap<u64, AbortHandle>,
}

impl Lru {
    /// Closes the least recently active connections until there is room for one more.
    fn make_room(&mut self) {
        while self.connections.len() >= self.max_connections
            && let Some((_, connection)) = self.connections.pop_first()
        {
            connection.abort();
        }
    }

    /// Inserts a connection as the most recently active one and returns its key.
    fn insert(&mut self, connection: AbortHandle) -> u64 {
        self.last_key += 1;
        self.connections.insert(self.last_key, connection);
        self.last_key
    }
}

impl OpenConnections {
    fn new(max_connections: usize) -> Self {
        Self(Mutex::new(Lru { max_connections, last_key: 0, connections: BTreeMap::new() }))
    }

    /// Lowers the limit to slightly less than the current number of connections.
    fn shrink(&self) {
        let mut lru = self.lock();
        lru.max_connections = lru.connections.len().saturating_sub(8).max(16);
        lru.make_room();
    }

    fn count(&self) -> usize {
        self.lock().connections.len()
    }

    fn lock(&self) -> MutexGuard<'_, Lru> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Spawns the task of a new connection.
    fn spawn<F>(self: &Arc<Self>, tasks: &mut JoinSet<()>, serve: impl FnOnce(Slot) -> F)
    where
        F: Future<Output = ()> + Send + 'static,
    {
        let mut lru = self.lock();
        lru.make_room();
        // The task cannot use the key before the connection is inserted, because it has to wait for the lock.
        let key = Mutex::new(lru.last_key + 1);
        let connection = tasks.spawn(serve(Slot { connections: Arc::clone(self), key }));
        lru.insert(connection);
    }
}

/// A connection's entry among the open connections. Dropping it removes the entry.
struct Slot {
    connections: Arc<OpenConnections>,
    key: Mutex<u64>,
}

impl Slot {
    /// Makes this connection the most recently active one.
    fn mark_active(&self) {
        let mut key = self.key.lock().unwrap_or_else(PoisonError::into_inner);
        let mut lru = self.connections.lock();
        if let Some(connection) = lru.connections.remove(&key) {
            *key = lru.insert(connection);
        }
    }
}

impl Drop for Slot {
    fn drop(&mut self) {
        let key = self.key.lock().unwrap_or_else(PoisonError::into_inner);
        self.connections.lock().connections.remove(&key);
    }
}
