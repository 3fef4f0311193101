//! The real spec in memory. Only a changed file is read again.

use std::collections::BTreeMap;
use std::fs;
use std::mem;
use std::path::{Path, PathBuf};

use routegen::check;
use routegen::spec::{Reporter, Spec, load};
use serde_yaml::Value;
use xtask::audit::{AuditSources, DocSource, audit};

use super::edit::Mutation;

const API: &str = "api.yaml";

/// What caught a change.
#[derive(Debug, PartialEq, Eq)]
pub enum Caught {
    /// The checks of the generator.
    ByCheck,
    /// The audit.
    ByAudit,
    /// Nothing.
    Not,
}

pub struct Bench {
    spec: Spec,
    sources: Vec<DocSource>,
    trees: BTreeMap<String, Value>,
    folder: tempfile::TempDir,
}

impl Bench {
    pub fn new() -> Self {
        let real = Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("a package in a workspace").join("spec");
        let mut trees = BTreeMap::new();
        for entry in fs::read_dir(&real).expect("the spec") {
            let path = entry.expect("a file").path();
            if path.extension().is_some_and(|extension| extension == "yaml") {
                let text = fs::read_to_string(&path).expect("a string");
                let name = path.file_name().expect("a name").to_string_lossy().into_owned();
                trees.insert(name, serde_yaml::from_str(&text).expect("YAML"));
            }
        }
        let mut reporter = Reporter::default();
        let spec = load(&real, &mut reporter).expect("a spec");
        assert!(reporter.is_empty());
        let sources = AuditSources::new(&real, None, None, None).read().expect("facts");
        assert_eq!(sources.len(), 2, "pages and mapping");
        let folder = tempfile::tempdir().expect("a temporary folder");
        fs::copy(real.join(API), folder.path().join(API)).expect("a copy");
        Self { spec, sources, trees, folder }
    }

    /// Returns the names of the files.
    pub fn files(&self) -> Vec<String> {
        self.trees.keys().cloned().collect()
    }

    /// Returns a file as a tree.
    pub fn tree(&self, file: &str) -> &Value {
        &self.trees[file]
    }

    /// Applies a change, returns what catches it, and reverts it.
    pub fn catch(&mut self, mutation: &Mutation) -> Caught {
        let changed = mutation.edit.apply(&self.trees[&mutation.file]);
        let (path, before) = self.write(&mutation.file, &changed);
        let mut reporter = Reporter::default();
        let loaded = load(self.folder.path(), &mut reporter);
        match before {
            Some(before) => fs::write(&path, before).expect("a file"),
            None => fs::remove_file(&path).expect("a file"),
        }
        let Ok(mut loaded) = loaded else { return Caught::ByCheck };
        if !reporter.is_empty() {
            return Caught::ByCheck;
        }
        self.swap(&mutation.file, &mut loaded);
        let checked = check::check(&self.spec, &mut reporter);
        let caught = if checked.is_none() || !reporter.is_empty() {
            Caught::ByCheck
        } else if audit(&self.spec, &self.sources).findings.is_empty() {
            Caught::Not
        } else {
            Caught::ByAudit
        };
        self.swap(&mutation.file, &mut loaded);
        caught
    }

    fn write(&self, file: &str, tree: &Value) -> (PathBuf, Option<Vec<u8>>) {
        let path = self.folder.path().join(file);
        let before = fs::read(&path).ok();
        fs::write(&path, serde_yaml::to_string(tree).expect("YAML")).expect("a file");
        (path, before)
    }

    /// Swaps a file of the spec with the loaded one.
    fn swap(&mut self, file: &str, loaded: &mut Spec) {
        if file == API {
            mem::swap(&mut self.spec.api, &mut loaded.api);
            mem::swap(&mut self.spec.api_source, &mut loaded.api_source);
            return;
        }
        let own = self.spec.pages.iter_mut().find(|page| format!("{}.yaml", page.stem) == file);
        mem::swap(own.expect("a page"), loaded.pages.first_mut().expect("the page"));
    }
}
