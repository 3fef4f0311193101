//! What a document that does not match costs: counted in allocations, so that no machine is too slow for it.

use std::sync::Arc;

use allocation_counter::{AllocationInfo, measure};
use axum::body::Body;
use http::{Request, StatusCode};
use pm2_api::{AnyToken, Client, Server, bucket, data, user};

use crate::client;
use crate::common::Ada;

const MEBIBYTE: usize = 1024 * 1024;

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime")
}

/// A list of that many bytes that begins with so many mismatches.
fn list(mismatches: usize, size: usize) -> String {
    let mut list = format!("[{}", r#"{"_id":1},"#.repeat(mismatches));
    let item = r#"{"_id":"65f0c0ffee","name":"a"},"#;
    list.push_str(&item.repeat((size - list.len()) / item.len()));
    list.pop();
    list.push(']');
    list
}

/// What one call takes, beside the body. The first call sets up what is set up once.
fn cost(client: &Client, is_ok: bool) -> AllocationInfo {
    let runtime = runtime();
    let call = || assert_eq!(runtime.block_on(async { client.bucket().retrieve_all().await.is_ok() }), is_ok);
    call();
    measure(call)
}

#[test]
fn mismatches_cost_as_much_as_they_are_long() {
    for mismatches in [0, 1, 100] {
        let small = cost(&client(list(mismatches, 200_000)), true);
        let large = cost(&client(list(mismatches, 800_000)), true);
        assert!(large.count_total < small.count_total * 9 / 2, "{small:?} {large:?}");
        assert!(large.bytes_max < small.bytes_max * 9 / 2, "{small:?} {large:?}");
    }
    // A hundred mismatches add what they are recorded with and nothing more.
    let without = cost(&client(list(0, 800_000)), true);
    let with = cost(&client(list(100, 800_000)), true);
    assert!(with.count_total < without.count_total + 1000, "{without:?} {with:?}");
    assert!(with.bytes_max < without.bytes_max + 100_000, "{without:?} {with:?}");
}

#[test]
fn a_list_of_nothing_but_mismatches_is_given_up_early() {
    for size in [2 * MEBIBYTE, 8 * MEBIBYTE] {
        let item = r#"{"_id":1},"#;
        let list = format!("[{}0]", item.repeat(size / item.len()));
        let cost = cost(&client(list), false);
        assert!(cost.count_total < 2000 && cost.bytes_max < 200_000, "{cost:?}");
    }
}

/// Has no method of its own.
struct Nobody;

impl bucket::alert::AlertServer<Ada> for Nobody {}
impl data::metrics::MetricsServer<Ada> for Nobody {}
impl user::UserServer<Ada> for Nobody {}

/// A part that matches costs what its type takes, whether the whole is rejected or not. All else is not kept.
#[test]
fn rejecting_a_body_takes_at_most_four_times_its_size() {
    let nobody = Arc::new(Nobody);
    let router = Server::new(AnyToken(Ada))
        .body_limit(8 * MEBIBYTE)
        .with(bucket::alert::endpoints(Arc::clone(&nobody)))
        .with(data::metrics::endpoints(Arc::clone(&nobody)))
        .with(user::endpoints(nobody))
        .into_router();
    let objects = r#"{"":0},"#.repeat(2 * MEBIBYTE / 7);
    let keys: String = (0..200_000).map(|number| format!(r#""{number}":0,"#)).collect();
    let bodies = [
        // Where nothing is documented.
        format!(r#"{{"a":[{objects}0]}}"#),
        format!(r#"{{"a":[{objects}0],"name":5}}"#),
        // In the place of a string, of a value of an enum, of a struct, and of a list of structs.
        format!(r#"{{"name":[{objects}0],"username":[{objects}0]}}"#),
        format!(r#"{{"type":[{objects}0]}}"#),
        format!(r#"{{"options":[{objects}0],"aggregations":"a"}}"#),
        format!(r#"{{"actions":[{}0],"aggregations":[{}0]}}"#, "0,".repeat(MEBIBYTE), "0,".repeat(MEBIBYTE)),
        // Many names, many duplicates, and no JSON.
        format!("{{{keys}\"name\":5}}"),
        format!(r#"{{{}"name":5}}"#, r#""name":5,"#.repeat(100_000)),
        format!(r#"{{"a":[{objects}"#),
    ];
    let runtime = runtime();
    for uri in ["/api/bucket/b/alerts", "/api/bucket/b/data/metrics/aggregations", "/api/users/update"] {
        for body in &bodies {
            let request = Request::post(uri).header("authorization", "Bearer t").body(Body::from(body.clone()));
            let (router, request) = (router.clone(), request.expect("a request"));
            let mut status = StatusCode::OK;
            let cost = measure(|| {
                let response = runtime.block_on(tower::ServiceExt::oneshot(router, request));
                status = response.expect("a router always responds").status();
            });
            assert!(status == StatusCode::BAD_REQUEST || status == StatusCode::NOT_IMPLEMENTED, "{status}");
            let start: String = body.chars().take(40).collect();
            assert!(cost.bytes_max < 4 * body.len() as u64, "{uri} {start}: {} of {}", cost.bytes_max, body.len());
        }
    }
}
