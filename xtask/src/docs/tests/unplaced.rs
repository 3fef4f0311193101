//! What is not understood is reported with its place, and the rest is read all the same.

use super::{
    endpoint, heading, import_article, import_files, import_parts, left_over, page, part, route, section, table,
    usual_endpoint,
};

const FIELDS: [&str; 3] = ["Name", "Type", "Description"];

/// What is left over of a route that has this part, too. The route itself is always found.
fn left_of(part: &str) -> Vec<String> {
    let (route, left_over) = import_parts(&[&usual_endpoint(), part]);
    assert_eq!(route.operation, "orchard.plant");
    left_over
}

fn left_of_body(columns: &[&str], rows: &[&[&str]]) -> Vec<String> {
    left_of(&part("Body Parameters:", &table(columns, rows)))
}

#[test]
fn unknown_captions() {
    let returns = part("Returns:", "a tree");
    assert_eq!(left_of(&returns), ["heading `plant`, Returns: this caption is not known"]);
    let twice = part("Example", "<pre>a</pre>") + &part("Example", "<pre>b</pre>");
    assert_eq!(left_of(&twice), ["heading `plant`, Example: this caption stands here a second time"]);
}

#[test]
fn unknown_columns() {
    let rows: &[&[&str]] = &[&["age", "Number", "years"]];
    let body = "heading `plant`, Body Parameters";
    assert_eq!(left_of_body(&["Name", "Type", "Unit"], rows), [format!("{body}: the column `Unit`")]);
    assert_eq!(left_of_body(&["Name", "Type", "Type"], rows), [format!("{body}: the column `Type`")]);
    assert_eq!(left_of_body(&["Name", "Type", "Path"], rows), [format!("{body}: the column `Path`")]);
    assert_eq!(
        left_of_body(&["Name", "Kind", "Description"], rows),
        [format!("{body}: a table that lacks a column it needs"), format!("{body}: the column `Kind`")]
    );
    let codes = part("Response Code:", &table(&["Type", "Default"], &[&["200", ""]]));
    assert_eq!(left_of(&codes), ["heading `plant`, Response Code: the column `Default`"]);
}

#[test]
fn an_unknown_column_costs_no_facts() {
    let body = part("Body Parameters:", &table(&["Name", "Unit", "Type"], &[&["age", "years", "Number"]]));
    let (route, _) = import_parts(&[&usual_endpoint(), &body]);
    assert_eq!(route.fields.body[0].r#type.as_deref(), Some("Number"));
}

#[test]
fn rows_that_do_not_fit() {
    let body = "heading `plant`, Body Parameters";
    assert_eq!(
        left_of_body(&FIELDS, &[&["a", "X"], &["b", "X", ""], &["c", "X", "", ""]]),
        [
            format!("{body}: a row of 2 cells in a table of 3 columns"),
            format!("{body}: a row of 4 cells in a table of 3 columns")
        ]
    );
    assert_eq!(left_of_body(&FIELDS, &[&["", "X", ""]]), [format!("{body}: a field without a name")]);
    assert_eq!(
        left_of_body(&["Name", "Type", "Attributes"], &[&["a", "X", "nullable"]]),
        [format!("{body}: the attribute `nullable`")]
    );
    let within = table(&FIELDS, &[&["b", "X", ""]]);
    assert_eq!(left_of_body(&FIELDS, &[&["a", "X", &within]]), [format!("{body}: a cell that holds more than text")]);
    let head = table(&FIELDS, &[&["a", "X", ""]]).replace("<td>a</td>", "<th>a</th>");
    let said = left_of(&part("Body Parameters:", &head));
    assert_eq!(said, [format!("{body}: a row below the head with a cell of a head")]);
    let codes = part("Response Code:", &table(&["Type"], &[&["200"], &["ok"], &["99"], &["600"]]));
    let said = left_of(&codes);
    let expected =
        ["ok", "99", "600"].map(|text| format!("heading `plant`, Response Code: `{text}` where a status code belongs"));
    assert_eq!(said, expected);
}

#[test]
fn tables_that_do_not_fit() {
    let body = "heading `plant`, Body Parameters";
    assert_eq!(left_of(&part("Body Parameters:", "")), [format!("{body}: no `<table>` stands below it")]);
    let headless = "<table><tr><td>a</td></tr></table>";
    let said = left_of(&part("Body Parameters:", headless));
    assert_eq!(said, [format!("{body}: a table whose head is not one row")]);
    let two = table(&FIELDS, &[]).repeat(2);
    let said = left_of(&part("Body Parameters:", &two));
    assert_eq!(said, [format!("{body}: a `<table>` that does not belong here")]);
    let said = left_of(&part("Body Parameters:", &(table(&FIELDS, &[]) + "See below.")));
    assert_eq!(said, [format!("{body}: a text stands below it")]);
}

#[test]
fn sentences_that_say_something_else() {
    for sentence in ["No authentication is needed to access this endpoint", ""] {
        let (route, left_over) =
            import_parts(&[&usual_endpoint(), &part("Authentication", &format!("<p>{sentence}</p>"))]);
        assert_eq!(left_over, ["heading `plant`, Authentication: the sentence below it is not the usual one"]);
        assert!(!route.authentication);
    }
    for sentence in ["It runs on : <b>SCALES</b>", "Any call to this endpoint need to be done on service :"] {
        let said = left_of(&part("Service:", &format!("<p>{sentence}</p>")));
        assert_eq!(said, ["heading `plant`, Service: the sentence below it is not the usual one"]);
    }
    let said = left_of(&part("Authentication", &table(&["Name"], &[])));
    assert_eq!(said, ["heading `plant`, Authentication: a `<table>` where a sentence belongs"]);
}

#[test]
fn sentences_without_their_caption() {
    for sentence in [
        "A authentication is needed to access this endpoint",
        "Any call to this endpoint need to be done on service : <b>SCALES</b>",
    ] {
        let (_, left_over) = import_parts(&[&usual_endpoint(), &format!("<p>{sentence}</p>")]);
        assert_eq!(left_over, ["heading `plant`, Route: a sentence stands below it that belongs to another caption"]);
    }
}

#[test]
fn routes_without_method_or_path() {
    let good = route("water", &[&usual_endpoint()]);
    let left_of = |parts: &[&str]| {
        let import = import_article(&(good.clone() + &route("plant", parts)));
        assert_eq!(import.documented.routes.len(), 1);
        left_over(&import)
    };
    assert_eq!(left_of(&[]), ["heading `plant`: a route without the caption `Route:`"]);
    let place = "heading `plant`, Route";
    assert_eq!(left_of(&[&endpoint("FETCH", "/a")]), [format!("{place}: `FETCH` where an HTTP method belongs")]);
    assert_eq!(left_of(&[&endpoint("get", "/a")]), [format!("{place}: `get` where an HTTP method belongs")]);
    for path in ["a", "", "/:", "/a:b", "/:a?", "/{a}", "/a b", "/*", "/:a.b", "/a?b=c"] {
        assert_eq!(left_of(&[&endpoint("GET", path)]), [format!("{place}: `{path}` where a path belongs")]);
    }
    let two = part("Route:", &table(&["Method", "Path"], &[&["GET", "/a"], &["PUT", "/a"]]));
    assert_eq!(left_of(&[&two]), [format!("{place}: 2 rows where a route has one")]);
}

#[test]
fn headings_that_are_no_routes() {
    let article = route("plant", &[&usual_endpoint()])
        + &heading("", "sow")
        + &heading("(async) ", "reap")
        + &heading("(route) ", "a-b");
    let said = left_over(&import_article(&article));
    let not_marked = |name| format!("heading `{name}`: it is not marked as a route");
    assert_eq!(said, [not_marked("sow"), not_marked("reap"), "heading `a-b`: it is no name for a route".to_owned()]);
}

#[test]
fn the_own_table_of_jsdoc_where_it_disagrees() {
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
        let said = left_over(&import);
        assert_eq!(said.len(), 1);
        assert!(said[0].ends_with("where the route has [tree], or with other types"), "{said:?}");
        assert_eq!(import.documented.routes[0].fields.path.len(), 1);
    }
}

#[test]
fn things_in_unusual_places() {
    let good = route("plant", &[&usual_endpoint()]);
    let left_of = |article: &str| left_over(&import_article(article));
    let table = table(&FIELDS, &[]);
    assert_eq!(
        left_of(&(table.clone() + &good)),
        ["outside of all headings: a `<table>` that belongs below a heading"]
    );
    let hidden = format!("<div>{}</div>", part("Route:", &table));
    assert_eq!(left_of(&(hidden + &good)), ["outside of all headings: a `<div>` that belongs below a heading"]);
    let group = good.clone() + "<h3>Events</h3>";
    assert_eq!(left_of(&group), ["outside of all headings: the group `Events`"]);
    let detail = good.replace("<dl class=\"details\"></dl>", "<dl class=\"details\"><dt>Since:</dt><dd>1</dd></dl>");
    assert_eq!(left_of(&detail), ["heading `plant`: the detail `Since:`"]);
    let lead = good.replace("<div class=\"description\">", "<div class=\"description\"><div></div>");
    assert_eq!(left_of(&lead), ["heading `plant`: a `<div>` without a caption"]);
    let beside = page(&format!("<div></div><section><div></div><article>{good}</article></section>"));
    let import = import_files(&[("Orchard.html", &beside)]).expect("a sound page");
    let said = [
        "outside of all headings: a `<div>` beside the sections",
        "outside of all headings: a `<div>` beside the article",
    ];
    assert_eq!(left_over(&import), said);
}

#[test]
fn an_operation_documented_on_two_pages() {
    let article = route("plant", &[&usual_endpoint()]);
    let import = import_files(&[
        ("Orchard.html", &page(&section("Orchard", &article))),
        ("orchard.html", &page(&section("orchard", &article))),
    ]);
    let import = import.expect("a sound folder");
    assert_eq!(import.documented.routes.len(), 1);
    assert_eq!(left_over(&import), ["heading: `orchard.plant` is documented already, on the page Orchard"]);
    assert_eq!(import.unplaced[0].page, "orchard");
}

#[test]
fn a_finding_names_its_page_and_line() {
    let text = page(&section("Orchard", &(route("plant", &[&usual_endpoint()]) + &heading("", "sow"))));
    let line = text.lines().position(|line| line.contains("id=\"sow\"")).expect("the heading") + 1;
    for text in [text.clone(), text.replace('\n', "\r\n")] {
        let import = import_files(&[("Orchard.html", &text)]).expect("a sound page");
        let said = format!("Orchard, line {line}, heading `sow`: it is not marked as a route");
        assert_eq!(import.unplaced[0].to_string(), said);
    }
}
