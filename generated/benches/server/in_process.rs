//! Calls the routers as services, without connections.

use std::error::Error;
use std::hint::black_box;

use axum::Router;
use axum::body::Body;
use bytes::Bytes;
use cpu_time::ThreadTime;
use http::{Request, StatusCode};
use http_body_util::BodyExt;
use tokio::runtime::Runtime;
use tower::ServiceExt;

use super::{BenchResult, CANDIDATES, Workload, median};

const REQUESTS: u32 = 5_000;
const ROUNDS: usize = 41;

/// Calls all routers in turns and prints the cost of a request.
pub fn compare() -> BenchResult {
    let runtime = tokio::runtime::Builder::new_current_thread().build()?;
    let routers: Vec<Router> = CANDIDATES.iter().map(|candidate| (candidate.router)()).collect();
    for workload in Workload::ALL {
        let mut responses = Vec::new();
        for router in &routers {
            responses.push(runtime.block_on(call(router, workload.request()?))?);
        }
        if responses.iter().any(|response| *response != responses[0] || response.0 != StatusCode::OK) {
            return Err(format!("the responses differ: {responses:?}").into());
        }
        let times = measure(&runtime, &routers, workload)?;
        println!("{}, in process", workload.title());
        for ((candidate, router), router_times) in CANDIDATES.iter().zip(&routers).zip(&times) {
            let request = workload.request()?;
            let allocated = allocation_counter::measure(|| {
                let _ = black_box(runtime.block_on(call(router, request)));
            });
            let speeds = times[0].iter().zip(router_times).map(|(baseline, time)| baseline / time).collect();
            println!(
                "  {:<25} {:>6.0} ns, {:.3} times the hand-written speed; {} allocations, {} bytes",
                candidate.name,
                median(router_times.clone()),
                median(speeds),
                allocated.count_total,
                allocated.bytes_total
            );
        }
    }
    Ok(())
}

/// Returns the nanoseconds per request for each router and round.
fn measure(runtime: &Runtime, routers: &[Router], workload: Workload) -> Result<Vec<Vec<f64>>, Box<dyn Error>> {
    let mut times = vec![Vec::new(); routers.len()];
    for round in 0..ROUNDS {
        // The order changes with each round.
        for index in (0..routers.len()).map(|index| (index + round) % routers.len()) {
            let requests = (0..REQUESTS).map(|_| workload.request()).collect::<Result<Vec<_>, _>>()?;
            let start = ThreadTime::now();
            runtime.block_on(async {
                for request in requests {
                    let _ = black_box(call(&routers[index], request).await);
                }
            });
            times[index].push(start.elapsed().as_nanos() as f64 / f64::from(REQUESTS));
        }
    }
    Ok(times)
}

async fn call(router: &Router, request: Request<Body>) -> Result<(StatusCode, Bytes), axum::Error> {
    let (parts, body) = match router.clone().oneshot(request).await {
        Ok(response) => response.into_parts(),
        Err(never) => match never {},
    };
    Ok((parts.status, body.collect().await?.to_bytes()))
}
