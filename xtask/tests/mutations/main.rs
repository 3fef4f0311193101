//! Applies small changes to the real spec, one at a time, and tests that each is caught: by the checks of the generator or
//! by the audit.
//!
//! An ordinary run tries a sample with a fixed seed, because every change requires a check of the whole spec. All changes:
//! `cargo test --release -p xtask --test mutations -- --ignored`.

mod bench;
mod edit;
mod walk;

use std::collections::BTreeMap;
use std::io::Write;
use std::thread;

use bench::{Bench, Caught};
use edit::{Edit, Mutation};

/// The number of changes of each kind in an ordinary run.
const SAMPLE_OF_EACH_KIND: usize = 2;

/// Returns all changes by kind, such as `field: type` or `code: removed`.
fn by_kind(bench: &Bench) -> BTreeMap<String, Vec<Mutation>> {
    let mut kinds: BTreeMap<String, Vec<Mutation>> = BTreeMap::new();
    for mutation in walk::mutations(bench) {
        kinds.entry(mutation.kind.clone()).or_default().push(mutation);
    }
    kinds
}

/// The results of some changes.
#[derive(Default)]
struct Results {
    /// By kind, the number of changes that the checks and the audit caught.
    caught: BTreeMap<String, (usize, usize)>,
    missed: Vec<String>,
}

/// Tries every change on a share of the processors. Prints for each kind how many changes the checks and the audit caught.
fn try_all(kinds: BTreeMap<String, Vec<Mutation>>) {
    let threads = thread::available_parallelism().map_or(1, usize::from);
    let mutations: Vec<Mutation> = kinds.into_values().flatten().collect();
    // Every thread has its own copy of the spec. Changes of one kind cost about the same, so they are spread evenly.
    let results: Vec<Results> = thread::scope(|scope| {
        let share = |index| mutations.iter().skip(index).step_by(threads);
        let running: Vec<_> = (0..threads).map(|index| scope.spawn(move || try_each(share(index)))).collect();
        running.into_iter().map(|thread| thread.join().expect("no panic")).collect()
    });
    let mut total = Results::default();
    for Results { caught, missed } in results {
        for (kind, (by_check, by_audit)) in caught {
            let entry = total.caught.entry(kind).or_default();
            *entry = (entry.0 + by_check, entry.1 + by_audit);
        }
        total.missed.extend(missed);
    }
    let Results { caught, missed } = total;
    let mut table = String::new();
    for (kind, (by_check, by_audit)) in &caught {
        table.push_str(&format!("{kind:40} {by_check:6} by check {by_audit:6} by audit\n"));
    }
    let (by_check, by_audit) = caught.values().fold((0, 0), |sum, next| (sum.0 + next.0, sum.1 + next.1));
    // The test runner captures `eprintln`, but every run should show the totals.
    let _ = writeln!(
        std::io::stderr(),
        "{table}{} changes of the spec: {by_check} caught by check, {by_audit} by audit, {} missed",
        mutations.len(),
        missed.len()
    );
    assert!(missed.is_empty(), "missed:\n{}", missed.join("\n"));
}

fn try_each<'a>(mutations: impl Iterator<Item = &'a Mutation>) -> Results {
    let mut bench = Bench::new();
    let mut results = Results::default();
    for mutation in mutations {
        let (by_check, by_audit) = results.caught.entry(mutation.kind.clone()).or_default();
        match bench.catch(mutation) {
            Caught::ByCheck => *by_check += 1,
            Caught::ByAudit => *by_audit += 1,
            Caught::Not => results.missed.push(mutation.to_string()),
        }
    }
    results
}

#[test]
fn a_sample_of_changes_is_caught() {
    let mut kinds = by_kind(&Bench::new());
    let mut random = Random(0x5eed);
    for mutations in kinds.values_mut() {
        while mutations.len() > SAMPLE_OF_EACH_KIND {
            let index = random.below(mutations.len());
            mutations.swap_remove(index);
        }
    }
    try_all(kinds);
}

#[test]
#[ignore = "takes minutes"]
fn every_change_is_caught() {
    try_all(by_kind(&Bench::new()));
}

#[test]
fn an_unchanged_spec_has_no_findings() {
    let mut bench = Bench::new();
    for file in bench.files() {
        let same = Mutation { file, kind: "none".to_owned(), edit: Edit::Nothing };
        assert_eq!(bench.catch(&same), Caught::Not, "{same}");
    }
}

/// A linear congruential generator. It is good enough for a sample and gives the same one everywhere.
struct Random(u64);

impl Random {
    fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).expect("31 bits") % bound
    }
}
