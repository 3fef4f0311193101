//! `cargo xtask docs …`: reads, writes what changed, and says what was read and what was left over.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use super::mapping::{self, Mapping};
use super::{Documented, Import, import};
use crate::{Failure, disk, say};

/// `cargo xtask docs import DIR`.
pub fn import_pages(dir: &Path, out: &Path) -> Result<ExitCode, Failure> {
    let import = import(dir).map_err(|error| error.to_string())?;
    write(&import.documented, out)?;
    let Import { documented: _, pages: _, unplaced } = &import;
    for unplaced in unplaced {
        say(&format!("not placed: {unplaced}\n"));
    }
    say(&format!("{import}\n"));
    Ok(ExitCode::SUCCESS)
}

/// `cargo xtask docs mapping FILE`.
pub fn import_mapping(
    file: &Path,
    constants: Option<PathBuf>,
    documented: &Path,
    out: &Path,
) -> Result<ExitCode, Failure> {
    let documented = Documented::read(documented)?;
    let mapping = mapping::import(file, &constants.unwrap_or_else(|| constants_beside(file)), &documented)?;
    write(&mapping.unlisted, out)?;
    let Mapping { unlisted: _, routes: _, differences, missing } = &mapping;
    for difference in differences {
        say(&format!("differs from its page: {difference}\n"));
    }
    for operation in missing {
        say(&format!("not in the mapping: {operation}\n"));
    }
    say(&format!("{mapping}\n"));
    Ok(ExitCode::SUCCESS)
}

/// Where the client's package has its constants: one folder above that of its mapping.
fn constants_beside(mapping: &Path) -> PathBuf {
    disk::folder_of(mapping).join("../constants.js")
}

fn write(facts: &Documented, out: &Path) -> Result<(), Failure> {
    let text = facts.to_json().map_err(|error| error.to_string())?;
    let done = if disk::write_if_changed(out, &text)? { "written" } else { "unchanged" };
    say(&format!("{}: {done}\n", out.display()));
    Ok(())
}
