//! The span of a call, with the attributes that OpenTelemetry defines for HTTP clients. It contains no argument of the call.

use http::{StatusCode, Uri};
use tracing::field::{Empty, display};
use tracing::{Span, info_span};

use super::error::ErrorKind;
use crate::Operation;

/// The target of the client's events and spans.
pub(super) const TARGET: &str = env!("CARGO_CRATE_NAME");

/// Creates the span of one call, including its retries and everything that it waits for.
pub(super) fn call_span(operation: &Operation) -> Span {
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

/// Records where a request is sent, and how often it was sent before.
pub(super) fn record_attempt(span: &Span, uri: &Uri, resend_count: u32) {
    if span.is_disabled() {
        return;
    }
    if let Some(host) = uri.host() {
        span.record("server.address", host);
    }
    let port = uri.port_u16().unwrap_or(if uri.scheme_str() == Some("https") { 443 } else { 80 });
    span.record("server.port", port);
    if resend_count > 0 {
        span.record("http.request.resend_count", resend_count);
    }
}

/// Records the status code of the final response. Earlier responses were not the result of the call.
pub(super) fn record_status(span: &Span, status: StatusCode) {
    span.record("http.response.status_code", status.as_u16());
}

/// Records a final response that means an error.
pub(super) fn record_api_error(span: &Span, status: StatusCode) {
    record_status(span, status);
    span.record("error.type", display(status.as_u16()));
    span.record("otel.status_code", "ERROR");
}

/// Records that there is no usable response.
pub(super) fn record_call_error(span: &Span, kind: ErrorKind) {
    span.record("error.type", kind.name());
    span.record("otel.status_code", "ERROR");
}
