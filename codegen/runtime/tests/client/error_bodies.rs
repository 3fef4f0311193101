//! Bodies of error responses: the message is found without much memory, regardless of their other content.

use std::convert::Infallible;
use std::io::Write;

use allocation_counter::AllocationInfo;
use bytes::Bytes;
use http_body_util::Full;
use routegen_runtime::ErrorResponse;
use routegen_runtime::client::{Error, RequestBody};

use crate::api::{Client, ClientBuilder};
use crate::builder;
use crate::scripted_server::{ScriptedServer, chunk, head, response};

const MIB: usize = 1 << 20;

/// Returns a client of a service that always responds with 404 and this body.
fn client(settings: ClientBuilder, body: Bytes) -> Client {
    let service = tower::service_fn(move |_: http::Request<RequestBody>| {
        let response = http::Response::builder().status(404).body(Full::new(body.clone()));
        async move { Ok::<_, Infallible>(response.expect("a response")) }
    });
    settings.build_with(service).expect("valid settings")
}

/// Returns the error of a call, and the memory that the call takes in addition to the body.
fn failed_call(client: &Client) -> (Error, AllocationInfo) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    let mut error = None;
    let info = allocation_counter::measure(|| {
        error = runtime.block_on(async { client.members().me().await.err().map(Error::from) });
    });
    (error.expect("404 is an error"), info)
}

/// Returns a JSON object of 32 MiB whose last field is the message. As a tree it would take a hundred times as much memory.
fn large_body() -> Bytes {
    let mut body = br#"{"a":[{}"#.to_vec();
    while body.len() < 32 * MIB {
        body.extend_from_slice(br#",{"":0}"#);
    }
    body.extend_from_slice(br#"],"message":"gone"}"#);
    body.into()
}

#[test]
fn the_message_of_a_large_body_is_found_without_building_a_tree() {
    let body = large_body();
    let (error, memory) = failed_call(&client(Client::builder().error_body_limit(64 * MIB), body.clone()));
    assert_eq!((error.status().map(|status| status.as_u16()), error.message()), (Some(404), Some("gone")));
    assert!(
        error.response().expect("a response").raw() == &body && !error.response().expect("a response").is_truncated()
    );
    assert!(memory.bytes_max < MIB as u64, "{memory:?}");
}

#[test]
fn a_large_body_is_truncated() {
    let body = large_body();
    let (error, memory) = failed_call(&client(Client::builder(), body.clone()));
    assert_eq!((error.status().map(|status| status.as_u16()), error.message()), (Some(404), None));
    assert!(
        error.response().expect("a response").is_truncated()
            && error.to_string().ends_with("404 Not Found (the body is truncated)"),
        "{error}"
    );
    assert_eq!(error.response().expect("a response").raw(), &body[..256 * 1024]);
    assert!(memory.bytes_max < MIB as u64, "{memory:?}");
    assert!(error.response().expect("a response").json().is_err());
}

#[test]
fn a_body_is_truncated_only_if_it_is_longer_than_the_limit() {
    let body = r#"{"message":"gone","more":[1,2,3]}"#;
    for limit in 0..body.len() + 2 {
        for settings in [Client::builder().error_body_limit(limit), Client::builder().response_limit(limit)] {
            let (error, _) = failed_call(&client(settings, body.into()));
            assert_eq!(error.response().expect("a response").raw(), &body[..limit.min(body.len())]);
            assert_eq!(error.response().expect("a response").is_truncated(), limit < body.len());
            assert_eq!(error.message(), (limit >= r#"{"message":"gone""#.len()).then_some("gone"), "{limit}");
            assert_eq!((error.is_retryable(), error.is_timeout()), (false, false));
        }
    }
}

#[tokio::test]
async fn an_error_response_is_the_same_in_every_framing_and_encoding() {
    let body = format!(r#"{{"message":"gone","more":"{}"}}"#, "x".repeat(MIB));
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    encoder.write_all(body.as_bytes()).expect("memory");
    let compressed = encoder.finish().expect("memory");
    for bytes in [
        response("404 Not Found", &[], &body),
        response("404 Not Found", &["content-encoding: gzip"], &compressed),
        [head("404 Not Found", &["transfer-encoding: chunked"]), chunk(&body), chunk("")].concat(),
        [head("404 Not Found", &["content-length: 1073741824"]), body.clone().into_bytes()].concat(),
    ] {
        let server = ScriptedServer::always_closing(bytes).await;
        let client = builder(server.url()).build().expect("valid settings");
        let show = client.members().show("ada").await.map(drop);
        let download = client.branches().download("b", "f").await.map(drop);
        let errors: [Result<(), Error>; 2] = [show.map_err(Error::from), download.map_err(Error::from)];
        for error in errors {
            let Err(error) = error else { panic!("404 is an error response: {error:?}") };
            let response: &ErrorResponse = error.response().expect("a response");
            assert_eq!((error.status().map(|status| status.as_u16()), response.message()), (Some(404), Some("gone")));
            assert!(response.is_truncated() && response.raw().len() == 256 * 1024, "{response:?}");
        }
        server.all_closed().await;
    }
}
