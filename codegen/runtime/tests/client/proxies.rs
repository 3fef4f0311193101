//! Proxies from the environment variables.

use tokio::net::TcpStream;

use crate::child::two_calls;
use crate::scripted_server::{ScriptedServer, ada, head, response};
use crate::tls::{Identity, https_server};

/// The header for `user:p@ss`.
const BASIC: &str = "Basic dXNlcjpwQHNz";

/// Returns the URL of a proxy with a user name and a password.
fn with_password(proxy: &ScriptedServer) -> String {
    format!("http://user:p%40ss@{}", proxy.address())
}

fn contains_password(text: &str) -> bool {
    ["p@ss", "p%40ss", "dXNlcjpwQHNz", "t0ken"].iter().any(|secret| text.contains(secret))
}

#[tokio::test]
async fn http_requests_go_through_the_proxy() {
    let proxy = ScriptedServer::always(ada()).await;
    for variable in ["HTTP_PROXY", "http_proxy", "ALL_PROXY"] {
        let before = (proxy.requests().len(), proxy.accepted());
        let text = two_calls("http://api.test:8080/below", &[(variable, &with_password(&proxy))]).await;
        assert_eq!(text.matches(r#"200 OK with Some("ada")"#).count(), 2, "{text}");
        assert_eq!((proxy.requests().len(), proxy.accepted()), (before.0 + 2, before.1 + 1));
        let request = proxy.last_request();
        assert_eq!(request.line, "GET http://api.test:8080/below/members/me HTTP/1.1");
        assert_eq!(request.header("host"), Some("api.test:8080"));
        assert_eq!(request.header("proxy-authorization"), Some(BASIC));
        assert_eq!(request.header("authorization"), Some("Bearer t0ken"));
    }
}

#[tokio::test]
async fn hosts_in_no_proxy_are_called_directly() {
    let proxy = ScriptedServer::always(response("500 Oh", &[], "{}")).await;
    let server = ScriptedServer::always(ada()).await;
    for host in ["127.0.0.1", "127.0.0.0/8", "*"] {
        let environment = [("HTTP_PROXY", with_password(&proxy)), ("NO_PROXY", host.to_owned())];
        let environment = environment.each_ref().map(|(name, value)| (*name, value.as_str()));
        let text = two_calls(&server.url(), &environment).await;
        assert_eq!(text.matches("200 OK").count(), 2, "{text}");
        assert_eq!(server.last_request().header("proxy-authorization"), None);
    }
    assert_eq!(proxy.accepted(), 0);
}

/// Starts a proxy that connects to this server for every requested host.
async fn tunnel_to(server: &ScriptedServer) -> ScriptedServer {
    let address = server.address();
    ScriptedServer::with_connections(move |mut connection| async move {
        if connection.request().await.is_some() && connection.send(head("200 Connected", &[])).await {
            connection.tunnel(TcpStream::connect(address).await.expect("the server")).await;
        }
    })
    .await
}

#[tokio::test]
async fn https_requests_go_through_a_tunnel() {
    let identity = Identity::new("api.test", "tunnel.pem");
    let server = https_server(&identity).await;
    for (url, target) in [("https://api.test", "api.test:443"), ("https://api.test:8443", "api.test:8443")] {
        let proxy = tunnel_to(&server).await;
        let environment = [("HTTPS_PROXY", with_password(&proxy)), ("SSL_CERT_FILE", identity.file.clone())];
        let environment = environment.each_ref().map(|(name, value)| (*name, value.as_str()));
        let text = two_calls(url, &environment).await;
        assert_eq!(text.matches(r#"200 OK with Some("ada")"#).count(), 2, "{text}");
        assert_eq!((proxy.requests().len(), proxy.accepted()), (1, 1));
        let connect = proxy.last_request();
        assert_eq!(connect.line, format!("CONNECT {target} HTTP/1.1"));
        assert_eq!(connect.header("proxy-authorization"), Some(BASIC));
        assert_eq!(connect.header("authorization"), None);
        let request = server.last_request();
        assert_eq!(request.line, "GET /members/me HTTP/1.1");
        assert_eq!(request.header("authorization"), Some("Bearer t0ken"));
        assert_eq!(request.header("proxy-authorization"), None);
    }
}

#[tokio::test]
async fn a_proxy_that_rejects_the_request_is_a_clear_error() {
    let rejections = [
        (
            response("407 Proxy Authentication Required", &["proxy-authenticate: Basic"], ""),
            "proxy authorization required",
        ),
        (response("403 Forbidden", &[], "no"), "tunnel error: unsuccessful"),
        (b"nonsense\r\n\r\n".to_vec(), "tunnel error: unsuccessful"),
        (Vec::new(), "tunnel error: unexpected end of file"),
    ];
    for (rejection, problem) in rejections {
        let proxy = ScriptedServer::always_closing(rejection).await;
        let text = two_calls("https://api.test", &[("HTTPS_PROXY", &with_password(&proxy))]).await;
        assert!(text.contains("failed: the service could not be reached") && text.contains(problem), "{text}");
        assert!(!contains_password(&text), "{text}");
    }
    // Without a tunnel, the rejection is an ordinary error response.
    let proxy = ScriptedServer::always(response("407 Proxy Authentication Required", &[], "")).await;
    let text = two_calls("http://api.test", &[("HTTP_PROXY", &with_password(&proxy))]).await;
    assert!(text.contains("returned 407 Proxy Authentication Required") && !contains_password(&text), "{text}");
}

#[tokio::test]
async fn an_unsupported_or_unreachable_proxy_is_a_clear_error() {
    for scheme in ["socks5", "socks4", "https"] {
        let proxy = format!("{scheme}://user:p%40ss@127.0.0.1:1");
        for (variable, url) in [("HTTP_PROXY", "http://api.test"), ("HTTPS_PROXY", "https://api.test")] {
            let text = two_calls(url, &[(variable, &proxy)]).await;
            assert!(text.contains("is not an `http://` proxy, and no other kind is supported"), "{text}");
            assert!(!contains_password(&text), "{text}");
        }
    }
    for (variable, url) in [("HTTP_PROXY", "http://api.test"), ("HTTPS_PROXY", "https://api.test")] {
        let text = two_calls(url, &[(variable, "http://user:p%40ss@127.0.0.1:1")]).await;
        assert!(text.contains("failed: the service could not be reached"), "{text}");
        assert!(!contains_password(&text), "{text}");
    }
}
