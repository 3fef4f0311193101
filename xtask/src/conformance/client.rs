//! Installs the official client into a folder and runs it with Node.js and a script.

use std::ffi::OsStr;
use std::io::{ErrorKind, Write};
use std::path::Path;
use std::process::{Command, Output, Stdio};

use semver::Version;
use serde_json::json;

use super::check::Line;
use super::plan::CallPlan;
use super::server::MockServer;

/// The npm package of the official client.
const PACKAGE: &str = "@pm2/js-api";
/// The oldest major version of Node.js that the script supports.
const MIN_NODE_VERSION: u32 = 14;
const SCRIPT: &str = include_str!("client.js");
const NPM: &str = if cfg!(windows) { "npm.cmd" } else { "npm" };
/// The client would use a proxy even for requests to this machine.
const PROXIES: [&str; 6] = ["HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy"];

/// Checks the versions of Node.js and npm.
///
/// # Errors
/// Returns a message with help if one of them is missing or too old.
pub fn check_tools() -> Result<(), String> {
    let help = format!("install Node.js {MIN_NODE_VERSION} or newer, which includes npm: https://nodejs.org");
    let version = |program: &str| match run_command(Command::new(program).arg("--version"), program) {
        Ok(output) => Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned()),
        Err(error) => Err(format!("{error}\nhelp: {help}")),
    };
    let node = version("node")?;
    let major = node.trim_start_matches('v').split('.').next().and_then(|major| major.parse::<u32>().ok());
    if major.is_none_or(|major| major < MIN_NODE_VERSION) {
        return Err(format!("Node.js {node} is too old\nhelp: {help}"));
    }
    version(NPM).map(drop)
}

/// Installs a version of the client and its dependencies into a folder.
///
/// # Errors
/// Returns the output of npm if it fails, for example because there is no such version.
pub fn install(folder: &Path, version: &Version) -> Result<(), String> {
    // Without a manifest, npm would look for a project in the parent folders.
    for (name, text) in [("package.json", r#"{ "private": true }"#), ("client.js", SCRIPT)] {
        let path = folder.join(name);
        std::fs::write(&path, text).map_err(|error| format!("cannot write `{}`: {error}", path.display()))?;
    }
    let quiet = ["--no-audit", "--no-fund", "--no-progress", "--loglevel", "error"];
    let mut npm = Command::new(NPM);
    npm.args(["install", "--no-save", "--ignore-scripts", "--no-package-lock"]).args(quiet);
    npm.arg("--prefix").arg(folder).arg(format!("{PACKAGE}@{version}")).current_dir(folder);
    run_command(&mut npm, NPM).map(drop).map_err(|error| format!("cannot install `{PACKAGE}@{version}`: {error}"))
}

/// Runs the steps of a plan and returns the output of the script.
///
/// # Errors
/// Returns a message if Node.js fails or the script prints anything unexpected.
pub fn run(folder: &Path, plan: &CallPlan, server: &MockServer) -> Result<Vec<Line>, String> {
    let input = json!({ "url": server.url, "refresh_token": server.refresh_token, "steps": plan.steps }).to_string();
    let mut command = Command::new("node");
    command.arg("client.js").current_dir(folder).stdin(Stdio::piped()).stdout(Stdio::piped());
    for proxy in PROXIES {
        command.env_remove(proxy);
    }
    let cannot_run = |error| format!("cannot run `node`: {error}");
    let mut node = command.spawn().map_err(cannot_run)?;
    // The script reads its whole input before it prints anything, so neither side waits for the other. If it exits
    // earlier, its status is reported.
    let written = node.stdin.take().map_or(Ok(()), |mut stdin| stdin.write_all(input.as_bytes()));
    let output = node.wait_with_output().map_err(cannot_run)?;
    if !output.status.success() {
        return Err(format!("the client script failed: {}", output.status));
    }
    written.map_err(cannot_run)?;
    let lines = String::from_utf8_lossy(&output.stdout);
    let lines = lines.lines().map(serde_json::from_str);
    lines.collect::<Result<_, _>>().map_err(|error| format!("unexpected output of the client script: {error}"))
}

/// Runs a program and returns its output.
fn run_command(command: &mut Command, program: impl AsRef<OsStr>) -> Result<Output, String> {
    let program = program.as_ref().to_string_lossy();
    let output = command.stdin(Stdio::null()).output().map_err(|error| match error.kind() {
        ErrorKind::NotFound => format!("cannot find `{program}`"),
        _ => format!("cannot run `{program}`: {error}"),
    })?;
    if output.status.success() {
        return Ok(output);
    }
    let stderr = String::from_utf8_lossy(&output.stderr);
    Err(format!("`{program}` failed: {}\n{}", output.status, stderr.trim_end()))
}
