//! Many clients and many calls at once, each on its own connection.

use std::sync::Arc;

use tokio::sync::Barrier;
use tokio::task::JoinSet;

use crate::client;
use crate::scripted_server::{ScriptedServer, ada};

const CLIENTS: usize = 50;

/// Both ends are in one process: more connections would exceed the number of open files that some systems allow.
const CALLS_EACH: usize = 6;

const ROUNDS: usize = 7;

#[tokio::test(flavor = "multi_thread")]
async fn many_calls_at_once_succeed_and_leave_no_connection_open() {
    let barrier = Arc::new(Barrier::new(CLIENTS * CALLS_EACH));
    let server = ScriptedServer::with_connections(move |mut connection| {
        let barrier = Arc::clone(&barrier);
        async move {
            while connection.request().await.is_some() {
                barrier.wait().await;
                connection.send(ada()).await;
            }
        }
    })
    .await;
    let clients: Vec<_> = (0..CLIENTS).map(|_| client(server.url())).collect();
    for _ in 0..ROUNDS {
        let mut running = JoinSet::new();
        for client in &clients {
            for _ in 0..CALLS_EACH {
                let client = client.clone();
                running.spawn(async move { client.members().me().await.map(|member| member.status()) });
            }
        }
        for outcome in running.join_all().await {
            outcome.expect("a response");
        }
    }
    assert_eq!(server.requests().len(), CLIENTS * CALLS_EACH * ROUNDS);
    drop(clients);
    server.all_closed().await;
}
