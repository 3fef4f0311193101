//! The official client: installed into a folder, and run there by Node with our script.

use std::ffi::OsStr;
use std::io::{ErrorKind, Write};
use std::path::Path;
use std::process::{Command, Output, Stdio};

use semver::Version;
use serde_json::json;

use super::check::Line;
use super::plan::Plan;
use super::server::MockServer;

/// The official client.
const PACKAGE: &str = "@pm2/js-api";
/// The version of it that the API's documentation is part of.
pub const VERSION: &str = "0.5.60";
/// The oldest Node that the script runs on.
const OLDEST_NODE: u32 = 14;
const SCRIPT: &str = include_str!("client.js");
const NPM: &str = if cfg!(windows) { "npm.cmd" } else { "npm" };
/// The client would send requests to this machine through a proxy, too.
const PROXIES: [&str; 6] = ["HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy"];

/// Sees that there is a Node that is new enough, and npm.
///
/// # Errors
/// Where one of them is missing or too old; the text says what to install.
pub fn check_tools() -> Result<(), String> {
    let needed = format!("install Node.js {OLDEST_NODE} or newer, which npm comes with: https://nodejs.org");
    let version = |program: &str| match finish(Command::new(program).arg("--version"), program) {
        Ok(output) => Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned()),
        Err(error) => Err(format!("{error}; {needed}")),
    };
    let node = version("node")?;
    let major = node.trim_start_matches('v').split('.').next().and_then(|major| major.parse::<u32>().ok());
    if major.is_none_or(|major| major < OLDEST_NODE) {
        return Err(format!("Node.js {node} is too old; {needed}"));
    }
    version(NPM).map(drop)
}

/// Installs a version of the client and what it needs into a folder.
///
/// # Errors
/// Where npm fails, as it does when there is no such version; the text has what it says.
pub fn install(folder: &Path, version: &Version) -> Result<(), String> {
    // Without a manifest npm would look for a project in the folders above.
    for (name, text) in [("package.json", r#"{ "private": true }"#), ("client.js", SCRIPT)] {
        let path = folder.join(name);
        std::fs::write(&path, text).map_err(|error| format!("cannot write {}: {error}", path.display()))?;
    }
    let quiet = ["--no-audit", "--no-fund", "--no-progress", "--loglevel", "error"];
    let mut npm = Command::new(NPM);
    npm.args(["install", "--no-save", "--ignore-scripts", "--no-package-lock"]).args(quiet);
    npm.arg("--prefix").arg(folder).arg(format!("{PACKAGE}@{version}")).current_dir(folder);
    finish(&mut npm, NPM).map(drop).map_err(|error| format!("cannot install {PACKAGE} {version}: {error}"))
}

/// Has the client carry out a plan.
///
/// # Errors
/// Where Node fails, or the script prints something else than its lines.
pub fn carry_out(folder: &Path, plan: &Plan, server: &MockServer) -> Result<Vec<Line>, String> {
    let input = json!({ "url": server.url, "refresh_token": server.refresh_token, "steps": plan.steps }).to_string();
    let mut command = Command::new("node");
    command.arg("client.js").current_dir(folder).stdin(Stdio::piped()).stdout(Stdio::piped());
    for proxy in PROXIES {
        command.env_remove(proxy);
    }
    let cannot_run = |error| format!("cannot run node: {error}");
    let mut node = command.spawn().map_err(cannot_run)?;
    // The script reads all of it before it prints anything, so neither side waits for the other. Where it ends before
    // that, its status says so.
    let written = node.stdin.take().map_or(Ok(()), |mut stdin| stdin.write_all(input.as_bytes()));
    let output = node.wait_with_output().map_err(cannot_run)?;
    if !output.status.success() {
        return Err(format!("the script fails: {}", output.status));
    }
    written.map_err(cannot_run)?;
    let lines = String::from_utf8_lossy(&output.stdout);
    let lines = lines.lines().map(serde_json::from_str);
    lines.collect::<Result<_, _>>().map_err(|error| format!("the script prints what it should not: {error}"))
}

/// Runs a program to its end.
fn finish(command: &mut Command, program: impl AsRef<OsStr>) -> Result<Output, String> {
    let program = program.as_ref().to_string_lossy();
    let output = command.stdin(Stdio::null()).output().map_err(|error| match error.kind() {
        ErrorKind::NotFound => format!("there is no `{program}` here"),
        _ => format!("cannot run `{program}`: {error}"),
    })?;
    if output.status.success() {
        return Ok(output);
    }
    let said = String::from_utf8_lossy(&output.stderr);
    Err(format!("`{program}` fails: {}\n{}", output.status, said.trim_end()))
}
