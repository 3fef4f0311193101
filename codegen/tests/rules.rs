//! Rules of this workspace that tests check: what each part of the generator may do, and what every generated file has.

#[path = "support/cases.rs"]
#[allow(dead_code, reason = "each test uses a part of it")]
mod cases;

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use proc_macro2::{TokenStream, TokenTree};
use routegen::output::{File, GENERATED_MARKER};
use syn::UseTree;

/// The maximum number of lines of a file.
const MAX_LINES: usize = 500;

/// The lints against panics that the generator denies.
const PANICS: [&str; 6] = ["unwrap_used", "expect_used", "panic", "indexing_slicing", "unreachable", "todo"];

fn codegen_path(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

/// Returns all files in a folder, sorted.
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

/// Returns the identifiers in Rust source code, without comments and literals.
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

/// Returns the files generated from the golden cases and from the spec of this repository.
fn generated() -> Vec<(String, Vec<File>)> {
    let own = codegen_path("../spec");
    let own = cases::generated(&own).unwrap_or_else(|report| panic!("{report}"));
    let golden = cases::all().into_iter().map(|case| (case.name.clone(), case.generated()));
    golden.chain([("spec".to_owned(), own)]).collect()
}

#[test]
fn the_phases_before_emit_use_no_tokens() {
    for folder in ["src/spec", "src/check", "src/ir"] {
        for path in files(&codegen_path(folder)) {
            let words = words(&path);
            let of_tokens = ["quote", "proc_macro2", "prettyplease", "syn"].iter().find(|name| words.contains(**name));
            assert_eq!(of_tokens, None, "{} must not use tokens", path.display());
        }
    }
}

#[test]
fn emit_cannot_fail() {
    for path in files(&codegen_path("src/emit")) {
        assert!(!words(&path).contains("Result"), "{} must not use `Result`", path.display());
    }
}

#[test]
fn the_generator_denies_panics() {
    let root = text(&codegen_path("src/lib.rs"));
    assert!(root.contains("#![forbid(unsafe_code)]"), "lib.rs must forbid unsafe code");
    for lint in PANICS {
        assert!(root.contains(&format!("clippy::{lint}")), "lib.rs must deny clippy::{lint}");
    }
    for path in files(&codegen_path("src")) {
        let text = text(&path);
        let allowed = PANICS.iter().find(|lint| text.contains(&format!("allow(clippy::{lint}")));
        assert_eq!(allowed, None, "{} must not allow it", path.display());
    }
}

#[test]
fn the_generator_does_not_mention_the_api() {
    // In halves, because this file is searched as well.
    let words = [concat!("pm", "2"), concat!("key", "metrics"), concat!("buc", "ket")];
    for path in files(&codegen_path(".")) {
        for (number, line) in text(&path).lines().enumerate() {
            let line = line.to_lowercase();
            let found = words.iter().find(|word| line.contains(**word));
            assert_eq!(found, None, "{}:{} mentions the API of this repository", path.display(), number + 1);
        }
    }
}

#[test]
fn emit_does_not_depend_on_output() {
    for path in files(&codegen_path("src/emit")) {
        assert!(!words(&path).contains("output"), "{} must not use `output`", path.display());
    }
}

#[test]
fn every_generated_file_has_a_header_and_strict_lints() {
    for (case, files) in generated() {
        for File { path, text } in &files {
            let has_header = match path.ends_with(".json") {
                true => text.contains(GENERATED_MARKER),
                false => text
                    .lines()
                    .next()
                    .is_some_and(|line| line.contains(GENERATED_MARKER) && line.contains("do not edit")),
            };
            assert!(has_header, "{case}: {path} must start with the marker");
            assert!(!text.contains("#![allow"), "{case}: {path} must allow lints only per item");
            assert!(text.ends_with('\n') && !text.contains('\r'), "{case}: {path} must have Unix line ends");
        }
        let root = files.iter().find(|file| file.path == "src/lib.rs").expect("every crate has a root");
        for strictness in ["#![forbid(unsafe_code)]", "#![deny(missing_docs)]"] {
            assert!(root.text.contains(strictness), "{case}: lib.rs must have {strictness}");
        }
    }
}

/// Collects the names that a `use` item imports, each with its module.
fn imported(tree: &UseTree, module: &str, names: &mut BTreeSet<(String, String)>) {
    match tree {
        UseTree::Path(path) => imported(&path.tree, &format!("{module}{}::", path.ident), names),
        UseTree::Group(group) => group.items.iter().for_each(|tree| imported(tree, module, names)),
        UseTree::Name(name) => drop(names.insert((module.to_owned(), name.ident.to_string()))),
        UseTree::Rename(_) | UseTree::Glob(_) => panic!("{module} must be imported name by name"),
    }
}

/// Returns the names in a constant of `check/names.rs`.
fn listed(constant: &str) -> BTreeSet<String> {
    let source = text(&codegen_path("src/check/names.rs"));
    let (_, list) = source.split_once(&format!("const {constant}: ")).expect("the list is there");
    let (list, _) = list.split_once("];").expect("the list ends");
    list.split('"').skip(1).step_by(2).map(str::to_owned).collect()
}

#[test]
fn the_reference_lists_the_names_that_get_an_underscore() {
    let reference = text(&codegen_path("../spec/README.md"));
    for constant in ["RESERVED_MODULES", "RESERVED_TOP_MODULES", "PRELUDE_METHODS"] {
        for name in listed(constant) {
            assert!(reference.contains(&format!("`{name}`")), "spec/README.md must list `{name}` of {constant}");
        }
    }
}

#[test]
fn top_level_namespaces_cannot_have_the_name_of_a_client_method() {
    let reserved = listed("RESERVED_TOP_MODULES");
    let mut methods = Vec::new();
    let case = cases::all().into_iter().find(|case| case.name == "minimal").expect("the smallest case");
    let root = case.generated().into_iter().find(|file| file.path == "src/lib.rs").expect("every crate has a root");
    for item in syn::parse_file(&root.text).expect("generated code is Rust").items {
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
    // `bell` is the namespace of that case.
    let free: Vec<&String> = methods.iter().filter(|method| *method != "bell" && !reserved.contains(*method)).collect();
    assert!(free.is_empty(), "check/names.rs must reserve {free:?}");
}

#[test]
fn types_and_namespaces_cannot_have_imported_names() {
    let (reserved, reserved_modules) = (listed("RESERVED_TYPES"), listed("RESERVED_MODULES"));
    assert!(reserved.contains("Vec"), "the constant can be read");
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
            let free: Vec<&str> = crates.filter(|name| *name != "crate" && !reserved_modules.contains(*name)).collect();
            assert!(free.is_empty(), "{case}: {path} imports from {free:?}: check/names.rs must reserve it");
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
fn files_are_small_and_documented() {
    for folder in ["src", "runtime/src", "runtime/tests", "tests", "../xtask/src", "../xtask/tests"] {
        let is_golden = |path: &Path| path.components().any(|part| part.as_os_str() == "golden");
        for path in files(&codegen_path(folder)).into_iter().filter(|path| !is_golden(path)) {
            if path.extension().is_none_or(|extension| extension != "rs") {
                continue;
            }
            let text = text(&path);
            let lines = text.lines().count();
            assert!(lines < MAX_LINES, "{} has {lines} lines, it must have fewer than {MAX_LINES}", path.display());
            assert!(text.starts_with("//!"), "{} must start with a doc comment", path.display());
        }
    }
}
