//! The mock server as a process of its own, which ends with its value.

use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Stdio};

use serde_json::Value;

/// A mock server that runs on a port of its own.
pub struct MockServer {
    process: Child,
    /// Kept, so that the server can go on writing.
    output: BufReader<ChildStdout>,
    /// Where it is, such as `http://127.0.0.1:34567`.
    pub url: String,
    /// The refresh token of the user that it has from the start.
    pub refresh_token: String,
}

impl MockServer {
    /// Builds it and starts it; what it logs goes into the folder.
    ///
    /// # Errors
    /// Where it cannot be built or does not start.
    pub fn start(folder: &Path) -> Result<Self, String> {
        let program = build()?;
        let log = folder.join("pm2-mock.log");
        let stderr = File::create(&log).map_err(|error| format!("cannot write {}: {error}", log.display()))?;
        let mut command = Command::new(program);
        command.args(["--port", "0"]).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(stderr);
        let mut process = command.spawn().map_err(|error| format!("cannot start the mock server: {error}"))?;
        let Some(output) = process.stdout.take() else { return Err("the mock server has no output".to_owned()) };
        let output = BufReader::new(output);
        let mut server = Self { process, output, url: String::new(), refresh_token: String::new() };
        let told = server.expect("listening on ").and_then(|url| {
            server.refresh_token = server.expect("refresh token of the user demo: ")?;
            Some(url)
        });
        let said = || std::fs::read_to_string(&log).unwrap_or_default();
        server.url = told.ok_or_else(|| format!("the mock server does not start:\n{}", said()))?;
        Ok(server)
    }

    /// The rest of the next line, if it starts like this.
    fn expect(&mut self, lead: &str) -> Option<String> {
        let mut line = String::new();
        self.output.read_line(&mut line).ok()?;
        line.trim_end().strip_prefix(lead).map(str::to_owned)
    }
}

impl Drop for MockServer {
    fn drop(&mut self) {
        // Both fail only where it has ended by itself.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// Builds the server, and tells where Cargo has put it.
fn build() -> Result<PathBuf, String> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut command = Command::new(cargo);
    // With the features of the whole workspace, as its tests are built: otherwise cargo builds most of it once more.
    command.args(["build", "--quiet", "--workspace", "--bin", "pm2-mock"]);
    command.args(["--message-format", "json-render-diagnostics"]);
    let built = command.current_dir(root).stdin(Stdio::null()).stderr(Stdio::inherit()).output();
    let built = built.map_err(|error| format!("cannot start cargo: {error}"))?;
    if !built.status.success() {
        return Err("the mock server does not build".to_owned());
    }
    let messages = String::from_utf8_lossy(&built.stdout);
    let messages = messages.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
    let program = messages
        .filter(|message| message.pointer("/target/name").and_then(Value::as_str) == Some("pm2-mock"))
        .find_map(|message| message["executable"].as_str().map(PathBuf::from));
    program.ok_or_else(|| "cargo does not tell where the mock server is".to_owned())
}
