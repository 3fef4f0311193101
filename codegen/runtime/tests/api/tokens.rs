//! Operations of `tokens`: token refresh, a secret in the path, and statuses of success other than 200.

#[cfg(feature = "server")]
use std::sync::Arc;

#[cfg(feature = "client")]
use routegen_runtime::client::{Call, Client};
#[cfg(feature = "server")]
use routegen_runtime::server::{BodyArg, Context, Endpoints, HandlerFuture, Routes};
use routegen_runtime::{Auth, JsonObject, Method, NoDocumentedError, Operation, Secret};
use serde::{Deserialize, Serialize};

use super::Service;

pub static CONFIRM: Operation = Operation {
    api: &super::API,
    id: "tokens.confirmEmail",
    method: Method::GET,
    path: "/confirmations/{token}",
    service: Service::Accounts.id(),
    base_url_parameter: None,
    auth: Auth::None,
    token_in_query: false,
    is_idempotent: true,
    success: 301,
};
pub static EXCHANGE: Operation = Operation {
    api: &super::API,
    id: "tokens.exchange",
    method: Method::POST,
    path: "/tokens",
    service: Service::Accounts.id(),
    base_url_parameter: None,
    auth: Auth::None,
    token_in_query: false,
    is_idempotent: false,
    success: 200,
};
pub static REVOKE: Operation = Operation {
    api: &super::API,
    id: "tokens.revoke",
    method: Method::POST,
    path: "/tokens/revoke",
    service: Service::Accounts.id(),
    base_url_parameter: None,
    auth: Auth::Required,
    token_in_query: false,
    is_idempotent: false,
    success: 204,
};

#[cfg(feature = "client")]
pub struct TokensClient<'a>(pub(super) &'a Client);

#[cfg(feature = "client")]
impl TokensClient<'_> {
    pub fn confirm_email(&self, token: &Secret) -> Call<(), NoDocumentedError> {
        self.0.request(&CONFIRM).path_secret(token).call()
    }

    pub fn exchange(&self, body: &ExchangeBody) -> Call<ExchangeResponse, NoDocumentedError> {
        self.0.request(&EXCHANGE).body(body).call()
    }

    pub fn revoke(&self) -> Call<(), NoDocumentedError> {
        self.0.request(&REVOKE).call()
    }
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ExchangeBody {
    pub client_id: String,
    pub refresh_token: Secret,
}

impl ExchangeBody {
    pub fn new(client_id: impl Into<String>, refresh_token: impl Into<Secret>) -> Self {
        Self { client_id: client_id.into(), refresh_token: refresh_token.into() }
    }
}

#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct ExchangeResponse {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub access_token: Option<Secret>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub refresh_token: Option<Secret>,
    #[serde(flatten)]
    pub other: JsonObject,
}

#[cfg(feature = "server")]
pub trait TokensServer<P: Send + 'static>: Send + Sync + 'static {
    fn confirm_email(&self, context: Context<()>, token: Secret) -> impl HandlerFuture<(), NoDocumentedError> {
        context.not_implemented(token)
    }

    fn exchange(
        &self,
        context: Context<()>,
        body: ExchangeBody,
    ) -> impl HandlerFuture<ExchangeResponse, NoDocumentedError> {
        context.not_implemented(body)
    }

    fn revoke(&self, context: Context<P>) -> impl HandlerFuture<(), NoDocumentedError> {
        context.not_implemented(())
    }
}

#[cfg(feature = "server")]
pub fn endpoints<P: Send + 'static, S: TokensServer<P>>(service: Arc<S>) -> Endpoints<P> {
    Routes::new(service)
        .empty(
            &CONFIRM,
            |service, call, (token,)| async move { S::confirm_email(&service, call.anonymous()?, token).await },
        )
        .json(&EXCHANGE, |service, call, (BodyArg(body),)| async move {
            S::exchange(&service, call.anonymous()?, body).await
        })
        .empty(&REVOKE, |service, call, ()| async move { S::revoke(&service, call.required()?).await })
        .into_endpoints()
}
