//! What has to change on the disk, and the change itself: only what differs is written, each file as a whole.

use std::fs;
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};

use routegen::output::MARK;

/// The parts of a crate's folder that are generated as a whole; what lies there with our mark and is not generated any
/// more is left over.
const OWNED: [&str; 2] = ["src", "tests/round_trip"];

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

/// What has to change.
#[derive(Debug, Default)]
pub struct Plan {
    /// The files to write.
    pub writes: Vec<Change>,
    /// The files to remove.
    pub orphans: Vec<Orphan>,
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
        match read(path)? {
            Some(old) if old == *text => plan.unchanged += 1,
            Some(old) if !is_ours(path, &old) => return Err(in_the_way(path)),
            old => plan.writes.push(Change { path: path.clone(), shown: shown.clone(), new: text.clone(), old }),
        }
    }
    for owned in OWNED {
        let mut found = Vec::new();
        list(&out.join(owned), &mut found)?;
        found.sort();
        for path in found.into_iter().filter(|path| targets.iter().all(|target| target.path != *path)) {
            // What we did not write is not ours to remove.
            if let Some(old) = read(&path)?.filter(|old| is_ours(&path, old)) {
                let shown = path.strip_prefix(out).unwrap_or(&path).to_string_lossy().replace('\\', "/");
                plan.orphans.push(Orphan { path, shown, old });
            }
        }
    }
    Ok(plan)
}

/// Writes a file that is not as it must be; false where it is.
///
/// # Errors
/// Where the disk refuses.
pub fn write_if_changed(path: &Path, text: &str) -> Result<bool, String> {
    if read(path)?.as_deref() == Some(text) {
        return Ok(false);
    }
    write(path, text).map_err(|error| not_written(path, &error))?;
    Ok(true)
}

impl Plan {
    /// Makes the changes.
    ///
    /// # Errors
    /// Where the disk refuses; what was written until then is whole.
    pub fn carry_out(&self) -> Result<(), String> {
        for change in &self.writes {
            write(&change.path, &change.new).map_err(|error| not_written(&change.path, &error))?;
        }
        for orphan in &self.orphans {
            fs::remove_file(&orphan.path).map_err(|error| {
                format!("`{}` could not be removed: {error}; remove it by hand", orphan.path.display())
            })?;
            remove_if_empty(orphan.path.parent());
        }
        Ok(())
    }
}

/// True for a file that this workspace generated: its mark stands at the top, or anywhere in JSON, which has no comments.
fn is_ours(path: &Path, text: &str) -> bool {
    let is_json = path.extension().is_some_and(|extension| extension == "json");
    let lines = if is_json { usize::MAX } else { 1 };
    text.lines().take(lines).any(|line| line.contains(MARK))
}

fn in_the_way(path: &Path) -> String {
    format!(
        "`{}` is in the way: it does not say that it was generated, so it is not overwritten; move it, then run the task again",
        path.display()
    )
}

fn read(path: &Path) -> Result<Option<String>, String> {
    match fs::read(path) {
        Ok(bytes) => Ok(Some(String::from_utf8_lossy(&bytes).into_owned())),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(format!("`{}` could not be read: {error}; mend its permissions", path.display())),
    }
}

fn list(folder: &Path, found: &mut Vec<PathBuf>) -> Result<(), String> {
    let failed =
        |error: std::io::Error| format!("`{}` could not be listed: {error}; mend its permissions", folder.display());
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

/// A reader never sees half a file: it is written beside its place, then put there in one step.
fn write(path: &Path, text: &str) -> std::io::Result<()> {
    let folder = path.parent().unwrap_or(Path::new("."));
    fs::create_dir_all(folder)?;
    let mut file = tempfile::NamedTempFile::new_in(folder)?;
    file.write_all(text.as_bytes())?;
    make_readable(&file)?;
    file.persist(path)?;
    Ok(())
}

fn not_written(path: &Path, error: &std::io::Error) -> String {
    format!("`{}` could not be written: {error}; mend its permissions, then run the task again", path.display())
}

/// Temporary files are for their owner alone; generated ones are for everyone.
#[cfg(unix)]
fn make_readable(file: &tempfile::NamedTempFile) -> std::io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    file.as_file().set_permissions(fs::Permissions::from_mode(0o644))
}

#[cfg(not(unix))]
fn make_readable(_file: &tempfile::NamedTempFile) -> std::io::Result<()> {
    Ok(())
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
