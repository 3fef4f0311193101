//! Lists the buckets that the user has access to.
//!
//! `PM2_REFRESH_TOKEN=… cargo run --example list_buckets`

mod setup;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let client = setup::client()?;
    let buckets = client.bucket().retrieve_all().await?;
    for bucket in buckets.iter() {
        let plan = bucket.credits.as_ref().and_then(|credits| credits.offer_type.as_deref());
        println!(
            "{}  {:<24} {}",
            bucket.id.as_deref().unwrap_or("(no id)"),
            bucket.name.as_deref().unwrap_or("(no name)"),
            plan.unwrap_or("(no plan)"),
        );
    }
    println!("{} buckets", buckets.len());
    Ok(())
}
