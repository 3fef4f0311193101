//! Discovers base URLs through the operation that returns them, and caches them until they fail.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use serde_json::Value;
use tokio::time::Instant;
use tracing::Instrument;

use super::attempts::{AuthenticatedSender, CallLimits};
use super::error::{Error, ErrorCause, ErrorKind};
use super::outcome::{OnMismatch, classify};
use super::prepare::PreparedRequest;
use super::send::{BodyMode, BodyOptions};
use super::single_flight::SingleFlight;
use super::trace;
use super::trust::check_trusted;
use crate::{Discovery, ServiceId};

/// How long one discovery may take.
const TIMEOUT: Duration = Duration::from_secs(30);

/// The maximum number of cached base URLs per service.
const MAX_CACHED: usize = 10_000;

pub(super) type DiscoveryResult = Result<Arc<str>, ErrorCause>;

/// A base URL, or the discovery of it.
pub(super) enum Entry {
    Cached(Arc<str>),
    Pending(SingleFlight<DiscoveryResult>),
}

/// The discovered base URLs of a client.
pub(super) struct BaseUrlDiscovery {
    pub(super) sender: Arc<AuthenticatedSender>,
    /// The base URL of the default service, which returns the base URLs of the others.
    pub(super) default_base_url: Arc<str>,
    /// Whether discovery is on, for each service of the API.
    pub(super) is_enabled: Vec<bool>,
    /// Domains outside of the default service's own that may get the token.
    pub(super) allowed_hosts: Vec<String>,
    pub(super) retries: usize,
    pub(super) entries: Mutex<HashMap<ServiceId, HashMap<String, Entry>>>,
}

/// The base URL that a request needs.
#[derive(Clone, Copy)]
pub(super) struct DiscoveryTarget<'a> {
    cache: &'a Arc<BaseUrlDiscovery>,
    service: ServiceId,
    discovery: Discovery,
    key: &'a str,
}

impl BaseUrlDiscovery {
    /// Returns what has to be discovered for a request, or `None` if the base URL of its service is fixed.
    pub(super) fn target<'a>(self: &'a Arc<Self>, request: &'a PreparedRequest) -> Option<DiscoveryTarget<'a>> {
        let service = request.operation.service;
        if !self.is_enabled.get(service.0).copied().unwrap_or_default() {
            return None;
        }
        let discovery = request.operation.service()?.discovery?;
        Some(DiscoveryTarget { cache: self, service, discovery, key: request.base_url_key.as_deref()? })
    }

    /// Calls the operation that returns the base URL. The default service is not discovered itself.
    async fn request(&self, discovery: Discovery, key: &str) -> DiscoveryResult {
        let failed = |problem| ErrorCause::new(ErrorKind::BaseUrl, problem);
        let not_found = |error: Error| failed("the base URL could not be discovered").with_source(error);
        let request = PreparedRequest::with_path_parameter(discovery.operation, key).map_err(not_found)?;
        let deadline = Instant::now() + TIMEOUT;
        let body = BodyOptions { mode: BodyMode::Buffered, chunk_timeout: TIMEOUT };
        let limits = CallLimits { deadline, retries: self.retries, body };
        let sent = async { self.sender.attempts(&request, limits).await?.send(&self.default_base_url).await };
        let result = tokio::time::timeout_at(deadline, sent)
            .await
            .map_err(|elapsed| failed("the discovery of the base URL timed out").with_source(elapsed))?;
        let success = classify(&request, result, OnMismatch::Omit).map_err(not_found)?;
        self.base_url_in(discovery, success.raw()).map_err(|why| {
            let (field, operation) = (discovery.base_url.join("."), discovery.operation.id());
            failed("the discovered base URL cannot be used")
                .with_source(format!("`{field}` in the response of `{operation}`: {why}"))
        })
    }

    /// Extracts the base URL from a response.
    ///
    /// # Errors
    /// Returns the reason if the client cannot use it.
    fn base_url_in(&self, discovery: Discovery, response: &[u8]) -> Result<Arc<str>, String> {
        let body: Value = serde_json::from_slice(response).map_err(|_| "the response is not JSON".to_owned())?;
        match discovery.base_url.iter().try_fold(&body, |value, field| value.get(field)).unwrap_or(&Value::Null) {
            Value::String(url) if !url.is_empty() => {
                check_trusted(url, &self.default_base_url, &self.allowed_hosts).map(Arc::from)
            }
            Value::String(_) => Err("it is empty".to_owned()),
            Value::Null => Err("it is missing".to_owned()),
            Value::Bool(_) | Value::Number(_) | Value::Array(_) | Value::Object(_) => {
                Err("it is not a string".to_owned())
            }
        }
    }

    /// Locks the entries. Every change under the lock is a single insertion or removal, so a poisoned lock does no harm.
    fn entries(&self) -> MutexGuard<'_, HashMap<ServiceId, HashMap<String, Entry>>> {
        self.entries.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl DiscoveryTarget<'_> {
    /// Returns the cached base URL.
    pub(super) fn cached(&self) -> Option<Arc<str>> {
        match self.cache.entries().get(&self.service)?.get(self.key)? {
            Entry::Cached(url) => Some(Arc::clone(url)),
            Entry::Pending(_) => None,
        }
    }

    /// Discovers the base URL, or waits for the discovery that is already running.
    pub(super) async fn discover(&self) -> DiscoveryResult {
        let flight = {
            let mut entries = self.cache.entries();
            let entries = entries.entry(self.service).or_default();
            match entries.get(self.key) {
                Some(Entry::Cached(url)) => return Ok(Arc::clone(url)),
                Some(Entry::Pending(flight)) if flight.is_running() => flight.clone(),
                _ => {
                    if entries.len() >= MAX_CACHED {
                        entries.retain(|_, entry| matches!(entry, Entry::Pending(_)));
                    }
                    let flight = self.spawn();
                    entries.insert(self.key.to_owned(), Entry::Pending(flight.clone()));
                    flight
                }
            }
        };
        let interrupted = || ErrorCause::new(ErrorKind::BaseUrl, "the discovery of the base URL was interrupted");
        flight.join().await.unwrap_or_else(|| Err(interrupted()))
    }

    /// Removes a base URL from the cache, unless it has already been replaced by another one.
    pub(super) fn forget(&self, url: &str) {
        if let Some(entries) = self.cache.entries().get_mut(&self.service)
            && matches!(entries.get(self.key), Some(Entry::Cached(cached)) if **cached == *url)
        {
            entries.remove(self.key);
        }
    }

    fn spawn(&self) -> SingleFlight<DiscoveryResult> {
        let Self { service, discovery, .. } = *self;
        let (cache, key) = (Arc::clone(self.cache), self.key.to_owned());
        let discover = async move {
            let result = cache.request(discovery, &key).await;
            let mut entries = cache.entries();
            let entries = entries.entry(service).or_default();
            match &result {
                Ok(url) => entries.insert(key, Entry::Cached(Arc::clone(url))),
                Err(_) => entries.remove(&key),
            };
            result
        };
        SingleFlight::spawn(discover.instrument(trace::call_span(discovery.operation)))
    }
}
