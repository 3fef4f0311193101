//! Changes the real spec in every small way that matters, one at a time, and sees each change caught: by the checks of the
//! generator, or by the audit against the documentation.
//!
//! A run tries a sample, because a change costs a check of the whole spec; which one is given by a fixed seed. All of them:
//! `cargo test --release -p xtask --test mutations -- --ignored`.

mod bench;
mod edit;
mod walk;

use std::collections::BTreeMap;
use std::io::Write;

use bench::{Bench, Caught};
use edit::{Edit, Mutation};

/// How many changes an ordinary run tries of each kind.
const SAMPLE_OF_EACH_KIND: usize = 2;

/// Changes by what they do: `field: type`, `code: removed`.
fn by_kind(bench: &Bench) -> BTreeMap<String, Vec<Mutation>> {
    let mut kinds: BTreeMap<String, Vec<Mutation>> = BTreeMap::new();
    for mutation in walk::mutations(bench) {
        kinds.entry(mutation.kind.clone()).or_default().push(mutation);
    }
    kinds
}

/// Tries changes and prints, for each kind, how many were caught by what.
fn try_all(bench: &mut Bench, kinds: &BTreeMap<String, Vec<Mutation>>) {
    let mut missed = Vec::new();
    let (mut tried, mut by_check) = (0, 0);
    let mut table = String::new();
    for (kind, mutations) in kinds {
        let (mut checked, mut audited) = (0, 0);
        for mutation in mutations {
            match bench.catch(mutation) {
                Caught::ByCheck => checked += 1,
                Caught::ByAudit => audited += 1,
                Caught::Not => missed.push(mutation.to_string()),
            }
        }
        table.push_str(&format!("{kind:40} {:6} {checked:6} by check {audited:6} by audit\n", mutations.len()));
        tried += mutations.len();
        by_check += checked;
    }
    // Past the capture of the test runner: the figures are to be seen in every run.
    let by_audit = tried - by_check - missed.len();
    let _ = writeln!(
        std::io::stderr(),
        "{table}{tried} changes of the spec: {by_check} caught by check, {by_audit} by audit, {} not",
        missed.len()
    );
    assert!(missed.is_empty(), "not caught:\n{}", missed.join("\n"));
}

#[test]
fn a_sample_of_changes_is_caught() {
    let mut bench = Bench::new();
    let mut kinds = by_kind(&bench);
    let mut random = Random(0x5eed);
    for mutations in kinds.values_mut() {
        while mutations.len() > SAMPLE_OF_EACH_KIND {
            let index = random.below(mutations.len());
            mutations.swap_remove(index);
        }
    }
    try_all(&mut bench, &kinds);
}

#[test]
#[ignore = "takes minutes"]
fn every_change_is_caught() {
    let mut bench = Bench::new();
    let kinds = by_kind(&bench);
    try_all(&mut bench, &kinds);
}

#[test]
fn no_change_is_no_finding() {
    let mut bench = Bench::new();
    for file in bench.files() {
        let same = Mutation { file, kind: "none".to_owned(), edit: Edit::Nothing };
        assert_eq!(bench.catch(&same), Caught::Not, "{same}");
    }
}

/// A linear congruential generator: a sample needs no better one, and has to be the same everywhere.
struct Random(u64);

impl Random {
    fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).expect("31 bits") % bound
    }
}
