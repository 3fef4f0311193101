//! Operations of `reminders`: enums in a body, an optional token, and responses without a body or of any JSON type.

#[cfg(feature = "server")]
use std::sync::Arc;

#[cfg(feature = "client")]
use routegen_runtime::client::{Call, Client};
#[cfg(feature = "server")]
use routegen_runtime::server::{BodyArg, Context, Endpoints, HandlerFuture, Routes};
use routegen_runtime::{Auth, JsonObject, Method, NoDocumentedError, Operation};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::Service;

pub static CREATE: Operation = Operation {
    api: &super::API,
    id: "reminders.create",
    method: Method::POST,
    path: "/reminders",
    service: Service::Main.id(),
    base_url_parameter: None,
    auth: Auth::Required,
    token_in_query: false,
    is_idempotent: false,
    success: 200,
};
pub static DELETE: Operation = Operation {
    api: &super::API,
    id: "reminders.delete",
    method: Method::DELETE,
    path: "/reminders/{reminder}",
    service: Service::Main.id(),
    base_url_parameter: None,
    auth: Auth::Optional,
    token_in_query: false,
    is_idempotent: true,
    success: 204,
};
pub static GET: Operation = Operation {
    api: &super::API,
    id: "reminders.get",
    method: Method::GET,
    path: "/reminders/{reminder}",
    service: Service::Main.id(),
    base_url_parameter: None,
    auth: Auth::Required,
    token_in_query: false,
    is_idempotent: true,
    success: 200,
};

#[cfg(feature = "client")]
pub struct RemindersClient<'a>(pub(super) &'a Client);

#[cfg(feature = "client")]
impl RemindersClient<'_> {
    pub fn get(&self, reminder: &str) -> Call<Value, NoDocumentedError> {
        self.0.request(&GET).path(reminder).call()
    }
}

#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Action {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub params: Option<JsonObject>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub r#type: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CreateBody {
    pub actions: Vec<Action>,
    pub book: String,
    pub name: String,
    pub options: Options,
    pub r#type: ReminderType,
}

#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Options {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub channel: Option<Channel>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub days: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub frequency: Option<Frequency>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Channel {
    Email,
    Letter,
    Other(String),
}

routegen_runtime::impl_string_enum!(request Channel { Email("email"), Letter("letter"); Other });

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Frequency {
    Once,
    Daily,
    Other(String),
}

routegen_runtime::impl_string_enum!(request Frequency { Once("once"), Daily("daily"); Other });

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ReminderType {
    Due,
    Overdue,
    Other(String),
}

routegen_runtime::impl_string_enum!(request ReminderType { Due("due"), Overdue("overdue"); Other });

#[cfg(feature = "server")]
pub trait RemindersServer<P: Send + 'static>: Send + Sync + 'static {
    fn create(&self, context: Context<P>, body: CreateBody) -> impl HandlerFuture<(), NoDocumentedError> {
        context.not_implemented(body)
    }

    fn delete(&self, context: Context<Option<P>>, reminder: String) -> impl HandlerFuture<(), NoDocumentedError> {
        context.not_implemented(reminder)
    }

    fn get(&self, context: Context<P>, reminder: String) -> impl HandlerFuture<Value, NoDocumentedError> {
        context.not_implemented(reminder)
    }
}

#[cfg(feature = "server")]
pub fn endpoints<P: Send + 'static, S: RemindersServer<P>>(service: Arc<S>) -> Endpoints<P> {
    Routes::new(service)
        .empty(
            &CREATE,
            |service, call, (BodyArg(body),)| async move { S::create(&service, call.required()?, body).await },
        )
        .empty(
            &DELETE,
            |service, call, (reminder,)| async move { S::delete(&service, call.optional()?, reminder).await },
        )
        .json(&GET, |service, call, (reminder,)| async move { S::get(&service, call.required()?, reminder).await })
        .into_endpoints()
}
