//! Generated files depend only on the content of the spec: not on the order or location of its files, nor on random state.
//! The order of the entries in a file is part of its content.

#[path = "support/cases.rs"]
#[allow(dead_code, reason = "each test uses a part of it")]
mod cases;

use std::fs;
use std::path::{Path, PathBuf};

use routegen::output::File;

/// The number of orders in which the files are written.
const SHUFFLES: u64 = 2;

/// Returns the spec folders of this repository and of the golden cases.
fn specs() -> Vec<PathBuf> {
    let own = Path::new(env!("CARGO_MANIFEST_DIR")).join("../spec");
    [own].into_iter().chain(cases::all().iter().map(cases::Case::spec)).collect()
}

fn generated(spec: &Path) -> Vec<File> {
    cases::generated(spec).unwrap_or_else(|report| panic!("{}: {report}", spec.display()))
}

/// Returns the YAML files of a folder with their content.
fn yaml_files(spec: &Path) -> Vec<(String, String)> {
    let mut files = Vec::new();
    for entry in fs::read_dir(spec).expect("the spec can be listed") {
        let path = entry.expect("the spec can be listed").path();
        if path.extension().is_some_and(|extension| extension == "yaml") {
            let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            files.push((name, fs::read_to_string(&path).expect("the spec can be read")));
        }
    }
    files
}

/// Creates a folder of that name and writes the files to it in the given order.
fn folder(name: &str, files: &[(String, String)]) -> (tempfile::TempDir, PathBuf) {
    let root = tempfile::tempdir().expect("a folder can be made");
    let folder = root.path().join(name);
    fs::create_dir(&folder).expect("a folder can be made");
    for (name, text) in files {
        fs::write(folder.join(name), text).expect("the spec can be written");
    }
    (root, folder)
}

fn assert_same(spec: &Path, found: &[File], expected: &[File], what: &str) {
    let paths = |files: &[File]| files.iter().map(|file| file.path.clone()).collect::<Vec<_>>();
    assert_eq!(paths(found), paths(expected), "{}: {what} changes the files", spec.display());
    for (found, expected) in found.iter().zip(expected) {
        assert_eq!(found.text, expected.text, "{}: {what} changes {}", spec.display(), found.path);
    }
}

/// Shuffles items in an order that depends only on the seed.
fn shuffle<T>(items: &mut [T], seed: &mut u64) {
    for end in (1..items.len()).rev() {
        *seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let chosen = usize::try_from(*seed >> 33).unwrap_or_default() % (end + 1);
        items.swap(end, chosen);
    }
}

#[test]
fn the_order_of_files_changes_nothing() {
    for spec in specs() {
        let expected = generated(&spec);
        for seed in 0..SHUFFLES {
            let mut state = seed;
            let mut files = yaml_files(&spec);
            shuffle(&mut files, &mut state);
            let (_root, folder) = folder("spec", &files);
            assert_same(&spec, &generated(&folder), &expected, &format!("the order of seed {seed}"));
        }
    }
}

/// Returns the generated module of a page whose type and route have these fields, parameters and values.
fn page_module(fields: &[&str], routes: &[&str], values: &[&str]) -> String {
    let api = "{ title: Library, version: '1', summary: Books., crate: { name: library-api, version: 0.1.0 }, \
        services: { main: { url: 'https://example.com', description: All. } } }";
    let fields: String = fields.iter().map(|name| format!("      {name}: string\n")).collect();
    let routes: String = routes
        .iter()
        .map(|name| {
            format!(
                "  {name}: {{ route: POST /{name}, summary: Adds., auth: none, body: Book, query: {{ kind: Kind }}, \
                 responses: {{ 200: Added. }} }}\n"
            )
        })
        .collect();
    let page = format!(
        "namespace: book\nsummary: Books.\ntypes:\n  Kind: {{ description: A kind., values: [{}] }}\n  Book:\n    \
         description: A book.\n    fields:\n{fields}routes:\n{routes}",
        values.join(", ")
    );
    let (_root, folder) = folder("spec", &[("api.yaml".to_owned(), api.to_owned()), ("book.yaml".to_owned(), page)]);
    let file = generated(&folder).into_iter().find(|file| file.path == "src/book.rs");
    file.expect("every page has a module").text
}

/// Returns the byte at which a string starts in a module.
fn position(module: &str, text: &str) -> usize {
    module.find(text).unwrap_or_else(|| panic!("`{text}` is missing:\n{module}"))
}

#[test]
fn items_have_the_order_of_the_spec() {
    let module = page_module(&["title", "author"], &["update", "add"], &["rare", "common"]);
    assert!(position(&module, "static UPDATE") < position(&module, "static ADD"));
    assert!(position(&module, "fn update") < position(&module, "fn add"));
    assert!(position(&module, "pub enum Kind") < position(&module, "pub struct Book {"));
    assert!(position(&module, "Rare,") < position(&module, "Common,"));
    assert!(position(&module, "pub title: String") < position(&module, "pub author: String"));
}

#[test]
fn an_appended_field_becomes_the_last_argument() {
    let arguments = |fields: &[&str]| {
        let module = page_module(fields, &["add"], &["rare"]);
        let from = position(&module, "pub fn new(");
        let to = module[from..].find(')').expect("the parameter list ends") + from;
        module[from..to].split_whitespace().collect::<String>().trim_end_matches(',').to_owned()
    };
    let before = arguments(&["title", "editor"]);
    assert!(before.ends_with("(title:implInto<String>,editor:implInto<String>"), "{before}");
    let after = arguments(&["title", "editor", "author"]);
    assert_eq!(after, format!("{before},author:implInto<String>"));
}

#[test]
fn the_location_of_the_spec_changes_nothing() {
    for spec in specs() {
        let expected = generated(&spec);
        for name in ["api-description", "größe 2"] {
            let (_root, folder) = folder(name, &yaml_files(&spec));
            assert_same(&spec, &generated(&folder), &expected, &format!("the folder's name `{name}`"));
        }
        let with_steps = spec.join("..").join(spec.file_name().unwrap_or_default());
        assert_same(&spec, &generated(&with_steps), &expected, "another path to the same folder");
    }
}

#[test]
fn generating_again_changes_nothing() {
    for spec in specs() {
        assert_same(&spec, &generated(&spec), &generated(&spec), "a second run");
    }
}
