//! The routes of a bucket go to the node that the bucket names.

use std::error::Error as _;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use http::StatusCode;
use pm2_api::{CallErrorKind, Client, Error, Service};
use serde_json::{Value, json};
use tokio::task::JoinSet;

use super::account::{Account, BUCKET, BUCKET_ROUTE, ROLE_ROUTE, access_token, chain};
use super::server::{Answer, Gate, Reply, Server, nobody};

fn bucket(url: impl Into<Value>) -> Answer {
    Answer::json(200, json!({ "node": { "endpoints": { "web": url.into() } } }))
}

/// A node that answers always the same.
async fn node(status: u16) -> Server {
    Server::start(move |_| Answer::json(status, json!({ "msg": "node" })).into()).await
}

/// An API that answers the question for the node as told, with the number of questions before.
async fn api(answer: impl Fn(usize) -> Reply + Send + Sync + 'static) -> Server {
    let asked = AtomicUsize::new(0);
    Server::start(move |seen| match seen.route == BUCKET_ROUTE {
        true => answer(asked.fetch_add(1, Ordering::SeqCst)),
        false => Answer::json(200, json!({ "msg": "api" })).into(),
    })
    .await
}

fn client(api: &Server) -> Client {
    let builder = Client::builder().base_url(Service::Api, api.url()).access_token("mine");
    builder.retries(0).build().expect("sound settings")
}

#[tokio::test]
async fn a_node_is_asked_for_once_for_each_bucket() {
    let node = node(200).await;
    let url = node.url() + "/below/";
    let api = Server::start(move |_| bucket(url.clone()).into()).await;
    let client = client(&api);
    for id in [BUCKET, "other/id", BUCKET, "other/id"] {
        client.bucket().current_role(id).await.expect("an answer");
    }
    let asked: Vec<_> = api.seen().into_iter().map(|seen| seen.route).collect();
    assert_eq!(asked, [BUCKET_ROUTE, "GET /api/bucket/other%2Fid"]);
    assert!(api.seen().iter().chain(&node.seen()).all(|seen| seen.token() == Some("mine")));
    assert_eq!(node.count(&ROLE_ROUTE.replace("/api", "/below/api")), 2);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_question_serves_a_hundred_calls() {
    let (node, gate) = (node(200).await, Gate::closed());
    let (url, held_back) = (node.url(), gate.clone());
    let api = api(move |_| Reply::Gated(held_back.clone(), Box::new(bucket(url.clone()).into()))).await;
    let client = client(&api);
    let mut calls = JoinSet::new();
    for _ in 0..100 {
        let client = client.clone();
        calls.spawn(async move { client.bucket().current_role(BUCKET).await.map(|_| ()) });
    }
    api.has_seen(1).await;
    gate.open();
    for call in calls.join_all().await {
        call.expect("an answer");
    }
    assert_eq!((api.count(BUCKET_ROUTE), node.count(ROLE_ROUTE)), (1, 100));
}

#[tokio::test]
async fn a_node_that_was_not_found_is_asked_for_again() {
    let node = Arc::new(node(200).await);
    for status in [404, 500, 503] {
        let url = node.url();
        let api = api(move |asked| match asked {
            0 => Answer::json(status, json!({ "msg": "no such bucket" })).into(),
            _ => bucket(url.clone()).into(),
        })
        .await;
        let client = client(&api);
        let error = client.bucket().current_role(BUCKET).await.expect_err("no node");
        let Error::Call(call) = &error else { panic!("{error}") };
        assert_eq!(call.kind(), CallErrorKind::BaseUrl);
        // The status is that of `bucket.retrieve`, not of the call: only the source has it.
        assert!(error.status().is_none() && error.response().is_none(), "{error:?}");
        let source = error.source().and_then(|source| source.downcast_ref::<Error>()).expect("an error of the client");
        assert_eq!(source.operation().id(), "bucket.retrieve");
        assert_eq!(source.status().map(|status| status.as_u16()), Some(status));
        assert_eq!(source.response().and_then(|reply| reply.message()), Some("no such bucket"));
        assert_eq!(error.is_retryable(), status == 503);
        let expected = format!("bucket.retrieve (GET /api/bucket/{BUCKET}) answered {status}");
        assert!(chain(&error).contains(&expected) && chain(&error).contains("no such bucket"), "{}", chain(&error));
        client.bucket().current_role(BUCKET).await.expect("an answer");
        client.bucket().current_role(BUCKET).await.expect("an answer");
        assert_eq!(api.count(BUCKET_ROUTE), 2);
    }
}

#[tokio::test]
async fn a_node_that_fails_is_forgotten() {
    let good = node(200).await;
    let mut bad = vec![nobody()];
    let mut failing = Vec::new();
    for status in [502, 503, 504] {
        failing.push(node(status).await);
    }
    bad.extend(failing.iter().map(Server::url));
    for bad in bad {
        let good = good.url();
        let api = api(move |asked| bucket(if asked == 0 { bad.clone() } else { good.clone() }).into()).await;
        let client = client(&api);
        client.bucket().current_role(BUCKET).await.expect_err("a node that fails");
        client.bucket().current_role(BUCKET).await.expect("the next node");
        client.bucket().current_role(BUCKET).await.expect("the next node");
        assert_eq!(api.count(BUCKET_ROUTE), 2);
    }
}

#[tokio::test]
async fn a_node_that_answers_is_kept() {
    for status in [400, 404, 429, 500] {
        let node = node(status).await;
        let url = node.url();
        let api = api(move |_| bucket(url.clone()).into()).await;
        let client = client(&api);
        for _ in 0..2 {
            let error = client.bucket().current_role(BUCKET).await.expect_err("the node refuses");
            assert_eq!(error.status().map(|status| status.as_u16()), Some(status));
        }
        assert_eq!((api.count(BUCKET_ROUTE), node.count(ROLE_ROUTE)), (1, 2));
    }
}

#[tokio::test]
async fn a_repetition_goes_to_the_next_node() {
    let (bad, good) = (node(503).await, node(200).await);
    let urls = [bad.url(), good.url()];
    let api = api(move |asked| bucket(urls[asked.min(1)].clone()).into()).await;
    let builder = Client::builder().base_url(Service::Api, api.url()).access_token("mine").retries(1);
    builder.build().expect("sound settings").bucket().current_role(BUCKET).await.expect("an answer");
    assert_eq!((bad.seen().len(), good.seen().len(), api.seen().len()), (1, 1, 2));
}

#[tokio::test]
async fn a_token_that_is_refused_with_the_question_is_renewed() {
    let account = Account::open().await;
    let client = account.client();
    client.user().retrieve().await.expect("an answer");
    account.revoke();
    client.bucket().current_role(BUCKET).await.expect("an answer");
    assert_eq!((account.token_requests(), account.count(BUCKET_ROUTE)), (2, 2));
    let tokens: Vec<_> = account.seen().into_iter().filter(|seen| seen.route == BUCKET_ROUTE).collect();
    assert_eq!(tokens[1].token(), Some(&*access_token(2)));
}

#[tokio::test]
async fn nodes_can_be_switched_off_or_set() {
    let (node, api) = (node(200).await, api(|_| panic!("nobody asks")).await);
    let builder = || Client::builder().base_url(Service::Api, api.url()).access_token("mine");
    let off = builder().resolve_base_urls(false).build().expect("sound settings");
    off.bucket().current_role(BUCKET).await.expect("an answer");
    assert_eq!((api.count(ROLE_ROUTE), off.base_url(Service::Node)), (1, &*api.url()));
    let set = builder().base_url(Service::Node, node.url()).build().expect("sound settings");
    set.bucket().current_role(BUCKET).await.expect("an answer");
    assert_eq!((node.count(ROLE_ROUTE), api.count(BUCKET_ROUTE)), (1, 0));
}

#[tokio::test]
async fn an_answer_without_a_node_names_the_field_and_who_answered() {
    let bodies = [
        (json!({}), "missing"),
        (json!({ "node": "5d" }), "missing"),
        (json!({ "node": { "endpoints": { "web": null } } }), "missing"),
        (json!({ "node": { "endpoints": { "web": 7 } } }), "not text"),
        (json!({ "node": { "endpoints": { "web": "" } } }), "empty"),
        (json!({ "node": { "endpoints": { "web": "not a URL" } } }), "must be a URL"),
        (json!({ "node": { "endpoints": { "web": "ftp://127.0.0.1" } } }), "must start with `http://`"),
        (json!([]), "missing"),
        (json!(null), "missing"),
    ];
    for (body, why) in bodies {
        let answered = body.clone();
        let api = api(move |_| Answer::json(200, answered.clone()).into()).await;
        let error = client(&api).bucket().current_role(BUCKET).await.expect_err("no node");
        let chain = chain(&error);
        assert!(chain.starts_with("bucket.currentRole (GET /api/bucket/"), "{chain}");
        assert!(chain.contains("`node.endpoints.web` in the answer of `bucket.retrieve`"), "{body}: {chain}");
        assert!(chain.contains(why), "{body}: {chain}");
        assert_eq!(api.seen().len(), 1);
    }
    let api = api(|_| Answer::text(200, "<html>").into()).await;
    let error = client(&api).bucket().current_role(BUCKET).await.expect_err("no node");
    assert!(chain(&error).contains("is not JSON"), "{}", chain(&error));
}

#[tokio::test]
async fn a_host_that_is_not_the_services_own_is_sent_nothing_unless_it_is_allowed() {
    let node = node(200).await;
    let url = node.url_at("localhost");
    let api = api(move |_| bucket(url.clone()).into()).await;
    let error = client(&api).bucket().current_role(BUCKET).await.expect_err("another host");
    let text = chain(&error);
    assert!(text.contains("the host `localhost` is not one of the service's own"), "{text}");
    assert!(text.contains("`ClientBuilder::allow_host` allows it"), "{text}");
    assert_eq!((node.seen().len(), error.status()), (0, None::<StatusCode>));
    let builder = Client::builder().base_url(Service::Api, api.url()).access_token("mine").allow_host("LOCALHOST");
    builder.build().expect("sound settings").bucket().current_role(BUCKET).await.expect("an answer");
    assert_eq!(node.count(ROLE_ROUTE), 1);
}
