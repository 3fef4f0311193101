//! The table that is printed in the end.

use super::check::{Evidence, Row, Verdict};

/// The rows as a table, then what cannot be called and why, then the totals. An operation counts as called where the
/// client has sent a request to it.
pub fn render(rows: &[Row]) -> String {
    let is_callable = |row: &&Row| !matches!(row.verdict, Verdict::NotCallable(_));
    let callable: Vec<&Row> = rows.iter().filter(is_callable).collect();
    let width =
        |title: &str, cell: fn(&Row) -> usize| callable.iter().map(|row| cell(row)).fold(title.len(), usize::max);
    let operations = width("OPERATION", |row| row.operation.len());
    let methods = width("METHOD", |row| row.method.len());
    let mut text = format!("{:operations$}  {:methods$}  STATUS  VERDICT\n", "OPERATION", "METHOD");
    for Row { operation, method, status, verdict, .. } in &callable {
        let status = status.map_or("-".to_owned(), |status| status.to_string());
        let verdict = describe(verdict);
        text.push_str(&format!("{operation:operations$}  {method:methods$}  {status:6}  {verdict}\n"));
    }
    for row in rows {
        if let Verdict::NotCallable(reason) = &row.verdict {
            text.push_str(&format!("not callable: {} ({reason})\n", row.operation));
        }
    }
    let called = callable.iter().filter(|row| row.requests > 0).count();
    let requests: usize = callable.iter().map(|row| row.requests).sum();
    let passed = callable.iter().filter(|row| row.verdict.is_passed()).count();
    let not_callable = rows.len() - callable.len();
    text.push_str(&format!("called {called} with {requests} requests, passed {passed}, not callable {not_callable}\n"));
    text
}

fn describe(verdict: &Verdict) -> String {
    match verdict {
        Verdict::Passed(Evidence::Full) => "passed".to_owned(),
        Verdict::Passed(Evidence::NoShape) => "passed; no shape is documented".to_owned(),
        Verdict::Passed(Evidence::NothingInside) => "passed; with nothing inside".to_owned(),
        Verdict::Failed(why) => format!("FAILED: {why}"),
        Verdict::NotCallable(reason) => format!("not callable: {reason}"),
    }
}
