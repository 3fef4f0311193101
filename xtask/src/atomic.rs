//! Writes files atomically: to a temporary file in the same folder, which is then renamed.
//!
//! A killed process leaves its temporary file behind. A later run recognizes it by its name and removes it. Recent
//! temporary files are kept, because another run may be writing them.

use std::fs;
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;

use tempfile::NamedTempFile;

const PREFIX: &str = ".routegen-";
const SUFFIX: &str = ".tmp";

/// The age at which no run can still be writing a temporary file. A run takes seconds.
const ABANDONED_AFTER: Duration = Duration::from_secs(10 * 60);

/// How often a write is attempted while another run removes the folder or the temporary file.
const MAX_ATTEMPTS: usize = 3;

/// Writes a file atomically: readers never see a part of it.
///
/// # Errors
/// Returns the error of the system.
pub fn write(path: &Path, text: &str) -> io::Result<()> {
    let folder = parent_folder(path);
    let mut attempt = 1;
    loop {
        match write_once(folder, path, text) {
            // Another run has removed the folder, because it was empty.
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

/// Returns the folder of a file, which is the current one for a bare file name.
pub fn parent_folder(path: &Path) -> &Path {
    path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// Returns whether a file has the name of a temporary file.
pub fn is_temporary(path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    name.starts_with(PREFIX) && name.ends_with(SUFFIX)
}

/// Returns the temporary files of interrupted runs directly in a folder, sorted. A missing folder has none.
///
/// # Errors
/// Returns the error of the system if the folder cannot be listed.
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

/// Returns whether a file is old enough. A file of unknown age, or one that has just been removed, is not.
fn is_abandoned(path: &Path) -> bool {
    let age = fs::symlink_metadata(path)
        .ok()
        .filter(fs::Metadata::is_file)
        .and_then(|metadata| metadata.modified().ok())
        .and_then(|modified| modified.elapsed().ok());
    age.is_some_and(|age| age >= ABANDONED_AFTER)
}

/// Removes a file. It is not an error if another run has removed it already.
///
/// # Errors
/// Returns the error of the system.
pub fn remove(path: &Path) -> io::Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != ErrorKind::NotFound => Err(error),
        Ok(()) | Err(_) => Ok(()),
    }
}

/// Makes a file readable for everyone. Temporary files are created for their owner only.
#[cfg(unix)]
fn make_readable(file: &NamedTempFile) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    file.as_file().set_permissions(fs::Permissions::from_mode(0o644))
}

#[cfg(not(unix))]
fn make_readable(_file: &NamedTempFile) -> io::Result<()> {
    Ok(())
}
