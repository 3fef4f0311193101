//! The errors that stop an import. Each names one file or folder and a fix.

use std::error::Error;
use std::fmt;
use std::io;
use std::path::PathBuf;

use routegen::file::ReadError;

/// Why a folder of documentation could not be imported.
#[derive(Debug)]
pub enum ImportError {
    /// The folder cannot be listed.
    Folder {
        /// The folder.
        dir: PathBuf,
        /// The error of the system.
        source: io::Error,
    },
    /// The folder contains no HTML file.
    NoPages {
        /// The folder.
        dir: PathBuf,
    },
    /// The pages are complete but document no route.
    NoRoutes {
        /// The folder.
        dir: PathBuf,
        /// The first unrecognized content, which may be the reason.
        unrecognized: Option<String>,
    },
    /// A page cannot be read from disk.
    File {
        /// The file.
        file: PathBuf,
        /// The reason.
        source: ReadError,
    },
    /// A page is not UTF-8.
    NotUtf8 {
        /// The file.
        file: PathBuf,
        /// The line of the first invalid byte.
        line: usize,
    },
    /// A page was written with another theme or by another program.
    WrongTheme {
        /// The file.
        file: PathBuf,
    },
    /// A page is incomplete.
    Incomplete {
        /// The file.
        file: PathBuf,
        /// The line of the problem.
        line: usize,
        /// The problem, such as an element without an end.
        what: String,
    },
    /// The title of a page does not match its file name.
    TitleMismatch {
        /// The file.
        file: PathBuf,
        /// The line of the title.
        line: usize,
        /// The title.
        title: String,
    },
    /// A page contains a heading twice, with different content.
    CopiesDiffer {
        /// The file.
        file: PathBuf,
        /// The anchor of the heading.
        id: String,
        /// The line of one copy.
        line: usize,
        /// The line of the other copy; `None` if the other half of the page lacks the heading.
        other: Option<usize>,
    },
}

impl ImportError {
    /// Returns the problem and its position.
    pub fn message(&self) -> String {
        match self {
            Self::Folder { dir, source } => format!("cannot read the folder `{}`: {source}", dir.display()),
            Self::NoPages { dir } => format!("no HTML file in the folder `{}`", dir.display()),
            Self::NoRoutes { dir, unrecognized } => {
                let reason = unrecognized.as_ref().map(|first| format!("; the first unrecognized content: {first}"));
                let reason = reason.unwrap_or_default();
                format!("the HTML files in the folder `{}` document no route{reason}", dir.display())
            }
            Self::File { file, source } => format!("cannot read the page `{}`: {source}", file.display()),
            Self::NotUtf8 { file, line } => format!("the page `{}` is not UTF-8 (line {line})", file.display()),
            Self::WrongTheme { file } => {
                format!("the page `{}` was not written by JSDoc with the docdash theme", file.display())
            }
            Self::Incomplete { file, line, what } => {
                format!("the page `{}` is incomplete: {what} (line {line})", file.display())
            }
            Self::TitleMismatch { file, line, title } => {
                format!("the page `{}` has the title `{title}` (line {line}), not that of its name", file.display())
            }
            Self::CopiesDiffer { file, id, line, other } => {
                let differ = match other {
                    Some(other) => format!("differently on lines {line} and {other}"),
                    None => format!("on line {line}, but not in the other copy of the content"),
                };
                format!("the page `{}` documents `{id}` {differ}", file.display())
            }
        }
    }

    /// Returns a fix.
    pub fn help(&self) -> &'static str {
        match self {
            Self::Folder { .. } => "use an existing, readable folder",
            Self::NoPages { .. } => "use the folder that directly contains the HTML files of the documentation",
            Self::NoRoutes { .. } => {
                "use the folder of the API's documentation, where the headings of routes start with `(route)`"
            }
            Self::File { .. } => "make the file readable, or remove it from the folder",
            Self::NotUtf8 { .. } => "download the page again, or save it as UTF-8",
            Self::WrongTheme { .. } => {
                "download the page again, or remove it from the folder if it is not part of the documentation"
            }
            Self::Incomplete { .. } => {
                "download the page again, because it was cut short or modified; if it is the same again, look for a \
                 bare `<` in the text near that line and replace it with `&lt;`"
            }
            Self::TitleMismatch { .. } => "give the file the name that JSDoc gave it, such as `Parent.child.html`",
            Self::CopiesDiffer { .. } => {
                "download the page again; if it is the same again, compare the two copies and remove the wrong one"
            }
        }
    }
}

impl fmt::Display for ImportError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}\nhelp: {}", self.message(), self.help())
    }
}

// Without a `source`: the message already contains the error of the system.
impl Error for ImportError {}
