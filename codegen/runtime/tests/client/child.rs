//! Calls in a child process, because proxies and trusted certificates come from the environment of the process.

use std::process::Command;

use crate::api::Client;
use crate::{builder, full_text};

/// The variables with the base URL, the number of clients, and the number of calls that each client makes at once.
const VARIABLES: [&str; 3] = ["CLIENT_TEST_URL", "CLIENT_TEST_CLIENTS", "CLIENT_TEST_CALLS"];

/// The variables that a child must not inherit.
const INHERITED: [&str; 6] = ["HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY", "SSL_CERT_FILE", "SSL_CERT_DIR"];

/// Makes two calls, one after the other, in an environment. Returns what the child prints about them.
pub async fn two_calls(url: &str, environment: &[(&str, &str)]) -> String {
    run(url, "1", "1", environment).await
}

/// Makes calls at once with each of several clients.
pub async fn many_calls(url: &str, clients: usize, calls: usize, environment: &[(&str, &str)]) -> String {
    run(url, &clients.to_string(), &calls.to_string(), environment).await
}

async fn run(url: &str, clients: &str, calls: &str, environment: &[(&str, &str)]) -> String {
    let mut command = Command::new(std::env::current_exe().expect("the test program"));
    command.args(["--exact", "child::calls", "--ignored", "--nocapture"]);
    for name in INHERITED {
        command.env_remove(name).env_remove(name.to_lowercase());
    }
    command.envs(VARIABLES.into_iter().zip([url, clients, calls])).envs(environment.iter().copied());
    let child = tokio::task::spawn_blocking(move || command.output());
    let output = child.await.expect("no panic").expect("a process");
    let text = String::from_utf8(output.stdout).expect("UTF-8");
    assert!(output.status.success(), "{text}{}", String::from_utf8_lossy(&output.stderr));
    text
}

#[tokio::test]
#[ignore = "other tests run it in a child process"]
async fn calls() {
    let [url, clients, calls] = VARIABLES.map(|name| std::env::var(name).unwrap_or_default());
    let number = |text: &str| text.parse::<usize>().unwrap_or_default();
    let client = || builder(url.clone()).access_token("t0ken").build().expect("valid settings");
    if number(&calls) > 1 {
        return all_at_once((0..number(&clients)).map(|_| client()).collect(), number(&calls)).await;
    }
    let client = client();
    for _ in 0..2 {
        match client.members().me().await {
            Ok(member) => println!("{} with {:?}", member.status(), member.name),
            Err(error) => println!("{}", full_text(&error)),
        }
    }
}

/// Makes one call with each client, so that it connects, and then all other calls at once.
async fn all_at_once(clients: Vec<Client>, calls: usize) {
    for client in &clients {
        client.members().me().await.expect("a response");
    }
    let mut running = tokio::task::JoinSet::new();
    for client in clients {
        for _ in 0..calls {
            let client = client.clone();
            running.spawn(async move { client.members().me().await.map(|member| member.status()) });
        }
    }
    let responses = running.join_all().await.into_iter().filter(Result::is_ok).count();
    println!("{responses} responses");
}
