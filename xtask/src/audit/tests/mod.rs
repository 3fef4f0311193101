//! Audits of a small made-up spec against made-up documentation, both sound until a test changes one of them.

mod base_urls;
mod findings;
mod relation;
mod removed;

use std::fs;
use std::path::PathBuf;

use routegen::diagnostic::Color;

use super::{Against, Audit, audit, diagnostics, sources};

const FILES: [(&str, &str); 5] = [
    ("api.yaml", include_str!("orchard/api.yaml")),
    ("hut.yaml", include_str!("orchard/hut.yaml")),
    ("orchard.yaml", include_str!("orchard/orchard.yaml")),
    ("documented.json", include_str!("orchard/documented.json")),
    ("mapping.json", include_str!("orchard/mapping.json")),
];

/// A change of a file: what is replaced, once, by what.
type Change<'a> = (&'a str, &'a str, &'a str);

/// Audits the spec with some changes.
fn audited(changes: &[Change<'_>]) -> Audit {
    let folder = tempfile::tempdir().expect("a temporary folder");
    for (name, text) in FILES {
        let mut text = text.to_owned();
        for (file, from, to) in changes {
            if *file == name {
                assert_eq!(text.matches(from).count(), 1, "`{from}` in {name}");
                text = text.replace(from, to);
            }
        }
        fs::write(folder.path().join(name), text).expect("a file in it");
    }
    let (spec, _) = routegen::read_with_source(folder.path()).unwrap_or_else(|errors| panic!("{errors}"));
    let sources = sources(&Against::new(folder.path(), None, None, None)).expect("facts");
    audit(&spec, &sources)
}

/// Audits the spec against pages that document another API.
fn of_pages() -> Audit {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let page = include_str!("../../docs/tests/pages/Orchard.fruitTree.html");
    fs::write(folder.path().join("Orchard.fruitTree.html"), page).expect("a page");
    for (name, text) in FILES {
        fs::write(folder.path().join(name), text).expect("a file");
    }
    let (spec, _) = routegen::read_with_source(folder.path()).unwrap_or_else(|errors| panic!("{errors}"));
    let (documented, html) = (Some(PathBuf::from("not/there.json")), Some(folder.path().to_owned()));
    let against = Against::new(folder.path(), documented, None, html);
    let mut audit = audit(&spec, &sources(&against).expect("pages"));
    for finding in &mut audit.findings {
        finding.help = finding.help.replace(&folder.path().display().to_string(), "DIR");
    }
    audit
}

/// The messages, each in one line with the places that are shown.
fn messages(changes: &[Change<'_>]) -> Vec<String> {
    let audit = audited(changes);
    let text = diagnostics(&audit).render_each(Color::Never);
    let place = |line: &str| -> String {
        let path = line.trim_start().trim_start_matches("-->").trim_start_matches(":::").trim();
        PathBuf::from(path).file_name().expect("a file").to_string_lossy().into_owned()
    };
    let mut found: Vec<String> = Vec::new();
    for line in text.lines() {
        if let Some(message) = line.strip_prefix("error: ") {
            found.push(message.to_owned());
        } else if line.trim_start().starts_with("-->") || line.trim_start().starts_with(":::") {
            let last = found.last_mut().expect("a message");
            last.push_str(&format!(" @ {}", place(line)));
        }
    }
    assert_eq!(found.len(), audit.findings.len());
    found
}

/// The remedy of the one thing that is found.
fn help(changes: &[Change<'_>]) -> String {
    let audit = audited(changes);
    assert_eq!(audit.findings.len(), 1, "{}", diagnostics(&audit).render_each(Color::Never));
    audit.findings[0].help.clone()
}
