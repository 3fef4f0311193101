//! Errors that stop an import. Each message names the file and comes with help.

use std::fs;
use std::path::Path;

use super::super::{ImportError, import};
use super::{endpoint, heading, import_files, page, part, route, section, table, usual_endpoint};

const FRUIT_TREE: &str = include_str!("pages/Orchard.fruitTree.html");

/// Returns the error message for a folder with this file and a valid one, with the path replaced.
fn error_of(name: &str, text: &str) -> String {
    let error = import_files(&[("Orchard.fruitTree.html", FRUIT_TREE), (name, text)]).expect_err("an error");
    let message = error.message();
    assert!(message.contains(name), "{message}");
    assert_eq!(error.to_string(), format!("{message}\nhelp: {}", error.help()));
    let (start, rest) = message.split_once('`').expect("a path");
    let (_, rest) = rest.split_once('`').expect("its end");
    format!("{start}FILE{rest}")
}

fn orchard(article: &str) -> String {
    page(&section("Orchard", article))
}

/// Returns the first line that contains a string.
fn line(text: &str, what: &str) -> usize {
    text.lines().position(|line| line.contains(what)).expect("a line with the text") + 1
}

fn last_line(text: &str, what: &str) -> usize {
    text.lines().collect::<Vec<_>>().iter().rposition(|line| line.contains(what)).expect("a line with the text") + 1
}

#[test]
fn a_folder_that_cannot_be_read() {
    let error = import(Path::new("/nowhere/at/all")).expect_err("an error");
    assert!(matches!(error, ImportError::Folder { .. }));
    assert!(error.message().starts_with("cannot read the folder `/nowhere/at/all`: "));
    assert_eq!(error.help(), "use an existing, readable folder");
}

#[test]
fn a_folder_without_pages() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    fs::create_dir(folder.path().join("no-page.html")).expect("a folder in it");
    fs::write(folder.path().join("page.txt"), FRUIT_TREE).expect("a file");
    let error = import(folder.path()).expect_err("an error");
    assert!(matches!(error, ImportError::NoPages { .. }));
    assert_eq!(error.message(), format!("no HTML file in the folder `{}`", folder.path().display()));
}

#[test]
fn a_folder_without_routes() {
    let error = import_files(&[("index.html", &page("")), ("global.html", &orchard(&heading("", "sow")))]);
    let message = error.expect_err("an error").message();
    assert!(message.contains("document no route; the first unrecognized content: global, line "), "{message}");
    let error = import_files(&[("index.html", &page(""))]).expect_err("an error");
    assert!(error.message().ends_with("document no route"));
}

#[cfg(unix)]
#[test]
fn a_page_that_cannot_be_read() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    std::os::unix::fs::symlink("nowhere", folder.path().join("Orchard.html")).expect("a link in it");
    let error = import(folder.path()).expect_err("an error");
    assert!(matches!(&error, ImportError::File { file, .. } if file.ends_with("Orchard.html")));
}

#[test]
fn a_page_that_is_not_utf8() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    fs::write(folder.path().join("Orchard.html"), b"<html>\n<body>\n\xe9\n").expect("a file");
    let error = import(folder.path()).expect_err("an error");
    assert!(matches!(error, ImportError::NotUtf8 { line: 3, .. }));
}

#[test]
fn a_page_cut_short_anywhere() {
    let whole = FRUIT_TREE.trim_end();
    // Positions with a step that does not match any pattern of the page, and every position in its last tags.
    for at in (0..whole.len()).step_by(11).chain(whole.len() - 20..whole.len()) {
        let Err(error) = import_files(&[("Orchard.fruitTree.html", &whole[..at])]) else {
            panic!("accepted when cut at {at}");
        };
        assert!(matches!(error, ImportError::Incomplete { .. }), "{error}");
    }
}

#[test]
fn a_page_with_a_missing_line() {
    let whole = import_files(&[("Orchard.fruitTree.html", FRUIT_TREE)]).expect("a valid page");
    let lines: Vec<&str> = FRUIT_TREE.lines().collect();
    let is_end =
        |line: &str| ["</table>", "</section>", "</article>", "</div>", "</tr>", "</html>"].contains(&line.trim());
    for (lost, _) in lines.iter().enumerate().filter(|(_, line)| is_end(line)) {
        let rest = [&lines[..lost], &lines[lost + 1..]].concat().join("\n");
        let import = import_files(&[("Orchard.fruitTree.html", &rest)]);
        assert!(
            matches!(import, Err(ImportError::Incomplete { .. })),
            "without line {}: {import:?}, {whole}",
            lost + 1
        );
    }
}

#[test]
fn the_first_error_by_file_name_is_reported() {
    let (first, second) = (("Barn.html", ""), ("Orchard.html", ""));
    for files in [[first, second], [second, first]] {
        let error = import_files(&files).expect_err("an error");
        assert!(matches!(&error, ImportError::Incomplete { file, .. } if file.ends_with("Barn.html")), "{error}");
    }
}

#[test]
fn the_problem_of_an_incomplete_page_is_described() {
    let good = orchard(&route("plant", &[&usual_endpoint()]));
    let (table, row, article) = (line(&good, "<table"), line(&good, "<td>"), line(&good, "<article"));
    let (description_end, group, last) = (line(&good, "Plants") + 1, line(&good, "<h3"), line(&good, "</html>"));
    let cases = [
        (String::new(), "the file is empty (line 1)".to_owned()),
        ("<!DOCTYPE html>".to_owned(), "there is no `<html>` (line 1)".to_owned()),
        (good.replace("</html>", ""), "`<html>` has no end tag (line 2)".to_owned()),
        (
            good.replace("</table>", ""),
            format!("`</div>` inside the `<table>` of line {table} (line {description_end})"),
        ),
        (good.replace("</td><td>", "<td>"), format!("`<td>` inside the `<td>` of line {row} (line {row})")),
        (good.replace("<h3", "</div><h3"), format!("`</div>` inside the `<article>` of line {article} (line {group})")),
        (good.clone() + "</div>", format!("`</div>` without a start tag (line {})", last + 1)),
        (good.clone() + "<div>", format!("`<div>` outside of `<html>` (line {})", last + 1)),
        (good.repeat(2), format!("a second `<html>` (line {})", last + 2)),
    ];
    for (text, what) in cases {
        assert_eq!(error_of("Orchard.html", &text), format!("the page FILE is incomplete: {what}"));
    }
}

#[test]
fn a_description_with_a_table_tag() {
    let body = part("Body Parameters:", &table(&["Name", "Type", "Description"], &[&["a", "X", "a <table> of trees"]]));
    let message = error_of("Orchard.html", &orchard(&route("plant", &[&usual_endpoint(), &body])));
    assert!(message.contains("`</td>` inside the `<table>` of line "), "{message}");
}

#[test]
fn a_page_with_deeply_nested_elements() {
    let deep = page(&format!("{}{}", "<div>".repeat(100_000), "</div>".repeat(100_000)));
    assert!(error_of("Orchard.html", &deep).contains("elements are nested too deeply"));
}

#[test]
fn a_page_of_another_theme() {
    let good = orchard(&route("plant", &[&usual_endpoint()]));
    let message = "the page FILE was not written by JSDoc with the docdash theme";
    for text in [
        good.replace("nav-trigger", "menu"),
        good.replace("id=\"main\"", "id=\"content\""),
        "<html><body><div><p>Another program wrote this.</div></body></html>".to_owned(),
        "<html><body><table><tr><td>It leaves out <td>ends</table></body></html>".to_owned(),
    ] {
        assert_eq!(error_of("Orchard.html", &text), message);
    }
}

#[test]
fn a_renamed_page() {
    let good =
        page(&section("<span class=\"ancestors\">Orchard.</span>\n tree", &route("plant", &[&usual_endpoint()])));
    assert!(import_files(&[("Orchard.tree.html", &good)]).is_ok());
    let tree = page(&section("tree", &route("plant", &[&usual_endpoint()])));
    let message = "the page FILE has the title `tree` (line 10), not that of its name";
    assert_eq!(error_of("Peartree.html", &tree), message);
    for name in ["Orchard.tree (1).html", "tree.html", "Orchard.html", "Orchardtree.html"] {
        let message = "has the title `Orchard.tree` (line 10), not that of its name";
        assert_eq!(error_of(name, &good), format!("the page FILE {message}"));
    }
}

#[test]
fn a_page_with_differing_copies() {
    let plant = |path: &str| route("plant", &[&endpoint("PUT", path)]);
    let both = plant("/a") + &route("water", &[&endpoint("PUT", "/water")]);
    let unknown = plant("/a").replace("<h5>Route:", "<h5>Returns:</h5><h5>Route:");
    let twice = |one: &str, two: &str| page(&(section("Orchard", one) + &section("Orchard", two)));
    let differing = [
        twice(&plant("/a"), &plant("/b")),
        twice(&plant("/a"), &heading("", "plant")),
        twice(&plant("/a"), &unknown),
        // The same anchor twice in one section is no different.
        orchard(&(plant("/a") + &plant("/b"))),
    ];
    for text in differing {
        let (one, two) = (line(&text, "id=\"plant\""), last_line(&text, "id=\"plant\""));
        let message = format!("the page FILE documents `plant` differently on lines {one} and {two}");
        assert_eq!(error_of("Orchard.html", &text), message);
    }
    for text in [twice(&both, &plant("/a")), twice(&plant("/a"), &both)] {
        let at = line(&text, "id=\"water\"");
        let message = format!("the page FILE documents `water` on line {at}, but not in the other copy of the content");
        assert_eq!(error_of("Orchard.html", &text), message);
    }
}
