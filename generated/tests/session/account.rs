//! A service that hands out tokens, takes only the newest of them, and takes each refresh token once.

use std::error::Error;
use std::ops::Deref;
use std::sync::{Arc, Mutex, PoisonError};

use pm2_api::{Client, ClientBuilder};
use serde_json::{Value, json};

use super::server::{Answer, Reply, Seen, Server};

/// The id of the bucket of the tests.
pub const BUCKET: &str = "5c0e7d3a9b1f2e4d6a8c0b1d";
/// Where the bucket's node is asked for.
pub const BUCKET_ROUTE: &str = "GET /api/bucket/5c0e7d3a9b1f2e4d6a8c0b1d";
/// Where `bucket().current_role(BUCKET)` goes.
pub const ROLE_ROUTE: &str = "GET /api/bucket/5c0e7d3a9b1f2e4d6a8c0b1d/current_role";
/// Where `user().retrieve()` goes.
pub const USER_ROUTE: &str = "GET /api/users/isLogged";

/// What the service knows.
#[derive(Debug, Default)]
struct Books {
    granted: usize,
    is_revoked: bool,
}

pub struct Account {
    server: Server,
    books: Arc<Mutex<Books>>,
}

/// The refresh token that is good after that many exchanges.
pub fn refresh_token(granted: usize) -> String {
    format!("refresh-{granted}-s3cret")
}

/// The access token that the exchange of that number has answered.
pub fn access_token(granted: usize) -> String {
    format!("access-{granted}-s3cret")
}

impl Account {
    pub async fn open() -> Self {
        Self::scripted(|_, _| None).await
    }

    /// A service that does otherwise where the script says so; `granted` is the number of tokens that were handed out.
    pub async fn scripted(script: impl Fn(&Seen, usize) -> Option<Reply> + Send + Sync + 'static) -> Self {
        let books = Arc::new(Mutex::new(Books::default()));
        let own = Arc::clone(&books);
        let server = Server::start(move |seen| {
            let mut books = own.lock().unwrap_or_else(PoisonError::into_inner);
            script(seen, books.granted).unwrap_or_else(|| books.answer(seen).into())
        })
        .await;
        Self { server, books }
    }

    /// Every token that was handed out is refused from now on.
    pub fn revoke(&self) {
        self.books.lock().unwrap_or_else(PoisonError::into_inner).is_revoked = true;
    }

    pub fn granted(&self) -> usize {
        self.books.lock().unwrap_or_else(PoisonError::into_inner).granted
    }

    /// The settings of a client that has the first refresh token and knows no node.
    pub fn builder(&self) -> ClientBuilder {
        use pm2_api::Service::{Api, Oauth};
        Client::builder().base_url(Api, self.url()).base_url(Oauth, self.url()).refresh_token(refresh_token(0))
    }

    pub fn client(&self) -> Client {
        self.builder().build().expect("sound settings")
    }
}

impl Deref for Account {
    type Target = Server;

    fn deref(&self) -> &Server {
        &self.server
    }
}

impl Books {
    fn answer(&mut self, seen: &Seen) -> Answer {
        if seen.is_for_token() {
            return self.exchange(&seen.json());
        }
        let is_open = seen.route.starts_with("GET /api/users/show/");
        let is_known = self.granted > 0 && !self.is_revoked && seen.token() == Some(&access_token(self.granted));
        if !is_open && !is_known {
            return Answer::json(401, json!({ "msg": "who are you?" }));
        }
        if seen.route == BUCKET_ROUTE {
            let host = seen.header("host").expect("a host");
            return Answer::json(200, json!({ "node": { "endpoints": { "web": format!("http://{host}") } } }));
        }
        Answer::json(200, json!({ "username": "ada" }))
    }

    fn exchange(&mut self, body: &Value) -> Answer {
        if body["refresh_token"] != refresh_token(self.granted) {
            return Answer::json(400, json!({ "error_description": "this refresh token is spent" }));
        }
        self.granted += 1;
        self.is_revoked = false;
        Answer::json(200, granting(self.granted))
    }
}

/// The body of an answer that hands out tokens.
pub fn granting(number: usize) -> Value {
    json!({ "access_token": access_token(number), "refresh_token": refresh_token(number), "token_type": "Bearer" })
}

/// All that an error and its causes say.
pub fn chain(error: &dyn Error) -> String {
    let causes = std::iter::successors(Some(error), |&error| error.source());
    causes.map(ToString::to_string).collect::<Vec<_>>().join(": ")
}
