//! Executes one call: chooses its base URL, enforces its deadline and determines its outcome.

use std::sync::Arc;
use std::time::Duration;

use tokio::time::Instant;
use tracing::Instrument;

use super::attempts::{AuthenticatedSender, CallLimits};
use super::discovery::BaseUrlDiscovery;
use super::error::{Error, ErrorCause, ErrorKind};
use super::outcome::{OnMismatch, Success, classify};
use super::prepare::{Arguments, PreparedRequest};
use super::send::{BodyMode, BodyOptions, RawResponse};
use super::trace;
use crate::ServiceId;

/// What all clones of a client share.
pub(super) struct Core {
    pub(super) base_urls: BaseUrls,
    pub(super) sender: Arc<AuthenticatedSender>,
    pub(super) discovery: Arc<BaseUrlDiscovery>,
    pub(super) timeout: Duration,
    pub(super) retries: usize,
    pub(super) on_mismatch: OnMismatch,
}

/// The configured base URLs, without trailing slashes.
#[derive(Clone)]
pub(super) struct BaseUrls {
    /// One for each service of the API.
    pub(super) all: Vec<Arc<str>>,
    /// The one for a service that the API does not declare.
    pub(super) default: Arc<str>,
}

impl BaseUrls {
    pub(super) fn get(&self, service: ServiceId) -> &Arc<str> {
        self.all.get(service.0).unwrap_or(&self.default)
    }
}

/// Settings of one call that replace those of the client.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct CallOptions {
    pub(super) timeout: Option<Duration>,
    pub(super) retries: Option<usize>,
}

/// Executes a call within its timeout.
pub(super) async fn execute(
    core: Arc<Core>,
    arguments: Arguments,
    options: CallOptions,
    body_mode: BodyMode,
) -> Result<Success, Error> {
    let request = arguments.prepare()?;
    let span = trace::call_span(request.operation);
    async {
        let timeout = options.timeout.unwrap_or(core.timeout);
        // A timeout that exceeds the range of the clock means no timeout.
        let deadline = Instant::now().checked_add(timeout).unwrap_or_else(far_future);
        let body = BodyOptions { mode: body_mode, chunk_timeout: timeout };
        let limits = CallLimits { deadline, retries: options.retries.unwrap_or(core.retries), body };
        let result = match tokio::time::timeout_at(deadline, send(&core, &request, limits)).await {
            Ok(result) => result,
            Err(elapsed) => Err(ErrorCause::new(ErrorKind::Timeout, "the call timed out").with_source(elapsed)),
        };
        classify(&request, result, core.on_mismatch)
    }
    .instrument(span)
    .await
}

/// Sends a request to the base URL of its service, which is discovered first if the API says so.
async fn send(core: &Core, request: &PreparedRequest, limits: CallLimits) -> Result<RawResponse, ErrorCause> {
    let mut attempts = core.sender.attempts(request, limits).await?;
    let Some(target) = core.discovery.target(request) else {
        return attempts.send(core.base_urls.get(request.operation.service)).await;
    };
    loop {
        let base_url = match target.cached() {
            Some(base_url) => base_url,
            None => Box::pin(target.discover()).await?,
        };
        let attempt = attempts.send_once(&base_url).await;
        if attempt.is_base_url_suspect {
            target.forget(&base_url);
        }
        let Some(delay) = attempt.retry_after else { return attempt.result };
        tokio::time::sleep(delay).await;
    }
}

fn far_future() -> Instant {
    const CENTURY: Duration = Duration::from_secs(100 * 365 * 24 * 60 * 60);
    Instant::now() + CENTURY
}
