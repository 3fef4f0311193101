//! The routers called as services, without a connection.

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

use super::{CONTESTANTS, Outcome, Question, median};

const REQUESTS: u32 = 5_000;
const ROUNDS: usize = 41;

/// Calls all of them in turns and prints what a request costs each.
pub fn compare() -> Outcome {
    let runtime = tokio::runtime::Builder::new_current_thread().build()?;
    let routers: Vec<Router> = CONTESTANTS.iter().map(|contestant| (contestant.router)()).collect();
    for question in Question::ALL {
        let mut answers = Vec::new();
        for router in &routers {
            answers.push(runtime.block_on(call(router, question.request()?))?);
        }
        if answers.iter().any(|answer| *answer != answers[0] || answer.0 != StatusCode::OK) {
            return Err(format!("the answers differ: {answers:?}").into());
        }
        let times = measure(&runtime, &routers, question)?;
        println!("{}, in process", question.title());
        for ((contestant, router), times_of_one) in CONTESTANTS.iter().zip(&routers).zip(&times) {
            let request = question.request()?;
            let counted = allocation_counter::measure(|| {
                let _ = black_box(runtime.block_on(call(router, request)));
            });
            let speeds = times[0].iter().zip(times_of_one).map(|(by_hand, time)| by_hand / time).collect();
            println!(
                "  {:<25} {:>6.0} ns, {:.3} times the speed by hand; {} allocations, {} bytes",
                contestant.name,
                median(times_of_one.clone()),
                median(speeds),
                counted.count_total,
                counted.bytes_total
            );
        }
    }
    Ok(())
}

/// Nanoseconds for a request: for each router, of each round.
fn measure(runtime: &Runtime, routers: &[Router], question: Question) -> Result<Vec<Vec<f64>>, Box<dyn Error>> {
    let mut times = vec![Vec::new(); routers.len()];
    for round in 0..ROUNDS {
        // Not always in the same order.
        for index in (0..routers.len()).map(|index| (index + round) % routers.len()) {
            let requests = (0..REQUESTS).map(|_| question.request()).collect::<Result<Vec<_>, _>>()?;
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
        Ok(answer) => answer.into_parts(),
        Err(never) => match never {},
    };
    Ok((parts.status, body.collect().await?.to_bytes()))
}
