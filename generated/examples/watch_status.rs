//! Prints the servers of a bucket and their processes every five seconds.
//!
//! ```sh
//! PM2_REFRESH_TOKEN=... cargo run --example watch_status -- BUCKET_ID [COUNT]
//! ```
//!
//! With `COUNT`, the program ends after this number of requests. Transient errors are printed and do not end the program.

mod setup;

use std::time::Duration;

use pm2_api::data::status::ServerStatus;

/// The pause between two requests. Servers report their status every few seconds.
const INTERVAL: Duration = Duration::from_secs(5);

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let bucket = arguments.next().ok_or("missing argument: BUCKET_ID")?;
    let count = arguments.next().map(|count| count.parse::<u64>()).transpose()?.unwrap_or(u64::MAX);

    let client = setup::client_from_env()?;
    for request in 0..count {
        if request > 0 {
            tokio::time::sleep(INTERVAL).await;
        }
        match client.data().status().retrieve(&bucket).await {
            Ok(servers) => servers.iter().for_each(print_server),
            Err(error) if error.is_retryable() => eprintln!("{error}"),
            Err(error) => return Err(error.into()),
        }
    }
    Ok(())
}

fn print_server(server: &ServerStatus) {
    let name = server.server_name.as_deref().unwrap_or("(no name)");
    let state = if server.active == Some(false) { "inactive" } else { "active" };
    println!("{name}: {state}");
    for process in server.data.iter().flat_map(|data| data.process.iter().flatten()) {
        let name = process.name.as_deref().unwrap_or("(no name)");
        let status = process.status.as_deref().unwrap_or("(unknown)");
        let cpu_percent = process.cpu.unwrap_or_default();
        let memory_mib = process.memory.unwrap_or_default() as f64 / (1024.0 * 1024.0);
        let restarts = process.restart_time.unwrap_or_default();
        println!("  {name:<20} {status:<10} {cpu_percent:>5.1} % {memory_mib:>8.1} MiB {restarts:>4} restarts");
    }
}
