//! TLS, and HTTP/2 over it.

use std::convert::Infallible;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use bytes::Bytes;
use http::{Request, Response, Version};
use http_body_util::Full;
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo};
use routegen_runtime::client::ErrorKind;
use rustls::ServerConfig;
use rustls::pki_types::PrivateKeyDer;
use tokio::net::TcpStream;
use tokio::sync::Semaphore;
use tokio_rustls::TlsAcceptor;

use crate::child;
use crate::scripted_server::{ScriptedServer, ada};
use crate::{builder, full_text};

/// The certificate of a server, in memory and in a file that clients can trust.
pub struct Identity {
    config: ServerConfig,
    /// The path for `SSL_CERT_FILE`.
    pub file: String,
}

impl Identity {
    /// Creates a certificate for a host, in a file with this name.
    pub fn new(host: &str, name: &str) -> Self {
        let signed = rcgen::generate_simple_self_signed([host.to_owned()]).expect("a certificate");
        let file = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
        std::fs::write(&file, signed.cert.pem()).expect("a writable directory");
        let key = PrivateKeyDer::try_from(signed.signing_key.serialize_der()).expect("a key");
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .expect("versions of TLS")
            .with_no_client_auth()
            .with_single_cert(vec![signed.cert.der().clone()], key)
            .expect("a key for the certificate");
        Self { config, file: file.to_str().expect("a path in Unicode").to_owned() }
    }

    pub fn acceptor(&self, protocols: &[&str]) -> TlsAcceptor {
        let mut config = self.config.clone();
        config.alpn_protocols = protocols.iter().map(|protocol| protocol.as_bytes().to_vec()).collect();
        TlsAcceptor::from(Arc::new(config))
    }
}

/// Starts a server that speaks HTTP/1.1 over TLS.
pub async fn https_server(identity: &Identity) -> ScriptedServer {
    let acceptor = identity.acceptor(&[]);
    ScriptedServer::with_connections(move |connection| {
        let acceptor = acceptor.clone();
        async move {
            let Some(mut connection) = connection.with_tls(&acceptor).await else { return };
            while connection.request().await.is_some() && connection.send(ada()).await {}
        }
    })
    .await
}

/// Starts a server that speaks HTTP/2. It responds to the first requests at once, and to later ones when it has as many as
/// `together`.
async fn http2_server(
    identity: &Identity,
    first: usize,
    together: usize,
    requests: Arc<AtomicUsize>,
) -> ScriptedServer {
    let acceptor = identity.acceptor(&["h2", "http/1.1"]);
    let semaphore = Arc::new(Semaphore::new(0));
    ScriptedServer::with_connections(move |connection| {
        let (acceptor, semaphore, requests) = (acceptor.clone(), Arc::clone(&semaphore), Arc::clone(&requests));
        async move {
            let Some(connection) = connection.with_tls(&acceptor).await else { return };
            let service = service_fn(move |request: Request<Incoming>| {
                let (semaphore, requests) = (Arc::clone(&semaphore), Arc::clone(&requests));
                async move {
                    assert_eq!((request.version(), request.uri().scheme_str()), (Version::HTTP_2, Some("https")));
                    assert_eq!(request.headers()["authorization"], "Bearer t0ken");
                    let count = requests.fetch_add(1, Ordering::SeqCst) + 1;
                    if count == first.saturating_add(together) {
                        semaphore.add_permits(together);
                    }
                    if count > first {
                        semaphore.acquire().await.expect("an open semaphore").forget();
                    }
                    Ok::<_, Infallible>(Response::new(Full::new(Bytes::from(r#"{"name": "ada"}"#))))
                }
            });
            let http2 = hyper::server::conn::http2::Builder::new(TokioExecutor::new());
            // The client decides how the connection ends.
            drop(http2.serve_connection(TokioIo::new(connection.into_io()), service).await);
        }
    })
    .await
}

#[tokio::test]
async fn http_2_is_used_if_the_server_supports_it() {
    let identity = Identity::new("127.0.0.1", "http2.pem");
    let requests = Arc::default();
    let server = http2_server(&identity, usize::MAX, 0, Arc::clone(&requests)).await;
    let text = child::two_calls(&server.https_url(), &[("SSL_CERT_FILE", &identity.file)]).await;
    assert_eq!(text.matches(r#"200 OK with Some("ada")"#).count(), 2, "{text}");
    assert_eq!((requests.load(Ordering::SeqCst), server.accepted()), (2, 1));
}

#[tokio::test]
async fn an_http_2_connection_without_responses_is_closed() {
    let identity = Identity::new("127.0.0.1", "silent.pem");
    let server = http2_server(&identity, usize::MAX, 0, Arc::default()).await;
    let (acceptor, address) = (identity.acceptor(&["h2"]), server.address());
    let silent_once = ScriptedServer::with_connections(move |connection| {
        let acceptor = acceptor.clone();
        async move {
            if connection.number > 0 {
                return connection.tunnel(TcpStream::connect(address).await.expect("the server")).await;
            }
            if let Some(mut silent) = connection.with_tls(&acceptor).await {
                silent.closed_by_client().await;
            }
        }
    })
    .await;
    let text = child::two_calls(&silent_once.https_url(), &[("SSL_CERT_FILE", &identity.file)]).await;
    assert!(text.contains("kind: Transport"), "{text}");
    assert_eq!(text.matches(r#"200 OK with Some("ada")"#).count(), 1, "{text}");
    silent_once.all_closed().await;
}

#[tokio::test]
async fn two_thousand_calls_at_once_share_the_connections_of_fifty_clients() {
    let identity = Identity::new("127.0.0.1", "load.pem");
    let requests = Arc::default();
    let server = http2_server(&identity, 50, 2000, Arc::clone(&requests)).await;
    let text = child::many_calls(&server.https_url(), 50, 40, &[("SSL_CERT_FILE", &identity.file)]).await;
    assert!(text.contains("2000 responses"), "{text}");
    assert_eq!((requests.load(Ordering::SeqCst), server.accepted()), (2050, 50));
    server.all_closed().await;
}

#[tokio::test]
async fn http_1_1_is_used_if_the_server_supports_no_other() {
    let identity = Identity::new("127.0.0.1", "http1.pem");
    let server = https_server(&identity).await;
    let text = child::two_calls(&server.https_url(), &[("SSL_CERT_FILE", &identity.file)]).await;
    assert_eq!(text.matches(r#"200 OK with Some("ada")"#).count(), 2, "{text}");
    assert_eq!((server.last_request().line.as_str(), server.accepted()), ("GET /members/me HTTP/1.1", 1));
}

#[tokio::test]
async fn a_certificate_of_an_unknown_issuer_is_rejected() {
    let identity = Identity::new("127.0.0.1", "unknown.pem");
    let server = https_server(&identity).await;
    let client = builder(server.https_url()).access_token("t0ken").build().expect("valid settings");
    let error = client.members().me().await.expect_err("an unknown issuer");
    assert_eq!(error.kind(), ErrorKind::Transport);
    assert!(full_text(&error).contains("UnknownIssuer"), "{}", full_text(&error));
    assert!(server.requests().is_empty());
}

#[tokio::test]
async fn a_certificate_for_another_host_is_rejected() {
    let identity = Identity::new("elsewhere.test", "elsewhere.pem");
    let server = https_server(&identity).await;
    let text = child::two_calls(&server.https_url(), &[("SSL_CERT_FILE", &identity.file)]).await;
    assert!(text.contains("not valid for name"), "{text}");
    assert!(server.requests().is_empty());
}
