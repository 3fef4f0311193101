//! What the examples share: a client made of the environment.

use std::error::Error;

use pm2_api::{Client, Service};

/// A client for the user whose refresh token is in `PM2_REFRESH_TOKEN`. With `PM2_URL`, that server stands in for the
/// service, the one that hands out tokens included.
pub fn client() -> Result<Client, Box<dyn Error>> {
    let token = std::env::var("PM2_REFRESH_TOKEN").map_err(|_| "PM2_REFRESH_TOKEN must hold a refresh token")?;
    let mut settings = Client::builder().refresh_token(token);
    if let Ok(url) = std::env::var("PM2_URL") {
        settings = settings.base_url(Service::Api, &url).base_url(Service::Oauth, &url);
    }
    Ok(settings.build()?)
}
