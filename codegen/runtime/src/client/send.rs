//! A call from its first request to its answer, within the time that it has.

use std::time::Duration;

use tokio::time::Instant;
use tracing::Instrument;

use super::deliver::{BaseUrl, Bounds, FixedUrl, deliver};
use super::error::{CallError, CallErrorKind};
use super::outcome::{Answer, answered};
use super::request::Request;
use super::resolve::DiscoveredUrl;
use super::trace;
use super::wire::{BodyMode, Broken, Reception};

/// What a call has been told beside its arguments.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Options {
    pub(super) timeout: Option<Duration>,
    pub(super) retries: Option<usize>,
}

/// Sends a request and receives the answer.
pub(super) async fn send(request: Request, options: Options, way: BodyMode) -> Result<Answer, Box<CallError>> {
    let client = request.client.clone();
    let prepared = request.ready()?;
    let span = trace::call(prepared.operation);
    async {
        let core = &*client.core;
        let timeout = options.timeout.unwrap_or(core.timeout);
        // A time-out that is too long for the clock is none.
        let deadline = Instant::now().checked_add(timeout).unwrap_or_else(far_away);
        let reception = Reception { way, timeout };
        let bounds = Bounds { deadline, retries: options.retries.unwrap_or(core.retries), reception };
        let service = prepared.operation.service;
        let fixed = FixedUrl(core.wire.base_url(service));
        let discovered = core.resolver.discovery(core.api, service).zip(prepared.key.as_deref());
        let discovered = discovered.map(|(discovery, key)| DiscoveredUrl { client: &client, service, discovery, key });
        let target: &dyn BaseUrl = match &discovered {
            Some(discovered) => discovered,
            None => &fixed,
        };
        let delivered = deliver(core, &prepared, target, bounds);
        let received = match tokio::time::timeout_at(deadline, delivered).await {
            Ok(received) => received,
            Err(elapsed) => Err(Broken::new(CallErrorKind::Timeout, "the call took too long", Some(elapsed.into()))),
        };
        let mut answer = answered(&prepared, received);
        if let Ok(Answer::Success(success)) = &mut answer {
            success.on_mismatch = core.on_mismatch;
        }
        answer
    }
    .instrument(span)
    .await
}

fn far_away() -> Instant {
    const CENTURY: Duration = Duration::from_secs(100 * 365 * 24 * 60 * 60);
    Instant::now() + CENTURY
}
