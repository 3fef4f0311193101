//! What stops an import: always one file or folder, always with what to do about it.

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
        /// What the system says.
        source: io::Error,
    },
    /// The folder holds no HTML file.
    NoPages {
        /// The folder.
        dir: PathBuf,
    },
    /// The folder's pages are whole, but document no route.
    NoRoutes {
        /// The folder.
        dir: PathBuf,
        /// The first thing on them that could not be placed, as it may be the reason.
        unplaced: Option<String>,
    },
    /// A page cannot be read from disk.
    File {
        /// The page's file.
        file: PathBuf,
        /// Why not.
        source: ReadError,
    },
    /// A page is not UTF-8 text.
    NotUtf8 {
        /// The page's file.
        file: PathBuf,
        /// The line of the first byte that is not.
        line: usize,
    },
    /// A page was made with another theme, or by another program.
    Foreign {
        /// The page's file.
        file: PathBuf,
    },
    /// A page is not whole.
    Cut {
        /// The page's file.
        file: PathBuf,
        /// The line at fault.
        line: usize,
        /// What has no end, or no beginning.
        what: String,
    },
    /// A page's title is not that of its file.
    Misnamed {
        /// The page's file.
        file: PathBuf,
        /// The line of the title.
        line: usize,
        /// The title.
        title: String,
    },
    /// A page holds a heading twice, and says something else each time.
    CopiesDiffer {
        /// The page's file.
        file: PathBuf,
        /// The heading's anchor.
        id: String,
        /// The line of one copy.
        line: usize,
        /// The line of the other; `None` where the page's other half lacks the heading.
        other: Option<usize>,
    },
}

impl ImportError {
    /// What is wrong, and where.
    pub fn message(&self) -> String {
        match self {
            Self::Folder { dir, source } => format!("the folder `{}` cannot be read: {source}", dir.display()),
            Self::NoPages { dir } => format!("the folder `{}` holds no HTML file", dir.display()),
            Self::NoRoutes { dir, unplaced } => {
                let reason = unplaced.as_ref().map(|first| format!("; the first thing left over: {first}"));
                let reason = reason.unwrap_or_default();
                format!("the HTML files in the folder `{}` document no route{reason}", dir.display())
            }
            Self::File { file, source } => format!("the page `{}` cannot be read: {source}", file.display()),
            Self::NotUtf8 { file, line } => format!("the page `{}` is not UTF-8 text: see line {line}", file.display()),
            Self::Foreign { file } => {
                format!("the page `{}` is not one that JSDoc wrote with the docdash theme", file.display())
            }
            Self::Cut { file, line, what } => {
                format!("the page `{}` is not whole: {what} (line {line})", file.display())
            }
            Self::Misnamed { file, line, title } => {
                format!(
                    "the page `{}` has the title `{title}` (line {line}), which its name does not end with",
                    file.display()
                )
            }
            Self::CopiesDiffer { file, id, line, other } => {
                let differ = match other {
                    Some(other) => format!("differently on lines {line} and {other}"),
                    None => format!("on line {line}, but not in its other copy of the content"),
                };
                format!("the page `{}` documents `{id}` {differ}", file.display())
            }
        }
    }

    /// What to do about it.
    pub fn help(&self) -> &'static str {
        match self {
            Self::Folder { .. } => "name a folder that exists and that you may read",
            Self::NoPages { .. } => "name the folder that the documentation's HTML files lie in, not one above it",
            Self::NoRoutes { .. } => {
                "name the folder of the API's documentation: its routes' headings begin with (route)"
            }
            Self::File { .. } => "make the file readable, or take it out of the folder",
            Self::NotUtf8 { .. } => "fetch the page again as it is served, or save it as UTF-8",
            Self::Foreign { .. } => {
                "fetch the page again, or take it out of the folder if it is no part of the documentation"
            }
            Self::Cut { .. } => {
                "fetch the page again, as it was cut short or changed on the way; if it comes the same again, look for \
                 a bare `<` in a text near that line and write it as `&lt;`"
            }
            Self::Misnamed { .. } => "give the file the name back that JSDoc gave it, such as `Parent.child.html`",
            Self::CopiesDiffer { .. } => {
                "fetch the page again; if it comes the same again, compare the two copies and take the wrong one out"
            }
        }
    }
}

impl fmt::Display for ImportError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}\nhelp: {}", self.message(), self.help())
    }
}

// Without a `source`: the message says already what the system said.
impl Error for ImportError {}
