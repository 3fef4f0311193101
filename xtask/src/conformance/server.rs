//! Runs the mock server in a process that is killed on drop.

use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Stdio};

use serde_json::Value;

/// A running mock server.
pub struct MockServer {
    process: Child,
    /// Kept open, so that the server can write to it.
    output: BufReader<ChildStdout>,
    /// The base URL, such as `http://127.0.0.1:34567`.
    pub url: String,
    /// The refresh token of its initial user.
    pub refresh_token: String,
}

impl MockServer {
    /// Builds and starts the server on a free port. Its log is written into the folder.
    ///
    /// # Errors
    /// Returns a message if it cannot be built or does not start.
    pub fn start(folder: &Path) -> Result<Self, String> {
        let program = build()?;
        let log = folder.join("pm2-mock.log");
        let stderr = File::create(&log).map_err(|error| format!("cannot write `{}`: {error}", log.display()))?;
        let mut command = Command::new(program);
        command.args(["--port", "0"]).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(stderr);
        let mut process = command.spawn().map_err(|error| format!("cannot start the mock server: {error}"))?;
        let Some(output) = process.stdout.take() else {
            return Err("cannot read the output of the mock server".to_owned());
        };
        let output = BufReader::new(output);
        let mut server = Self { process, output, url: String::new(), refresh_token: String::new() };
        let url = server.read_line_after("listening on ").and_then(|url| {
            server.refresh_token = server.read_line_after("refresh token of the user demo: ")?;
            Some(url)
        });
        let log = || std::fs::read_to_string(&log).unwrap_or_default();
        server.url = url.ok_or_else(|| format!("the mock server did not start:\n{}", log()))?;
        Ok(server)
    }

    /// Returns the rest of the next line if it starts with a prefix.
    fn read_line_after(&mut self, prefix: &str) -> Option<String> {
        let mut line = String::new();
        self.output.read_line(&mut line).ok()?;
        line.trim_end().strip_prefix(prefix).map(str::to_owned)
    }
}

impl Drop for MockServer {
    fn drop(&mut self) {
        // Both only fail if the process has already exited.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// Builds the server and returns the path of its binary.
fn build() -> Result<PathBuf, String> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut command = Command::new(cargo);
    // The whole workspace is built with the features of its tests. Otherwise Cargo would build most of it again.
    command.args(["build", "--quiet", "--workspace", "--bin", "pm2-mock"]);
    command.args(["--message-format", "json-render-diagnostics"]);
    let built = command.current_dir(root).stdin(Stdio::null()).stderr(Stdio::inherit()).output();
    let built = built.map_err(|error| format!("cannot run `cargo`: {error}"))?;
    if !built.status.success() {
        return Err("cannot build the mock server".to_owned());
    }
    let messages = String::from_utf8_lossy(&built.stdout);
    let messages = messages.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
    let program = messages
        .filter(|message| message.pointer("/target/name").and_then(Value::as_str) == Some("pm2-mock"))
        .find_map(|message| message["executable"].as_str().map(PathBuf::from));
    program.ok_or_else(|| "cannot find the binary of the mock server in the output of Cargo".to_owned())
}
