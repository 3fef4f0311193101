//! Which discovered base URLs a token may be sent to. No request of these tests leaves the process.

use std::convert::Infallible;
use std::sync::{Arc, Mutex};

use routegen_runtime::client::RequestBody;
use serde_json::json;

use crate::api::{Client, Service};
use crate::error_chain;
use crate::token_service::BRANCH;

/// Returns the base URL that a call is sent to if the service at `main` returns `discovered`, or the error.
async fn send(main: &str, discovered: &str, allowed: &[&str]) -> Result<String, String> {
    let body = json!({ "branch": { "addresses": { "web": discovered } } });
    let log = Arc::new(Mutex::new(Vec::new()));
    let urls = Arc::clone(&log);
    let service = tower::service_fn(move |request: http::Request<RequestBody>| {
        assert_eq!(request.headers()["authorization"], "Bearer mine");
        urls.lock().expect("an intact mutex").push(request.uri().to_string());
        let response = http::Response::new(body.to_string());
        async move { Ok::<_, Infallible>(response) }
    });
    let builder = allowed.iter().fold(Client::builder(), |builder, host| builder.allow_host(*host));
    let client =
        builder.base_url(Service::Main, main).access_token("mine").build_with(service).expect("valid settings");
    let outcome = client.branches().hours(BRANCH).await.map_err(|error| error_chain(&error));
    let urls = log.lock().expect("an intact mutex").clone();
    match outcome {
        Ok(_) => {
            assert_eq!(urls.len(), 2);
            Ok(urls[1].split("/branches/").next().expect("a base URL").to_owned())
        }
        Err(error) => {
            assert_eq!(urls.len(), 1, "only the discovery was sent");
            Err(error)
        }
    }
}

#[tokio::test]
async fn hosts_of_the_services_own_domain_are_trusted() {
    for (main, discovered) in [
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
        ("https://[2001:db8::1]", "https://[2001:db8:0:0:0:0:0:1]:8443"),
        // The public suffix list also has this suffix in Punycode.
        ("https://app.xn--85x722f.xn--55qx5d.cn", "https://node.xn--85x722f.xn--55qx5d.cn"),
        ("https://foo.github.io", "https://node.foo.github.io"),
        // For suffixes that are not on the list, and for public suffixes, only the same host is trusted.
        ("http://a.svc.cluster.local", "http://A.svc.cluster.local.:8080"),
        ("http://api.internal", "http://api.internal/below"),
        ("https://co.uk", "https://co.uk"),
        ("http://127.1", "http://127.1:9000"),
    ] {
        let sent = send(main, discovered, &[]).await.unwrap_or_else(|error| panic!("{main}, {discovered}: {error}"));
        let expected = discovered.trim_end_matches('/').replace("HTTPS", "https");
        assert_eq!(sent.to_lowercase(), expected.to_lowercase(), "{main}");
    }
}

#[tokio::test]
async fn other_hosts_are_not_trusted() {
    for (main, discovered) in [
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
        // The public suffix list has no entry for these suffixes.
        ("http://a.svc.cluster.local", "http://b.other.cluster.local"),
        ("http://a.svc.cluster.local", "http://b.svc.cluster.local"),
        ("http://a.svc.cluster.local", "http://b.a.svc.cluster.local"),
        ("http://a.svc.cluster.local", "http://svc.cluster.local"),
        ("http://a.svc.cluster.local", "http://cluster.local"),
        ("http://api.internal", "http://evil.internal"),
        ("http://printer.lan.", "http://other.printer.lan"),
        ("http://api.corp.", "http://corp"),
        ("https://app.xn--nosuchtld-1a", "https://evil.xn--nosuchtld-1a"),
        // Some systems parse these as IPv4 addresses.
        ("http://127.1", "http://5.127.1"),
        ("http://10.0x7f.1", "http://11.0x7f.1"),
        ("http://192.0.2.1.", "http://1.192.0.2.1"),
        ("https://co.uk", "https://evil.co.uk"),
        ("https://com", "https://evil.com"),
        ("https://app.xn--85x722f.xn--55qx5d.cn", "https://evil.xn--55qx5d.cn"),
    ] {
        let error = send(main, discovered, &[]).await.expect_err(discovered);
        assert!(error.contains("is outside of the service's domain"), "{discovered}: {error}");
    }
}

#[tokio::test]
async fn base_urls_that_obscure_their_host_are_rejected() {
    for (main, discovered) in [
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
        let error = send(main, discovered, &["example.com", "evil.com"]).await.expect_err(discovered);
        assert!(
            error.contains("`branch.addresses.web` in the response of `branches.find`: it "),
            "{discovered}: {error}"
        );
    }
}

#[tokio::test]
async fn an_allowed_host_allows_its_subdomains() {
    for discovered in ["https://other.net", "https://Node.Other.NET:8443", "https://other.net."] {
        for allowed in ["other.net", "OTHER.net", "other.net."] {
            send("https://app.example.com", discovered, &[allowed]).await.expect("an allowed host");
        }
    }
    send("https://app.example.com", "https://another.net", &["other.net"]).await.expect_err("not a subdomain");
    send("https://app.example.com", "http://other.net", &["other.net"]).await.expect_err("not https");
    for (discovered, allowed) in [
        ("https://192.0.2.1", "192.0.2.1"),
        ("https://[2001:db8::1]:8443", "2001:db8::1"),
        ("https://[2001:DB8:0::1]", "[2001:db8::1]"),
        ("https://b.other.cluster.local", "other.cluster.local"),
        ("https://node", "node"),
        ("https://a.node", "NODE."),
        ("https://xn--bcher-kva.example", "XN--BCHER-KVA.example"),
        ("https://_dmarc.my_host.example", "my_host.example"),
    ] {
        let sent = send("https://app.example.com", discovered, &[allowed]).await;
        sent.unwrap_or_else(|error| panic!("{discovered}, {allowed}: {error}"));
    }
    for (discovered, allowed) in [
        ("https://9.192.0.2.1", "192.0.2.1"),
        ("https://192.0.2.10", "192.0.2.1"),
        ("https://[2001:db8::2]", "2001:db8::1"),
        ("https://node", "a.node"),
        ("https://anode", "node"),
        ("https://node.evil", "node"),
    ] {
        send("https://app.example.com", discovered, &[allowed]).await.expect_err(discovered);
    }
}

#[test]
fn an_allowed_host_that_could_never_match_is_an_error() {
    let long = format!("{}.net", "a".repeat(64));
    for host in ["*.example.com", "*", "**.example.com", "app.*.com", "exam*ple.com", "*.", "https://*.example.com"] {
        let error = Client::builder().allow_host(host).build().expect_err(host).to_string();
        let expected = "an allowed host must not contain `*`: `example.com` allows itself and every host below it";
        assert_eq!(error, expected, "{host}");
    }
    for host in ["", ".", "..", ".other.net", "other..net", "other.net..", &*long, &*"a.".repeat(200)] {
        let error = Client::builder().allow_host(host).build().expect_err(host).to_string();
        assert!(error.ends_with("a name allows itself and every host below it"), "{host}: {error}");
    }
    for host in
        ["https://other.net", "//other.net", "other.net:1", "u@other.net", "u:s3cret@other.net", "a b", " other.net"]
    {
        let error = Client::builder().allow_host(host).build().expect_err(host).to_string();
        assert!(error.contains("without a scheme, a port or a path") && !error.contains("s3cret"), "{host}: {error}");
    }
    for host in [
        "other.net/x",
        "other.net?x",
        "other.net#x",
        "other%2enet",
        "other.net\n",
        "[::1",
        "::1]",
        "[]",
        "[::1]:80",
        "[other.net]",
        "[fe80::1%25eth0]",
        "fe80::1%eth0",
        "1",
        "2.1",
        "0.2.1",
        "256.0.0.1",
        "192.0.2.1.5",
        "0x7f.0x1",
        "1.2.3.4/8",
        "bücher.example",
        "例え.jp",
        "other。net",
    ] {
        let error = Client::builder().allow_host(host).build().expect_err(host).to_string();
        assert!(error.starts_with("an allowed host must be"), "{host}: {error}");
    }
}
