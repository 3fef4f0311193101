//! A workspace of generated crates below the target folder, and cargo in it.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use routegen::output::File;

/// A workspace with a target folder of its own: the one that runs this test may be in use.
#[derive(Debug)]
pub struct Workspace {
    folder: PathBuf,
}

/// A generated crate.
#[derive(Debug)]
pub struct Crate {
    /// The name of its folder.
    pub name: String,
    /// Its files.
    pub files: Vec<File>,
}

impl Workspace {
    /// Writes the crates. Dependencies have the versions of this repository: they are there already, so nothing is loaded.
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
        // Nobody debugs these crates, and what is built of them is built once.
        manifest.push_str("]\n\n[profile.dev]\ndebug = false\nincremental = false\n");
        // Generated crates ask the registry for the runtime, unless the spec says otherwise.
        let runtime = Path::new(env!("CARGO_MANIFEST_DIR")).join("runtime");
        manifest.push_str(&format!("\n[patch.crates-io]\nroutegen-runtime = {{ path = {runtime:?} }}\n"));
        write(&folder.join("Cargo.toml"), &manifest);
        lock(&folder);
        for old in fs::read_dir(&folder).expect("the workspace can be listed") {
            let old = old.expect("the workspace can be listed").path();
            if old.is_dir() && !old.ends_with("target") {
                remove_others(&old, &written);
            }
        }
        Self { folder }
    }

    /// Runs cargo, or panics with what it printed. `environment` is set for it.
    pub fn cargo(&self, arguments: &[&str], environment: &[(&str, &str)]) -> String {
        let mut cargo = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
        cargo.current_dir(&self.folder).env("CARGO_TARGET_DIR", self.folder.join("target"));
        cargo.envs(environment.iter().copied());
        let (before, after) = match arguments.iter().position(|argument| *argument == "--") {
            Some(at) => arguments.split_at(at),
            None => (arguments, [].as_slice()),
        };
        let output = cargo.args(before).args(["--offline", "--quiet"]).args(after).output().expect("cargo can be run");
        let printed = String::from_utf8_lossy(&output.stdout).into_owned();
        let complaint = String::from_utf8_lossy(&output.stderr);
        assert!(
            output.status.success(),
            "cargo {} in {} failed:\n{printed}\n{complaint}",
            arguments.join(" "),
            self.folder.display()
        );
        printed
    }
}

/// Takes the lock file over, unless it is the one that was taken over before: cargo has added the crates to that.
fn lock(folder: &Path) {
    let ours = Path::new(env!("CARGO_MANIFEST_DIR")).join("../Cargo.lock");
    let ours = fs::read_to_string(ours).expect("the repository has a lock file");
    let taken_over = folder.join("Cargo.lock.taken-over");
    if fs::read_to_string(&taken_over).is_ok_and(|before| before == ours) {
        return;
    }
    write(&folder.join("Cargo.lock"), &ours);
    write(&taken_over, &ours);
}

/// Writes what is new, so that cargo builds again what has changed and no more.
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
