//! A workspace of generated crates in the target folder, in which tests run cargo.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use routegen::output::File;

/// A workspace in the target folder of the running test. Cargo releases its lock before it runs tests.
#[derive(Debug)]
pub struct Workspace {
    folder: PathBuf,
}

/// A generated crate.
#[derive(Debug)]
pub struct Crate {
    /// The name of the folder.
    pub name: String,
    /// The files.
    pub files: Vec<File>,
}

impl Workspace {
    /// Writes the crates. Dependencies have the versions of this repository, so nothing is downloaded.
    pub fn new(crates: &[Crate]) -> Self {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("crates");
        let mut manifest = String::from("[workspace]\nresolver = \"3\"\nmembers = [\n");
        let mut written = BTreeSet::new();
        for Crate { name, files } in crates {
            manifest.push_str(&format!("    \"{name}\",\n"));
            for File { path, text } in files {
                let path = folder.join(name).join(path);
                write(&path, text);
                written.insert(path);
            }
        }
        manifest.push_str("]\n\n");
        // Dependencies are reused from the build of this test if they have the same profile.
        manifest.push_str(&profiles());
        // By default, generated crates depend on the runtime in the registry.
        let runtime = Path::new(env!("CARGO_MANIFEST_DIR")).join("runtime");
        manifest.push_str(&format!("\n[patch.crates-io]\nroutegen-runtime = {{ path = {runtime:?} }}\n"));
        write(&folder.join("Cargo.toml"), &manifest);
        lock(&folder);
        for old in fs::read_dir(&folder).expect("the workspace can be listed") {
            let old = old.expect("the workspace can be listed").path();
            if old.is_dir() {
                remove_others(&old, &written);
            }
        }
        Self { folder }
    }

    /// Runs cargo with environment variables. Panics with the output if it fails.
    pub fn cargo(&self, arguments: &[&str], environment: &[(&str, &str)]) -> String {
        let mut cargo = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
        let target = Path::new(env!("CARGO_TARGET_TMPDIR")).join("..");
        cargo.current_dir(&self.folder).env("CARGO_TARGET_DIR", target).env("CARGO_INCREMENTAL", "0");
        cargo.envs(environment.iter().copied());
        let (before, after) = match arguments.iter().position(|argument| *argument == "--") {
            Some(at) => arguments.split_at(at),
            None => (arguments, [].as_slice()),
        };
        let output = cargo.args(before).args(["--offline", "--quiet"]).args(after).output().expect("cargo can be run");
        let stdout = String::from_utf8_lossy(&output.stdout).into_owned();
        let stderr = String::from_utf8_lossy(&output.stderr);
        assert!(
            output.status.success(),
            "cargo {} in {} failed:\n{stdout}\n{stderr}",
            arguments.join(" "),
            self.folder.display()
        );
        stdout
    }
}

/// Returns the profiles of this repository.
fn profiles() -> String {
    let manifest = Path::new(env!("CARGO_MANIFEST_DIR")).join("../Cargo.toml");
    let manifest = fs::read_to_string(manifest).expect("the repository has a manifest");
    let mut manifest: toml::Table = manifest.parse().expect("the manifest is TOML");
    let profiles = manifest.remove("profile").expect("the manifest has profiles");
    toml::to_string(&toml::Table::from_iter([("profile".to_owned(), profiles)])).expect("profiles are TOML")
}

/// Copies the lock file of this repository if it changed since the last copy, to which cargo added the crates.
fn lock(folder: &Path) {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("../Cargo.lock");
    let source = fs::read_to_string(source).expect("the repository has a lock file");
    let copy = folder.join("Cargo.lock.copy");
    if fs::read_to_string(&copy).is_ok_and(|before| before == source) {
        return;
    }
    write(&folder.join("Cargo.lock"), &source);
    write(&copy, &source);
}

/// Writes a file if its content changed, so that cargo rebuilds only what changed.
fn write(path: &Path, text: &str) {
    if fs::read_to_string(path).is_ok_and(|old| old == text) {
        return;
    }
    fs::create_dir_all(path.parent().unwrap_or(path)).expect("a folder can be made");
    fs::write(path, text).expect("a file can be written");
}

fn remove_others(folder: &Path, keep: &BTreeSet<PathBuf>) {
    for entry in fs::read_dir(folder).expect("the workspace can be listed") {
        let path = entry.expect("the workspace can be listed").path();
        if path.is_dir() {
            remove_others(&path, keep);
        } else if !keep.contains(&path) {
            fs::remove_file(&path).expect("an old file can be removed");
        }
    }
}
