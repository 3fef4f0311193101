//! Compares generated files with the disk and writes only what differs, each file atomically.
//!
//! Unexpected files may be of any kind and size. Only regular files are read. Of a file that may not be a generated one,
//! only the first line is read.

use std::collections::BTreeSet;
use std::fs;
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

use routegen::file::{self, ReadError};
use routegen::output::GENERATED_MARKER;
use similar::TextDiff;

use crate::atomic;
pub use crate::atomic::parent_folder;

/// The folders of a crate that contain only generated files. A marked file there that is no longer generated is removed.
const GENERATED_DIRS: [&str; 2] = ["src", "tests/round_trip"];

/// The largest file that is compared with a generated one, unless the generated one is larger.
const MAX_OLD_BYTES: u64 = 64 << 20;

/// How much of a file is read to find the marker, which is at the start of the first line.
const MAX_FIRST_LINE_BYTES: u64 = 256;

/// A generated file.
#[derive(Debug)]
pub struct OutputFile {
    /// Where it belongs.
    pub path: PathBuf,
    /// The path as messages show it.
    pub display_path: String,
    /// Its content.
    pub text: String,
}

/// A file to write.
#[derive(Debug)]
pub struct Change {
    /// The path.
    pub path: PathBuf,
    /// The path as messages show it.
    pub display_path: String,
    /// The new content.
    pub new: String,
    /// The current content, `None` for a missing file.
    pub old: Option<String>,
}

/// A generated file to remove.
#[derive(Debug)]
pub struct Orphan {
    /// The path.
    pub path: PathBuf,
    /// The path as messages show it.
    pub display_path: String,
    /// The current content.
    pub old: String,
}

/// A temporary file of an interrupted run.
#[derive(Debug)]
pub struct Leftover {
    /// The path.
    pub path: PathBuf,
    /// The path as messages show it.
    pub display_path: String,
}

/// The difference between generated files and the disk.
#[derive(Debug, Default)]
pub struct Changes {
    /// The files to write.
    pub writes: Vec<Change>,
    /// The generated files to remove.
    pub orphans: Vec<Orphan>,
    /// The temporary files to remove.
    pub leftovers: Vec<Leftover>,
    /// The number of files that are up to date.
    pub unchanged: usize,
}

/// Writes a file unless it is up to date, and returns whether it did. Removes temporary files of interrupted runs.
///
/// # Errors
/// Returns a message if a file cannot be read or written.
pub fn write_if_changed(path: &Path, text: &str) -> Result<bool, String> {
    let folder = parent_folder(path);
    for path in atomic::abandoned(folder).map_err(|error| io_error(folder, "list", &error))? {
        atomic::remove(&path).map_err(|error| io_error(&path, "remove", &error))?;
    }
    if read(path, MAX_OLD_BYTES)?.as_deref() == Some(text) {
        return Ok(false);
    }
    atomic::write(path, text).map_err(|error| io_error(path, "write", &error))?;
    Ok(true)
}

impl Changes {
    /// Compares a crate's folder with its generated files without changing them.
    ///
    /// # Errors
    /// Returns a message if a file cannot be read, or if a file without the marker would be overwritten.
    pub fn find(out: &Path, files: &[OutputFile]) -> Result<Self, String> {
        let mut changes = Self::default();
        for OutputFile { path, display_path, text } in files {
            let max_len = u64::try_from(text.len()).unwrap_or(u64::MAX).max(MAX_OLD_BYTES);
            match read(path, max_len)? {
                Some(old) if old == *text => changes.unchanged += 1,
                Some(old) if !has_marker(path, &old) => return Err(unowned_file_error(path)),
                old => changes.writes.push(Change {
                    path: path.clone(),
                    display_path: display_path.clone(),
                    new: text.clone(),
                    old,
                }),
            }
        }
        let mut folders: BTreeSet<&Path> = files.iter().filter_map(|file| file.path.parent()).collect();
        let mut found = Vec::new();
        for folder in GENERATED_DIRS {
            list_files(&out.join(folder), &mut found)?;
        }
        found.sort();
        folders.extend(found.iter().filter_map(|path| path.parent()));
        let known: BTreeSet<&Path> = files.iter().map(|file| file.path.as_path()).collect();
        for path in found.iter().filter(|path| !known.contains(path.as_path()) && !atomic::is_temporary(path)) {
            // A file without the marker is not a generated one.
            if starts_with_marker(path)?
                && let Some(old) = read(path, MAX_OLD_BYTES)?
            {
                changes.orphans.push(Orphan { path: path.clone(), display_path: display_path(out, path), old });
            }
        }
        for folder in folders {
            for path in atomic::abandoned(folder).map_err(|error| io_error(folder, "list", &error))? {
                changes.leftovers.push(Leftover { display_path: display_path(out, &path), path });
            }
        }
        Ok(changes)
    }

    /// Returns the number of files to remove.
    pub fn removals(&self) -> usize {
        self.orphans.len() + self.leftovers.len()
    }

    /// Returns a unified diff of every file to write or to remove, and a line for every temporary file.
    pub fn diff(&self) -> String {
        let mut text = String::new();
        for Change { path: _, display_path, new, old } in &self.writes {
            let from = if old.is_some() { format!("a/{display_path}") } else { "/dev/null".to_owned() };
            let old = old.as_deref().unwrap_or_default();
            text.push_str(&unified_diff(old, new, &from, &format!("b/{display_path}")));
        }
        for orphan in &self.orphans {
            text.push_str(&unified_diff(&orphan.old, "", &format!("a/{}", orphan.display_path), "/dev/null"));
        }
        for leftover in &self.leftovers {
            text.push_str(&format!("{}: temporary file of an interrupted run\n", leftover.display_path));
        }
        text
    }

    /// Writes and removes the files.
    ///
    /// # Errors
    /// Returns a message if a file cannot be written or removed. Every file written before that is complete.
    pub fn apply(&self) -> Result<(), String> {
        let remove = |path: &Path| atomic::remove(path).map_err(|error| io_error(path, "remove", &error));
        // First, because these files may be filling the disk.
        for leftover in &self.leftovers {
            remove(&leftover.path)?;
        }
        for change in &self.writes {
            atomic::write(&change.path, &change.new).map_err(|error| io_error(&change.path, "write", &error))?;
        }
        for orphan in &self.orphans {
            remove(&orphan.path)?;
        }
        let orphans = self.orphans.iter().map(|orphan| &orphan.path);
        for path in orphans.chain(self.leftovers.iter().map(|leftover| &leftover.path)) {
            remove_empty_folders(path.parent());
        }
        Ok(())
    }
}

fn unified_diff(old: &str, new: &str, from: &str, to: &str) -> String {
    TextDiff::from_lines(old, new).unified_diff().context_radius(3).header(from, to).to_string()
}

fn display_path(out: &Path, path: &Path) -> String {
    path.strip_prefix(out).unwrap_or(path).to_string_lossy().replace('\\', "/")
}

/// Returns whether a file was generated. The marker is in the first line, or anywhere in JSON, which has no comments.
fn has_marker(path: &Path, text: &str) -> bool {
    let is_json = path.extension().is_some_and(|extension| extension == "json");
    let lines = if is_json { usize::MAX } else { 1 };
    text.lines().take(lines).any(|line| line.contains(GENERATED_MARKER))
}

/// Returns the result of [`has_marker`] for an unexpected file, which is never JSON.
fn starts_with_marker(path: &Path) -> Result<bool, String> {
    match file::read_first_line(path, MAX_FIRST_LINE_BYTES) {
        Ok(line) => Ok(String::from_utf8_lossy(&line).contains(GENERATED_MARKER)),
        Err(ReadError::NotRegular(_) | ReadError::TooLarge(_)) => Ok(false),
        Err(ReadError::Io(error)) if error.kind() == ErrorKind::NotFound => Ok(false),
        Err(ReadError::Io(error)) => Err(io_error(path, "read", &error)),
    }
}

fn unowned_file_error(path: &Path) -> String {
    format!("cannot overwrite `{}`: it is not a generated file\nhelp: move it and run the task again", path.display())
}

fn read(path: &Path, max_len: u64) -> Result<Option<String>, String> {
    match file::read_regular(path, max_len) {
        Ok(bytes) => Ok(Some(String::from_utf8_lossy(&bytes).into_owned())),
        Err(ReadError::Io(error)) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(ReadError::Io(error)) => Err(io_error(path, "read", &error)),
        Err(error @ (ReadError::NotRegular(_) | ReadError::TooLarge(_))) => {
            Err(format!("cannot overwrite `{}`: {error}\nhelp: move it and run the task again", path.display()))
        }
    }
}

fn list_files(folder: &Path, found: &mut Vec<PathBuf>) -> Result<(), String> {
    let failed = |error: io::Error| io_error(folder, "list", &error);
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(failed(error)),
    };
    for entry in entries {
        let entry = entry.map_err(failed)?;
        if entry.file_type().map_err(failed)?.is_dir() {
            list_files(&entry.path(), found)?;
        } else {
            found.push(entry.path());
        }
    }
    Ok(())
}

/// Returns the message for an I/O error, with advice.
fn io_error(path: &Path, action: &str, error: &io::Error) -> String {
    let help = match error.kind() {
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded => "free some disk space and run the task again",
        ErrorKind::PermissionDenied => "change the permissions and run the task again",
        ErrorKind::ReadOnlyFilesystem => "use a folder on a writable file system",
        ErrorKind::NotADirectory => "move the file that is where a folder is needed, and run the task again",
        ErrorKind::IsADirectory => "move the folder that is where the file is needed, and run the task again",
        ErrorKind::InvalidFilename => "use a folder with a shorter path",
        _ => "fix the cause and run the task again",
    };
    format!("cannot {action} `{}`: {error}\nhelp: {help}", path.display())
}

fn remove_empty_folders(folder: Option<&Path>) {
    let mut next = folder;
    while let Some(folder) = next {
        // Fails if the folder is not empty. Then the folders above it are not empty either.
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
    fn io_errors_quote_the_system_and_give_advice() {
        let cases = [
            (ErrorKind::StorageFull, "no storage space", "free some disk space"),
            (ErrorKind::QuotaExceeded, "quota exceeded", "free some disk space"),
            (ErrorKind::PermissionDenied, "permission denied", "change the permissions"),
            (ErrorKind::ReadOnlyFilesystem, "read-only filesystem", "use a folder"),
            (ErrorKind::Interrupted, "operation interrupted", "fix the cause"),
        ];
        for (kind, system, help) in cases {
            let text = io_error(Path::new("a/b.rs"), "write", &io::Error::from(kind));
            assert!(text.starts_with(&format!("cannot write `a/b.rs`: {system}")), "{text}");
            assert!(text.contains(&format!("\nhelp: {help}")), "{text}");
            assert_eq!(text.contains("permissions"), kind == ErrorKind::PermissionDenied, "{text}");
        }
    }
}
