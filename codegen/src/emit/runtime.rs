//! The hand-written half of the generated crate: copied as it is.

use super::{Content, Draft};

/// A file of `codegen/runtime/`.
macro_rules! files {
    ($($path:literal),* $(,)?) => {
        [$(($path, include_str!(concat!("../../runtime/", $path)))),*]
    };
}

/// Every file of `codegen/runtime/`; a test holds this list against the folder.
pub const FILES: [(&str, &str); 31] = files![
    "client/builder.rs",
    "client/call.rs",
    "client/error.rs",
    "client/mod.rs",
    "client/path.rs",
    "client/receive.rs",
    "client/request.rs",
    "client/send.rs",
    "client/transport.rs",
    "decode.rs",
    "download.rs",
    "error.rs",
    "mod.rs",
    "nothing.rs",
    "operation.rs",
    "response.rs",
    "round_trip/harness.rs",
    "secret.rs",
    "server/arguments.rs",
    "server/authenticate.rs",
    "server/context.rs",
    "server/faults.rs",
    "server/incoming.rs",
    "server/mod.rs",
    "server/proxy.rs",
    "server/refusal.rs",
    "server/reply.rs",
    "server/router.rs",
    "server/strict.rs",
    "server/text.rs",
    "server/wiring.rs",
];

/// Their copies in the generated crate.
pub fn emit() -> impl Iterator<Item = Draft> {
    FILES.iter().map(|(path, text)| Draft {
        path: place(path),
        origin: format!("codegen/runtime/{path}"),
        content: Content::Rust(text),
    })
}

/// Most of it belongs to the library, the harness to the generated test.
fn place(path: &str) -> String {
    if path.starts_with("round_trip/") { format!("tests/{path}") } else { format!("src/runtime/{path}") }
}
