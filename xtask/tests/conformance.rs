//! The plan of `cargo xtask conformance` and its judgement, without the client: the answers here are made up.

use std::path::Path;
use std::sync::LazyLock;

use clap::Parser;
use serde_json::{Value, json};
use xtask::cli::{Cli, Task};
use xtask::conformance::check::{Answer, Evidence, Line, Request, Row, Verdict, judge};
use xtask::conformance::contract::Contract;
use xtask::conformance::plan::{Action, Plan, Purpose, Step, Table};
use xtask::conformance::render;

/// What the workspace promises.
static CONTRACT: LazyLock<Contract> = LazyLock::new(|| {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("a package in a workspace");
    let routes = routegen::route_list::routes(&routegen::read(&root.join("spec")).expect("a sound spec"));
    let text = std::fs::read_to_string(root.join("generated/openapi.json")).expect("an OpenAPI document");
    Contract::new(&routes, serde_json::from_str(&text).expect("JSON")).expect("a document of this spec")
});

fn table() -> Table {
    Table::new().expect("a sound table")
}

fn plan() -> Plan {
    Plan::new(&CONTRACT, &table()).expect("a plan")
}

/// What is said of an operation that is answered like this, after one request to it was sent.
fn row(operation: &str, answer: Answer) -> Row {
    let route = &CONTRACT.operations[operation];
    sent(operation, answer, &[(&route.method, &route.path)])
}

/// The same after these requests were sent.
fn sent(operation: &str, answer: Answer, requests: &[(&str, &str)]) -> Row {
    let plan = plan();
    let requests = requests.iter().map(|(method, path)| Request { method: (*method).into(), path: (*path).into() });
    let answer = Answer { step: place(&plan, operation), requests: requests.collect(), ..answer };
    let lines = [of_client(), Line::Answer(answer)];
    find(&judge(&CONTRACT, &plan, &lines).expect("rows"), operation)
}

fn of_client() -> Line {
    Line::Operations(CONTRACT.operations.keys().cloned().collect())
}

fn place(plan: &Plan, operation: &str) -> usize {
    let is_it = |step: &Step| step.purpose != Purpose::Prepare && step.action.name() == operation;
    plan.steps.iter().position(is_it).expect("a step")
}

fn find(rows: &[Row], operation: &str) -> Row {
    rows.iter().find(|row| row.operation == operation).expect("a row").clone()
}

fn answered(status: u16, body: Value) -> Answer {
    Answer { status: Some(status), content_type: Some("application/json".into()), body, ..Answer::default() }
}

fn fault(operation: &str, answer: Answer) -> String {
    match row(operation, answer).verdict {
        Verdict::Failed(why) => why,
        other => panic!("{other:?}"),
    }
}

#[test]
fn the_plan_has_each_operation_once() {
    let plan = plan();
    assert_eq!(CONTRACT.operations.len(), 158);
    let mut planned: Vec<&str> =
        plan.steps.iter().filter(|step| step.purpose != Purpose::Prepare).map(|step| step.action.name()).collect();
    planned.sort_unstable();
    assert!(planned.iter().eq(CONTRACT.operations.keys()), "{planned:?}");
    let attempts = plan.steps.iter().filter(|step| step.purpose == Purpose::Attempt).map(|step| step.action.name());
    assert!(attempts.eq(plan.not_callable.keys()));
    assert_eq!(plan.steps.last().map(|step| step.action.name()), Some("user.delete"));
}

#[test]
fn arguments_are_positional_and_of_the_documented_types() {
    let plan = plan();
    let arguments = |operation: &str| match &plan.steps[place(&plan, operation)].action {
        Action::Call { arguments, .. } => arguments.clone(),
        Action::Fetch { fetch } => panic!("{fetch} is no call"),
    };
    let bucket = json!({ "$answer": "bucket.retrieveAll", "path": [{ "name": "production" }, "_id"] });
    assert_eq!(arguments("misc.retrievePlans"), Vec::<Value>::new());
    assert_eq!(arguments("data.issues.summary"), [bucket.clone(), json!("apps")]);
    assert_eq!(arguments("data.transactions.delete"), [bucket.clone(), json!("api"), json!("web-1")]);
    assert_eq!(
        arguments("data.issues.search"),
        [bucket.clone(), json!({ "includeFixed": true, "message": "Cannot read" }),]
    );
    // One name, two types: the value of the table serves the one that it fits.
    let histogram = arguments("data.metrics.retrieveHistogram");
    assert_eq!(histogram[1]["interval"], "minute");
    assert_eq!(arguments("bucket.webcheck.create")[1]["interval"], 60);
    // A field that the table takes out.
    assert_eq!(arguments("data.profiling.list")[1].get("type"), None);
}

#[test]
fn a_table_that_does_not_fit_is_refused() {
    let refusal = |change: &dyn Fn(&mut Table)| {
        let mut table = table();
        change(&mut table);
        Plan::new(&CONTRACT, &table).expect_err("a mistake")
    };
    assert_eq!(refusal(&|table| table.first.push("user.fly".into())), "plan.json: there is no operation `user.fly`");
    let own = json!({ "wings": 2 }).as_object().expect("an object").clone();
    assert_eq!(
        refusal(&|table| drop(table.arguments.insert("user.show".into(), own.clone()))),
        "plan.json: `user.show` has no `wings`"
    );
    let late = refusal(&|table| table.first.retain(|name| name != "tokens.create"));
    assert_eq!(late, "plan.json: `auth.retrieveToken` needs the answer of `tokens.create`, which is called later");
}

#[test]
fn an_answer_as_documented_passes() {
    let verdict = |operation: &str, answer| row(operation, answer).verdict;
    let bucket = json!([{ "_id": "a", "name": "production" }]);
    assert_eq!(verdict("bucket.retrieveAll", answered(200, bucket)), Verdict::Passed(Evidence::Full));
    assert_eq!(verdict("bucket.retrieveAll", answered(200, json!([]))), Verdict::Passed(Evidence::NothingInside));
    let created = answered(200, json!({ "_id": "a" }));
    assert_eq!(verdict("bucket.alert.create", created), Verdict::Passed(Evidence::NoShape));
    // The client rejects where it is sent elsewhere; this is what is documented of it, all the same.
    let elsewhere = Answer { status: Some(301), body: json!(""), ..Answer::default() };
    assert_eq!(verdict("auth.validEmail", elsewhere), Verdict::Passed(Evidence::Full));
    let file =
        Answer { content_type: Some("application/octet-stream".into()), ..answered(200, json!({ "nodes": [] })) };
    assert_eq!(verdict("data.profiling.download", file), Verdict::Passed(Evidence::Full));
}

#[test]
fn a_wrong_status_is_a_fault() {
    assert_eq!(fault("user.retrieve", answered(418, json!({}))), "the status is not documented");
    let refused = answered(409, json!({ "msg": "taken" }));
    assert_eq!(fault("user.update", refused), "the service refuses what is right: taken");
    let silent = Answer { error: Some("no answer came".into()), ..Answer::default() };
    assert_eq!(fault("user.update", silent), "no answer came");
}

#[test]
fn a_wrong_shape_is_a_fault_that_does_not_show_the_value() {
    let wrong = fault("auth.retrieveToken", answered(200, json!({ "access_token": { "secret": "s3cret" } })));
    assert!(wrong.starts_with("the body at `/access_token`: ") && !wrong.contains("s3cret"), "{wrong}");
    // Through references, into lists.
    let wrong = fault("bucket.retrieveAll", answered(200, json!([{ "name": "a" }, { "node": { "endpoints": 7 } }])));
    assert!(wrong.starts_with("the body at `/1/node/endpoints`: "), "{wrong}");
    let wrong = fault("bucket.retrieveAll", answered(200, json!({})));
    assert!(wrong.starts_with("the body at ``: "), "{wrong}");
    let text = Answer { content_type: Some("text/html; charset=utf-8".into()), ..answered(200, json!([])) };
    assert_eq!(fault("bucket.retrieveAll", text), "the media type is text/html; charset=utf-8, not application/json");
    assert_eq!(fault("bucket.alert.delete", answered(204, json!({ "a": 1 }))), "a body where there can be none");
    let nothing = Answer { content_type: Some("application/octet-stream".into()), ..answered(200, json!("")) };
    assert_eq!(fault("data.profiling.download", nothing), "the body is empty");
}

#[test]
fn no_operation_is_left_out() {
    let mut plan = plan();
    let rows = judge(&CONTRACT, &plan, &[of_client()]).expect("rows");
    assert!(rows.iter().all(|row| row.verdict.is_failed()), "without answers nothing passes");
    assert_eq!(find(&rows, "user.show").verdict, Verdict::Failed("it was not called".into()));

    let step = plan.steps.remove(place(&plan, "user.show"));
    let rows = judge(&CONTRACT, &plan, &[of_client()]).expect("rows");
    let neither = "it is neither called nor said to be not callable";
    assert_eq!(find(&rows, "user.show").verdict, Verdict::Failed(neither.into()));

    plan.steps.extend([step.clone(), step]);
    let rows = judge(&CONTRACT, &plan, &[of_client()]).expect("rows");
    assert_eq!(find(&rows, "user.show").verdict, Verdict::Failed("it is called more than once".into()));

    let more = Line::Operations(vec!["user.fly".into()]);
    let rows = judge(&CONTRACT, &plan, &[more]).expect("rows");
    let lacking = "the client has this operation, the spec lacks it";
    assert_eq!(find(&rows, "user.fly").verdict, Verdict::Failed(lacking.into()));
    judge(&CONTRACT, &plan, &[]).expect_err("the client's operations are missing");
}

#[test]
fn what_is_not_callable_is_tried() {
    let register = |answer| row("auth.register", answer).verdict;
    assert!(matches!(register(answered(405, json!({}))), Verdict::NotCallable(_)));
    assert!(matches!(register(Answer { error: Some("no".into()), ..Answer::default() }), Verdict::NotCallable(_)));
    let can = "it is said to be not callable, and can be called";
    assert_eq!(register(answered(200, json!({}))), Verdict::Failed(can.into()));
}

#[test]
fn a_preparation_that_fails_is_a_fault() {
    let plan = plan();
    let step = plan.steps.iter().position(|step| step.action.name() == "/mock/mails").expect("a step");
    let rows = |status| {
        let answer = Line::Answer(Answer { step, ..answered(status, json!([])) });
        let rows = judge(&CONTRACT, &plan, &[of_client(), answer]).expect("rows");
        rows.iter().filter(|row| row.operation == "/mock/mails").map(|row| row.verdict.is_failed()).collect::<Vec<_>>()
    };
    assert_eq!(rows(404), [true]);
    assert_eq!(rows(200), Vec::<bool>::new());
}

#[test]
fn a_call_counts_by_the_requests_that_were_sent() {
    let shown = || answered(200, json!({ "username": "ada" }));
    let own = ("GET", "/api/users/show/ada");
    for (requests, count) in
        [(&[own][..], 1), (&[("POST", "/api/oauth/token"), own, own], 2), (&[(own.0, "/api/users/show/ada/")], 1)]
    {
        let row = sent("user.show", shown(), requests);
        assert_eq!((row.requests, row.verdict), (count, Verdict::Passed(Evidence::Full)));
    }
    let others: [&[(&str, &str)]; 6] = [
        &[],
        &[("POST", "/api/users/show/ada")],
        &[("GET", "/api/users/show")],
        &[("GET", "/api/users/show/")],
        &[("GET", "/api/users/show/ada/b")],
        &[("GET", "/api/users/other/ada")],
    ];
    for requests in others {
        let row = sent("user.show", shown(), requests);
        let expected = Verdict::Failed("no request was sent to GET /api/users/show/{id}".into());
        assert_eq!((row.requests, row.verdict), (0, expected), "{requests:?}");
    }
    let elsewhere = sent("user.show", shown(), &[own, ("GET", "https://example.com/api/users/show/ada")]);
    let expected = "a request was sent to another server: GET https://example.com/api/users/show/ada";
    assert_eq!(elsewhere.verdict, Verdict::Failed(expected.into()));
}

#[test]
fn only_an_exact_version_of_the_client_is_taken() {
    let parse = |version: &[&str]| {
        let cli = Cli::try_parse_from(["cargo xtask", "conformance"].iter().chain(version))?;
        match cli.task {
            Task::Conformance { client_version, .. } => Ok(client_version.to_string()),
            other => panic!("{other:?}"),
        }
    };
    assert_eq!(parse(&[]).expect("a default"), "0.5.60");
    assert_eq!(parse(&["--client-version", "0.8.1"]).expect("a version"), "0.8.1");
    for wrong in
        ["", "latest", "0.8", "^0.8.1", "0.8.x", "v0.8.1", "0.8.1 --global", "../client", "https://example.com/a.tgz"]
    {
        let error: clap::Error = parse(&[&format!("--client-version={wrong}")]).expect_err("no version");
        assert!(error.to_string().contains("--client-version <VERSION>"), "{error}");
    }
}

#[test]
fn the_report_ends_with_the_sum() {
    let row = |operation: &str, status, requests, verdict| Row {
        operation: operation.into(),
        method: "GET".into(),
        status,
        requests,
        verdict,
    };
    let text = render(&[
        row("user.retrieve", Some(200), 2, Verdict::Passed(Evidence::Full)),
        row("user.show", None, 1, Verdict::Failed("no answer came".into())),
        row("user.swim", None, 0, Verdict::Failed("it was not called".into())),
        row("user.fly", Some(405), 1, Verdict::NotCallable("it has no wings".into())),
    ]);
    let expected = "\
OPERATION      METHOD  STATUS  VERDICT
user.retrieve  GET     200     passed
user.show      GET     -       FAILED: no answer came
user.swim      GET     -       FAILED: it was not called
not callable: user.fly (it has no wings)
called 2 with 3 requests, passed 1, not callable 1
";
    assert_eq!(text, expected);
}
