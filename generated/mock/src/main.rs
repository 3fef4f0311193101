//! The PM2 Plus service in memory, for tests and for trying things out: `--help` lists the options.

use std::io::{self, IsTerminal, Write};
use std::net::IpAddr;
use std::process::ExitCode;
use std::time::Duration;

use clap::Parser;

use pm2_mock::{Limits, Mock};

#[cfg(target_os = "linux")]
mod allocator;

/// The PM2 Plus service in memory.
///
/// Everything is lost when it ends. The reference of its routes is served at /docs, POST /mock/reset starts anew, and
/// GET /mock/mails shows the mails that would have been sent.
#[derive(Parser)]
#[command(name = "pm2-mock")]
struct Arguments {
    /// The address to listen on.
    #[arg(long, default_value = "127.0.0.1")]
    host: IpAddr,
    /// The port to listen on; 0 for any that is free.
    #[arg(long, default_value_t = 8080)]
    port: u16,
    /// Ids, tokens and sample data follow from this number.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// How long an access token is good for.
    #[arg(long, value_name = "SECONDS", default_value_t = 86400)]
    token_lifetime: u32,
    /// Give out a new refresh token at each exchange; the old one is refused from then on.
    #[arg(long)]
    rotate: bool,
    /// How many connections there may be.
    #[arg(long, value_name = "NUMBER", default_value_t = Limits::default().connections)]
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
    let limits = Limits { connections: arguments.max_connections.max(1), ..Default::default() };
    let mock = Mock::builder()
        .host(arguments.host)
        .port(arguments.port)
        .seed(arguments.seed)
        .token_lifetime(Duration::from_secs(arguments.token_lifetime.into()))
        .rotate_refresh_tokens(arguments.rotate)
        .limits(limits);
    let cannot_listen = |error: io::Error| {
        let place = std::net::SocketAddr::from((arguments.host, arguments.port));
        io::Error::new(error.kind(), format!("cannot listen on {place}: {error}"))
    };
    let mock = mock.start().await.map_err(cannot_listen)?;
    let mut stdout = io::stdout();
    writeln!(stdout, "listening on {}", mock.url())?;
    writeln!(stdout, "refresh token of the user demo: {}", mock.refresh_token())?;
    writeln!(stdout, "access token of the user demo: {}", mock.access_token())?;
    writeln!(stdout, "reference: {}/docs/", mock.url())?;
    stdout.flush()?;
    interrupted().await?;
    mock.stop().await;
    Ok(())
}

/// Waits until the program is to end.
async fn interrupted() -> io::Result<()> {
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
