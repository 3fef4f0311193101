//! The rules of this workspace that a test can hold: which part may do what, and what every generated file has.

#[path = "support/cases.rs"]
#[allow(dead_code, reason = "each test uses a part of it")]
mod cases;

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use proc_macro2::{TokenStream, TokenTree};
use routegen::output::{File, MARK};
use syn::UseTree;

/// More lines than this are two files.
const MOST_LINES: usize = 500;

/// The ways to panic that the generator may not take.
const PANICS: [&str; 6] = ["unwrap_used", "expect_used", "panic", "indexing_slicing", "unreachable", "todo"];

fn below_codegen(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

/// Every file below a folder, sorted.
fn files(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    let mut open = vec![folder.to_owned()];
    while let Some(folder) = open.pop() {
        for entry in fs::read_dir(&folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display())) {
            let path = entry.expect("the folder can be listed").path();
            if path.is_dir() { open.push(path) } else { files.push(path) }
        }
    }
    files.sort();
    files
}

fn text(path: &Path) -> String {
    String::from_utf8_lossy(&fs::read(path).expect("the file can be read")).into_owned()
}

/// The words of Rust source, comments and texts left out.
fn words(path: &Path) -> BTreeSet<String> {
    let tokens: TokenStream = text(path).parse().unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let (mut words, mut open) = (BTreeSet::new(), vec![tokens]);
    while let Some(tokens) = open.pop() {
        for token in tokens {
            match token {
                TokenTree::Group(group) => open.push(group.stream()),
                TokenTree::Ident(word) => drop(words.insert(word.to_string())),
                TokenTree::Punct(_) | TokenTree::Literal(_) => {}
            }
        }
    }
    words
}

/// What is generated from the golden cases and from the spec of this repository.
fn generated() -> Vec<(String, Vec<File>)> {
    let own = below_codegen("../spec");
    let own = cases::generated(&own).unwrap_or_else(|report| panic!("{report}"));
    let golden = cases::all().into_iter().map(|case| (case.name.clone(), case.generated()));
    golden.chain([("spec".to_owned(), own)]).collect()
}

#[test]
fn what_comes_before_emit_writes_no_rust() {
    for folder in ["src/spec", "src/check", "src/ir"] {
        for path in files(&below_codegen(folder)) {
            let words = words(&path);
            let of_tokens = ["quote", "proc_macro2", "prettyplease", "syn"].iter().find(|name| words.contains(**name));
            assert_eq!(of_tokens, None, "{} must not know of tokens", path.display());
        }
    }
}

#[test]
fn emit_cannot_fail() {
    for path in files(&below_codegen("src/emit")) {
        assert!(!words(&path).contains("Result"), "{} must not know `Result`", path.display());
    }
}

#[test]
fn the_generator_may_not_panic() {
    let root = text(&below_codegen("src/lib.rs"));
    assert!(root.contains("#![forbid(unsafe_code)]"), "lib.rs must forbid unsafe code");
    for lint in PANICS {
        assert!(root.contains(&format!("clippy::{lint}")), "lib.rs must deny clippy::{lint}");
    }
    for path in files(&below_codegen("src")) {
        let text = text(&path);
        let allowed = PANICS.iter().find(|lint| text.contains(&format!("allow(clippy::{lint}")));
        assert_eq!(allowed, None, "{} must not allow it", path.display());
    }
}

#[test]
fn the_generator_knows_no_api() {
    // In two halves, because this file is searched, too.
    let words = [concat!("pm", "2"), concat!("key", "metrics"), concat!("buc", "ket")];
    for path in files(&below_codegen(".")) {
        for (number, line) in text(&path).lines().enumerate() {
            let line = line.to_lowercase();
            let found = words.iter().find(|word| line.contains(**word));
            assert_eq!(found, None, "{}:{} names the API of this repository", path.display(), number + 1);
        }
    }
}

#[test]
fn every_generated_file_says_so_and_is_strict() {
    for (case, files) in generated() {
        for File { path, text } in &files {
            let says_so = match path.ends_with(".json") {
                true => text.contains(MARK),
                false => text.lines().next().is_some_and(|line| line.contains(MARK) && line.contains("do not edit")),
            };
            assert!(says_so, "{case}: {path} must start with its mark");
            assert!(!text.contains("#![allow"), "{case}: {path} must allow what it must item by item");
            assert!(text.ends_with('\n') && !text.contains('\r'), "{case}: {path} must end each line alike");
        }
        let root = files.iter().find(|file| file.path == "src/lib.rs").expect("every crate has a root");
        for strictness in ["#![forbid(unsafe_code)]", "#![deny(missing_docs)]"] {
            assert!(root.text.contains(strictness), "{case}: lib.rs must have {strictness}");
        }
    }
}

/// The names that a `use` brings in, with the module before them.
fn imported(tree: &UseTree, module: &str, names: &mut BTreeSet<(String, String)>) {
    match tree {
        UseTree::Path(path) => imported(&path.tree, &format!("{module}{}::", path.ident), names),
        UseTree::Group(group) => group.items.iter().for_each(|tree| imported(tree, module, names)),
        UseTree::Name(name) => drop(names.insert((module.to_owned(), name.ident.to_string()))),
        UseTree::Rename(_) | UseTree::Glob(_) => panic!("{module} must be imported name by name"),
    }
}

/// A list of names in `check`.
fn listed(constant: &str) -> BTreeSet<String> {
    let source = text(&below_codegen("src/check/names.rs"));
    let (_, list) = source.split_once(&format!("const {constant}: ")).expect("the list is there");
    let (list, _) = list.split_once("];").expect("the list ends");
    list.split('"').skip(1).step_by(2).map(str::to_owned).collect()
}

#[test]
fn the_reference_lists_the_names_that_get_an_underscore() {
    let reference = text(&below_codegen("../spec/README.md"));
    for constant in ["NO_MODULES", "NO_TOP_MODULES", "PRELUDE_METHODS"] {
        for name in listed(constant) {
            assert!(reference.contains(&format!("`{name}`")), "spec/README.md must list `{name}` of {constant}");
        }
    }
}

#[test]
fn no_topmost_namespace_can_be_called_like_a_method_of_the_client() {
    let taken = listed("NO_TOP_MODULES");
    let mut methods = Vec::new();
    let case = cases::all().into_iter().find(|case| case.name == "minimal").expect("the smallest case");
    let root = case.generated().into_iter().find(|file| file.path == "src/lib.rs").expect("every crate has a root");
    for item in syn::parse_file(&root.text).expect("what is generated is Rust").items {
        if let syn::Item::Impl(item) = item
            && matches!(&*item.self_ty, syn::Type::Path(path) if path.path.is_ident("Client"))
            && item.trait_.is_none()
        {
            methods.extend(item.items.into_iter().filter_map(|item| match item {
                syn::ImplItem::Fn(method) => Some(method.sig.ident.to_string()),
                _ => None,
            }));
        }
    }
    assert!(methods.contains(&"builder".to_owned()), "{methods:?}");
    // The one namespace of that case.
    let free: Vec<&String> = methods.iter().filter(|method| *method != "bell" && !taken.contains(*method)).collect();
    assert!(free.is_empty(), "check/names.rs must keep topmost namespaces from being called {free:?}");
}

#[test]
fn no_type_or_namespace_can_be_called_like_what_its_file_imports() {
    let (reserved, no_modules) = (listed("RESERVED_TYPES"), listed("NO_MODULES"));
    assert!(reserved.contains("Vec"), "the list is read as it is written");
    for (case, files) in generated() {
        let is_namespace = |path: &str| path.starts_with("src/") && !["src/lib.rs", "src/api.rs"].contains(&path);
        for File { path, text } in files.iter().filter(|file| is_namespace(&file.path)) {
            let file = syn::parse_file(text).unwrap_or_else(|error| panic!("{case}: {path}: {error}"));
            let mut names = BTreeSet::new();
            for item in &file.items {
                if let syn::Item::Use(import) = item {
                    imported(&import.tree, "", &mut names);
                }
            }
            let crates = names.iter().filter_map(|(module, _)| module.split("::").next());
            let free: Vec<&str> = crates.filter(|name| *name != "crate" && !no_modules.contains(*name)).collect();
            assert!(free.is_empty(), "{case}: {path} imports from {free:?}: check/names.rs must name it");
            let is_type = |name: &str| name.starts_with(char::is_uppercase);
            let free: Vec<_> = names
                .iter()
                .filter(|(module, name)| module != "crate::types::" && is_type(name) && !reserved.contains(name))
                .collect();
            assert!(free.is_empty(), "{case}: {path} imports {free:?}: check/names.rs must reserve it");
        }
    }
}

#[test]
fn files_are_small_and_say_what_they_are() {
    for folder in ["src", "runtime/src", "runtime/tests", "tests", "../xtask/src", "../xtask/tests"] {
        let is_golden = |path: &Path| path.components().any(|part| part.as_os_str() == "golden");
        for path in files(&below_codegen(folder)).into_iter().filter(|path| !is_golden(path)) {
            if path.extension().is_none_or(|extension| extension != "rs") {
                continue;
            }
            let text = text(&path);
            let lines = text.lines().count();
            assert!(lines < MOST_LINES, "{} has {lines} lines, it must have fewer than {MOST_LINES}", path.display());
            assert!(text.starts_with("//!"), "{} must start by saying what it owns", path.display());
        }
    }
}
