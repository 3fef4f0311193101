//! Calls from a process of their own: proxies and trusted certificates come from the environment, which one process has once.

use std::process::Command;

use pm2_api::Client;

use crate::{all_text, builder};

/// The base URL to call, how many clients there are, and how many calls each of them makes at once.
const PLAN: [&str; 3] = ["TRANSPORT_TEST_URL", "TRANSPORT_TEST_CLIENTS", "TRANSPORT_TEST_CALLS"];

/// What the environment of these tests may hold, and that of a child must not.
const INHERITED: [&str; 6] = ["HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY", "SSL_CERT_FILE", "SSL_CERT_DIR"];

/// Makes a call, and then another, in an environment. Tells what came of them.
pub async fn two_calls(url: &str, environment: &[(&str, &str)]) -> String {
    run(url, "1", "1", environment).await
}

pub async fn many_calls(url: &str, clients: usize, calls: usize, environment: &[(&str, &str)]) -> String {
    run(url, &clients.to_string(), &calls.to_string(), environment).await
}

async fn run(url: &str, clients: &str, calls: &str, environment: &[(&str, &str)]) -> String {
    let mut command = Command::new(std::env::current_exe().expect("this test"));
    command.args(["--exact", "child::calls", "--ignored", "--nocapture"]);
    for name in INHERITED {
        command.env_remove(name).env_remove(name.to_lowercase());
    }
    command.envs(PLAN.into_iter().zip([url, clients, calls])).envs(environment.iter().copied());
    let ran = tokio::task::spawn_blocking(move || command.output());
    let output = ran.await.expect("no panic").expect("the process was started");
    let text = String::from_utf8(output.stdout).expect("text");
    assert!(output.status.success(), "{text}{}", String::from_utf8_lossy(&output.stderr));
    text
}

#[tokio::test]
#[ignore = "other tests run it in a process of its own"]
async fn calls() {
    let [url, clients, calls] = PLAN.map(|name| std::env::var(name).unwrap_or_default());
    let number = |text: &str| text.parse::<usize>().unwrap_or_default();
    let client = || builder(url.clone()).access_token("t0ken").build().expect("sound settings");
    if number(&calls) > 1 {
        return all_at_once((0..number(&clients)).map(|_| client()).collect(), number(&calls)).await;
    }
    let client = client();
    for _ in 0..2 {
        match client.user().retrieve().await {
            Ok(user) => println!("{} answered {:?}", user.status(), user.username),
            Err(error) => println!("{}", all_text(&error)),
        }
    }
}

/// One call of each client, which connects it, and then all the others at once.
async fn all_at_once(clients: Vec<Client>, calls: usize) {
    for client in &clients {
        client.user().retrieve().await.expect("an answer");
    }
    let mut running = tokio::task::JoinSet::new();
    for client in clients {
        for _ in 0..calls {
            let client = client.clone();
            running.spawn(async move { client.user().retrieve().await.map(|user| user.status()) });
        }
    }
    let mut answered = 0;
    while let Some(ended) = running.join_next().await {
        ended.expect("no panic").expect("an answer");
        answered += 1;
    }
    println!("{answered} answered");
}
