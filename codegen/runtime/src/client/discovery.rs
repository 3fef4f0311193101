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

/// The discovered base URLs, which clients with different tokens share.
pub(super) type CachedBaseUrls = Mutex<HashMap<ServiceId, HashMap<String, Arc<str>>>>;

/// The discoveries that are running.
pub(super) type PendingDiscoveries = Mutex<HashMap<(ServiceId, String), SingleFlight<DiscoveryResult>>>;

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
    pub(super) cached: Arc<CachedBaseUrls>,
    /// Not shared with clients that have another token, because the service may reject one token and accept the other.
    pub(super) pending: PendingDiscoveries,
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

    /// Returns a discovery with another sender that has the same base URLs and settings.
    pub(super) fn with_sender(&self, sender: Arc<AuthenticatedSender>) -> Self {
        Self {
            sender,
            default_base_url: Arc::clone(&self.default_base_url),
            is_enabled: self.is_enabled.clone(),
            allowed_hosts: self.allowed_hosts.clone(),
            retries: self.retries,
            cached: Arc::clone(&self.cached),
            pending: Mutex::default(),
        }
    }
}

/// Locks a map. Every change under the lock is a single insertion or removal, so a poisoned lock does no harm.
fn lock<T>(map: &Mutex<T>) -> MutexGuard<'_, T> {
    map.lock().unwrap_or_else(PoisonError::into_inner)
}

impl DiscoveryTarget<'_> {
    /// Returns the cached base URL.
    pub(super) fn cached(&self) -> Option<Arc<str>> {
        lock(&self.cache.cached).get(&self.service)?.get(self.key).cloned()
    }

    /// Discovers the base URL, or waits for the discovery that is already running.
    pub(super) async fn discover(&self) -> DiscoveryResult {
        let flight = {
            let mut pending = lock(&self.cache.pending);
            if let Some(url) = self.cached() {
                return Ok(url);
            }
            let key = (self.service, self.key.to_owned());
            match pending.get(&key) {
                Some(flight) if flight.is_running() => flight.clone(),
                _ => {
                    let flight = self.spawn();
                    pending.insert(key, flight.clone());
                    flight
                }
            }
        };
        let interrupted = || ErrorCause::new(ErrorKind::BaseUrl, "the discovery of the base URL was interrupted");
        flight.join().await.unwrap_or_else(|| Err(interrupted()))
    }

    /// Removes a base URL from the cache, unless it has already been replaced by another one.
    pub(super) fn forget(&self, url: &str) {
        if let Some(cached) = lock(&self.cache.cached).get_mut(&self.service)
            && cached.get(self.key).is_some_and(|cached| **cached == *url)
        {
            cached.remove(self.key);
        }
    }

    fn spawn(&self) -> SingleFlight<DiscoveryResult> {
        let Self { service, discovery, .. } = *self;
        let (cache, key) = (Arc::clone(self.cache), self.key.to_owned());
        let discover = async move {
            let result = cache.request(discovery, &key).await;
            if let Ok(url) = &result {
                let mut cached = lock(&cache.cached);
                let cached = cached.entry(service).or_default();
                if cached.len() >= MAX_CACHED {
                    cached.clear();
                }
                cached.insert(key.clone(), Arc::clone(url));
            }
            lock(&cache.pending).remove(&(service, key));
            result
        };
        SingleFlight::spawn(discover.instrument(trace::call_span(discovery.operation)))
    }
}
