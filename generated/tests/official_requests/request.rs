//! Compares the request of the client with the recorded one.

use std::convert::Infallible;
use std::sync::{Arc, Mutex};

use bytes::Bytes;
use http::Request;
use http::header::CONTENT_TYPE;
use http_body_util::{BodyExt, Full};
use pm2_api::{Client, RequestBody, Service};
use serde_json::{Map, Value, json};

use crate::args::Args;
use crate::calls::Entry;

/// The parts of a request on which both clients must agree, by their names in the recorded calls.
const PARTS: [&str; 5] = ["sent_to", "method", "path", "query", "body"];

type Log = Arc<Mutex<Vec<Request<Bytes>>>>;

/// Calls the client with the arguments of a recorded call. Returns the parts of its request that differ from the recorded
/// one as an error.
pub async fn compare((_, call): &Entry, recorded: &Value) -> Result<(), String> {
    let args = recorded["args"].as_array().expect("a list of arguments");
    let log = Log::default();
    // The call may fail, because the response `{}` does not match the documentation of every route.
    let called = call(&client(Arc::clone(&log)), &Args(args))?.await;
    let requests = std::mem::take(&mut *log.lock().expect("no test panics here"));
    let [request] = requests.as_slice() else {
        return Err(format!("{} requests were sent: {called:?}", requests.len()));
    };
    let sent = parts(request)?;
    let differences = PARTS.iter().filter(|part| sent[**part] != recorded[**part]);
    let differences: Vec<_> =
        differences.map(|part| format!("{part} is {}, not {}", sent[*part], recorded[*part])).collect();
    if differences.is_empty() { Ok(()) } else { Err(differences.join("; ")) }
}

/// Returns a client whose requests are logged instead of sent. The host of each service contains its name.
fn client(log: Log) -> Client {
    let service = tower::service_fn(move |request: Request<RequestBody>| {
        let log = Arc::clone(&log);
        async move {
            let (parts, body) = request.into_parts();
            let body = body.collect().await?.to_bytes();
            log.lock().expect("no test panics here").push(Request::from_parts(parts, body));
            Ok::<_, Infallible>(http::Response::new(Full::from("{}")))
        }
    });
    let builder = Client::builder()
        .base_url(Service::Api, "http://api.test")
        .base_url(Service::Node, "http://node.test")
        .base_url(Service::Oauth, "http://oauth.test");
    builder.access_token("a-token").build_with(service).expect("valid settings")
}

/// Returns the parts of a request in the format of the recorded ones.
fn parts(request: &Request<Bytes>) -> Result<Value, String> {
    let uri = request.uri();
    let sent_to = match uri.host() {
        Some("api.test") => "API",
        Some("node.test") => "NODE",
        Some("oauth.test") => "OAUTH",
        _ => return Err(format!("{uri} belongs to no service")),
    };
    let method = request.method().as_str();
    let query = query(uri.query().unwrap_or_default())?;
    Ok(json!({ "sent_to": sent_to, "method": method, "path": uri.path(), "query": query, "body": body(request)? }))
}

fn query(text: &str) -> Result<Map<String, Value>, String> {
    let pairs: Vec<(String, Value)> = serde_html_form::from_str(text).map_err(|error| format!("?{text}: {error}"))?;
    let (count, query) = (pairs.len(), pairs.into_iter().collect::<Map<_, _>>());
    if query.len() == count { Ok(query) } else { Err(format!("?{text} names a parameter twice")) }
}

/// Returns the body, or null if the request has none.
fn body(request: &Request<Bytes>) -> Result<Value, String> {
    let content_type = request.headers().get(CONTENT_TYPE).map(|value| value.as_bytes());
    match (request.body().as_ref(), content_type) {
        ([], None) => Ok(Value::Null),
        (b"null", _) => Err("the body is null".to_owned()),
        (body, Some(b"application/json")) => serde_json::from_slice(body).map_err(|error| format!("body: {error}")),
        (body, _) => Err(format!("a body of {} bytes has the content type {content_type:?}", body.len())),
    }
}
