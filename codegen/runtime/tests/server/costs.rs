//! The memory that mismatches and invalid bodies take, measured in allocations, which do not depend on the machine.

use std::sync::Arc;

use allocation_counter::{AllocationInfo, measure};
use axum::body::Body;
use http::{Request, StatusCode};
use routegen_runtime::server::{AnyToken, Server};

use crate::api::{self, Client};
use crate::fixed_response::client;
use crate::{Ada, Unimplemented};

const MEBIBYTE: usize = 1024 * 1024;

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime")
}

/// Returns an array of that many bytes that starts with that many mismatches.
fn array(mismatches: usize, size: usize) -> String {
    let mut array = format!("[{}", r#"{"_id":1},"#.repeat(mismatches));
    let item = r#"{"_id":"65f0c0ffee","title":"a"},"#;
    array.push_str(&item.repeat((size - array.len()) / item.len()));
    array.pop();
    array.push(']');
    array
}

/// Returns the memory that a call takes in addition to the body. The call before it initializes what is shared.
fn cost(client: &Client, is_ok: bool) -> AllocationInfo {
    let runtime = runtime();
    let call = || assert_eq!(runtime.block_on(async { client.books().list().await.is_ok() }), is_ok);
    call();
    measure(call)
}

#[test]
fn the_cost_of_a_response_with_mismatches_is_linear() {
    for mismatches in [0, 1, 100] {
        let small = cost(&client(array(mismatches, 200_000)), true);
        let large = cost(&client(array(mismatches, 800_000)), true);
        assert!(large.count_total < small.count_total * 9 / 2, "{small:?} {large:?}");
        assert!(large.bytes_max < small.bytes_max * 9 / 2, "{small:?} {large:?}");
    }
    // A hundred mismatches only add what records them.
    let without = cost(&client(array(0, 800_000)), true);
    let with = cost(&client(array(100, 800_000)), true);
    assert!(with.count_total < without.count_total + 1000, "{without:?} {with:?}");
    assert!(with.bytes_max < without.bytes_max + 100_000, "{without:?} {with:?}");
}

#[test]
fn an_array_of_only_mismatches_is_rejected_early() {
    for size in [2 * MEBIBYTE, 8 * MEBIBYTE] {
        let item = r#"{"_id":1},"#;
        let array = format!("[{}0]", item.repeat(size / item.len()));
        let cost = cost(&client(array), false);
        assert!(cost.count_total < 2000 && cost.bytes_max < 200_000, "{cost:?}");
    }
}

/// The server retains only values that match, in the memory that their types need.
#[test]
fn rejecting_a_body_takes_at_most_four_times_its_size() {
    let router =
        Server::new(AnyToken(Ada)).body_limit(8 * MEBIBYTE).with(api::endpoints(Arc::new(Unimplemented))).into_router();
    let objects = r#"{"":0},"#.repeat(MEBIBYTE / 7);
    let keys: String = (0..100_000).map(|number| format!(r#""{number}":0,"#)).collect();
    let bodies = [
        // In undocumented fields.
        format!(r#"{{"a":[{objects}0]}}"#),
        format!(r#"{{"a":[{objects}0],"name":5}}"#),
        // In place of a string, an enum, an object, and an array of objects.
        format!(r#"{{"name":[{objects}0],"new_password":[{objects}0]}}"#),
        format!(r#"{{"type":[{objects}0]}}"#),
        format!(r#"{{"options":[{objects}0],"queries":"a"}}"#),
        format!(r#"{{"actions":[{}0],"queries":[{}0]}}"#, "0,".repeat(MEBIBYTE / 2), "0,".repeat(MEBIBYTE / 2)),
        // Many names, many duplicates, and invalid JSON.
        format!("{{{keys}\"name\":5}}"),
        format!(r#"{{{}"name":5}}"#, r#""name":5,"#.repeat(50_000)),
        format!(r#"{{"a":[{objects}"#),
    ];
    let runtime = runtime();
    for uri in ["/reminders", "/branches/b/loans/statistics", "/members/update"] {
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
