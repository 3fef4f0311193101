//! The TLS configuration of the default transport.

use std::sync::{Arc, LazyLock};

use rustls::crypto::ring;
use rustls::{ClientConfig, RootCertStore};

/// Returns the configuration for TLS 1.2 and 1.3 with the platform's root certificates, or `None` if it is invalid. Loading
/// the certificates takes a while, so it is done once.
pub(super) fn config() -> Option<ClientConfig> {
    static CONFIG: LazyLock<Option<ClientConfig>> = LazyLock::new(|| {
        let versions = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()));
        let versions = versions.with_safe_default_protocol_versions().ok()?;
        Some(versions.with_root_certificates(roots()).with_no_client_auth())
    });
    CONFIG.clone()
}

/// Loads the platform's root certificates. Many containers have none; then Mozilla's, from `webpki-roots`, are used.
fn roots() -> RootCertStore {
    let mut roots = RootCertStore::empty();
    roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    if roots.is_empty() {
        roots.extend(webpki_roots::TLS_SERVER_ROOTS.iter().cloned());
    }
    roots
}
