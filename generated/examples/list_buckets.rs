//! Lists the buckets that the user is a member of.
//!
//! ```sh
//! PM2_REFRESH_TOKEN=... cargo run --example list_buckets
//! ```

mod setup;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let client = setup::client_from_env()?;
    let buckets = client.bucket().retrieve_all().await?;
    for bucket in buckets.iter() {
        // The documentation does not promise that a response contains all fields, so each field is an `Option`.
        let id = bucket.id.as_deref().unwrap_or("(no id)");
        let name = bucket.name.as_deref().unwrap_or("(no name)");
        let plan = bucket.credits.as_ref().and_then(|credits| credits.offer_type.as_deref());
        println!("{id}  {name:<24} {}", plan.unwrap_or("(no plan)"));
    }
    println!("{} buckets", buckets.len());
    Ok(())
}
