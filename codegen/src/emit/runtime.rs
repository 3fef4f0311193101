//! The hand-written half of the generated crate: copied as it is.

use super::{Content, Draft};

/// A file of `codegen/runtime/`.
macro_rules! files {
    ($($path:literal),* $(,)?) => {
        [$(($path, include_str!(concat!("../../runtime/", $path)))),*]
    };
}

/// Every file of `codegen/runtime/`; a test holds this list against the folder.
pub const FILES: [(&str, &str); 59] = files![
    "client/base_url.rs",
    "client/base_url_syntax.rs",
    "client/builder.rs",
    "client/call.rs",
    "client/clock.rs",
    "client/deliver.rs",
    "client/error.rs",
    "client/failure.rs",
    "client/flight.rs",
    "client/mod.rs",
    "client/path.rs",
    "client/receive.rs",
    "client/refresh.rs",
    "client/request.rs",
    "client/resolve.rs",
    "client/retry.rs",
    "client/send.rs",
    "client/session.rs",
    "client/tokens.rs",
    "client/trace.rs",
    "client/transport/connect.rs",
    "client/transport/mod.rs",
    "client/transport/proxy.rs",
    "client/transport/reqwest_client.rs",
    "client/transport/tls.rs",
    "client/wire.rs",
    "declared.rs",
    "decode/deserializer.rs",
    "decode/error.rs",
    "decode/keys.rs",
    "decode/mod.rs",
    "decode/scalar.rs",
    "decode/state.rs",
    "download.rs",
    "error.rs",
    "error_message.rs",
    "json.rs",
    "mismatch.rs",
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
    "server/template.rs",
    "server/text.rs",
    "server/wiring.rs",
    "string_enum.rs",
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
