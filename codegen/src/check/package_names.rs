//! Names of packages and programs: what cargo, rustc and crates.io take.

use crate::ident;

/// The most characters of a package name on crates.io.
pub const MAX_NAME_LENGTH: usize = 64;

/// The libraries of Rust itself.
const RUST_LIBRARIES: [&str; 5] = ["alloc", "core", "proc_macro", "std", "test"];

/// How the name of a package or a program is written.
pub const NAME_HELP: &str = "use at most 64 lower-case letters, digits, single `-` and single `_`, a letter first";

/// The name of a package's library.
pub fn library(name: &str) -> String {
    name.replace('-', "_")
}

/// True for the name of a package or a program that cargo takes and of which rustc does not warn.
pub fn is_target_name(name: &str) -> bool {
    let is_plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-' || c == '_';
    name.len() <= MAX_NAME_LENGTH
        && name.starts_with(|c: char| c.is_ascii_lowercase())
        && name.chars().all(is_plain)
        && !library(name).contains("__")
}

/// Why a name that is well formed cannot be that of a package or of a program.
pub fn reserved(name: &str) -> Option<&'static str> {
    let library = library(name);
    if ident::is_keyword(&library) {
        Some("it is a keyword of Rust")
    } else if RUST_LIBRARIES.contains(&library.as_str()) {
        Some("it is a library of Rust itself")
    } else if ident::is_windows_device(&library) {
        Some("Windows has a device of that name, and no file")
    } else {
        None
    }
}
