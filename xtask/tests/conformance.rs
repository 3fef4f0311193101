//! Tests the plan and the evaluation of `cargo xtask conformance` with invented responses instead of the client.

use std::path::Path;
use std::sync::LazyLock;

use clap::Parser;
use serde_json::{Value, json};
use xtask::cli::{Cli, Task};
use xtask::conformance::check::{Coverage, Line, Row, SentRequest, StepResult, Verdict, evaluate};
use xtask::conformance::contract::Contract;
use xtask::conformance::plan::{Action, CallPlan, PlanConfig, PlanStep, Purpose};
use xtask::conformance::render;

/// The contract of the real crate.
static CONTRACT: LazyLock<Contract> = LazyLock::new(|| {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("a package in a workspace");
    let routes = routegen::route_list::routes(&routegen::read(&root.join("spec")).expect("a valid spec"));
    let text = std::fs::read_to_string(root.join("generated/openapi.json")).expect("an OpenAPI document");
    Contract::new(&routes, serde_json::from_str(&text).expect("JSON")).expect("a document of this spec")
});

fn config() -> PlanConfig {
    PlanConfig::read().expect("a valid plan.json")
}

fn plan() -> CallPlan {
    CallPlan::new(&CONTRACT, &config()).expect("a plan")
}

/// Returns the row of an operation with this result and one request to the operation.
fn row(operation: &str, result: StepResult) -> Row {
    let route = &CONTRACT.operations[operation];
    row_with_requests(operation, result, &[(&route.method, &route.path)])
}

/// Returns the row of an operation with this result and these requests.
fn row_with_requests(operation: &str, result: StepResult, requests: &[(&str, &str)]) -> Row {
    let plan = plan();
    let requests = requests.iter().map(|(method, path)| SentRequest { method: (*method).into(), path: (*path).into() });
    let result = StepResult { step: index(&plan, operation), requests: requests.collect(), ..result };
    let lines = [operations_of_client(), Line::Result(result)];
    find(&evaluate(&CONTRACT, &plan, &lines).expect("rows"), operation)
}

fn operations_of_client() -> Line {
    Line::Operations(CONTRACT.operations.keys().cloned().collect())
}

fn index(plan: &CallPlan, operation: &str) -> usize {
    let is_it = |step: &PlanStep| step.purpose != Purpose::Setup && step.action.name() == operation;
    plan.steps.iter().position(is_it).expect("a step")
}

fn find(rows: &[Row], operation: &str) -> Row {
    rows.iter().find(|row| row.operation == operation).expect("a row").clone()
}

fn response(status: u16, body: Value) -> StepResult {
    StepResult { status: Some(status), content_type: Some("application/json".into()), body, ..StepResult::default() }
}

fn failure(operation: &str, result: StepResult) -> String {
    match row(operation, result).verdict {
        Verdict::Failed(why) => why,
        other => panic!("{other:?}"),
    }
}

#[test]
fn the_plan_has_each_operation_once() {
    let plan = plan();
    assert_eq!(CONTRACT.operations.len(), 158);
    let mut planned: Vec<&str> =
        plan.steps.iter().filter(|step| step.purpose != Purpose::Setup).map(|step| step.action.name()).collect();
    planned.sort_unstable();
    assert!(planned.iter().eq(CONTRACT.operations.keys()), "{planned:?}");
    let attempts =
        plan.steps.iter().filter(|step| step.purpose == Purpose::ExpectFailure).map(|step| step.action.name());
    assert!(attempts.eq(plan.not_callable.keys()));
    assert_eq!(plan.steps.last().map(|step| step.action.name()), Some("user.delete"));
}

#[test]
fn arguments_are_positional_and_of_the_documented_types() {
    let plan = plan();
    let arguments = |operation: &str| match &plan.steps[index(&plan, operation)].action {
        Action::Call { arguments, .. } => arguments.clone(),
        Action::Fetch { fetch } => panic!("{fetch} is no call"),
    };
    let bucket = json!({ "$response": "bucket.retrieveAll", "path": [{ "name": "production" }, "_id"] });
    assert_eq!(arguments("misc.retrievePlans"), Vec::<Value>::new());
    assert_eq!(arguments("data.issues.summary"), [bucket.clone(), json!("apps")]);
    assert_eq!(arguments("data.transactions.delete"), [bucket.clone(), json!("api"), json!("web-1")]);
    assert_eq!(
        arguments("data.issues.search"),
        [bucket.clone(), json!({ "includeFixed": true, "message": "Cannot read" }),]
    );
    // The value of the config is used for the parameter whose type it matches.
    let histogram = arguments("data.metrics.retrieveHistogram");
    assert_eq!(histogram[1]["interval"], "minute");
    assert_eq!(arguments("bucket.webcheck.create")[1]["interval"], 60);
    // A field that the config removes.
    assert_eq!(arguments("data.profiling.list")[1].get("type"), None);
}

#[test]
fn an_invalid_config_is_rejected() {
    let rejection = |change: &dyn Fn(&mut PlanConfig)| {
        let mut config = config();
        change(&mut config);
        CallPlan::new(&CONTRACT, &config).expect_err("an error")
    };
    assert_eq!(rejection(&|config| config.first.push("user.fly".into())), "plan.json: unknown operation `user.fly`");
    let own = json!({ "wings": 2 }).as_object().expect("an object").clone();
    assert_eq!(
        rejection(&|config| drop(config.arguments.insert("user.show".into(), own.clone()))),
        "plan.json: `user.show` has no argument `wings`"
    );
    let late = rejection(&|config| config.first.retain(|name| name != "tokens.create"));
    assert_eq!(late, "plan.json: `auth.retrieveToken` requires the response of `tokens.create`, which is called later");
}

#[test]
fn a_matching_response_passes() {
    let verdict = |operation: &str, result| row(operation, result).verdict;
    let bucket = json!([{ "_id": "a", "name": "production" }]);
    assert_eq!(verdict("bucket.retrieveAll", response(200, bucket)), Verdict::Passed(Coverage::Full));
    assert_eq!(verdict("bucket.retrieveAll", response(200, json!([]))), Verdict::Passed(Coverage::Empty));
    let created = response(200, json!({ "_id": "a" }));
    assert_eq!(verdict("bucket.alert.create", created), Verdict::Passed(Coverage::NoSchema));
    assert_eq!(verdict("user.otp.enable", response(200, json!(""))), Verdict::Passed(Coverage::Full));
    // The client rejects a redirect, but it is documented.
    let elsewhere = StepResult { status: Some(301), body: json!(""), ..StepResult::default() };
    assert_eq!(verdict("auth.validEmail", elsewhere), Verdict::Passed(Coverage::Full));
    let file =
        StepResult { content_type: Some("application/octet-stream".into()), ..response(200, json!({ "nodes": [] })) };
    assert_eq!(verdict("data.profiling.download", file), Verdict::Passed(Coverage::Full));
}

#[test]
fn a_wrong_status_fails() {
    assert_eq!(failure("user.retrieve", response(418, json!({}))), "undocumented status");
    let rejected = response(409, json!({ "msg": "taken" }));
    assert_eq!(failure("user.update", rejected), "valid request rejected: taken");
    let silent = StepResult { error: Some("no response".into()), ..StepResult::default() };
    assert_eq!(failure("user.update", silent), "no response");
}

#[test]
fn a_wrong_shape_fails_without_showing_the_value() {
    let wrong = failure("auth.retrieveToken", response(200, json!({ "access_token": { "secret": "s3cret" } })));
    assert!(wrong.starts_with("body at `/access_token`: ") && !wrong.contains("s3cret"), "{wrong}");
    // In references and arrays.
    let wrong = failure("bucket.retrieveAll", response(200, json!([{ "name": "a" }, { "type": { "s": 7 } }])));
    assert!(wrong.starts_with("body at `/1/type`: "), "{wrong}");
    let wrong = failure("bucket.retrieveAll", response(200, json!({})));
    assert!(wrong.starts_with("body at ``: "), "{wrong}");
    let text = StepResult { content_type: Some("text/html; charset=utf-8".into()), ..response(200, json!([])) };
    assert_eq!(
        failure("bucket.retrieveAll", text),
        "expected the media type application/json, found text/html; charset=utf-8"
    );
    assert_eq!(failure("bucket.alert.delete", response(204, json!({ "a": 1 }))), "unexpected body");
    assert_eq!(failure("user.otp.enable", response(200, json!({ "a": 1 }))), "unexpected body");
    let nothing = StepResult { content_type: Some("application/octet-stream".into()), ..response(200, json!("")) };
    assert_eq!(failure("data.profiling.download", nothing), "missing body");
}

#[test]
fn every_operation_has_a_row() {
    let mut plan = plan();
    let rows = evaluate(&CONTRACT, &plan, &[operations_of_client()]).expect("rows");
    assert!(rows.iter().all(|row| row.verdict.is_failed()), "nothing passes without results");
    assert_eq!(find(&rows, "user.show").verdict, Verdict::Failed("not called".into()));

    let step = plan.steps.remove(index(&plan, "user.show"));
    let rows = evaluate(&CONTRACT, &plan, &[operations_of_client()]).expect("rows");
    let neither = "neither called nor listed as not callable";
    assert_eq!(find(&rows, "user.show").verdict, Verdict::Failed(neither.into()));

    plan.steps.extend([step.clone(), step]);
    let rows = evaluate(&CONTRACT, &plan, &[operations_of_client()]).expect("rows");
    assert_eq!(find(&rows, "user.show").verdict, Verdict::Failed("called more than once".into()));

    let more = Line::Operations(vec!["user.fly".into()]);
    let rows = evaluate(&CONTRACT, &plan, &[more]).expect("rows");
    let lacking = "the client has this operation, but the spec does not";
    assert_eq!(find(&rows, "user.fly").verdict, Verdict::Failed(lacking.into()));
    evaluate(&CONTRACT, &plan, &[]).expect_err("the client's operations are missing");
}

#[test]
fn operations_that_are_not_callable_are_called() {
    let register = |result| row("auth.register", result).verdict;
    assert!(matches!(register(response(405, json!({}))), Verdict::NotCallable(_)));
    assert!(matches!(
        register(StepResult { error: Some("no".into()), ..StepResult::default() }),
        Verdict::NotCallable(_)
    ));
    let can = "listed as not callable, but the call succeeded";
    assert_eq!(register(response(200, json!({}))), Verdict::Failed(can.into()));
}

#[test]
fn a_failed_setup_step_has_a_row() {
    let plan = plan();
    let step = plan.steps.iter().position(|step| step.action.name() == "/mock/mails").expect("a step");
    let rows = |status| {
        let result = Line::Result(StepResult { step, ..response(status, json!([])) });
        let rows = evaluate(&CONTRACT, &plan, &[operations_of_client(), result]).expect("rows");
        rows.iter().filter(|row| row.operation == "/mock/mails").map(|row| row.verdict.is_failed()).collect::<Vec<_>>()
    };
    assert_eq!(rows(404), [true]);
    assert_eq!(rows(200), Vec::<bool>::new());
}

#[test]
fn an_operation_counts_as_called_by_its_requests() {
    let shown = || response(200, json!({ "username": "ada" }));
    let own = ("GET", "/api/users/show/ada");
    for (requests, count) in
        [(&[own][..], 1), (&[("POST", "/api/oauth/token"), own, own], 2), (&[(own.0, "/api/users/show/ada/")], 1)]
    {
        let row = row_with_requests("user.show", shown(), requests);
        assert_eq!((row.requests, row.verdict), (count, Verdict::Passed(Coverage::Full)));
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
        let row = row_with_requests("user.show", shown(), requests);
        let expected = Verdict::Failed("no request to GET /api/users/show/{id}".into());
        assert_eq!((row.requests, row.verdict), (0, expected), "{requests:?}");
    }
    let elsewhere = row_with_requests("user.show", shown(), &[own, ("GET", "https://example.com/api/users/show/ada")]);
    let expected = "a request to another server: GET https://example.com/api/users/show/ada";
    assert_eq!(elsewhere.verdict, Verdict::Failed(expected.into()));
}

#[test]
fn only_an_exact_version_of_the_client_is_accepted() {
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
        let error: clap::Error = parse(&[&format!("--client-version={wrong}")]).expect_err("an invalid version");
        assert!(error.to_string().contains("--client-version <VERSION>"), "{error}");
    }
}

#[test]
fn the_report_ends_with_totals() {
    let row = |operation: &str, status, requests, verdict| Row {
        operation: operation.into(),
        method: "GET".into(),
        status,
        requests,
        verdict,
    };
    let text = render(&[
        row("user.retrieve", Some(200), 2, Verdict::Passed(Coverage::Full)),
        row("user.show", None, 1, Verdict::Failed("no response".into())),
        row("user.swim", None, 0, Verdict::Failed("not called".into())),
        row("user.fly", Some(405), 1, Verdict::NotCallable("it has no wings".into())),
    ]);
    let expected = "\
OPERATION      METHOD  STATUS  VERDICT
user.retrieve  GET     200     passed
user.show      GET     -       FAILED: no response
user.swim      GET     -       FAILED: not called
not callable: user.fly (it has no wings)
called 2 with 3 requests, passed 1, not callable 1
";
    assert_eq!(text, expected);
}
