//! Operations of `books`: responses that are arrays and nested objects, and a literal next to a path parameter.

#[cfg(feature = "server")]
use std::sync::Arc;

#[cfg(feature = "client")]
use routegen_runtime::client::{Call, Client};
#[cfg(feature = "server")]
use routegen_runtime::server::{Context, Endpoints, HandlerFuture, Routes};
use routegen_runtime::{Auth, JsonObject, Method, NoDocumentedError, Operation};
use serde::{Deserialize, Serialize};

use super::Service;

pub static GET: Operation = Operation {
    api: &super::API,
    id: "books.get",
    method: Method::GET,
    path: "/books/{isbn}",
    service: Service::Main.id(),
    base_url_parameter: None,
    auth: Auth::Required,
    token_in_query: false,
    is_idempotent: true,
    success: 200,
};
pub static LIST: Operation = Operation {
    api: &super::API,
    id: "books.list",
    method: Method::GET,
    path: "/books/",
    service: Service::Main.id(),
    base_url_parameter: None,
    auth: Auth::Required,
    token_in_query: false,
    is_idempotent: true,
    success: 200,
};
pub static NEWEST: Operation = Operation {
    api: &super::API,
    id: "books.newest",
    method: Method::GET,
    path: "/books/newest",
    service: Service::Main.id(),
    base_url_parameter: None,
    auth: Auth::Required,
    token_in_query: false,
    is_idempotent: true,
    success: 200,
};

#[cfg(feature = "client")]
pub struct BooksClient<'a>(pub(super) &'a Client);

#[cfg(feature = "client")]
impl BooksClient<'_> {
    pub fn list(&self) -> Call<Vec<Book>, ListError> {
        self.0.request(&LIST).call()
    }

    pub fn newest(&self) -> Call<Book, NoDocumentedError> {
        self.0.request(&NEWEST).call()
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ListError {
    InternalServerError,
}

routegen_runtime::impl_route_error!(ListError { InternalServerError(500, "the documented error 500") });

#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Book {
    #[serde(rename = "_id", skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub price: Option<Price>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub publisher: Option<Publisher>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub shelf: Option<Shelf>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    #[serde(flatten)]
    pub other: JsonObject,
}

#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Price {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub currency: Option<String>,
    #[serde(flatten)]
    pub other: JsonObject,
}

#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Publisher {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    #[serde(flatten)]
    pub other: JsonObject,
}

#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Shelf {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub location: Option<Location>,
    #[serde(flatten)]
    pub other: JsonObject,
}

#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Location {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub room: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub row: Option<String>,
    #[serde(flatten)]
    pub other: JsonObject,
}

#[cfg(feature = "server")]
pub trait BooksServer<P: Send + 'static>: Send + Sync + 'static {
    fn get(&self, context: Context<P>, isbn: String) -> impl HandlerFuture<Book, NoDocumentedError> {
        context.not_implemented(isbn)
    }

    fn list(&self, context: Context<P>) -> impl HandlerFuture<Vec<Book>, ListError> {
        context.not_implemented(())
    }

    fn newest(&self, context: Context<P>) -> impl HandlerFuture<Book, NoDocumentedError> {
        context.not_implemented(())
    }
}

#[cfg(feature = "server")]
pub fn endpoints<P: Send + 'static, S: BooksServer<P>>(service: Arc<S>) -> Endpoints<P> {
    Routes::new(service)
        .json(&GET, |service, call, (isbn,)| async move { S::get(&service, call.required()?, isbn).await })
        .json(&LIST, |service, call, ()| async move { S::list(&service, call.required()?).await })
        .json(&NEWEST, |service, call, ()| async move { S::newest(&service, call.required()?).await })
        .into_endpoints()
}
