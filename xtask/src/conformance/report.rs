//! The table that is printed in the end.

use super::check::{Evidence, Row, Verdict};

/// The rows as a table, then what cannot be called and why, then the sum.
pub fn render(rows: &[Row]) -> String {
    let is_called = |row: &&Row| !matches!(row.verdict, Verdict::NotCallable(_));
    let called: Vec<&Row> = rows.iter().filter(is_called).collect();
    let width = |title: &str, cell: fn(&Row) -> usize| called.iter().map(|row| cell(row)).fold(title.len(), usize::max);
    let operations = width("OPERATION", |row| row.operation.len());
    let methods = width("METHOD", |row| row.method.len());
    let mut text = format!("{:operations$}  {:methods$}  STATUS  VERDICT\n", "OPERATION", "METHOD");
    for Row { operation, method, status, verdict } in &called {
        let status = status.map_or("-".to_owned(), |status| status.to_string());
        let verdict = describe(verdict);
        text.push_str(&format!("{operation:operations$}  {method:methods$}  {status:6}  {verdict}\n"));
    }
    for row in rows {
        if let Verdict::NotCallable(reason) = &row.verdict {
            text.push_str(&format!("not callable: {} ({reason})\n", row.operation));
        }
    }
    let passed = called.iter().filter(|row| row.verdict.is_passed()).count();
    let not_callable = rows.len() - called.len();
    text.push_str(&format!("called {}, passed {passed}, not callable {not_callable}\n", called.len()));
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
