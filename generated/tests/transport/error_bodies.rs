//! Bodies of errors: the message is found in them without much memory, whatever else they hold.

use std::convert::Infallible;
use std::io::Write;

use allocation_counter::AllocationInfo;
use bytes::Bytes;
use http_body_util::Full;
use pm2_api::{Client, ClientBuilder, Error, ErrorResponse, RequestBody};

use crate::builder;
use crate::server::{Server, answer, chunk, head};

const MIB: usize = 1 << 20;

/// A client whose calls are all answered with that error.
fn client(settings: ClientBuilder, body: Bytes) -> Client {
    let service = tower::service_fn(move |_: http::Request<RequestBody>| {
        let response = http::Response::builder().status(404).body(Full::new(body.clone()));
        async move { Ok::<_, Infallible>(response.expect("a response")) }
    });
    settings.build_with(service).expect("sound settings")
}

/// What a call fails with, and what memory it takes beside the body.
fn failed(client: &Client) -> (Error, AllocationInfo) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    let mut error = None;
    let info = allocation_counter::measure(|| {
        error = runtime.block_on(async { client.user().retrieve().await.err().map(Error::from) });
    });
    (error.expect("404 is an error"), info)
}

/// A JSON object of some 32 MiB whose last field is the message. As a tree it takes a hundred times as much memory.
fn large_body() -> Bytes {
    let mut body = br#"{"a":[{}"#.to_vec();
    while body.len() < 32 * MIB {
        body.extend_from_slice(br#",{"":0}"#);
    }
    body.extend_from_slice(br#"],"msg":"gone"}"#);
    body.into()
}

#[test]
fn the_message_of_a_large_body_is_found_without_a_tree() {
    let body = large_body();
    let (error, memory) = failed(&client(Client::builder().error_body_limit(64 * MIB), body.clone()));
    let Error::Api(api) = error else { panic!("404 is an error of the service: {error}") };
    assert_eq!((api.status().as_u16(), api.message()), (404, Some("gone")));
    assert!(api.response().raw() == &body && !api.response().is_truncated());
    assert!(memory.bytes_max < MIB as u64, "{memory:?}");
}

#[test]
fn only_the_beginning_of_a_large_body_is_kept() {
    let body = large_body();
    let (error, memory) = failed(&client(Client::builder(), body.clone()));
    let Error::Api(api) = &error else { panic!("404 is an error of the service: {error}") };
    assert_eq!((api.status().as_u16(), api.message()), (404, None));
    assert!(
        api.response().is_truncated() && error.to_string().ends_with("404 Not Found (the body is truncated)"),
        "{error}"
    );
    assert_eq!(api.response().raw(), &body[..256 * 1024]);
    assert!(memory.bytes_max < MIB as u64, "{memory:?}");
    assert!(api.response().json().is_err());
}

#[test]
fn a_body_is_truncated_only_where_it_is_longer_than_the_limit() {
    let body = r#"{"msg":"gone","more":[1,2,3]}"#;
    for limit in 0..body.len() + 2 {
        for settings in [Client::builder().error_body_limit(limit), Client::builder().response_limit(limit)] {
            let (error, _) = failed(&client(settings, body.into()));
            let Error::Api(api) = &error else { panic!("404 is an error of the service: {error}") };
            assert_eq!(api.response().raw(), &body[..limit.min(body.len())]);
            assert_eq!(api.response().is_truncated(), limit < body.len());
            assert_eq!(api.message(), (limit >= r#"{"msg":"gone""#.len()).then_some("gone"), "{limit}");
            assert_eq!((error.is_retryable(), error.is_timeout()), (false, false));
        }
    }
}

#[tokio::test]
async fn the_length_and_the_encoding_of_an_error_do_not_change_what_it_is() {
    let body = format!(r#"{{"msg":"gone","more":"{}"}}"#, "x".repeat(MIB));
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    encoder.write_all(body.as_bytes()).expect("memory");
    let packed = encoder.finish().expect("memory");
    for bytes in [
        answer("404 Not Found", &[], &body),
        answer("404 Not Found", &["content-encoding: gzip"], &packed),
        [head("404 Not Found", &["transfer-encoding: chunked"]), chunk(&body), chunk("")].concat(),
        [head("404 Not Found", &["content-length: 1073741824"]), body.clone().into_bytes()].concat(),
    ] {
        let server = Server::answering_once(bytes).await;
        let client = builder(server.url()).build().expect("sound settings");
        let show = client.user().show("ada").await.map(drop);
        let download = client.data().profiling().download("b", "f").await.map(drop);
        let errors: [Result<(), Error>; 2] = [show.map_err(Error::from), download.map_err(Error::from)];
        for error in errors {
            let Err(Error::Api(api)) = error else { panic!("404 is an error of the service: {error:?}") };
            let reply: &ErrorResponse = api.response();
            assert_eq!((api.status().as_u16(), reply.message()), (404, Some("gone")));
            assert!(reply.is_truncated() && reply.raw().len() == 256 * 1024, "{reply:?}");
        }
        server.all_ended().await;
    }
}
