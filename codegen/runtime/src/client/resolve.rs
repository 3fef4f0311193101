//! Base URLs that another operation answers: asked for once, kept until they fail.

use std::collections::HashMap;
use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use serde_json::Value;
use tokio::time::Instant;
use tracing::Instrument;

use super::Client;
use super::base_url;
use super::deliver::{BaseUrl, Bounds, FixedUrl, deliver};
use super::error::{CallErrorKind, Error};
use super::failure::Failure;
use super::flight::Flight;
use super::outcome::succeeded;
use super::request::Prepared;
use super::trace;
use super::wire::{BodyMode, Reception};
use crate::{Api, Discovery, ServiceId};

/// How long finding a base URL may take.
const TIMEOUT: Duration = Duration::from_secs(30);

/// How many base URLs are kept.
const MOST_KNOWN: usize = 10_000;

/// The base URL that a request needs, found through another operation.
#[derive(Clone, Copy)]
pub(super) struct DiscoveredUrl<'a> {
    pub(super) client: &'a Client,
    pub(super) service: ServiceId,
    pub(super) discovery: Discovery,
    pub(super) key: &'a str,
}

impl BaseUrl for DiscoveredUrl<'_> {
    fn known(&self) -> Option<Arc<str>> {
        self.client.core.resolver.known(*self)
    }

    fn find(&self) -> Pin<Box<dyn Future<Output = Outcome> + Send + '_>> {
        Box::pin(self.client.core.resolver.find(*self))
    }

    fn has_failed(&self, url: &str) {
        self.client.core.resolver.forget(*self, url);
    }
}

type Outcome = Result<Arc<str>, Failure>;

enum Entry {
    Known(Arc<str>),
    Asked(Flight<Outcome>),
}

/// The base URLs that are known.
pub(super) struct Resolver {
    /// Which services are resolved.
    pub(super) is_on: Vec<bool>,
    /// Domains beside the service's own that get the token.
    pub(super) allowed_hosts: Vec<String>,
    entries: Mutex<HashMap<ServiceId, HashMap<String, Entry>>>,
}

impl Resolver {
    pub(super) fn new(is_on: Vec<bool>, allowed_hosts: Vec<String>) -> Self {
        Self { is_on, allowed_hosts, entries: Mutex::default() }
    }

    /// How the base URL of a service is found; nothing where it is set.
    pub(super) fn discovery(&self, api: &Api, service: ServiceId) -> Option<Discovery> {
        let is_on = self.is_on.get(service.0).copied().unwrap_or_default();
        if is_on { api.service(service)?.discovery } else { None }
    }

    fn known(&self, needed: DiscoveredUrl<'_>) -> Option<Arc<str>> {
        match self.entries().get(&needed.service)?.get(needed.key)? {
            Entry::Known(url) => Some(Arc::clone(url)),
            Entry::Asked(_) => None,
        }
    }

    async fn find(&self, needed: DiscoveredUrl<'_>) -> Outcome {
        let flight = {
            let mut entries = self.entries();
            let entries = entries.entry(needed.service).or_default();
            match entries.get(needed.key) {
                Some(Entry::Known(url)) => return Ok(Arc::clone(url)),
                Some(Entry::Asked(flight)) if flight.is_under_way() => flight.clone(),
                _ => {
                    if entries.len() >= MOST_KNOWN {
                        entries.retain(|_, entry| matches!(entry, Entry::Asked(_)));
                    }
                    let flight = launch(needed);
                    entries.insert(needed.key.to_owned(), Entry::Asked(flight.clone()));
                    flight
                }
            }
        };
        let interrupted = || Failure::new(CallErrorKind::BaseUrl, "the search for the base URL was interrupted");
        flight.landed().await.unwrap_or_else(|| Err(interrupted()))
    }

    /// Makes the next request ask anew, unless somebody has already found another URL.
    fn forget(&self, needed: DiscoveredUrl<'_>, url: &str) {
        if let Some(entries) = self.entries().get_mut(&needed.service)
            && matches!(entries.get(needed.key), Some(Entry::Known(known)) if **known == *url)
        {
            entries.remove(needed.key);
        }
    }

    fn learn(&self, service: ServiceId, key: String, outcome: &Outcome) {
        let mut entries = self.entries();
        let entries = entries.entry(service).or_default();
        match outcome {
            Ok(url) => entries.insert(key, Entry::Known(Arc::clone(url))),
            Err(_) => entries.remove(&key),
        };
    }

    /// Every change under the lock is a single insertion or removal, so a poisoned one is as good as any.
    fn entries(&self) -> MutexGuard<'_, HashMap<ServiceId, HashMap<String, Entry>>> {
        self.entries.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn launch(needed: DiscoveredUrl<'_>) -> Flight<Outcome> {
    let DiscoveredUrl { client, service, discovery, key } = needed;
    let client = client.clone();
    let key = key.to_owned();
    let span = trace::call(discovery.operation);
    Flight::launch(
        async move {
            let outcome = ask(&client, discovery, &key).await;
            client.core.resolver.learn(service, key, &outcome);
            outcome
        }
        .instrument(span),
    )
}

/// Asks the service that is not resolved itself.
async fn ask(client: &Client, discovery: Discovery, key: &str) -> Outcome {
    let core = &*client.core;
    let asked = core.wire.base_url(ServiceId::DEFAULT);
    let failure = |problem| Failure::new(CallErrorKind::BaseUrl, problem);
    let not_found = |error: Error| failure("the base URL could not be found").because(error);
    let prepared = Prepared::with_parameter(discovery.operation, key).map_err(|error| not_found(Error::Call(error)))?;
    let deadline = Instant::now() + TIMEOUT;
    let reception = Reception { way: BodyMode::Buffered, timeout: TIMEOUT };
    let bounds = Bounds { deadline, retries: core.retries, reception };
    let fixed = FixedUrl(asked);
    let delivered = deliver(core, &prepared, &fixed, bounds);
    let received = tokio::time::timeout_at(deadline, delivered)
        .await
        .map_err(|elapsed| failure("the base URL was not found in time").because(elapsed))?;
    let success = succeeded(&prepared, received).map_err(not_found)?;
    let unusable = |why: &str| {
        let (field, operation) = (discovery.base_url.join("."), discovery.operation.id());
        failure("the base URL that was answered cannot be used")
            .because(format!("`{field}` in the answer of `{operation}`: {why}"))
    };
    let body: Value = serde_json::from_slice(success.raw()).map_err(|_| unusable("the answer is not JSON"))?;
    let found = discovery.base_url.iter().try_fold(&body, |part, field| part.get(field)).unwrap_or(&Value::Null);
    let url = match found {
        Value::String(url) if !url.is_empty() => url,
        Value::String(_) => return Err(unusable("it is empty")),
        Value::Null => return Err(unusable("it is missing")),
        _ => return Err(unusable("it is not text")),
    };
    let url = base_url::trusted(url, asked, &core.resolver.allowed_hosts).map_err(|why| unusable(&why))?;
    Ok(url.into())
}
