//! Bodies of errors: the message is found in them without much memory, whatever else they hold.

use std::convert::Infallible;

use allocation_counter::AllocationInfo;
use bytes::Bytes;
use http_body_util::Full;
use pm2_api::{Client, ClientBuilder, Error, RequestBody};

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
    let (error, memory) = failed(&client(Client::builder(), body.clone()));
    let Error::Api(api) = error else { panic!("404 is an error of the service: {error}") };
    assert_eq!((api.status().as_u16(), api.message()), (404, Some("gone")));
    assert_eq!(api.reply().raw(), &body);
    assert!(memory.bytes_max < MIB as u64, "{memory:?}");
}
