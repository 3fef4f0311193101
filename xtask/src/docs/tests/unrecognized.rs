//! Unrecognized content is reported with its location, and everything else is read.

use super::{
    endpoint, heading, import_article, import_files, import_parts, page, part, route, section, table, unrecognized,
    usual_endpoint,
};

const FIELDS: [&str; 3] = ["Name", "Type", "Description"];

/// Returns the unrecognized content of a route with this part. The route itself is always found.
fn unrecognized_in(part: &str) -> Vec<String> {
    let (route, unrecognized) = import_parts(&[&usual_endpoint(), part]);
    assert_eq!(route.operation, "orchard.plant");
    unrecognized
}

fn unrecognized_in_body(columns: &[&str], rows: &[&[&str]]) -> Vec<String> {
    unrecognized_in(&part("Body Parameters:", &table(columns, rows)))
}

#[test]
fn unknown_captions() {
    let returns = part("Returns:", "a tree");
    assert_eq!(unrecognized_in(&returns), ["heading `plant`, Returns: unknown caption"]);
    let twice = part("Example", "<pre>a</pre>") + &part("Example", "<pre>b</pre>");
    assert_eq!(unrecognized_in(&twice), ["heading `plant`, Example: repeated caption"]);
}

#[test]
fn unknown_columns() {
    let rows: &[&[&str]] = &[&["age", "Number", "years"]];
    let body = "heading `plant`, Body Parameters";
    assert_eq!(unrecognized_in_body(&["Name", "Type", "Unit"], rows), [format!("{body}: unexpected column `Unit`")]);
    assert_eq!(unrecognized_in_body(&["Name", "Type", "Type"], rows), [format!("{body}: unexpected column `Type`")]);
    assert_eq!(unrecognized_in_body(&["Name", "Type", "Path"], rows), [format!("{body}: unexpected column `Path`")]);
    assert_eq!(
        unrecognized_in_body(&["Name", "Kind", "Description"], rows),
        [format!("{body}: a table without a required column"), format!("{body}: unexpected column `Kind`")]
    );
    let codes = part("Response Code:", &table(&["Type", "Default"], &[&["200", ""]]));
    assert_eq!(unrecognized_in(&codes), ["heading `plant`, Response Code: unexpected column `Default`"]);
}

#[test]
fn facts_next_to_an_unknown_column_are_read() {
    let body = part("Body Parameters:", &table(&["Name", "Unit", "Type"], &[&["age", "years", "Number"]]));
    let (route, _) = import_parts(&[&usual_endpoint(), &body]);
    assert_eq!(route.fields.body[0].r#type.as_deref(), Some("Number"));
}

#[test]
fn rows_that_do_not_fit() {
    let body = "heading `plant`, Body Parameters";
    assert_eq!(
        unrecognized_in_body(&FIELDS, &[&["a", "X"], &["b", "X", ""], &["c", "X", "", ""]]),
        [
            format!("{body}: a row with 2 cells in a table with 3 columns"),
            format!("{body}: a row with 4 cells in a table with 3 columns")
        ]
    );
    assert_eq!(unrecognized_in_body(&FIELDS, &[&["", "X", ""]]), [format!("{body}: a field without a name")]);
    assert_eq!(
        unrecognized_in_body(&["Name", "Type", "Attributes"], &[&["a", "X", "nullable"]]),
        [format!("{body}: unknown attribute `nullable`")]
    );
    let within = table(&FIELDS, &[&["b", "X", ""]]);
    assert_eq!(
        unrecognized_in_body(&FIELDS, &[&["a", "X", &within]]),
        [format!("{body}: a cell that contains elements")]
    );
    let head = table(&FIELDS, &[&["a", "X", ""]]).replace("<td>a</td>", "<th>a</th>");
    let found = unrecognized_in(&part("Body Parameters:", &head));
    assert_eq!(found, [format!("{body}: a head cell in a row below the head")]);
    let codes = part("Response Code:", &table(&["Type"], &[&["200"], &["ok"], &["99"], &["600"]]));
    let found = unrecognized_in(&codes);
    let expected = ["ok", "99", "600"]
        .map(|text| format!("heading `plant`, Response Code: expected a status code, found `{text}`"));
    assert_eq!(found, expected);
}

#[test]
fn tables_that_do_not_fit() {
    let body = "heading `plant`, Body Parameters";
    assert_eq!(unrecognized_in(&part("Body Parameters:", "")), [format!("{body}: missing `<table>`")]);
    let headless = "<table><tr><td>a</td></tr></table>";
    let found = unrecognized_in(&part("Body Parameters:", headless));
    assert_eq!(found, [format!("{body}: a table without exactly one head row")]);
    let two = table(&FIELDS, &[]).repeat(2);
    let found = unrecognized_in(&part("Body Parameters:", &two));
    assert_eq!(found, [format!("{body}: unexpected `<table>`")]);
    let found = unrecognized_in(&part("Body Parameters:", &(table(&FIELDS, &[]) + "See below.")));
    assert_eq!(found, [format!("{body}: unexpected text")]);
}

#[test]
fn unusual_sentences() {
    for sentence in ["No authentication is needed to access this endpoint", ""] {
        let (route, unrecognized) =
            import_parts(&[&usual_endpoint(), &part("Authentication", &format!("<p>{sentence}</p>"))]);
        assert_eq!(unrecognized, ["heading `plant`, Authentication: expected the usual sentence"]);
        assert!(!route.authentication);
    }
    for sentence in ["It runs on : <b>SCALES</b>", "Any call to this endpoint need to be done on service :"] {
        let found = unrecognized_in(&part("Service:", &format!("<p>{sentence}</p>")));
        assert_eq!(found, ["heading `plant`, Service: expected the usual sentence"]);
    }
    let found = unrecognized_in(&part("Authentication", &table(&["Name"], &[])));
    assert_eq!(found, ["heading `plant`, Authentication: expected a sentence, found `<table>`"]);
}

#[test]
fn sentences_without_their_caption() {
    for sentence in [
        "A authentication is needed to access this endpoint",
        "Any call to this endpoint need to be done on service : <b>SCALES</b>",
    ] {
        let (_, unrecognized) = import_parts(&[&usual_endpoint(), &format!("<p>{sentence}</p>")]);
        assert_eq!(unrecognized, ["heading `plant`, Route: a sentence of another caption"]);
    }
}

#[test]
fn routes_without_method_or_path() {
    let good = route("water", &[&usual_endpoint()]);
    let unrecognized_in = |parts: &[&str]| {
        let import = import_article(&(good.clone() + &route("plant", parts)));
        assert_eq!(import.documentation.routes.len(), 1);
        unrecognized(&import)
    };
    assert_eq!(unrecognized_in(&[]), ["heading `plant`: missing caption `Route:`"]);
    let location = "heading `plant`, Route";
    assert_eq!(
        unrecognized_in(&[&endpoint("FETCH", "/a")]),
        [format!("{location}: expected an HTTP method, found `FETCH`")]
    );
    assert_eq!(
        unrecognized_in(&[&endpoint("get", "/a")]),
        [format!("{location}: expected an HTTP method, found `get`")]
    );
    for path in ["a", "", "/:", "/a:b", "/:a?", "/{a}", "/a b", "/*", "/:a.b", "/a?b=c"] {
        assert_eq!(
            unrecognized_in(&[&endpoint("GET", path)]),
            [format!("{location}: expected a path, found `{path}`")]
        );
    }
    let two = part("Route:", &table(&["Method", "Path"], &[&["GET", "/a"], &["PUT", "/a"]]));
    assert_eq!(unrecognized_in(&[&two]), [format!("{location}: expected one row, found 2")]);
}

#[test]
fn headings_that_are_not_routes() {
    let article = route("plant", &[&usual_endpoint()])
        + &heading("", "sow")
        + &heading("(async) ", "reap")
        + &heading("(route) ", "a-b");
    let found = unrecognized(&import_article(&article));
    let not_marked = |name| format!("heading `{name}`: not marked as a route");
    assert_eq!(found, [not_marked("sow"), not_marked("reap"), "heading `a-b`: not the name of a route".to_owned()]);
}

#[test]
fn differing_tables_of_method_parameters() {
    let own = part("Route Parameters:", &table(&FIELDS, &[&[":tree", "String", ""]]));
    let fields = ["Name", "Type", "Attributes"];
    let rows: [&[&[&str]]; 5] = [
        &[&[":tree", "", "&lt;optional><br>"]],
        &[&[":bush", "", ""]],
        &[&[":tree", "Number", ""]],
        &[&[":tree", "", ""], &[":leaf", "", ""]],
        &[],
    ];
    for rows in rows {
        let again = part("Parameters:", &table(&fields, rows));
        let import = import_article(&(route("plant", &[&usual_endpoint(), &own]) + &again));
        let found = unrecognized(&import);
        assert_eq!(found.len(), 1);
        assert!(found[0].contains(": expected the parameters [tree] of the route, found ["), "{found:?}");
        assert_eq!(import.documentation.routes[0].fields.path.len(), 1);
    }
}

#[test]
fn elements_in_unexpected_places() {
    let good = route("plant", &[&usual_endpoint()]);
    let unrecognized_in = |article: &str| unrecognized(&import_article(article));
    let table = table(&FIELDS, &[]);
    assert_eq!(
        unrecognized_in(&(table.clone() + &good)),
        ["outside of all headings: expected a heading above the `<table>`"]
    );
    let hidden = format!("<div>{}</div>", part("Route:", &table));
    assert_eq!(unrecognized_in(&(hidden + &good)), ["outside of all headings: expected a heading above the `<div>`"]);
    let group = good.clone() + "<h3>Events</h3>";
    assert_eq!(unrecognized_in(&group), ["outside of all headings: unknown group `Events`"]);
    let detail = good.replace("<dl class=\"details\"></dl>", "<dl class=\"details\"><dt>Since:</dt><dd>1</dd></dl>");
    assert_eq!(unrecognized_in(&detail), ["heading `plant`: unknown detail `Since:`"]);
    let lead = good.replace("<div class=\"description\">", "<div class=\"description\"><div></div>");
    assert_eq!(unrecognized_in(&lead), ["heading `plant`: unexpected `<div>` above the first caption"]);
    let outside = page(&format!("<div></div><section><div></div><article>{good}</article></section>"));
    let import = import_files(&[("Orchard.html", &outside)]).expect("a valid page");
    let found = [
        "outside of all headings: unexpected `<div>` next to the sections",
        "outside of all headings: unexpected `<div>` next to the article",
    ];
    assert_eq!(unrecognized(&import), found);
}

#[test]
fn an_operation_documented_on_two_pages() {
    let article = route("plant", &[&usual_endpoint()]);
    let import = import_files(&[
        ("Orchard.html", &page(&section("Orchard", &article))),
        ("orchard.html", &page(&section("orchard", &article))),
    ]);
    let import = import.expect("a valid folder");
    assert_eq!(import.documentation.routes.len(), 1);
    assert_eq!(unrecognized(&import), ["heading: `orchard.plant` is already documented on the page Orchard"]);
    assert_eq!(import.unrecognized[0].page, "orchard");
}

#[test]
fn a_finding_has_a_page_and_a_line() {
    let text = page(&section("Orchard", &(route("plant", &[&usual_endpoint()]) + &heading("", "sow"))));
    let line = text.lines().position(|line| line.contains("id=\"sow\"")).expect("the heading") + 1;
    for text in [text.clone(), text.replace('\n', "\r\n")] {
        let import = import_files(&[("Orchard.html", &text)]).expect("a valid page");
        let found = format!("Orchard, line {line}, heading `sow`: not marked as a route");
        assert_eq!(import.unrecognized[0].to_string(), found);
    }
}
