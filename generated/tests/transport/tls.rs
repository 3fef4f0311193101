//! TLS, and HTTP/2 inside of it.

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
use pm2_api::CallErrorKind;
use rustls::ServerConfig;
use rustls::pki_types::PrivateKeyDer;
use tokio::net::TcpStream;
use tokio::sync::Semaphore;
use tokio_rustls::TlsAcceptor;

use crate::child;
use crate::server::{Server, ada};
use crate::{all_text, builder, kind};

/// A server's certificate, in memory and as a file to trust.
pub struct Identity {
    config: ServerConfig,
    /// The path to give as `SSL_CERT_FILE`.
    pub file: String,
}

impl Identity {
    /// A new certificate for a host. `name` is that of the file.
    pub fn of(host: &str, name: &str) -> Self {
        let signed = rcgen::generate_simple_self_signed([host.to_owned()]).expect("a certificate");
        let file = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
        std::fs::write(&file, signed.cert.pem()).expect("a place for files");
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

/// A server of HTTP/1.1 inside of TLS.
pub async fn secure(identity: &Identity) -> Server {
    let acceptor = identity.acceptor(&[]);
    Server::start(move |talk| {
        let acceptor = acceptor.clone();
        async move {
            let Some(mut talk) = talk.secured(&acceptor).await else { return };
            while talk.request().await.is_some() && talk.say(ada()).await {}
        }
    })
    .await
}

pub fn https(server: &Server) -> String {
    server.url().replace("http:", "https:")
}

/// A server of HTTP/2 that answers the first requests at once, and no later one before it has that many.
async fn server_of_http2(identity: &Identity, first: usize, together: usize, seen: Arc<AtomicUsize>) -> Server {
    let acceptor = identity.acceptor(&["h2", "http/1.1"]);
    let gate = Arc::new(Semaphore::new(0));
    Server::start(move |talk| {
        let (acceptor, gate, seen) = (acceptor.clone(), Arc::clone(&gate), Arc::clone(&seen));
        async move {
            let Some(talk) = talk.secured(&acceptor).await else { return };
            let service = service_fn(move |request: Request<Incoming>| {
                let (gate, seen) = (Arc::clone(&gate), Arc::clone(&seen));
                async move {
                    assert_eq!((request.version(), request.uri().scheme_str()), (Version::HTTP_2, Some("https")));
                    assert_eq!(request.headers()["authorization"], "Bearer t0ken");
                    let count = seen.fetch_add(1, Ordering::SeqCst) + 1;
                    if count == first.saturating_add(together) {
                        gate.add_permits(together);
                    }
                    if count > first {
                        gate.acquire().await.expect("an open gate").forget();
                    }
                    Ok::<_, Infallible>(Response::new(Full::new(Bytes::from(r#"{"username": "ada"}"#))))
                }
            });
            let connection = hyper::server::conn::http2::Builder::new(TokioExecutor::new());
            // How the connection ends is up to the client.
            drop(connection.serve_connection(TokioIo::new(talk.into_io()), service).await);
        }
    })
    .await
}

#[tokio::test]
async fn http_2_is_spoken_where_the_server_does() {
    let identity = Identity::of("127.0.0.1", "http2.pem");
    let seen = Arc::default();
    let server = server_of_http2(&identity, usize::MAX, 0, Arc::clone(&seen)).await;
    let text = child::two_calls(&https(&server), &[("SSL_CERT_FILE", &identity.file)]).await;
    assert_eq!(text.matches(r#"200 OK answered Some("ada")"#).count(), 2, "{text}");
    assert_eq!((seen.load(Ordering::SeqCst), server.accepted()), (2, 1));
}

#[tokio::test]
async fn a_connection_of_http_2_on_which_nothing_comes_back_is_given_up() {
    let identity = Identity::of("127.0.0.1", "silent.pem");
    let server = server_of_http2(&identity, usize::MAX, 0, Arc::default()).await;
    let (acceptor, address) = (identity.acceptor(&["h2"]), server.address());
    let silent_once = Server::start(move |talk| {
        let acceptor = acceptor.clone();
        async move {
            if talk.number > 0 {
                return talk.join(&mut TcpStream::connect(address).await.expect("the server")).await;
            }
            if let Some(mut silent) = talk.secured(&acceptor).await {
                silent.hung_up().await;
            }
        }
    })
    .await;
    let text = child::two_calls(&https(&silent_once), &[("SSL_CERT_FILE", &identity.file)]).await;
    assert!(text.contains("kind: Transport"), "{text}");
    assert_eq!(text.matches(r#"200 OK answered Some("ada")"#).count(), 1, "{text}");
    silent_once.all_ended().await;
}

#[tokio::test]
async fn two_thousand_calls_at_once_share_the_connections_of_fifty_clients() {
    let identity = Identity::of("127.0.0.1", "load.pem");
    let seen = Arc::default();
    let server = server_of_http2(&identity, 50, 2000, Arc::clone(&seen)).await;
    let text = child::many_calls(&https(&server), 50, 40, &[("SSL_CERT_FILE", &identity.file)]).await;
    assert!(text.contains("2000 answered"), "{text}");
    assert_eq!((seen.load(Ordering::SeqCst), server.accepted()), (2050, 50));
    server.all_ended().await;
}

#[tokio::test]
async fn http_1_1_is_spoken_where_the_server_knows_no_other() {
    let identity = Identity::of("127.0.0.1", "http1.pem");
    let server = secure(&identity).await;
    let text = child::two_calls(&https(&server), &[("SSL_CERT_FILE", &identity.file)]).await;
    assert_eq!(text.matches(r#"200 OK answered Some("ada")"#).count(), 2, "{text}");
    assert_eq!((server.last().line.as_str(), server.accepted()), ("GET /api/users/isLogged HTTP/1.1", 1));
}

#[tokio::test]
async fn a_certificate_that_nobody_vouches_for_is_refused() {
    let identity = Identity::of("127.0.0.1", "unknown.pem");
    let server = secure(&identity).await;
    let client = builder(https(&server)).access_token("t0ken").build().expect("sound settings");
    let error = client.user().retrieve().await.expect_err("an unknown issuer");
    assert_eq!(kind(&error), Some(CallErrorKind::Transport));
    assert!(all_text(&error).contains("UnknownIssuer"), "{}", all_text(&error));
    assert!(server.sent().is_empty());
}

#[tokio::test]
async fn a_certificate_for_another_host_is_refused() {
    let identity = Identity::of("elsewhere.test", "elsewhere.pem");
    let server = secure(&identity).await;
    let text = child::two_calls(&https(&server), &[("SSL_CERT_FILE", &identity.file)]).await;
    assert!(text.contains("not valid for name"), "{text}");
    assert!(server.sent().is_empty());
}
