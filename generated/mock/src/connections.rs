//! Connections: how many there may be, how long they may keep the mock waiting, and how they end.

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

use super::Limits;

/// How long the requests under way may take once the mock is to end.
const GRACE: Duration = Duration::from_secs(5);
/// How long a connection may last. One that only ever reads slowly ends here.
const LONGEST: Duration = Duration::from_secs(600);

/// Serves a listener until it is told to stop; then finishes the requests under way.
pub async fn serve(listener: TcpListener, router: Router, limits: Limits, mut stop: watch::Receiver<bool>) {
    let crowd = Arc::new(Crowd::new(limits.connections));
    let mut tasks = JoinSet::new();
    loop {
        let stop_of_connection = stop.clone();
        tokio::select! {
            () = told(&mut stop) => break,
            Some(_) = tasks.join_next() => {}
            accepted = listener.accept() => match accepted {
                Ok((stream, _)) => crowd.admit(&mut tasks, |place| {
                    connection(stream, router.clone(), limits, place, stop_of_connection)
                }),
                // The client has gone before its turn came.
                Err(error) if error.kind() == ErrorKind::ConnectionAborted => {}
                Err(error) => {
                    // Most likely there are no more file descriptors: then there is room for fewer than was thought.
                    tracing::warn!(%error, "a connection was not accepted");
                    crowd.shrink();
                    sleep(Duration::from_millis(20)).await;
                }
            }
        }
    }
    drop(listener);
    let all_ended = async { while tasks.join_next().await.is_some() {} };
    if timeout(GRACE, all_ended).await.is_err() {
        tasks.shutdown().await;
    }
}

async fn connection(stream: TcpStream, router: Router, limits: Limits, place: Place, mut stop: watch::Receiver<bool>) {
    let _ = stream.set_nodelay(true);
    let place = Arc::new(place);
    let service = hyper::service::service_fn(move |request: hyper::Request<hyper::body::Incoming>| {
        let (router, place) = (router.clone(), Arc::clone(&place));
        async move {
            place.renew();
            let answer = router.oneshot(request).await;
            place.renew();
            answer
        }
    });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(limits.header_time)
        .serve_connection(TokioIo::new(stream), service);
    let mut connection = std::pin::pin!(connection);
    // What goes wrong with a connection is the client's affair.
    tokio::select! {
        _ = connection.as_mut() => return,
        () = told(&mut stop) => {}
        () = sleep(LONGEST) => {}
    }
    connection.as_mut().graceful_shutdown();
    let _ = timeout(GRACE, connection).await;
}

/// Waits until the mock is told to stop, or nobody is left to tell it.
async fn told(stop: &mut watch::Receiver<bool>) {
    let _ = stop.wait_for(|stop| *stop).await;
}

/// The connections, ordered by how long they have done nothing. Whoever comes when there is no more room takes the place
/// of the one that has been idle longest: so neither idle nor slow clients keep others out.
struct Crowd(Mutex<Places>);

struct Places {
    /// How many there may be.
    most: usize,
    /// Counts arrivals and requests; a connection's number is that of its last one.
    latest: u64,
    connections: BTreeMap<u64, AbortHandle>,
}

impl Places {
    /// Ends the connections that have been idle longest, until there is room for one more.
    fn make_room(&mut self) {
        while self.connections.len() >= self.most
            && let Some((_, connection)) = self.connections.pop_first()
        {
            connection.abort();
        }
    }

    fn add(&mut self, connection: AbortHandle) -> u64 {
        self.latest += 1;
        self.connections.insert(self.latest, connection);
        self.latest
    }
}

impl Crowd {
    fn new(most: usize) -> Self {
        Self(Mutex::new(Places { most, latest: 0, connections: BTreeMap::new() }))
    }

    /// From now on there are somewhat fewer than there are now.
    fn shrink(&self) {
        let mut places = self.lock();
        places.most = places.connections.len().saturating_sub(8).max(16);
        places.make_room();
    }

    fn lock(&self) -> MutexGuard<'_, Places> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn admit<F>(self: &Arc<Self>, tasks: &mut JoinSet<()>, serve: impl FnOnce(Place) -> F)
    where
        F: Future<Output = ()> + Send + 'static,
    {
        let mut places = self.lock();
        places.make_room();
        // Nobody can look for the place before it is there: that takes the lock.
        let number = Mutex::new(places.latest + 1);
        let connection = tasks.spawn(serve(Place { crowd: Arc::clone(self), number }));
        places.add(connection);
    }
}

/// A connection's place among the others.
struct Place {
    crowd: Arc<Crowd>,
    number: Mutex<u64>,
}

impl Place {
    /// Something has been done: now all others have been idle for longer.
    fn renew(&self) {
        let mut number = self.number.lock().unwrap_or_else(PoisonError::into_inner);
        let mut places = self.crowd.lock();
        if let Some(connection) = places.connections.remove(&number) {
            *number = places.add(connection);
        }
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let number = self.number.lock().unwrap_or_else(PoisonError::into_inner);
        self.crowd.lock().connections.remove(&number);
    }
}
