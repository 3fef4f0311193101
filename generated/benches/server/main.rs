//! Compares the generated router with a router written by hand with axum that returns the same responses.
//!
//! `cargo bench -p pm2-api --bench server`
//!
//! The first part calls the routers in process and prints CPU time and allocations per request. The second part sends
//! requests over the loopback interface with the load generator wrk. It prints requests per second and the 99th percentile
//! of the latency. There, each router runs in a child process next to the one written by hand.
//!
//! The generated router should reach at least 0.97 times the requests per second and at most 1.1 times the 99th percentile.
//! This applies to the router with all routes and to the router with one namespace.

mod in_process;
mod routers;
mod wrk;

use std::error::Error;

use axum::Router;
use axum::body::Body;
use http::Request;
use http::header::{AUTHORIZATION, CONTENT_TYPE};

type BenchResult = Result<(), Box<dyn Error>>;

/// A router that is measured.
struct Candidate {
    name: &'static str,
    router: fn() -> Router,
}

/// The measured routers. The first is the baseline of the others. The second is the same router again: its distance from 1
/// shows the noise of the measurement.
const CANDIDATES: [Candidate; 4] = [
    Candidate { name: "hand-written", router: routers::hand_written },
    Candidate { name: "hand-written, again", router: routers::hand_written },
    Candidate { name: "generated, one namespace", router: routers::one_namespace },
    Candidate { name: "generated, all routes", router: routers::all_routes },
];

/// The request that is measured.
#[derive(Clone, Copy)]
enum Workload {
    Get,
    Post,
}

impl Workload {
    const ALL: [Self; 2] = [Self::Get, Self::Post];

    fn title(self) -> &'static str {
        match self {
            Self::Get => "GET with a parameter in the path",
            Self::Post => "POST with a token and a JSON body",
        }
    }

    fn path(self) -> &'static str {
        match self {
            Self::Get => routers::SHOW,
            Self::Post => routers::UPDATE,
        }
    }

    fn request(self) -> http::Result<Request<Body>> {
        match self {
            Self::Get => Request::get(self.path()).body(Body::empty()),
            Self::Post => Request::post(self.path())
                .header(AUTHORIZATION, format!("Bearer {}", routers::TOKEN))
                .header(CONTENT_TYPE, "application/json")
                .body(Body::from(routers::BODY)),
        }
    }
}

fn median(mut numbers: Vec<f64>) -> f64 {
    numbers.sort_by(f64::total_cmp);
    numbers.get(numbers.len() / 2).copied().unwrap_or(f64::NAN)
}

fn main() -> BenchResult {
    let arguments: Vec<String> = std::env::args().collect();
    if let Some(index) = arguments.iter().position(|argument| argument == "--serve") {
        let number: usize = arguments.get(index + 1).ok_or("missing number of the router")?.parse()?;
        return wrk::serve(CANDIDATES.get(number).ok_or("unknown router")?);
    }
    in_process::compare()?;
    wrk::compare()
}
