//! The program `pm2-mock`: runs the mock server until it is interrupted.

use std::io::{self, IsTerminal, Write};
use std::net::{IpAddr, SocketAddr};
use std::process::ExitCode;
use std::time::Duration;

use clap::Parser;

use pm2_mock::{Cors, Limits, Mock};

// glibc's allocator keeps most of the memory of closed connections, because small allocations that stay lie between large
// ones that were freed. jemalloc separates allocations by size and returns unused memory after ten seconds.
#[cfg(target_os = "linux")]
#[global_allocator]
static ALLOCATOR: tikv_jemallocator::Jemalloc = tikv_jemallocator::Jemalloc;

/// Runs an in-memory mock server of the PM2 Plus API.
///
/// All data is lost when the program ends. GET /docs/ shows the API reference, POST /mock/reset restores the initial
/// state, GET /mock/mails lists the emails that the service would have sent, GET /mock/requests lists the requests that
/// arrived, and POST /mock/faults changes the next responses of an operation.
#[derive(Parser)]
#[command(name = "pm2-mock")]
struct Arguments {
    /// The IP address to listen on.
    #[arg(long, default_value = "127.0.0.1")]
    host: IpAddr,
    /// The port to listen on; 0 selects a free port.
    #[arg(long, default_value_t = 8080)]
    port: u16,
    /// The seed that IDs, tokens and sample data are generated from.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// How long an access token is valid, in seconds.
    #[arg(long, value_name = "SECONDS", default_value_t = 86400)]
    token_lifetime: u32,
    /// Replace a refresh token each time it is exchanged.
    #[arg(long)]
    rotate: bool,
    /// The origins of web pages that may send requests: `any`, `none`, or a list such as `http://localhost:3000`.
    #[arg(long, value_name = "ORIGINS", default_value = "any")]
    cors: Cors,
    /// The maximum number of open connections.
    #[arg(long, value_name = "NUMBER", default_value_t = Limits::default().max_connections)]
    max_connections: usize,
}

#[tokio::main]
async fn main() -> ExitCode {
    let arguments = Arguments::parse();
    tracing_subscriber::fmt().with_writer(io::stderr).with_ansi(io::stderr().is_terminal()).with_target(false).init();
    match run(arguments).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn run(arguments: Arguments) -> io::Result<()> {
    let mock = Mock::builder()
        .host(arguments.host)
        .port(arguments.port)
        .seed(arguments.seed)
        .token_lifetime(Duration::from_secs(arguments.token_lifetime.into()))
        .rotate_refresh_tokens(arguments.rotate)
        .cors(arguments.cors)
        .limits(Limits { max_connections: arguments.max_connections, ..Limits::default() })
        .start()
        .await
        .map_err(|error| {
            let address = SocketAddr::from((arguments.host, arguments.port));
            io::Error::new(error.kind(), format!("cannot listen on {address}: {error}"))
        })?;
    let mut stdout = io::stdout();
    writeln!(stdout, "listening on {}", mock.url())?;
    writeln!(stdout, "refresh token of the user demo: {}", mock.refresh_token())?;
    writeln!(stdout, "access token of the user demo: {}", mock.access_token())?;
    writeln!(stdout, "reference: {}/docs/", mock.url())?;
    stdout.flush()?;
    wait_for_shutdown_signal().await?;
    mock.stop().await;
    Ok(())
}

/// Waits for Ctrl-C or, on Unix, for SIGTERM.
async fn wait_for_shutdown_signal() -> io::Result<()> {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        let mut terminate = signal(SignalKind::terminate())?;
        tokio::select! {
            interrupted = tokio::signal::ctrl_c() => interrupted,
            _ = terminate.recv() => Ok(()),
        }
    }
    #[cfg(not(unix))]
    tokio::signal::ctrl_c().await
}
