//! The binary behind `cargo xtask`.

#![forbid(unsafe_code)]

use std::process::ExitCode;

use clap::Parser;
use xtask::cli::Cli;

fn main() -> ExitCode {
    xtask::run(Cli::parse())
}
