//! The span of a call, with the names that OpenTelemetry has for HTTP clients. No value of an argument is in it.

use http::{StatusCode, Uri};
use tracing::field::{Empty, display};
use tracing::{Span, info_span};

use super::error::CallErrorKind;
use crate::Operation;

/// What events and spans of the client belong to.
pub(super) const TARGET: &str = env!("CARGO_CRATE_NAME");

/// The span of one call, its repetitions and all that it waits for included.
pub(super) fn call(operation: &Operation) -> Span {
    info_span!(
        target: TARGET,
        "call",
        otel.name = %format_args!("{} {}", operation.method(), operation.path()),
        otel.kind = "client",
        otel.status_code = Empty,
        operation = operation.id(),
        http.request.method = operation.method().as_str(),
        url.template = operation.path(),
        server.address = Empty,
        server.port = Empty,
        http.request.resend_count = Empty,
        http.response.status_code = Empty,
        error.r#type = Empty,
    )
}

/// Where a request is sent, and how often it was before.
pub(super) fn sent(span: &Span, uri: &Uri, resent: u32) {
    if span.is_disabled() {
        return;
    }
    if let Some(host) = uri.host() {
        span.record("server.address", host);
    }
    let port = uri.port_u16().unwrap_or(if uri.scheme_str() == Some("https") { 443 } else { 80 });
    span.record("server.port", port);
    if resent > 0 {
        span.record("http.request.resend_count", resent);
    }
}

/// The last answer, which the call ends with. Those before it were not its result.
pub(super) fn succeeded(span: &Span, status: StatusCode) {
    span.record("http.response.status_code", status.as_u16());
}

/// The last answer, where it means failure.
pub(super) fn refused(span: &Span, status: StatusCode) {
    succeeded(span, status);
    span.record("error.type", display(status.as_u16()));
    span.record("otel.status_code", "ERROR");
}

/// No answer, or none that could be read.
pub(super) fn failed(span: &Span, kind: CallErrorKind) {
    span.record("error.type", kind.name());
    span.record("otel.status_code", "ERROR");
}
