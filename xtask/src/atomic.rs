//! Writes files as a whole: each is written beside its place, then renamed.
//!
//! A process that is killed leaves such a temporary file behind. Its name has a prefix that no other file has, so that a
//! later run recognizes and removes it. Young ones are left alone, because another run may be writing them at the moment.

use std::fs;
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;

use tempfile::NamedTempFile;

const PREFIX: &str = ".routegen-";
const SUFFIX: &str = ".tmp";

/// A temporary file of this age belongs to no run any more: a run takes seconds.
const ABANDONED_AFTER: Duration = Duration::from_secs(10 * 60);

/// How often a file is written again when its folder, or the temporary file, was removed on the way.
const MAX_ATTEMPTS: usize = 3;

/// Writes a file so that no reader sees half of it.
///
/// # Errors
///
/// What the system reports.
pub fn write(path: &Path, text: &str) -> io::Result<()> {
    let folder = folder_of(path);
    let mut attempt = 1;
    loop {
        match write_once(folder, path, text) {
            // Another run has removed an empty folder since it was made.
            Err(error) if error.kind() == ErrorKind::NotFound && attempt < MAX_ATTEMPTS => attempt += 1,
            result => return result,
        }
    }
}

fn write_once(folder: &Path, path: &Path, text: &str) -> io::Result<()> {
    fs::create_dir_all(folder)?;
    let mut file = tempfile::Builder::new().prefix(PREFIX).suffix(SUFFIX).tempfile_in(folder)?;
    file.write_all(text.as_bytes())?;
    make_readable(&file)?;
    file.persist(path)?;
    Ok(())
}

/// The folder that a file lies in; the current one for a bare name.
pub fn folder_of(path: &Path) -> &Path {
    path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// Returns true for the name of a temporary file.
pub fn is_temporary(path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    name.starts_with(PREFIX) && name.ends_with(SUFFIX)
}

/// The temporary files directly in a folder that interrupted runs have left behind, sorted.
///
/// # Errors
///
/// A folder that cannot be listed; one that does not exist has none.
pub fn abandoned(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(error),
    };
    let mut found = Vec::new();
    for entry in entries {
        let path = entry?.path();
        if is_temporary(&path) && is_abandoned(&path) {
            found.push(path);
        }
    }
    found.sort();
    Ok(found)
}

/// A file whose age is unknown, or that has gone in the meantime, counts as young.
fn is_abandoned(path: &Path) -> bool {
    let age = fs::symlink_metadata(path)
        .ok()
        .filter(fs::Metadata::is_file)
        .and_then(|metadata| metadata.modified().ok())
        .and_then(|modified| modified.elapsed().ok());
    age.is_some_and(|age| age >= ABANDONED_AFTER)
}

/// Removes a file; one that is gone already, because another run has removed it, is no error.
///
/// # Errors
///
/// What the system reports.
pub fn remove(path: &Path) -> io::Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != ErrorKind::NotFound => Err(error),
        Ok(()) | Err(_) => Ok(()),
    }
}

/// Temporary files are for their owner alone; generated ones are for everyone.
#[cfg(unix)]
fn make_readable(file: &NamedTempFile) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    file.as_file().set_permissions(fs::Permissions::from_mode(0o644))
}

#[cfg(not(unix))]
fn make_readable(_file: &NamedTempFile) -> io::Result<()> {
    Ok(())
}
