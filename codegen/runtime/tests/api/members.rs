//! Operations of `members`: with and without a token, with secrets in query and body, idempotent and not.

#[cfg(feature = "server")]
use std::sync::Arc;

#[cfg(feature = "client")]
use routegen_runtime::client::{Call, Client};
#[cfg(feature = "server")]
use routegen_runtime::server::{BodyArg, Context, Endpoints, HandlerFuture, QueryArg, Routes};
use routegen_runtime::{Auth, JsonObject, Method, NoDocumentedError, Operation, Secret};
use serde::{Deserialize, Serialize};

use super::Service;

pub static DELETE: Operation = Operation {
    api: &super::API,
    id: "members.delete",
    method: Method::DELETE,
    path: "/members/me",
    service: Service::Main.id(),
    base_url_parameter: None,
    auth: Auth::Required,
    token_in_query: false,
    is_idempotent: true,
    success: 200,
};
pub static DISABLE_SECOND_FACTOR: Operation = Operation {
    api: &super::API,
    id: "members.disableSecondFactor",
    method: Method::DELETE,
    path: "/members/second-factor",
    service: Service::Main.id(),
    base_url_parameter: None,
    auth: Auth::Required,
    token_in_query: false,
    is_idempotent: false,
    success: 200,
};
pub static ME: Operation = Operation {
    api: &super::API,
    id: "members.me",
    method: Method::GET,
    path: "/members/me",
    service: Service::Main.id(),
    base_url_parameter: None,
    auth: Auth::Required,
    token_in_query: false,
    is_idempotent: true,
    success: 200,
};
pub static SET_ADDRESS: Operation = Operation {
    api: &super::API,
    id: "members.setAddress",
    method: Method::PUT,
    path: "/members/address",
    service: Service::Main.id(),
    base_url_parameter: None,
    auth: Auth::Required,
    token_in_query: false,
    is_idempotent: true,
    success: 200,
};
pub static SHOW: Operation = Operation {
    api: &super::API,
    id: "members.show",
    method: Method::GET,
    path: "/members/named/{name}",
    service: Service::Main.id(),
    base_url_parameter: None,
    auth: Auth::None,
    token_in_query: false,
    is_idempotent: true,
    success: 200,
};
pub static UPDATE: Operation = Operation {
    api: &super::API,
    id: "members.update",
    method: Method::POST,
    path: "/members/update",
    service: Service::Main.id(),
    base_url_parameter: None,
    auth: Auth::Required,
    token_in_query: false,
    is_idempotent: false,
    success: 200,
};

#[cfg(feature = "client")]
pub struct MembersClient<'a>(pub(super) &'a Client);

#[cfg(feature = "client")]
impl MembersClient<'_> {
    pub fn delete(&self) -> Call<Member, DeleteError> {
        self.0.request(&DELETE).call()
    }

    pub fn disable_second_factor(&self, query: &DisableSecondFactorQuery) -> Call<(), NoDocumentedError> {
        self.0.request(&DISABLE_SECOND_FACTOR).query(query).call()
    }

    pub fn me(&self) -> Call<Member, NoDocumentedError> {
        self.0.request(&ME).call()
    }

    pub fn show(&self, name: &str) -> Call<Member, ShowError> {
        self.0.request(&SHOW).path(name).call()
    }

    pub fn update(&self, body: &UpdateBody) -> Call<Member, UpdateError> {
        self.0.request(&UPDATE).body(body).call()
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum DeleteError {
    PaymentRequired,
}

routegen_runtime::impl_route_error!(DeleteError { PaymentRequired(402, "the documented error 402") });

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ShowError {
    NotFound,
    InternalServerError,
}

routegen_runtime::impl_route_error!(ShowError { NotFound(404, "the documented error 404"), InternalServerError(500, "the documented error 500") });

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum UpdateError {
    BadRequest,
}

routegen_runtime::impl_route_error!(UpdateError { BadRequest(400, "the documented error 400") });

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Address {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub city: Option<String>,
    pub street: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub zip: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct DisableSecondFactorQuery {
    #[serde(rename = "oneTimePassword")]
    pub one_time_password: Secret,
}

impl DisableSecondFactorQuery {
    pub fn new(one_time_password: impl Into<Secret>) -> Self {
        Self { one_time_password: one_time_password.into() }
    }
}

#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Member {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    #[serde(flatten)]
    pub other: JsonObject,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SetAddressBody {
    pub address: Address,
    pub id: String,
}

#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct UpdateBody {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub new_password: Option<Secret>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub old_password: Option<Secret>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub preferences: Option<JsonObject>,
}

#[cfg(feature = "server")]
pub trait MembersServer<P: Send + 'static>: Send + Sync + 'static {
    fn delete(&self, context: Context<P>) -> impl HandlerFuture<Member, DeleteError> {
        context.not_implemented(())
    }

    fn disable_second_factor(
        &self,
        context: Context<P>,
        query: DisableSecondFactorQuery,
    ) -> impl HandlerFuture<(), NoDocumentedError> {
        context.not_implemented(query)
    }

    fn me(&self, context: Context<P>) -> impl HandlerFuture<Member, NoDocumentedError> {
        context.not_implemented(())
    }

    fn set_address(
        &self,
        context: Context<P>,
        body: SetAddressBody,
    ) -> impl HandlerFuture<JsonObject, NoDocumentedError> {
        context.not_implemented(body)
    }

    fn show(&self, context: Context<()>, name: String) -> impl HandlerFuture<Member, ShowError> {
        context.not_implemented(name)
    }

    fn update(&self, context: Context<P>, body: UpdateBody) -> impl HandlerFuture<Member, UpdateError> {
        context.not_implemented(body)
    }
}

#[cfg(feature = "server")]
pub fn endpoints<P: Send + 'static, S: MembersServer<P>>(service: Arc<S>) -> Endpoints<P> {
    Routes::new(service)
        .json(&DELETE, |service, call, ()| async move { S::delete(&service, call.required()?).await })
        .empty(&DISABLE_SECOND_FACTOR, |service, call, (QueryArg(query),)| async move {
            S::disable_second_factor(&service, call.required()?, query).await
        })
        .json(&ME, |service, call, ()| async move { S::me(&service, call.required()?).await })
        .json(&SET_ADDRESS, |service, call, (BodyArg(body),)| async move {
            S::set_address(&service, call.required()?, body).await
        })
        .json(&SHOW, |service, call, (name,)| async move { S::show(&service, call.anonymous()?, name).await })
        .json(
            &UPDATE,
            |service, call, (BodyArg(body),)| async move { S::update(&service, call.required()?, body).await },
        )
        .into_endpoints()
}
