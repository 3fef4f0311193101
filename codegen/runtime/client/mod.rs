//! The client: from a typed call to a request, and from the answer to a typed result.

mod builder;
mod call;
mod error;
mod path;
mod receive;
mod request;
mod send;
mod transport;

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use super::{Operation, Secret};
use crate::api::Service;

pub use builder::{BuildError, ClientBuilder};
pub use call::Call;
pub use error::{ApiError, CallError, CallErrorKind, Error, Undocumented};
pub use receive::Receive;
pub use transport::{RequestBody, ResponseBody};

/// The way to the service. Cheap to clone; clones share connections.
#[derive(Clone)]
pub struct Client {
    core: Arc<Core>,
}

/// What all clones share.
struct Core {
    transport: Box<dyn transport::Transport>,
    base_urls: [String; Service::ALL.len()],
    access_token: Option<Secret>,
    timeout: Duration,
    response_limit: usize,
}

impl Client {
    /// Settings for a client.
    pub fn builder() -> ClientBuilder {
        ClientBuilder::default()
    }

    /// The start of a call.
    pub(crate) fn request(&self, operation: &'static Operation) -> request::Request {
        request::Request::new(self.clone(), operation)
    }

    /// The base URL of a service, without a slash at its end.
    pub fn base_url(&self, service: Service) -> &str {
        self.core.base_urls.get(service as usize).map_or(service.url(), String::as_str)
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client").field("base_urls", &self.core.base_urls).finish_non_exhaustive()
    }
}
