//! The refresh tokens of an account.

use pm2_api::{Context, HandlerResult, JsonObject, tokens};
use serde_json::{Value, json};

use super::auth::add_refresh_token;
use super::{Caller, Service};

/// An account can have as many refresh tokens.
const MOST: usize = 100;

impl tokens::TokensServer<Caller> for Service {
    async fn create(
        &self,
        context: Context<Caller>,
        body: tokens::CreateBody,
    ) -> HandlerResult<JsonObject, tokens::CreateError> {
        let mut state = self.state();
        let account = context.principal.account;
        if state.refresh_tokens.iter().filter(|token| token.account == account).count() >= MOST {
            return Err(tokens::CreateError::Conflict.into());
        }
        let issued = add_refresh_token(&mut state, &account, body.scope.clone());
        let fields = [
            ("_id", json!(issued.id)),
            ("token", json!(issued.token)),
            ("scope", Value::Object(body.scope)),
            ("created_at", json!(issued.created_at)),
        ];
        Ok(JsonObject::from_iter(fields.map(|(name, value)| (name.to_owned(), value))).into())
    }

    async fn remove(&self, context: Context<Caller>, id: String) -> HandlerResult<Value, tokens::RemoveError> {
        let mut state = self.state();
        let before = state.refresh_tokens.len();
        state.refresh_tokens.retain(|token| token.id != id || token.account != context.principal.account);
        if state.refresh_tokens.len() == before {
            return Err(tokens::RemoveError::NotFound.into());
        }
        state.access_tokens.retain(|_, token| token.made_from != id);
        Ok(json!({ "_id": id }).into())
    }

    async fn retrieve(&self, context: Context<Caller>) -> HandlerResult<Vec<JsonObject>, tokens::RetrieveError> {
        let state = self.state();
        let own = state.refresh_tokens.iter().filter(|token| token.account == context.principal.account);
        let shown = own.map(|token| {
            let fields = [
                ("_id", json!(token.id)),
                ("scope", Value::Object(token.scope.clone())),
                ("created_at", json!(token.created_at)),
            ];
            JsonObject::from_iter(fields.map(|(name, value)| (name.to_owned(), value)))
        });
        Ok(shown.collect::<Vec<_>>().into())
    }
}
