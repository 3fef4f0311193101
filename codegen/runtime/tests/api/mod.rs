//! The API of a lending library, declared the way a generated crate declares one.
//!
//! The runtime's tests call and serve it. It has at least one operation of every kind that the runtime supports.

pub mod books;
pub mod branches;
pub mod loans;
pub mod members;
pub mod reminders;
pub mod tokens;

#[cfg(feature = "server")]
use std::sync::Arc;

#[cfg(feature = "server")]
use routegen_runtime::server::Endpoints;
use routegen_runtime::{Api, ApiService, Discovery, Refresh, ServiceId};
#[cfg(feature = "client")]
use routegen_runtime::{
    SignedDuration,
    client::{self, ApiClient},
};

pub const USER_AGENT: &str = "library-api/1.2.3";

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Service {
    /// Members and books; the default service.
    Main,
    /// A branch, at the base URL that `branches.find` returns.
    Branch,
    /// Access tokens and refresh tokens.
    Accounts,
}

impl Service {
    pub const fn id(self) -> ServiceId {
        ServiceId(self as usize)
    }
}

impl From<Service> for ServiceId {
    fn from(service: Service) -> Self {
        service.id()
    }
}

pub static API: Api = Api {
    services: &[
        ApiService { name: "main", base_url: "https://library.example", discovery: None },
        ApiService {
            name: "branch",
            base_url: "https://library.example",
            discovery: Some(Discovery { operation: &branches::FIND, base_url: &["branch", "addresses", "web"] }),
        },
        ApiService { name: "accounts", base_url: "https://accounts.library.example", discovery: None },
    ],
    refresh: Some(Refresh {
        operation: &tokens::EXCHANGE,
        token: "refresh_token",
        send: &[("client_id", "library-app"), ("grant_type", "refresh_token")],
        access_token: "access_token",
        refresh_token: Some("refresh_token"),
        expires_at: Some("expires_at"),
    }),
    token_parameter: Some("access_token"),
    message_fields: &[&["message"], &["error_description"], &["error"]],
    user_agent: USER_AGENT,
};

#[cfg(feature = "client")]
#[derive(Debug, Clone)]
pub struct Client(client::Client);

#[cfg(feature = "client")]
pub type ClientBuilder = client::ClientBuilder<Client>;

#[cfg(feature = "client")]
impl ApiClient for Client {
    type Service = Service;
    const API: &'static Api = &API;
    fn from_client(client: client::Client) -> Self {
        Self(client)
    }
}

#[cfg(feature = "client")]
impl Client {
    pub fn builder() -> ClientBuilder {
        ClientBuilder::default()
    }

    #[must_use]
    pub fn with_access_token(&self, token: impl Into<client::AccessToken>) -> Self {
        Self(self.0.with_access_token(token))
    }

    pub fn base_url(&self, service: Service) -> &str {
        self.0.base_url(service)
    }

    pub fn clock_offset(&self) -> Option<SignedDuration> {
        self.0.clock_offset()
    }

    pub fn books(&self) -> books::BooksClient<'_> {
        books::BooksClient(&self.0)
    }

    pub fn branches(&self) -> branches::BranchesClient<'_> {
        branches::BranchesClient(&self.0)
    }

    pub fn members(&self) -> members::MembersClient<'_> {
        members::MembersClient(&self.0)
    }

    pub fn reminders(&self) -> reminders::RemindersClient<'_> {
        reminders::RemindersClient(&self.0)
    }

    pub fn tokens(&self) -> tokens::TokensClient<'_> {
        tokens::TokensClient(&self.0)
    }
}

/// Returns the routes of all namespaces, served by one type.
#[cfg(feature = "server")]
pub fn endpoints<P, S>(service: Arc<S>) -> Endpoints<P>
where
    P: Send + 'static,
    S: books::BooksServer<P>
        + branches::BranchesServer<P>
        + loans::LoansServer<P>
        + members::MembersServer<P>
        + reminders::RemindersServer<P>
        + tokens::TokensServer<P>,
{
    [
        books::endpoints(service.clone()),
        branches::endpoints(service.clone()),
        loans::endpoints(service.clone()),
        members::endpoints(service.clone()),
        reminders::endpoints(service.clone()),
        tokens::endpoints(service),
    ]
    .into_iter()
    .collect()
}
