//! Shows the servers of a bucket and their processes, again and again.
//!
//! `PM2_REFRESH_TOKEN=… cargo run --example watch_status -- BUCKET_ID [ROUNDS]`
//!
//! A round that fails for a reason that may pass is reported, and the next one comes all the same.

mod setup;

use std::time::Duration;

use pm2_api::data::status::ServerStatus;

/// The service gets news of a server every few seconds at most.
const PAUSE: Duration = Duration::from_secs(5);

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let bucket = arguments.next().ok_or("which bucket? give its id")?;
    let rounds = arguments.next().map(|rounds| rounds.parse::<u64>()).transpose()?.unwrap_or(u64::MAX);
    let client = setup::client()?;
    for round in 0..rounds {
        if round > 0 {
            tokio::time::sleep(PAUSE).await;
        }
        match client.data().status().retrieve(&bucket).await {
            Ok(servers) => servers.iter().for_each(show),
            Err(error) if error.is_retryable() => eprintln!("{error}"),
            Err(error) => return Err(error.into()),
        }
    }
    Ok(())
}

fn show(server: &ServerStatus) {
    let name = server.server_name.as_deref().unwrap_or("(no name)");
    let state = if server.active == Some(false) { "silent" } else { "reporting" };
    println!("{name}: {state}");
    for process in server.data.iter().flat_map(|data| data.process.iter().flatten()) {
        println!(
            "  {:<20} {:<10} {:>5.1} % {:>8.1} MiB",
            process.name.as_deref().unwrap_or("(no name)"),
            process.status.as_deref().unwrap_or("(unknown)"),
            process.cpu.unwrap_or_default(),
            process.memory.unwrap_or_default() / (1024.0 * 1024.0),
        );
    }
}
