//! What the generated router costs beside one written by hand with axum that answers the same.
//!
//! `cargo bench -p pm2-api --bench server`
//!
//! First in process: processor time and allocations for each request. Then over the loopback with the load generator wrk,
//! each router served by a process of its own, in turns beside the one by hand: requests per second and the time that 99 of
//! 100 requests stay below. The bar: at least 0.97 times the requests per second, and at most 1.1 times the 99th
//! percentile, with all routes as well as with those of one namespace.

mod in_process;
mod routers;
mod wrk;

use std::error::Error;

use axum::Router;
use axum::body::Body;
use http::Request;
use http::header::{AUTHORIZATION, CONTENT_TYPE};

type Outcome = Result<(), Box<dyn Error>>;

/// One of the routers that are compared.
struct Contestant {
    name: &'static str,
    router: fn() -> Router,
}

/// The first is what the others are compared with. The second is the same once more: how far it is from 1 is how far
/// chance alone goes.
const CONTESTANTS: [Contestant; 4] = [
    Contestant { name: "by hand", router: routers::by_hand },
    Contestant { name: "by hand, once more", router: routers::by_hand },
    Contestant { name: "generated, one namespace", router: routers::one_namespace },
    Contestant { name: "generated, every route", router: routers::every_route },
];

/// What is asked.
#[derive(Clone, Copy)]
enum Question {
    Get,
    Post,
}

impl Question {
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

fn main() -> Outcome {
    let arguments: Vec<String> = std::env::args().collect();
    if let Some(index) = arguments.iter().position(|argument| argument == "--serve") {
        let number: usize = arguments.get(index + 1).ok_or("which router?")?.parse()?;
        return wrk::serve(CONTESTANTS.get(number).ok_or("there is no such router")?);
    }
    in_process::compare()?;
    wrk::compare()
}
