//! Proxies, as the environment names them.

use tokio::net::TcpStream;

use crate::child::two_calls;
use crate::server::{Server, ada, answer, head};
use crate::tls::{Identity, secure};

/// What `user:p@ss` is in the header.
const BASIC: &str = "Basic dXNlcjpwQHNz";

/// The URL of a proxy with a user and a password.
fn with_password(proxy: &Server) -> String {
    format!("http://user:p%40ss@{}", proxy.address())
}

fn shows_password(text: &str) -> bool {
    ["p@ss", "p%40ss", "dXNlcjpwQHNz", "t0ken"].iter().any(|secret| text.contains(secret))
}

#[tokio::test]
async fn http_goes_through_the_proxy() {
    let proxy = Server::answering(ada()).await;
    for variable in ["HTTP_PROXY", "http_proxy", "ALL_PROXY"] {
        let before = (proxy.sent().len(), proxy.accepted());
        let text = two_calls("http://api.test:8080/below", &[(variable, &with_password(&proxy))]).await;
        assert_eq!(text.matches(r#"200 OK answered Some("ada")"#).count(), 2, "{text}");
        assert_eq!((proxy.sent().len(), proxy.accepted()), (before.0 + 2, before.1 + 1));
        let sent = proxy.last();
        assert_eq!(sent.line, "GET http://api.test:8080/below/api/users/isLogged HTTP/1.1");
        assert_eq!(sent.header("host"), Some("api.test:8080"));
        assert_eq!(sent.header("proxy-authorization"), Some(BASIC));
        assert_eq!(sent.header("authorization"), Some("Bearer t0ken"));
    }
}

#[tokio::test]
async fn exceptions_are_called_directly() {
    let proxy = Server::answering(answer("500 Oh", &[], "{}")).await;
    let server = Server::answering(ada()).await;
    for exception in ["127.0.0.1", "127.0.0.0/8", "*"] {
        let environment = [("HTTP_PROXY", with_password(&proxy)), ("NO_PROXY", exception.to_owned())];
        let environment = environment.each_ref().map(|(name, value)| (*name, value.as_str()));
        let text = two_calls(&server.url(), &environment).await;
        assert_eq!(text.matches("200 OK").count(), 2, "{text}");
        assert_eq!(server.last().header("proxy-authorization"), None);
    }
    assert_eq!(proxy.accepted(), 0);
}

/// A proxy that connects to a server whatever it is asked for.
async fn tunnelling_to(server: &Server) -> Server {
    let address = server.address();
    Server::start(move |mut talk| async move {
        if talk.request().await.is_some() && talk.say(head("200 Connected", &[])).await {
            talk.join(&mut TcpStream::connect(address).await.expect("the server")).await;
        }
    })
    .await
}

#[tokio::test]
async fn https_goes_through_a_tunnel() {
    let identity = Identity::of("api.test", "tunnel.pem");
    let server = secure(&identity).await;
    for (url, target) in [("https://api.test", "api.test:443"), ("https://api.test:8443", "api.test:8443")] {
        let proxy = tunnelling_to(&server).await;
        let environment = [("HTTPS_PROXY", with_password(&proxy)), ("SSL_CERT_FILE", identity.file.clone())];
        let environment = environment.each_ref().map(|(name, value)| (*name, value.as_str()));
        let text = two_calls(url, &environment).await;
        assert_eq!(text.matches(r#"200 OK answered Some("ada")"#).count(), 2, "{text}");
        assert_eq!((proxy.sent().len(), proxy.accepted()), (1, 1));
        let asked = proxy.last();
        assert_eq!(asked.line, format!("CONNECT {target} HTTP/1.1"));
        assert_eq!(asked.header("proxy-authorization"), Some(BASIC));
        assert_eq!(asked.header("authorization"), None);
        let sent = server.last();
        assert_eq!(sent.line, "GET /api/users/isLogged HTTP/1.1");
        assert_eq!(sent.header("authorization"), Some("Bearer t0ken"));
        assert_eq!(sent.header("proxy-authorization"), None);
    }
}

#[tokio::test]
async fn a_proxy_that_refuses_is_a_clear_error() {
    let refusals = [
        (
            answer("407 Proxy Authentication Required", &["proxy-authenticate: Basic"], ""),
            "proxy authorization required",
        ),
        (answer("403 Forbidden", &[], "no"), "tunnel error: unsuccessful"),
        (b"nonsense\r\n\r\n".to_vec(), "tunnel error: unsuccessful"),
        (Vec::new(), "tunnel error: unexpected end of file"),
    ];
    for (refusal, problem) in refusals {
        let proxy = Server::answering_once(refusal).await;
        let text = two_calls("https://api.test", &[("HTTPS_PROXY", &with_password(&proxy))]).await;
        assert!(text.contains("failed: the service could not be reached") && text.contains(problem), "{text}");
        assert!(!shows_password(&text), "{text}");
    }
    // Without a tunnel, the refusal is an answer as any other.
    let proxy = Server::answering(answer("407 Proxy Authentication Required", &[], "")).await;
    let text = two_calls("http://api.test", &[("HTTP_PROXY", &with_password(&proxy))]).await;
    assert!(text.contains("answered 407 Proxy Authentication Required") && !shows_password(&text), "{text}");
}

#[tokio::test]
async fn a_proxy_that_cannot_be_used_is_a_clear_error() {
    for scheme in ["socks5", "socks4", "https"] {
        let proxy = format!("{scheme}://user:p%40ss@127.0.0.1:1");
        for (variable, url) in [("HTTP_PROXY", "http://api.test"), ("HTTPS_PROXY", "https://api.test")] {
            let text = two_calls(url, &[(variable, &proxy)]).await;
            assert!(text.contains("is not `http://`; no other kind is supported"), "{text}");
            assert!(!shows_password(&text), "{text}");
        }
    }
    for (variable, url) in [("HTTP_PROXY", "http://api.test"), ("HTTPS_PROXY", "https://api.test")] {
        let text = two_calls(url, &[(variable, "http://user:p%40ss@127.0.0.1:1")]).await;
        assert!(text.contains("failed: the service could not be reached"), "{text}");
        assert!(!shows_password(&text), "{text}");
    }
}
