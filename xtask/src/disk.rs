//! What has to change on the disk, and the change itself: only what differs is written, each file as a whole.
//!
//! What lies in the way may be anything. Only regular files are read, and of a file that may not be ours no more than its
//! first line.

use std::collections::BTreeSet;
use std::fs;
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

use routegen::file::{self, ReadError};
use routegen::output::GENERATED_MARKER;

use crate::atomic;
pub use crate::atomic::folder_of;

/// The parts of a crate's folder that are generated as a whole; what lies there with our mark and is not generated any
/// more is left over.
const OWNED: [&str; 2] = ["src", "tests/round_trip"];

/// The largest file that is compared with a generated one, unless that is larger itself.
const MAX_OLD_BYTES: u64 = 64 << 20;

/// How much of a file is read to find the mark, which stands at the start of its first line.
const MAX_FIRST_LINE_BYTES: u64 = 256;

/// A file that must be there.
#[derive(Debug)]
pub struct Target {
    /// Where.
    pub path: PathBuf,
    /// The path as messages show it.
    pub shown: String,
    /// The whole text.
    pub text: String,
}

/// A file that has to be written.
#[derive(Debug)]
pub struct Change {
    /// The file as it must be.
    pub path: PathBuf,
    /// The path as messages show it.
    pub shown: String,
    /// What it must hold.
    pub new: String,
    /// What it holds; nothing where it is not there.
    pub old: Option<String>,
}

/// A file that has to go.
#[derive(Debug)]
pub struct Orphan {
    /// Where it lies.
    pub path: PathBuf,
    /// The path as messages show it.
    pub shown: String,
    /// What it holds.
    pub old: String,
}

/// A temporary file of a run that was interrupted.
#[derive(Debug)]
pub struct Leftover {
    /// Where it lies.
    pub path: PathBuf,
    /// The path as messages show it.
    pub shown: String,
}

/// What has to change.
#[derive(Debug, Default)]
pub struct Plan {
    /// The files to write.
    pub writes: Vec<Change>,
    /// The files to remove.
    pub orphans: Vec<Orphan>,
    /// The temporary files to remove.
    pub leftovers: Vec<Leftover>,
    /// How many files are as they must be.
    pub unchanged: usize,
}

/// Compares a folder with what must be there. Changes nothing.
///
/// # Errors
/// Where a file cannot be read, or where one that is not ours is in the way.
pub fn plan(out: &Path, targets: &[Target]) -> Result<Plan, String> {
    let mut plan = Plan::default();
    for Target { path, shown, text } in targets {
        let max_len = u64::try_from(text.len()).unwrap_or(u64::MAX).max(MAX_OLD_BYTES);
        match read(path, max_len)? {
            Some(old) if old == *text => plan.unchanged += 1,
            Some(old) if !is_ours(path, &old) => return Err(in_the_way(path)),
            old => plan.writes.push(Change { path: path.clone(), shown: shown.clone(), new: text.clone(), old }),
        }
    }
    let mut folders: BTreeSet<&Path> = targets.iter().filter_map(|target| target.path.parent()).collect();
    let mut found = Vec::new();
    for owned in OWNED {
        list(&out.join(owned), &mut found)?;
    }
    found.sort();
    folders.extend(found.iter().filter_map(|path| path.parent()));
    let known: BTreeSet<&Path> = targets.iter().map(|target| target.path.as_path()).collect();
    for path in found.iter().filter(|path| !known.contains(path.as_path()) && !atomic::is_temporary(path)) {
        // What we did not write is not ours to remove.
        if starts_with_our_mark(path)?
            && let Some(old) = read(path, MAX_OLD_BYTES)?
        {
            plan.orphans.push(Orphan { path: path.clone(), shown: shown(out, path), old });
        }
    }
    for folder in folders {
        for path in atomic::abandoned(folder).map_err(|error| failure(folder, "listed", &error))? {
            plan.leftovers.push(Leftover { shown: shown(out, &path), path });
        }
    }
    Ok(plan)
}

/// Writes a file that is not as it must be; false where it is. Removes what interrupted runs have left beside it.
///
/// # Errors
/// Where the disk refuses.
pub fn write_if_changed(path: &Path, text: &str) -> Result<bool, String> {
    let folder = folder_of(path);
    for path in atomic::abandoned(folder).map_err(|error| failure(folder, "listed", &error))? {
        atomic::remove(&path).map_err(|error| failure(&path, "removed", &error))?;
    }
    if read(path, MAX_OLD_BYTES)?.as_deref() == Some(text) {
        return Ok(false);
    }
    atomic::write(path, text).map_err(|error| failure(path, "written", &error))?;
    Ok(true)
}

impl Plan {
    /// How many files have to be removed.
    pub fn removals(&self) -> usize {
        self.orphans.len() + self.leftovers.len()
    }

    /// Makes the changes.
    ///
    /// # Errors
    /// Where the disk refuses; what was written until then is whole.
    pub fn carry_out(&self) -> Result<(), String> {
        let remove = |path: &Path| atomic::remove(path).map_err(|error| failure(path, "removed", &error));
        // First, because they may be what fills the disk.
        for leftover in &self.leftovers {
            remove(&leftover.path)?;
        }
        for change in &self.writes {
            atomic::write(&change.path, &change.new).map_err(|error| failure(&change.path, "written", &error))?;
        }
        for orphan in &self.orphans {
            remove(&orphan.path)?;
        }
        for path in self.orphans.iter().map(|orphan| &orphan.path).chain(self.leftovers.iter().map(|left| &left.path)) {
            remove_if_empty(path.parent());
        }
        Ok(())
    }
}

fn shown(out: &Path, path: &Path) -> String {
    path.strip_prefix(out).unwrap_or(path).to_string_lossy().replace('\\', "/")
}

/// True for a file that this workspace generated: its mark stands at the top, or anywhere in JSON, which has no comments.
fn is_ours(path: &Path, text: &str) -> bool {
    let is_json = path.extension().is_some_and(|extension| extension == "json");
    let lines = if is_json { usize::MAX } else { 1 };
    text.lines().take(lines).any(|line| line.contains(GENERATED_MARKER))
}

/// As [`is_ours`], of a file that nobody asked for. JSON is never generated where such files are looked for.
fn starts_with_our_mark(path: &Path) -> Result<bool, String> {
    match file::read_first_line(path, MAX_FIRST_LINE_BYTES) {
        Ok(line) => Ok(String::from_utf8_lossy(&line).contains(GENERATED_MARKER)),
        Err(ReadError::NotRegular(_) | ReadError::TooLarge(_)) => Ok(false),
        Err(ReadError::Io(error)) if error.kind() == ErrorKind::NotFound => Ok(false),
        Err(ReadError::Io(error)) => Err(failure(path, "read", &error)),
    }
}

fn in_the_way(path: &Path) -> String {
    format!(
        "`{}` is in the way: it does not say that it was generated, so it is not overwritten; move it, then run the task again",
        path.display()
    )
}

fn read(path: &Path, max_len: u64) -> Result<Option<String>, String> {
    match file::read_regular(path, max_len) {
        Ok(bytes) => Ok(Some(String::from_utf8_lossy(&bytes).into_owned())),
        Err(ReadError::Io(error)) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(ReadError::Io(error)) => Err(failure(path, "read", &error)),
        Err(error @ (ReadError::NotRegular(_) | ReadError::TooLarge(_))) => {
            Err(format!("`{}` is in the way: {error}\nhelp: move it, then run the task again", path.display()))
        }
    }
}

fn list(folder: &Path, found: &mut Vec<PathBuf>) -> Result<(), String> {
    let failed = |error: io::Error| failure(folder, "listed", &error);
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(failed(error)),
    };
    for entry in entries {
        let entry = entry.map_err(failed)?;
        if entry.file_type().map_err(failed)?.is_dir() {
            list(&entry.path(), found)?;
        } else {
            found.push(entry.path());
        }
    }
    Ok(())
}

/// What the system reported, and what to do about it.
fn failure(path: &Path, action: &str, error: &io::Error) -> String {
    let help = match error.kind() {
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded => "free some space, then run the task again",
        ErrorKind::PermissionDenied => "change the permissions, then run the task again",
        ErrorKind::ReadOnlyFilesystem => "name a folder on a file system that can be written to",
        ErrorKind::NotADirectory => "move the file that is where a folder must be, then run the task again",
        ErrorKind::IsADirectory => "move the folder that is where the file must be, then run the task again",
        ErrorKind::InvalidFilename => "name a folder with a shorter path",
        _ => "resolve this, then run the task again",
    };
    format!("`{}` could not be {action}: {error}\nhelp: {help}", path.display())
}

fn remove_if_empty(folder: Option<&Path>) {
    let mut next = folder;
    while let Some(folder) = next {
        // Fails where something is left in it: then it stays, and so do those above.
        if fs::remove_dir(folder).is_err() {
            return;
        }
        next = folder.parent();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failure_says_what_the_system_said() {
        let cases = [
            (ErrorKind::StorageFull, "no storage space", "free some space"),
            (ErrorKind::QuotaExceeded, "quota exceeded", "free some space"),
            (ErrorKind::PermissionDenied, "permission denied", "change the permissions"),
            (ErrorKind::ReadOnlyFilesystem, "read-only filesystem", "name a folder"),
            (ErrorKind::Interrupted, "operation interrupted", "resolve this"),
        ];
        for (kind, said, help) in cases {
            let text = failure(Path::new("a/b.rs"), "written", &io::Error::from(kind));
            assert!(text.starts_with(&format!("`a/b.rs` could not be written: {said}")), "{text}");
            assert!(text.contains(&format!("\nhelp: {help}")), "{text}");
            assert_eq!(text.contains("permissions"), kind == ErrorKind::PermissionDenied, "{text}");
        }
    }
}
