//! Audits a small invented spec with invented documentation. Each test changes one of them.

mod base_urls;
mod findings;
mod relation;
mod removed;

use std::fs;
use std::path::{Path, PathBuf};

use routegen::diagnostic::Color;

use super::{Audit, AuditSources, audit, diagnostics};

const FILES: [(&str, &str); 5] = [
    ("api.yaml", include_str!("orchard/api.yaml")),
    ("hut.yaml", include_str!("orchard/hut.yaml")),
    ("orchard.yaml", include_str!("orchard/orchard.yaml")),
    ("documented.json", include_str!("orchard/documented.json")),
    ("mapping.json", include_str!("orchard/mapping.json")),
];

/// A change: the file, the text to replace and the replacement.
type Change<'a> = (&'a str, &'a str, &'a str);

/// Audits the spec after some changes.
fn audit_with(changes: &[Change<'_>]) -> Audit {
    let folder = tempfile::tempdir().expect("a temporary folder");
    for (name, text) in FILES {
        let mut text = text.to_owned();
        for (file, from, to) in changes {
            if *file == name {
                assert_eq!(text.matches(from).count(), 1, "`{from}` in {name}");
                text = text.replace(from, to);
            }
        }
        fs::write(folder.path().join(name), text).expect("a file");
    }
    let (spec, _) = routegen::read_with_source(folder.path()).unwrap_or_else(|errors| panic!("{errors}"));
    let sources = AuditSources::new(folder.path(), None, None, None).read().expect("facts");
    audit(&spec, &sources)
}

/// Audits the spec with pages that document another API.
fn audit_with_pages() -> Audit {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let page = include_str!("../../docs/tests/pages/Orchard.fruitTree.html");
    fs::write(folder.path().join("Orchard.fruitTree.html"), page).expect("a page");
    for (name, text) in FILES {
        fs::write(folder.path().join(name), text).expect("a file");
    }
    let (spec, _) = routegen::read_with_source(folder.path()).unwrap_or_else(|errors| panic!("{errors}"));
    let (documented, html) = (Some(PathBuf::from("not/there.json")), Some(folder.path().to_owned()));
    let sources = AuditSources::new(folder.path(), documented, None, html).read().expect("pages");
    let mut audit = audit(&spec, &sources);
    for finding in &mut audit.findings {
        finding.help = finding.help.replace(&folder.path().display().to_string(), "DIR");
    }
    audit
}

/// Returns the messages, each in one line with its locations.
fn messages(changes: &[Change<'_>]) -> Vec<String> {
    let audit = audit_with(changes);
    let text = diagnostics(&audit).render_each(Color::Never);
    let location = |line: &str| -> String {
        let path = line.trim_start().trim_start_matches("-->").trim_start_matches(":::").trim();
        Path::new(path).file_name().expect("a file").to_string_lossy().into_owned()
    };
    let mut found: Vec<String> = Vec::new();
    for line in text.lines() {
        if let Some(message) = line.strip_prefix("error: ") {
            found.push(message.to_owned());
        } else if line.trim_start().starts_with("-->") || line.trim_start().starts_with(":::") {
            let last = found.last_mut().expect("a message");
            last.push_str(&format!(" @ {}", location(line)));
        }
    }
    assert_eq!(found.len(), audit.findings.len());
    found
}

/// Returns the help of the only finding.
fn help(changes: &[Change<'_>]) -> String {
    let audit = audit_with(changes);
    assert_eq!(audit.findings.len(), 1, "{}", diagnostics(&audit).render_each(Color::Never));
    audit.findings[0].help.clone()
}
