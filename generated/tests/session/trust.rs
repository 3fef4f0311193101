//! Which of the base URLs that a service answers may be sent a token. No request of these tests leaves the process.

use std::convert::Infallible;
use std::sync::{Arc, Mutex};

use pm2_api::{Client, RequestBody, Service};
use serde_json::json;

use super::account::{BUCKET, chain};

/// Where the call of a bucket's route is sent if the service at `home` answers that base URL; if nowhere, why.
async fn sent(home: &str, answered: &str, allowed: &[&str]) -> Result<String, String> {
    let (log, body) = (Arc::new(Mutex::new(Vec::new())), json!({ "node": { "endpoints": { "web": answered } } }));
    let urls = Arc::clone(&log);
    let service = tower::service_fn(move |request: http::Request<RequestBody>| {
        assert_eq!(request.headers()["authorization"], "Bearer mine");
        urls.lock().expect("no test panics here").push(request.uri().to_string());
        let answer = http::Response::new(body.to_string());
        async move { Ok::<_, Infallible>(answer) }
    });
    let builder = allowed.iter().fold(Client::builder(), |builder, host| builder.allow_host(*host));
    let client = builder.base_url(Service::Api, home).access_token("mine").build_with(service).expect("sound settings");
    let outcome = client.bucket().current_role(BUCKET).await.map_err(|error| chain(&error));
    let urls = log.lock().expect("no test panics here").clone();
    match outcome {
        Ok(_) => {
            assert_eq!(urls.len(), 2);
            Ok(urls[1].split("/api/").next().expect("a base URL").to_owned())
        }
        Err(why) => {
            assert_eq!(urls.len(), 1, "only the service itself was asked");
            Err(why)
        }
    }
}

#[tokio::test]
async fn hosts_of_the_services_own_domain_are_trusted() {
    for (home, answered) in [
        ("https://app.example.com", "https://app.example.com"),
        ("https://app.example.com", "https://node-3.example.com"),
        ("https://app.example.com", "https://example.com"),
        ("https://app.example.com", "https://a.b.example.com/below/"),
        ("https://app.example.com", "https://node.example.com:8443"),
        ("https://app.example.com:444", "https://app.example.com"),
        ("https://app.example.com", "HTTPS://NODE.EXAMPLE.COM"),
        ("HTTPS://APP.EXAMPLE.COM", "https://node.example.com"),
        ("https://app.example.com", "https://node.example.com."),
        ("https://app.example.com.", "https://node.example.com"),
        ("https://app.foo.co.uk", "https://node.foo.co.uk"),
        ("http://app.example.com", "https://node.example.com"),
        ("http://app.example.com", "http://node.example.com"),
        ("https://192.0.2.1", "https://192.0.2.1:9000"),
        ("https://[2001:db8::1]", "https://[2001:DB8::1]"),
        ("http://localhost:1", "http://localhost:2"),
    ] {
        let sent = sent(home, answered, &[]).await.unwrap_or_else(|why| panic!("{home}, {answered}: {why}"));
        let expected = answered.trim_end_matches('/').replace("HTTPS", "https");
        assert_eq!(sent.to_lowercase(), expected.to_lowercase(), "{home}");
    }
}

#[tokio::test]
async fn other_hosts_are_not() {
    for (home, answered) in [
        ("https://app.example.com", "https://evil.com"),
        ("https://app.example.com", "https://evilexample.com"),
        ("https://app.example.com", "https://example.com.evil.com"),
        ("https://app.example.com", "https://app.example.org"),
        ("https://app.example.com", "https://app.example.com.."),
        ("https://app.foo.co.uk", "https://evil.co.uk"),
        ("https://app.foo.co.uk", "https://co.uk"),
        ("https://foo.github.io", "https://evil.github.io"),
        ("https://192.0.2.1", "https://192.0.2.2"),
        ("https://192.0.2.1", "https://9.192.0.2.1"),
        ("https://[2001:db8::1]", "https://[2001:db8::2]"),
        ("http://localhost", "http://127.0.0.1"),
        ("http://localhost", "http://evil.localhost"),
    ] {
        let why = sent(home, answered, &[]).await.expect_err(answered);
        assert!(why.contains("is not one of the service's own"), "{answered}: {why}");
    }
}

#[tokio::test]
async fn urls_that_hide_where_they_lead_are_refused() {
    for (home, answered) in [
        ("https://app.example.com", "http://app.example.com"),
        ("HTTPS://app.example.com", "http://app.example.com"),
        ("https://app.example.com", "HTTP://app.example.com"),
        ("https://app.example.com", "https://app.example.com@evil.com"),
        ("https://app.example.com", "https://user:pass@app.example.com"),
        ("https://app.example.com", "https://app.example.com\\@evil.com"),
        ("https://app.example.com", "https://app.example.com/?x="),
        ("https://app.example.com", "https://app.example.com#"),
        ("https://app.example.com", "https://app.example.com:port"),
        ("https://app.example.com", "https://evil.com%2f.example.com"),
        ("https://app.example.com", " https://app.example.com"),
        ("https://app.example.com", "https://app.example.com\r\nHost: evil.com"),
        ("https://app.example.com", "//app.example.com"),
        ("https://app.example.com", "app.example.com"),
        ("https://app.example.com", "wss://app.example.com"),
        ("https://app.example.com", "javascript:alert(1)"),
        ("https://app.example.com", "https://"),
        ("https://app.example.com", "https:///app.example.com"),
    ] {
        let why = sent(home, answered, &["example.com", "evil.com"]).await.expect_err(answered);
        assert!(why.contains("`node.endpoints.web` in the answer of `bucket.retrieve`: it "), "{answered}: {why}");
    }
}

#[tokio::test]
async fn a_host_can_be_allowed_with_all_below_it() {
    for answered in ["https://other.net", "https://Node.Other.NET:8443", "https://other.net."] {
        for allowed in ["other.net", "OTHER.net", "other.net."] {
            sent("https://app.example.com", answered, &[allowed]).await.expect("an allowed host");
        }
    }
    sent("https://app.example.com", "https://another.net", &["other.net"]).await.expect_err("not below it");
    sent("https://app.example.com", "http://other.net", &["other.net"]).await.expect_err("not https");
    sent("https://app.example.com", "https://192.0.2.1", &["192.0.2.1"]).await.expect("an allowed address");
    for host in ["", "https://other.net", "other.net:1", ".other.net", "u@other.net", "a b", "other.net/x"] {
        let error = Client::builder().allow_host(host).build().expect_err(host);
        assert!(error.to_string().starts_with("an allowed host must"), "{error}");
    }
}
