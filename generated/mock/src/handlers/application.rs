//! The applications of a bucket.

use pm2_api::bucket::application;
use pm2_api::{Context, Download, HandlerResult, JsonObject};
use serde_json::Value;

use crate::response::{json_body, require_name, typed};
use crate::service::{Caller, Service};

/// The screenshot of every application: one pixel, as a GIF.
const SCREENSHOT: &[u8] = b"GIF89a\x01\0\x01\0\x80\0\0\0\0\0\xff\xff\xff,\0\0\0\0\x01\0\x01\0\0\x02\x02D\x01\0;";

impl application::ApplicationServer<Caller> for Service {
    async fn create(
        &self,
        context: Context<Caller>,
        id: String,
        body: application::CreateBody,
    ) -> HandlerResult<Value, application::CreateError> {
        json_body(self.update_bucket(&context, &id, |bucket| {
            require_name(&body.name)?;
            bucket.applications.create(&mut bucket.random, &body)
        }))
    }

    async fn delete(
        &self,
        context: Context<Option<Caller>>,
        id: String,
        application: String,
    ) -> HandlerResult<(), application::DeleteError> {
        self.update_bucket(&context, &id, |bucket| bucket.applications.remove(&application).map(|_| ()))
    }

    async fn get(
        &self,
        context: Context<Caller>,
        id: String,
        application: String,
    ) -> HandlerResult<application::Application, application::GetError> {
        self.read_bucket(&context, &id, |bucket| typed(bucket.applications.get(&application)?))
    }

    async fn get_preview(
        &self,
        context: Context<Caller>,
        id: String,
        application: String,
    ) -> HandlerResult<Download, application::GetPreviewError> {
        self.read_bucket(&context, &id, |bucket| {
            bucket.applications.get(&application).map(|_| Download::new(SCREENSHOT))
        })
    }

    async fn get_reports(
        &self,
        context: Context<Caller>,
        id: String,
        application: String,
    ) -> HandlerResult<Value, application::GetReportsError> {
        // The mock server never creates reports.
        json_body(self.read_bucket(&context, &id, |bucket| {
            bucket.applications.get(&application).map(|_| Vec::<JsonObject>::new())
        }))
    }

    async fn list(&self, context: Context<Caller>, id: String) -> HandlerResult<Value, application::ListError> {
        json_body(self.read_bucket(&context, &id, |bucket| Ok(bucket.applications.to_vec())))
    }

    async fn update(
        &self,
        context: Context<Caller>,
        id: String,
        application: String,
        body: application::UpdateBody,
    ) -> HandlerResult<Value, application::UpdateError> {
        json_body(self.update_bucket(&context, &id, |bucket| bucket.applications.update(&application, &body)))
    }
}
