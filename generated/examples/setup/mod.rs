//! The client that all examples use, configured by environment variables.

use std::error::Error;

use pm2_api::{Client, Service};

/// Returns a client for the user whose refresh token is in `PM2_REFRESH_TOKEN`.
///
/// If `PM2_URL` is set, the client sends all requests to that server instead of PM2 Plus, including token requests. Try it
/// with the mock server: `cargo run -p pm2-mock`.
pub fn client_from_env() -> Result<Client, Box<dyn Error>> {
    let token = std::env::var("PM2_REFRESH_TOKEN").map_err(|_| "PM2_REFRESH_TOKEN must contain a refresh token")?;
    let mut builder = Client::builder().refresh_token(token);
    if let Ok(url) = std::env::var("PM2_URL") {
        builder = builder.base_url(Service::Api, &url).base_url(Service::Oauth, &url);
    }
    Ok(builder.build()?)
}
