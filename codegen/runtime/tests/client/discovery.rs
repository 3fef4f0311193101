//! Operations of a branch are sent to the base URL that another operation returns.

use std::error::Error as _;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use http::StatusCode;
use routegen_runtime::client::{Error, ErrorKind};
use serde_json::{Value, json};
use tokio::task::JoinSet;

use crate::api::{Client, Service};
use crate::error_chain;
use crate::scripted_server::{Action, Gate, ScriptedResponse, ScriptedServer, unreachable_url};
use crate::token_service::{BRANCH, BRANCH_ROUTE, HOURS_ROUTE, TokenService, access_token};

/// Returns the response of a discovery.
fn discovered(url: impl Into<Value>) -> ScriptedResponse {
    ScriptedResponse::json(200, json!({ "branch": { "addresses": { "web": url.into() } } }))
}

/// Starts a branch that always responds with this status.
async fn start_branch(status: u16) -> ScriptedServer {
    ScriptedServer::with_requests(move |_| ScriptedResponse::json(status, json!({ "message": "branch" })).into()).await
}

/// Starts the main service. The script gets the number of discoveries so far.
async fn start_main(script: impl Fn(usize) -> Action + Send + Sync + 'static) -> ScriptedServer {
    let discoveries = AtomicUsize::new(0);
    ScriptedServer::with_requests(move |request| match request.route == BRANCH_ROUTE {
        true => script(discoveries.fetch_add(1, Ordering::SeqCst)),
        false => ScriptedResponse::json(200, json!({ "message": "main" })).into(),
    })
    .await
}

fn client(main: &ScriptedServer) -> Client {
    let builder = Client::builder().base_url(Service::Main, main.url()).access_token("mine");
    builder.retries(0).build().expect("valid settings")
}

#[tokio::test]
async fn the_base_url_of_each_branch_is_discovered_once() {
    let branch = start_branch(200).await;
    let url = branch.url() + "/below/";
    let main = ScriptedServer::with_requests(move |_| discovered(url.clone()).into()).await;
    let client = client(&main);
    for id in [BRANCH, "other/id", BRANCH, "other/id"] {
        client.branches().hours(id).await.expect("a response");
    }
    let routes: Vec<_> = main.requests().into_iter().map(|request| request.route).collect();
    assert_eq!(routes, [BRANCH_ROUTE, "GET /branches/other%2Fid"]);
    assert!(main.requests().iter().chain(&branch.requests()).all(|request| request.token() == Some("mine")));
    assert_eq!(branch.count(&HOURS_ROUTE.replace("/branches", "/below/branches")), 2);
}

#[tokio::test]
async fn a_client_with_another_token_shares_base_urls_but_no_failed_discovery() {
    let branch = start_branch(200).await;
    let url = branch.url();
    let main = ScriptedServer::with_requests(move |request| match request.token() {
        Some("mine") => discovered(url.clone()).into(),
        _ => ScriptedResponse::json(403, json!({ "message": "not yours" })).into(),
    })
    .await;
    let mine = client(&main);
    let theirs = mine.with_access_token("theirs");
    assert_eq!(theirs.branches().hours(BRANCH).await.expect_err("no access").kind(), ErrorKind::BaseUrl);
    mine.branches().hours(BRANCH).await.expect("a response");
    theirs.branches().hours(BRANCH).await.expect("a response");
    let invalid = mine.with_access_token("the\nirs").branches().hours(BRANCH).await.expect_err("an invalid token");
    assert!(invalid.kind() == ErrorKind::Token && !format!("{invalid:?}").contains("irs"), "{invalid:?}");
    let tokens = |server: &ScriptedServer| -> Vec<_> {
        server.requests().iter().map(|request| request.token().map(str::to_owned)).collect()
    };
    assert_eq!(tokens(&main), [Some("theirs".to_owned()), Some("mine".to_owned())]);
    assert_eq!(tokens(&branch), [Some("mine".to_owned()), Some("theirs".to_owned())]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_discovery_serves_a_hundred_calls() {
    let (branch, gate) = (start_branch(200).await, Gate::closed());
    let (url, held_back) = (branch.url(), gate.clone());
    let main = start_main(move |_| Action::After(held_back.clone(), Box::new(discovered(url.clone()).into()))).await;
    let client = client(&main);
    let mut calls = JoinSet::new();
    for _ in 0..100 {
        let client = client.clone();
        calls.spawn(async move { client.branches().hours(BRANCH).await.map(|_| ()) });
    }
    main.has_received(1).await;
    gate.open();
    for call in calls.join_all().await {
        call.expect("a response");
    }
    assert_eq!((main.count(BRANCH_ROUTE), branch.count(HOURS_ROUTE)), (1, 100));
}

#[tokio::test]
async fn a_failed_discovery_is_repeated_by_the_next_call() {
    let branch = Arc::new(start_branch(200).await);
    for status in [404, 500, 503] {
        let url = branch.url();
        let main = start_main(move |discoveries| match discoveries {
            0 => ScriptedResponse::json(status, json!({ "message": "no such branch" })).into(),
            _ => discovered(url.clone()).into(),
        })
        .await;
        let client = client(&main);
        let error = client.branches().hours(BRANCH).await.expect_err("no base URL");
        assert_eq!(error.kind(), ErrorKind::BaseUrl);
        // The status is that of `branches.find`, so only the source has it.
        assert!(error.status().is_none() && error.response().is_none(), "{error:?}");
        let source = error.source().and_then(|source| source.downcast_ref::<Error>()).expect("an error of a call");
        assert_eq!(source.operation().id(), "branches.find");
        assert_eq!(source.status().map(|status| status.as_u16()), Some(status));
        assert_eq!(source.response().and_then(|response| response.message()), Some("no such branch"));
        assert_eq!(error.is_retryable(), status == 503);
        let expected = format!("branches.find (GET /branches/{BRANCH}) returned {status}");
        assert!(
            error_chain(&error).contains(&expected) && error_chain(&error).contains("no such branch"),
            "{}",
            error_chain(&error)
        );
        client.branches().hours(BRANCH).await.expect("a response");
        client.branches().hours(BRANCH).await.expect("a response");
        assert_eq!(main.count(BRANCH_ROUTE), 2);
    }
}

#[tokio::test]
async fn the_base_url_of_a_branch_that_fails_is_forgotten() {
    let good = start_branch(200).await;
    let mut bad_urls = vec![unreachable_url()];
    let mut failing = Vec::new();
    for status in [502, 503, 504] {
        failing.push(start_branch(status).await);
    }
    bad_urls.extend(failing.iter().map(ScriptedServer::url));
    for bad in bad_urls {
        let good = good.url();
        let main =
            start_main(move |discoveries| discovered(if discoveries == 0 { bad.clone() } else { good.clone() }).into())
                .await;
        let client = client(&main);
        client.branches().hours(BRANCH).await.expect_err("a branch that fails");
        client.branches().hours(BRANCH).await.expect("the next branch");
        client.branches().hours(BRANCH).await.expect("the next branch");
        assert_eq!(main.count(BRANCH_ROUTE), 2);
    }
}

#[tokio::test]
async fn the_base_url_of_a_branch_that_responds_is_kept() {
    for status in [400, 404, 429, 500] {
        let branch = start_branch(status).await;
        let url = branch.url();
        let main = start_main(move |_| discovered(url.clone()).into()).await;
        let client = client(&main);
        for _ in 0..2 {
            let error = client.branches().hours(BRANCH).await.expect_err("an error response");
            assert_eq!(error.status().map(|status| status.as_u16()), Some(status));
        }
        assert_eq!((main.count(BRANCH_ROUTE), branch.count(HOURS_ROUTE)), (1, 2));
    }
}

#[tokio::test]
async fn a_retry_uses_the_base_url_of_a_new_discovery() {
    let (bad, good) = (start_branch(503).await, start_branch(200).await);
    let urls = [bad.url(), good.url()];
    let main = start_main(move |discoveries| discovered(urls[discoveries.min(1)].clone()).into()).await;
    let builder = Client::builder().base_url(Service::Main, main.url()).access_token("mine").retries(1);
    builder.build().expect("valid settings").branches().hours(BRANCH).await.expect("a response");
    assert_eq!((bad.requests().len(), good.requests().len(), main.requests().len()), (1, 1, 2));
}

#[tokio::test]
async fn a_token_that_is_rejected_by_the_discovery_is_refreshed() {
    let service = TokenService::start().await;
    let client = service.client();
    client.members().me().await.expect("a response");
    service.revoke();
    client.branches().hours(BRANCH).await.expect("a response");
    assert_eq!((service.token_requests(), service.count(BRANCH_ROUTE)), (2, 2));
    let discoveries: Vec<_> = service.requests().into_iter().filter(|request| request.route == BRANCH_ROUTE).collect();
    assert_eq!(discoveries[1].token(), Some(&*access_token(2)));
}

#[tokio::test]
async fn discovery_can_be_disabled_or_replaced_by_a_fixed_base_url() {
    let (branch, main) = (start_branch(200).await, start_main(|_| panic!("no discovery")).await);
    let builder = || Client::builder().base_url(Service::Main, main.url()).access_token("mine");
    let off = builder().discover_base_urls(false).build().expect("valid settings");
    off.branches().hours(BRANCH).await.expect("a response");
    assert_eq!((main.count(HOURS_ROUTE), off.base_url(Service::Branch)), (1, &*main.url()));
    let set = builder().base_url(Service::Branch, branch.url()).build().expect("valid settings");
    set.branches().hours(BRANCH).await.expect("a response");
    assert_eq!((branch.count(HOURS_ROUTE), main.count(BRANCH_ROUTE)), (1, 0));
}

#[tokio::test]
async fn a_discovery_without_a_base_url_names_the_field_and_the_operation() {
    let bodies = [
        (json!({}), "missing"),
        (json!({ "branch": "5d" }), "missing"),
        (json!({ "branch": { "addresses": { "web": null } } }), "missing"),
        (json!({ "branch": { "addresses": { "web": 7 } } }), "not a string"),
        (json!({ "branch": { "addresses": { "web": "" } } }), "empty"),
        (json!({ "branch": { "addresses": { "web": "not a URL" } } }), "must be a URL"),
        (json!({ "branch": { "addresses": { "web": "ftp://127.0.0.1" } } }), "must start with `http://`"),
        (json!([]), "missing"),
        (json!(null), "missing"),
    ];
    for (body, why) in bodies {
        let returned = body.clone();
        let main = start_main(move |_| ScriptedResponse::json(200, returned.clone()).into()).await;
        let error = client(&main).branches().hours(BRANCH).await.expect_err("no base URL");
        let chain = error_chain(&error);
        assert!(chain.starts_with("branches.openingHours (GET /branches/"), "{chain}");
        assert!(chain.contains("`branch.addresses.web` in the response of `branches.find`"), "{body}: {chain}");
        assert!(chain.contains(why), "{body}: {chain}");
        assert_eq!(main.requests().len(), 1);
    }
    let main = start_main(|_| ScriptedResponse::text(200, "<html>").into()).await;
    let error = client(&main).branches().hours(BRANCH).await.expect_err("no base URL");
    assert!(error_chain(&error).contains("is not JSON"), "{}", error_chain(&error));
}

#[tokio::test]
async fn another_host_receives_no_request_unless_it_is_allowed() {
    let branch = start_branch(200).await;
    let url = branch.url_with_host("localhost");
    let main = start_main(move |_| discovered(url.clone()).into()).await;
    let error = client(&main).branches().hours(BRANCH).await.expect_err("another host");
    let text = error_chain(&error);
    assert!(text.contains("the host `localhost` is outside of the service's domain"), "{text}");
    assert!(text.contains("`ClientBuilder::allow_host` allows it"), "{text}");
    assert_eq!((branch.requests().len(), error.status()), (0, None::<StatusCode>));
    let builder = Client::builder().base_url(Service::Main, main.url()).access_token("mine").allow_host("LOCALHOST");
    builder.build().expect("valid settings").branches().hours(BRANCH).await.expect("a response");
    assert_eq!(branch.count(HOURS_ROUTE), 1);
}
