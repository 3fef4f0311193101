//! Reads regular files up to a maximum size.
//!
//! A named pipe or a device in a folder must not block a run, and a huge file must not exhaust the memory.

use std::fmt;
use std::fs::{self, File, FileType};
use std::io::{self, Read};
use std::path::Path;

/// The reason why a file was not read.
#[derive(Debug)]
pub enum ReadError {
    /// It is not a regular file; the string names what it is.
    NotRegular(&'static str),
    /// It is larger than the limit, which is given in bytes.
    TooLarge(u64),
    /// The system reported an error.
    Io(io::Error),
}

impl fmt::Display for ReadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotRegular(kind) => write!(f, "expected a regular file, found {kind}"),
            Self::TooLarge(max_len) => write!(f, "it is larger than {}", Size(*max_len)),
            Self::Io(error) => error.fmt(f),
        }
    }
}

impl From<io::Error> for ReadError {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

/// A number of bytes. It is shown in MiB if it is a multiple of one.
struct Size(u64);

impl fmt::Display for Size {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const MIB: u64 = 1 << 20;
        match self.0 {
            bytes if bytes >= MIB && bytes.is_multiple_of(MIB) => write!(f, "{} MiB", bytes / MIB),
            bytes => write!(f, "{bytes} bytes"),
        }
    }
}

/// Reads a regular file of at most `max_len` bytes.
///
/// # Errors
///
/// Returns an error if the path is not a regular file, if the file exceeds the limit before or while it is read, or if the
/// system reports an error.
pub fn read_regular(path: &Path, max_len: u64) -> Result<Vec<u8>, ReadError> {
    let file = open_regular(path)?;
    if file.metadata()?.len() > max_len {
        return Err(ReadError::TooLarge(max_len));
    }
    let mut bytes = Vec::new();
    file.take(max_len.saturating_add(1)).read_to_end(&mut bytes)?;
    let len = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
    if len > max_len { Err(ReadError::TooLarge(max_len)) } else { Ok(bytes) }
}

/// Reads the first line of a regular file, without the line break and up to `max_len` bytes.
///
/// # Errors
///
/// Returns an error if the path is not a regular file, or if the system reports an error.
pub fn read_first_line(path: &Path, max_len: u64) -> Result<Vec<u8>, ReadError> {
    let mut bytes = Vec::new();
    open_regular(path)?.take(max_len).read_to_end(&mut bytes)?;
    if let Some(end) = bytes.iter().position(|byte| *byte == b'\n') {
        bytes.truncate(end);
    }
    Ok(bytes)
}

/// Opens a regular file. Opening a named pipe waits for a writer, so the kind is checked before. It is checked again
/// afterwards, because the file may have been replaced in between.
fn open_regular(path: &Path) -> Result<File, ReadError> {
    check_kind(fs::metadata(path)?.file_type())?;
    let file = File::open(path)?;
    check_kind(file.metadata()?.file_type())?;
    Ok(file)
}

fn check_kind(kind: FileType) -> Result<(), ReadError> {
    if kind.is_file() {
        Ok(())
    } else if kind.is_dir() {
        Err(ReadError::NotRegular("a directory"))
    } else {
        Err(ReadError::NotRegular(special_kind(kind)))
    }
}

#[cfg(unix)]
fn special_kind(kind: FileType) -> &'static str {
    use std::os::unix::fs::FileTypeExt;
    if kind.is_fifo() {
        "a named pipe"
    } else if kind.is_socket() {
        "a socket"
    } else if kind.is_block_device() || kind.is_char_device() {
        "a device"
    } else {
        OTHER_KIND
    }
}

#[cfg(not(unix))]
fn special_kind(_kind: FileType) -> &'static str {
    OTHER_KIND
}

const OTHER_KIND: &str = "a special file";

#[cfg(test)]
mod tests {
    use super::*;

    fn file(bytes: &[u8]) -> tempfile::NamedTempFile {
        let file = tempfile::NamedTempFile::new().expect("a file");
        fs::write(file.path(), bytes).expect("a file");
        file
    }

    #[test]
    fn a_file_of_exactly_the_limit_is_read() {
        let file = file(b"12345");
        assert_eq!(read_regular(file.path(), 5).expect("a small file"), b"12345");
        let error = read_regular(file.path(), 4).expect_err("a limit");
        assert_eq!(error.to_string(), "it is larger than 4 bytes");
        assert_eq!(ReadError::TooLarge(16 << 20).to_string(), "it is larger than 16 MiB");
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn the_limit_applies_to_files_of_unknown_size() {
        // The kernel reports a length of 0 for these files, just as for one that grows while it is read.
        let path = Path::new("/proc/self/maps");
        assert_eq!(fs::metadata(path).expect("a file").len(), 0);
        let error = read_regular(path, 10).expect_err("a limit");
        assert!(matches!(error, ReadError::TooLarge(10)), "{error}");
    }

    #[test]
    fn only_the_first_line_is_read() {
        assert_eq!(read_first_line(file(b"one\ntwo").path(), 100).expect("a file"), b"one");
        assert_eq!(read_first_line(file(b"one").path(), 100).expect("a file"), b"one");
        assert_eq!(read_first_line(file(b"one").path(), 2).expect("a file"), b"on");
        assert_eq!(read_first_line(file(b"").path(), 2).expect("a file"), b"");
    }

    #[test]
    fn other_kinds_of_files_are_named() {
        let folder = tempfile::tempdir().expect("a folder");
        let error = read_regular(folder.path(), 5).expect_err("a directory");
        assert_eq!(error.to_string(), "expected a regular file, found a directory");
        let error = read_regular(&folder.path().join("none"), 5).expect_err("a missing file");
        assert!(matches!(&error, ReadError::Io(error) if error.kind() == io::ErrorKind::NotFound), "{error}");
    }

    #[cfg(unix)]
    #[test]
    fn devices_and_sockets_are_named() {
        let error = read_regular(Path::new("/dev/zero"), 5).expect_err("a device");
        assert_eq!(error.to_string(), "expected a regular file, found a device");
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("socket");
        let _socket = std::os::unix::net::UnixListener::bind(&path).expect("a socket");
        let error = read_first_line(&path, 5).expect_err("a socket");
        assert_eq!(error.to_string(), "expected a regular file, found a socket");
    }
}
