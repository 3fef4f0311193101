//! Reads both sides, prints what does not hold, and ends with one line.

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

use routegen::diagnostic::{Color, Diagnostic, Diagnostics, SourceFile};
use routegen::spec::Reporter;

use super::documented::{Origin, Source};
use super::finding::Finding;
use super::{Audit, audit};
use crate::docs::{self, documented};
use crate::{Failure, STALE, say};

/// The name of the file of the documentation's facts.
const DOCUMENTED: &str = "documented.json";
/// The name of the file of the client's facts.
const MAPPING: &str = "mapping.json";

/// What a spec is held against.
#[derive(Debug, Clone)]
pub struct Against {
    documented: PathBuf,
    mapping: Option<PathBuf>,
    html: Option<PathBuf>,
}

impl Against {
    /// The facts that lie beside a spec, unless others are named.
    ///
    /// Facts of the documentation that are named stand alone, unless a mapping is named or lies beside them.
    pub fn new(spec: &Path, documented: Option<PathBuf>, mapping: Option<PathBuf>, html: Option<PathBuf>) -> Self {
        let beside = match &documented {
            Some(documented) => Some(documented.with_file_name(MAPPING)).filter(|beside| beside.exists()),
            None => Some(spec.join(MAPPING)),
        };
        let mapping = mapping.or(beside);
        Self { documented: documented.unwrap_or_else(|| spec.join(DOCUMENTED)), mapping, html }
    }
}

/// `cargo xtask audit`.
pub fn run(folder: &Path, against: &Against) -> Result<ExitCode, Failure> {
    let (spec, _) = routegen::read_with_source(folder)?;
    let audit = audit(&spec, &sources(against)?);
    say(&diagnostics(&audit).render_each(Color::Always));
    say(&format!("{audit}\n"));
    Ok(if audit.findings.is_empty() { ExitCode::SUCCESS } else { ExitCode::from(STALE) })
}

/// Reads what a spec is held against.
///
/// # Errors
///
/// Facts or pages that cannot be read.
pub fn sources(against: &Against) -> Result<Vec<Source>, String> {
    let Against { documented, mapping, html } = against;
    let mut sources = vec![match html {
        Some(folder) => {
            let import = docs::import(folder).map_err(|error| error.to_string())?;
            Source { facts: import.documented, origin: Origin::Pages(folder.clone()) }
        }
        None => from_file(documented, Origin::Documented, documented::IMPORT_PAGES)?,
    }];
    if let Some(mapping) = mapping {
        sources.push(from_file(mapping, Origin::Mapping, documented::IMPORT_MAPPING)?);
    }
    Ok(sources)
}

/// `help` says what to do where the facts cannot be read.
fn from_file(file: &Path, origin: fn(Arc<SourceFile>) -> Origin, help: &str) -> Result<Source, String> {
    let text = documented::text_of(file, help)?;
    let facts =
        docs::Documented::from_json(&text).map_err(|error| documented::unreadable(file, &error.to_string(), help))?;
    let path = shown(file);
    Ok(Source { facts, origin: origin(Arc::new(SourceFile { path, text })) })
}

/// The file with its folder, as the files of the spec are shown.
fn shown(file: &Path) -> String {
    let folder = file.parent().and_then(Path::file_name).map(PathBuf::from).unwrap_or_default();
    routegen::diagnostic::shown_path(&folder.join(file.file_name().unwrap_or_default()))
}

/// What an audit found, as messages with both places, sorted by the first.
pub fn diagnostics(audit: &Audit) -> Diagnostics {
    let mut reporter = Reporter::default();
    for Finding { place, label, other, message, help } in &audit.findings {
        match other {
            Some((other, said)) => {
                let diagnostic = Diagnostic::at(reporter.span(place), message, label, help);
                let related = reporter.span(other);
                reporter.push(diagnostic.with_related(related, said));
            }
            None => reporter.error(place, message, label, help),
        }
    }
    reporter.into_diagnostics().sorted()
}
