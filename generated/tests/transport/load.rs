//! Many clients and many calls at once, each on a connection of its own.

use std::sync::Arc;

use tokio::sync::Barrier;
use tokio::task::JoinSet;

use crate::client;
use crate::server::{Server, ada};

const CLIENTS: usize = 50;

/// With both ends in one process, more connections would be more files than some systems let a process have open.
const CALLS_EACH: usize = 6;

const ROUNDS: usize = 7;

#[tokio::test(flavor = "multi_thread")]
async fn many_calls_at_once_are_all_answered_and_leave_nothing_behind() {
    let all_here = Arc::new(Barrier::new(CLIENTS * CALLS_EACH));
    let server = Server::start(move |mut talk| {
        let all_here = Arc::clone(&all_here);
        async move {
            while talk.request().await.is_some() {
                all_here.wait().await;
                talk.say(ada()).await;
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
                running.spawn(async move { client.user().retrieve().await.map(|user| user.status()) });
            }
        }
        for ended in running.join_all().await {
            ended.expect("an answer");
        }
    }
    assert_eq!(server.sent().len(), CLIENTS * CALLS_EACH * ROUNDS);
    drop(clients);
    server.all_ended().await;
}
