//! No input makes the generator panic: valid specs are truncated, corrupted and enlarged, and the result is either code or a
//! report.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use proptest::prelude::*;
use routegen::diagnostic::Color;
use routegen::ir::Api;
use tempfile::TempDir;

/// The strings that are inserted into files. They have a meaning in YAML, in the format or in Rust.
const PIECES: [&str; 40] = [
    "\n",
    "\n  ",
    "\n    ",
    "\t",
    " ",
    ": ",
    " #",
    "- ",
    "? ",
    "{",
    "}",
    "[",
    "]",
    "'",
    "\"",
    "|\n",
    ">-\n",
    "&a ",
    "*a",
    "<<: ",
    "!tag ",
    "---\n",
    "...\n",
    "%YAML 1.1\n",
    "\u{feff}",
    "é",
    "𝄞",
    "\u{0}",
    "\u{202e}",
    "null",
    "true",
    "-1",
    "1e999",
    ".nan",
    "self",
    "{id}",
    "..",
    "//",
    "array of ",
    "`",
];

/// Returns the spec that uses every key of the format.
fn sample() -> Vec<(String, Vec<u8>)> {
    let mut files: Vec<(String, Vec<u8>)> = fs::read_dir("tests/diagnostics_accepted/001_every_key")
        .expect("the sample")
        .map(|entry| entry.expect("an entry").path())
        .map(|path| (name(&path), fs::read(&path).expect("a file")))
        .collect();
    files.sort();
    files
}

fn name(path: &Path) -> String {
    path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}

fn write(files: &[(String, Vec<u8>)]) -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().expect("a folder");
    let spec = folder.path().join("spec");
    fs::create_dir(&spec).expect("a folder");
    for (name, bytes) in files {
        fs::write(spec.join(name), bytes).expect("a file");
    }
    (folder, spec)
}

/// Reads a spec. Returns the report if it is rejected.
fn read(files: &[(String, Vec<u8>)]) -> Result<Api, String> {
    let (_folder, spec) = write(files);
    routegen::read(&spec).map_err(|errors| {
        let report = errors.render(Color::Never);
        assert_positions_exist(&report, files);
        assert!(report.contains("error: ") && report.contains("help: "), "{report}");
        report
    })
}

/// Returns the report for the sample with another `book.yaml`, or an empty string if it is accepted.
fn report(page: impl Into<Vec<u8>>) -> String {
    let mut files = sample();
    files.retain(|(name, _)| name != "book.yaml");
    files.push(("book.yaml".to_owned(), page.into()));
    read(&files).err().unwrap_or_default()
}

/// A small spec, because it is read once for each of its bytes.
const SMALL: [(&str, &str); 2] = [
    (
        "api.yaml",
        r#"title: "Bücher"
version: "2"
summary: >-
  Lends books.
crate: { name: library, version: 0.1.0 }
services: { main: { url: "https://library.example.com", description: Books. } }
types: { Genre: { description: A kind., values: [novel, { value: ">=", rust: more }] } }
"#,
    ),
    (
        "book.yaml",
        r#"namespace: book
summary: 'Books – all of them'
routes:
  list:
    route: GET /books/{book}
    summary: |
      Lists books.
    auth: none
    path: { book: string }
    query: { limit?: { type: integer, default: 20 }, genres?: array of Genre }
    responses:
      200: { description: They follow., body: { a: { fields: { b: string } } } }
    errata:
      - { fact: method, documented: POST, actual: GET, because: it says so }
"#,
    ),
];

#[test]
fn a_truncated_file_does_not_panic() {
    for (index, (_, text)) in SMALL.iter().enumerate() {
        for end in 0..text.len() {
            let mut files = SMALL.map(|(name, text)| (name.to_owned(), text.as_bytes().to_vec()));
            files[index].1.truncate(end);
            read(&files).ok();
        }
    }
}

#[test]
fn a_missing_line_does_not_panic() {
    let files = sample();
    for (index, (_, bytes)) in files.iter().enumerate() {
        let lines: Vec<&[u8]> = bytes.split_inclusive(|byte| *byte == b'\n').collect();
        for missing in 0..lines.len() {
            let mut files = files.clone();
            files[index].1 = [lines[..missing].concat(), lines[missing + 1..].concat()].concat();
            read(&files).ok();
        }
    }
}

/// A change to a file.
#[derive(Debug, Clone)]
enum Change {
    Byte(prop::sample::Index, u8),
    Piece(prop::sample::Index, &'static str),
    Remove(prop::sample::Index, usize),
    Repeat(prop::sample::Index, usize),
}

fn change() -> impl Strategy<Value = Change> {
    prop_oneof![
        (any::<prop::sample::Index>(), any::<u8>()).prop_map(|(at, byte)| Change::Byte(at, byte)),
        (any::<prop::sample::Index>(), prop::sample::select(&PIECES[..]))
            .prop_map(|(at, piece)| Change::Piece(at, piece)),
        (any::<prop::sample::Index>(), 1..40_usize).prop_map(|(at, length)| Change::Remove(at, length)),
        (any::<prop::sample::Index>(), 1..80_usize).prop_map(|(at, length)| Change::Repeat(at, length)),
    ]
}

fn apply(change: &Change, bytes: &mut Vec<u8>) {
    let length = bytes.len().max(1);
    match change {
        Change::Byte(at, byte) => bytes[at.index(length)] = *byte,
        Change::Piece(at, piece) => {
            let at = at.index(length);
            bytes.splice(at..at, piece.bytes());
        }
        Change::Remove(at, count) => {
            let at = at.index(length);
            bytes.drain(at..(at + count).min(length - 1).max(at));
        }
        Change::Repeat(at, count) => {
            let at = at.index(length);
            let copy = bytes[at..(at + count).min(length)].to_vec();
            bytes.splice(at..at, copy);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_corrupted_spec_is_accepted_or_reported(
        file in any::<prop::sample::Index>(),
        changes in prop::collection::vec(change(), 1..4),
    ) {
        let mut files = sample();
        let file = file.index(files.len());
        for change in &changes {
            apply(change, &mut files[file].1);
        }
        if let Ok(api) = read(&files) {
            prop_assert!(routegen::generate(&api).is_ok());
        }
    }
}

#[test]
fn a_scalar_of_ten_megabytes_is_reported_in_a_few_lines() {
    assert_short(&report(format!("namespace: book\nsummary: s\nroutes: {}\n", "x".repeat(10_000_000))));
}

#[test]
fn long_names_are_reported_in_a_few_lines() {
    let long = "x".repeat(100_000);
    let type_of = |of: &str| format!("types: {{ T: {{ description: m, fields: {{ a: {of} }} }} }}\n");
    for rest in [
        format!("{long}: s\n"),
        format!("routes: {{ get: {{ route: GET /{long}|, auth: {long} }} }}\n"),
        type_of(&long),
        type_of(&format!("array of {long} x")),
        type_of(&format!("{{ type: string, rust: {long}- }}")),
    ] {
        assert_short(&report(format!("namespace: book\nsummary: s\n{rest}")));
    }
    assert_short(&report(format!("namespace: {long}\n")));
}

fn assert_short(report: &str) {
    assert!(report.contains("error: "), "the spec is accepted");
    assert!(report.len() < 10_000, "{} bytes: {}", report.len(), report.get(..2000).unwrap_or_default());
}

#[test]
fn a_type_of_excessive_depth_is_rejected() {
    let deep = "array of ".repeat(200_000);
    let report = report(format!(
        "namespace: book\nsummary: s\ntypes: {{ T: {{ description: m, fields: {{ a: {deep} string }} }} }}\n"
    ));
    assert!(report.contains("type nests more than 2 arrays or maps"), "{report}");
}

#[test]
fn brackets_of_excessive_depth_are_rejected() {
    for bracket in ["[", "{", "\n- ", "\n? ", "{a: ", "[{"] {
        let report = report(format!("namespace: {}\n", bracket.repeat(20_000)));
        assert!(!report.is_empty(), "{bracket}");
    }
}

/// Asserts that every position in a report exists in its file: a line of the file, and a column up to the end of that line.
fn assert_positions_exist(report: &str, files: &[(String, Vec<u8>)]) {
    let positions = report.lines().filter_map(|line| {
        let (_, position) = line.split_once("--> ").or_else(|| line.split_once("::: "))?;
        let (rest, column) = position.rsplit_once(':')?;
        let (path, line) = rest.rsplit_once(':')?;
        Some((path.strip_prefix("spec/")?, line.parse::<usize>().ok()?, column.parse::<usize>().ok()?))
    });
    for (path, line, column) in positions {
        let bytes = files.iter().find(|(name, _)| name == path).map(|(_, bytes)| bytes);
        let text = String::from_utf8_lossy(bytes.expect("a file of the spec"));
        // The report for an empty file points at its start.
        let text = if text.trim().is_empty() { " " } else { text.strip_prefix('\u{feff}').unwrap_or(&text).trim_end() };
        let characters = text.lines().nth(line - 1).map(|line| line.chars().count());
        assert!(
            characters.is_some_and(|count| column <= count + 1),
            "{path}:{line}:{column} is not in:\n{text}\n{report}"
        );
    }
}

#[test]
fn a_syntax_error_at_the_end_of_a_file_points_at_its_last_line() {
    for (end, position) in [
        ("key: [", "3:6"),
        ("key: [\n", "3:6"),
        ("key: [\n\n\n", "3:6"),
        ("key: {ü: 'é\n\n", "3:11"),
        ("key: \"a\r\n", "3:7"),
        ("key: [a,\n  b, # c\n", "4:8"),
    ] {
        let report = report(format!("namespace: book\nsummary: s\n{end}"));
        assert!(report.contains(&format!("--> spec/book.yaml:{position}\n")), "{end:?} {report}");
    }
}

/// Returns the time that a report takes, and the report.
fn timed(page: String) -> (Duration, String) {
    let start = Instant::now();
    let report = report(page);
    (start.elapsed(), report)
}

/// A name, and a function that returns a page with the given number of errors.
type ManyErrors = (&'static str, fn(usize) -> String);

fn lines(count: usize, line: impl Fn(usize) -> String) -> String {
    (0..count).map(line).collect()
}

/// Returns a page with one route. `rest` is appended to it.
fn page_with_route(rest: &str) -> String {
    format!(
        "namespace: book\nsummary: s\nroutes:\n  r:\n    route: GET /a\n    summary: s\n    auth: none\n    \
         responses: {{ 200: s }}\n{rest}"
    )
}

/// The kinds of errors whose time could depend on the number of other errors.
const MANY: [ManyErrors; 8] = [
    ("routes without keys", |count| {
        format!("namespace: book\nsummary: s\nroutes:\n{}", lines(count, |index| format!("  r{index}: {{}}\n")))
    }),
    ("unknown keys of many routes", |count| {
        let route = |index| format!("  r{index}: {{ route: GET /{index}, summary: s, auth: none, bad: 1 }}\n");
        format!("namespace: book\nsummary: s\nroutes:\n{}", lines(count, route))
    }),
    ("unknown keys of one route", |count| page_with_route(&lines(count, |index| format!("    k{index}: 1\n")))),
    ("unknown keys in one line", |count| {
        page_with_route(&format!("    query: {{ a: {{ {} }} }}\n", lines(count, |index| format!("k{index}: 1, "))))
    }),
    ("fields of another type", |count| {
        page_with_route(&format!("    body:\n{}", lines(count, |index| format!("      f{index}: [x]\n"))))
    }),
    ("items of another type", |count| {
        let items = lines(count, |index| format!("[{index}], "));
        page_with_route(&format!("    body: {{ f: {{ values: [{items}] }} }}\n"))
    }),
    ("unknown types", |count| {
        page_with_route(&format!("    body:\n{}", lines(count, |index| format!("      f{index}: T{index}\n"))))
    }),
    ("duplicate keys", |count| {
        page_with_route(&format!("    body:\n{}", lines(2 * count, |index| format!("      f{}: string\n", index / 2))))
    }),
];

#[test]
fn many_errors_are_counted_and_few_are_shown() {
    for (what, page) in MANY {
        let report = report(page(1000));
        assert!(report.len() < 64 * 1024, "{what}: {} bytes", report.len());
        assert!(report.matches("\nerror: ").count() + 1 == 50, "{what}: {report}");
        let count = report.lines().last().and_then(|line| line.strip_suffix(" errors in the spec"));
        let count: usize = count.and_then(|count| count.parse().ok()).unwrap_or_default();
        assert!(count >= 1000, "{what}: {report}");
        assert!(report.contains(&format!("\n... and {} more errors\n", count - 50)), "{what}: {report}");
    }
}

/// Compares relative times, because the machine may be busy. For 8 times the errors, quadratic code takes 64 times as long.
#[test]
fn the_time_of_a_report_is_linear_in_the_number_of_errors() {
    for (what, page) in MANY {
        let is_linear = |_: &usize| {
            let [few, many] = [1000, 8000].map(|count| timed(page(count)).0.max(Duration::from_millis(20)));
            many < few * 24
        };
        assert!((0..3).any(|attempt| is_linear(&attempt)), "{what}");
    }
}

#[test]
fn aliases_that_expand_to_too_many_values_are_rejected() {
    let assert_rejected = |rest: String| {
        let (time, report) = timed(page_with_route(&rest));
        assert!(report.contains("aliases expand to too many values"), "{report}");
        assert!(time < Duration::from_secs(20), "{time:?}");
        assert_short(&report);
    };
    // Many small ones, few large ones, and some that the counting parser cannot parse.
    assert_rejected(format!("x: &a b\ny: [{}]\n", "*a, ".repeat(200_000)));
    assert_rejected(format!("x: &a [{}]\ny: [{}]\n", "b, ".repeat(2000), "*a, ".repeat(60)));
    let report = report(page_with_route(&format!(
        "    query: {{ a: &a string, {} }}\n",
        lines(500, |index| format!("b{index}: *a, "))
    )));
    assert_eq!(report, "");
}

#[test]
fn a_line_of_megabytes_is_reported_in_a_few_lines() {
    let long = "x".repeat(1_000_000);
    assert_short(&report(format!("namespace: book\nsummary: s\nroutes: {{ a: {{ summary: {long} }}, a: {{}} }}\n")));
    assert_short(&report(format!("namespace: book\nsummary: s\ntypes: {{ T: {{ bad: {long}, worse: {long} }} }}\n")));
}

#[test]
fn many_errors_are_all_reported() {
    let fields: String = (0..150).map(|number| format!("        f{number}: [x]\n")).collect();
    let report = report(format!("namespace: book\nsummary: s\nroutes:\n  get:\n    route: GET /\n    body:\n{fields}"));
    assert!(report.ends_with("151 errors in the spec\n"), "{report}");
}

#[test]
fn missing_folders_and_folders_for_files_are_reported() {
    let missing = routegen::read(Path::new("tests/no such folder")).expect_err("a missing folder").to_string();
    assert!(missing.contains("cannot read the spec folder `tests/no such folder`"), "{missing}");

    let (_folder, spec) = write(&sample());
    fs::create_dir(spec.join("folder.yaml")).expect("a folder");
    let folder = routegen::read(&spec).expect_err("a folder").to_string();
    assert!(folder.contains("cannot read the spec file `spec/folder.yaml`"), "{folder}");
}

/// This is not a case of `tests/diagnostics`, because terminals do not display such file names correctly.
#[test]
fn a_namespace_must_not_contain_invisible_characters() {
    for hidden in ['\u{1}', '\u{7f}', '\u{202e}', '\u{2066}'] {
        let mut files = sample();
        let namespace = format!("sh{hidden}elf");
        let escaped = format!("sh\\u{:04x}elf", u32::from(hidden));
        let page = format!(
            "{{ namespace: \"{escaped}\", summary: Shelves., routes: {{ list: {{ route: GET /shelves, summary: Lists., \
             auth: none, responses: {{ 200: Yes. }} }} }} }}"
        );
        files.push((format!("{namespace}.yaml"), page.into_bytes()));
        let report = read(&files).err().unwrap_or_default();
        assert!(report.contains("invisible character in a namespace"), "{hidden:?}: {report}");
    }
}
