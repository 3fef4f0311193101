//! Generated crates compile without warnings, and their tests pass.
//!
//! Each golden case is compiled separately, because a small API uses only some features of the runtime. The cases are also
//! combined into one API, whose round-trip tests are run.

#[path = "support/cargo.rs"]
mod cargo;
#[path = "support/cases.rs"]
mod cases;
#[path = "support/keywords.rs"]
mod keywords;
#[path = "support/random.rs"]
mod random;
#[path = "support/words.rs"]
mod words;

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use cargo::{Crate, Workspace};
use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::TestRunner;
use routegen::output::File;
use serde_yaml::{Mapping, Value};

/// The number of random specs that are compiled.
const RANDOM: usize = 2;

/// The package of all golden cases together.
const EVERYTHING: &str = "everything-api";

/// The package in which every reserved word is a name.
const KEYWORDS: &str = "keywords-api";

/// The package that depends on two generated packages.
const TWO_APIS: &str = "two-apis";

static WORKSPACE: LazyLock<Workspace> = LazyLock::new(|| {
    let mut crates: Vec<Crate> =
        cases::all().iter().map(|case| Crate { name: case.name.clone(), files: case.generated() }).collect();
    crates.push(generate("everything", &everything()));
    let spec = spec_folder("keywords");
    keywords::write(&spec);
    crates.push(denying_warnings(generate("keywords", &spec)));
    crates.extend(random());
    crates.push(two_apis());
    Workspace::new(&crates)
});

/// Returns a program that uses two generated crates, which share the types of the runtime.
fn two_apis() -> Crate {
    let file = |path: &str, text: &str| File { path: path.to_owned(), text: text.to_owned() };
    let manifest = file("Cargo.toml", include_str!("support/two_apis/Cargo.toml.txt"));
    let source = file("src/lib.rs", include_str!("support/two_apis/lib.rs.txt"));
    Crate { name: TWO_APIS.to_owned(), files: vec![manifest, source] }
}

/// Returns the first random specs that are accepted, the same ones in each run.
fn random() -> Vec<Crate> {
    let (mut runner, specs) = (TestRunner::deterministic(), random::specs());
    let mut crates = Vec::new();
    while crates.len() < RANDOM {
        let name = format!("random_{}", crates.len() + 1);
        let spec = spec_folder(&name);
        specs.new_tree(&mut runner).expect("a spec can be generated").current().write(&spec, &name);
        crates.extend(cases::generated(&spec).ok().map(|files| Crate { name, files }));
    }
    crates
}

/// Generates the crate for a spec.
fn generate(name: &str, spec: &Path) -> Crate {
    let files = cases::generated(spec).unwrap_or_else(|report| panic!("{name}: {report}"));
    Crate { name: name.to_owned(), files }
}

/// Makes the warnings of a crate errors wherever it is compiled.
fn denying_warnings(mut generated: Crate) -> Crate {
    for file in generated.files.iter_mut().filter(|file| file.path == "Cargo.toml") {
        let lints = "[lints.rust]\nwarnings = { level = \"deny\", priority = -1 }\n";
        file.text = file.text.replace("[lints.rust]\n", lints).replace("= \"warn\"", "= \"deny\"");
    }
    generated
}

/// Creates an empty folder for a spec.
fn spec_folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name).join("spec");
    if folder.exists() {
        fs::remove_dir_all(&folder).expect("the old spec can be removed");
    }
    fs::create_dir_all(&folder).expect("the folder can be created");
    folder
}

/// Writes a spec with all pages, services and types of the golden cases, and all keys of `auth` and `errors`.
fn everything() -> PathBuf {
    let folder = spec_folder("everything");
    let mut services = Mapping::new();
    let (mut types, mut auth, mut errors) = (Mapping::new(), Mapping::new(), Mapping::new());
    for case in cases::all() {
        for entry in fs::read_dir(case.spec()).expect("the spec can be listed") {
            let path = entry.expect("the spec can be listed").path();
            let text = fs::read_to_string(&path).expect("the spec can be read");
            let name = path.file_name().unwrap_or_default();
            if name != "api.yaml" {
                fs::write(folder.join(name), text).expect("the spec can be written");
                continue;
            }
            let api: Value = serde_yaml::from_str(&text).expect("the spec is YAML");
            for (key, all) in
                [("services", &mut services), ("types", &mut types), ("auth", &mut auth), ("errors", &mut errors)]
            {
                let own = api.get(key).and_then(Value::as_mapping).cloned().unwrap_or_default();
                all.extend(own);
            }
        }
    }
    services["main"]["default"] = Value::Bool(true);
    let mut api: Value =
        serde_yaml::from_str("{ title: Everything, version: '1', summary: All golden cases. }").expect("this is YAML");
    api["crate"] = serde_yaml::from_str(&format!("{{ name: {EVERYTHING}, version: 0.1.0 }}")).expect("this is YAML");
    api["auth"] = Value::Mapping(auth);
    api["errors"] = Value::Mapping(errors);
    api["services"] = Value::Mapping(services);
    api["types"] = Value::Mapping(types);
    let text = serde_yaml::to_string(&api).expect("the spec can be written");
    fs::write(folder.join("api.yaml"), text).expect("the spec can be written");
    folder
}

/// Excludes the large crate of keywords, which is checked for warnings when its tests are built.
#[test]
fn every_crate_compiles_without_a_warning() {
    let clippy = ["clippy", "--keep-going", "--workspace", "--exclude", KEYWORDS, "--lib", "--test", "round_trip"];
    WORKSPACE.cargo(&[clippy.as_slice(), &["--", "-D", "warnings"]].concat(), &[]);
}

#[test]
fn two_generated_crates_share_the_types_of_the_runtime() {
    WORKSPACE.cargo(&["test", "--package", TWO_APIS], &[]);
}

#[test]
fn every_feature_compiles_by_itself() {
    let clippy = ["clippy", "--package", EVERYTHING, "--package", "bell-api", "--lib", "--no-default-features"];
    for feature in ["", "client", "hyper", "reqwest", "server"] {
        WORKSPACE.cargo(&[clippy.as_slice(), &["--features", feature, "--", "-D", "warnings"]].concat(), &[]);
    }
}

/// Also compiles the example on the front page, which is a doctest.
#[test]
fn every_route_goes_through_client_and_server() {
    WORKSPACE.cargo(&["test", "--package", EVERYTHING, "--package", KEYWORDS], &[]);
}

#[test]
fn the_documentation_has_no_broken_link() {
    let doc = ["doc", "--no-deps", "--package", EVERYTHING, "--package", "prose-api", "--package", KEYWORDS];
    WORKSPACE.cargo(&doc, &[("RUSTDOCFLAGS", "-D warnings")]);
}
