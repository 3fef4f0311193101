//! A service that issues access tokens. It accepts only the newest one, and each refresh token once.

use std::ops::Deref;
use std::sync::{Arc, Mutex, PoisonError};

use serde_json::{Value, json};

use crate::api::{Client, ClientBuilder, Service};
use crate::scripted_server::{Action, ReceivedRequest, ScriptedResponse, ScriptedServer};

/// The id of the branch that tests call.
pub const BRANCH: &str = "5c0e7d3a9b1f2e4d6a8c0b1d";
/// The route that the base URL of the branch is discovered with.
pub const BRANCH_ROUTE: &str = "GET /branches/5c0e7d3a9b1f2e4d6a8c0b1d";
/// The route of `branches().hours(BRANCH)`.
pub const HOURS_ROUTE: &str = "GET /branches/5c0e7d3a9b1f2e4d6a8c0b1d/hours";
/// The route of `members().me()`.
pub const ME_ROUTE: &str = "GET /members/me";

#[derive(Debug, Default)]
struct State {
    issued: usize,
    is_revoked: bool,
}

pub struct TokenService {
    server: ScriptedServer,
    state: Arc<Mutex<State>>,
}

/// Returns the refresh token that is valid after that many exchanges.
pub fn refresh_token(issued: usize) -> String {
    format!("refresh-{issued}-s3cret")
}

/// Returns the access token that the exchange with that number issues.
pub fn access_token(number: usize) -> String {
    format!("access-{number}-s3cret")
}

/// Returns the body of a response that issues tokens.
pub fn token_body(number: usize) -> Value {
    json!({ "access_token": access_token(number), "refresh_token": refresh_token(number), "token_type": "Bearer" })
}

impl TokenService {
    pub async fn start() -> Self {
        Self::with_script(|_, _| None).await
    }

    /// Starts a service that deviates from its usual behavior where the script returns an action. The script also gets
    /// the number of tokens that were issued.
    pub async fn with_script(
        script: impl Fn(&ReceivedRequest, usize) -> Option<Action> + Send + Sync + 'static,
    ) -> Self {
        let state = Arc::new(Mutex::new(State::default()));
        let shared = Arc::clone(&state);
        let server = ScriptedServer::with_requests(move |request| {
            let mut state = shared.lock().unwrap_or_else(PoisonError::into_inner);
            script(request, state.issued).unwrap_or_else(|| state.respond(request).into())
        })
        .await;
        Self { server, state }
    }

    /// Rejects every token that was issued so far.
    pub fn revoke(&self) {
        self.state.lock().unwrap_or_else(PoisonError::into_inner).is_revoked = true;
    }

    pub fn issued(&self) -> usize {
        self.state.lock().unwrap_or_else(PoisonError::into_inner).issued
    }

    /// Returns the settings of a client that has the first refresh token and discovers branches.
    pub fn builder(&self) -> ClientBuilder {
        let builder = Client::builder().base_url(Service::Main, self.url()).base_url(Service::Accounts, self.url());
        builder.refresh_token(refresh_token(0))
    }

    pub fn client(&self) -> Client {
        self.builder().build().expect("valid settings")
    }
}

impl Deref for TokenService {
    type Target = ScriptedServer;

    fn deref(&self) -> &ScriptedServer {
        &self.server
    }
}

impl State {
    fn respond(&mut self, request: &ReceivedRequest) -> ScriptedResponse {
        if request.is_token_request() {
            return self.exchange(&request.json());
        }
        let is_public = request.route.starts_with("GET /members/named/");
        let is_authenticated =
            self.issued > 0 && !self.is_revoked && request.token() == Some(&access_token(self.issued));
        if !is_public && !is_authenticated {
            return ScriptedResponse::json(401, json!({ "message": "who are you?" }));
        }
        if request.route == BRANCH_ROUTE {
            let host = request.header("host").expect("a host");
            let addresses = json!({ "web": format!("http://{host}") });
            return ScriptedResponse::json(200, json!({ "branch": { "addresses": addresses } }));
        }
        ScriptedResponse::json(200, json!({ "name": "ada" }))
    }

    fn exchange(&mut self, body: &Value) -> ScriptedResponse {
        if body["refresh_token"] != refresh_token(self.issued) {
            return ScriptedResponse::json(400, json!({ "error_description": "this refresh token was used before" }));
        }
        self.issued += 1;
        self.is_revoked = false;
        ScriptedResponse::json(200, token_body(self.issued))
    }
}
