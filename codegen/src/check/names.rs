//! Rust names: each is decided once, and no two things in one scope have the same.

use std::collections::HashMap;

use crate::ident::{self, RustIdent};
use crate::spec::{Reporter, SourcePath};

/// What has a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Named {
    Service,
    Namespace,
    /// The client and the server of a namespace.
    Ends,
    Operation,
    PathParameter,
    Field,
    Value,
    Type,
    /// A type that is written out where it is used.
    InlineType,
    /// The type of an operation's documented errors.
    ErrorType,
}

impl Named {
    /// What stands at the place that the name comes from.
    fn label(self) -> &'static str {
        match self {
            Self::Service => "this service",
            Self::Namespace => "this namespace",
            Self::Ends => "the client and the server of this namespace",
            Self::Operation => "this operation",
            Self::PathParameter => "this path parameter",
            Self::Field => "this field",
            Self::Value => "this value",
            Self::Type => "this type",
            Self::InlineType => "the type made for this",
            Self::ErrorType => "the error type of this operation",
        }
    }

    /// True where the spec can give it another name in Rust.
    fn takes_rust_key(self) -> bool {
        match self {
            Self::Service | Self::Namespace | Self::Ends | Self::Type => false,
            Self::Operation | Self::PathParameter | Self::Field | Self::Value | Self::InlineType | Self::ErrorType => {
                true
            }
        }
    }
}

/// The names of one scope with the places that they come from.
#[derive(Debug, Default)]
pub struct Taken {
    by_name: HashMap<RustIdent, (SourcePath, Named)>,
}

impl Taken {
    /// Takes a name for what stands at a place, or reports that it is taken already.
    pub fn claim(&mut self, name: &RustIdent, place: SourcePath, named: Named, reporter: &mut Reporter) -> bool {
        match self.by_name.get(name) {
            None => {
                self.by_name.insert(name.clone(), (place, named));
                true
            }
            Some((other, other_named)) => {
                let message = format!("two names must not become the same Rust name: `{name}`");
                let help = if named.takes_rust_key() || other_named.takes_rust_key() {
                    "rename one of them, or give it another Rust name with `rust: …`"
                } else {
                    "rename one of them"
                };
                reporter.conflict([(&place, named.label()), (other, other_named.label())], message, help);
                false
            }
        }
    }

    /// The place that a name comes from.
    pub fn place_of(&self, name: &RustIdent) -> Option<&SourcePath> {
        self.by_name.get(name).map(|(place, _)| place)
    }
}

/// Type names that generated files use for something else.
const RESERVED_TYPES: &[&str] = &[
    "Arc",
    "Auth",
    "BTreeMap",
    "Box",
    "Call",
    "Client",
    "Clone",
    "Codes",
    "Context",
    "Copy",
    "Debug",
    "Default",
    "Deserialize",
    "Download",
    "Endpoints",
    "Eq",
    "BodyArg",
    "QueryArg",
    "RestArgs",
    "Into",
    "JsonObject",
    "NoDocumentedError",
    "Nothing",
    "Operation",
    "Option",
    "P",
    "PartialEq",
    "HandlerFuture",
    "RouteError",
    "Secret",
    "Send",
    "Serialize",
    "Service",
    "String",
    "Sync",
    "Timestamp",
    "Value",
    "Vec",
];

/// Methods of the prelude that every type has and that take it by value: rustc finds them before a method of the same name
/// that takes a reference, so that no client could call the latter.
const PRELUDE_METHODS: [&str; 2] = ["into", "try_into"];

/// Modules that generated files import from, and `mod`, whose file would be that of the module around it.
const NO_MODULES: [&str; 5] = ["mod", "routegen_runtime", "serde", "serde_json", "std"];

/// Modules and files of the crate's root and of its tests, and the methods of its client.
const NO_TOP_MODULES: [&str; 11] =
    ["api", "axum", "base_url", "builder", "clock_offset", "clone", "lib", "main", "request", "tokio", "types"];

/// Where a namespace stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Level {
    Top,
    Below,
}

/// The method of an operation.
pub fn function(words: &str) -> RustIdent {
    let name = RustIdent::snake(words);
    if PRELUDE_METHODS.contains(&name.bare()) { name.with_underscore() } else { name }
}

/// The module of one step of a namespace's name, which is its file as well, and the method that leads to it.
pub fn module(step: &str, level: Level) -> RustIdent {
    let name = function(step);
    let bare = name.bare();
    let is_taken = NO_MODULES.contains(&bare)
        || ident::is_windows_device(bare)
        || (level == Level::Top && NO_TOP_MODULES.contains(&bare));
    if is_taken { name.with_underscore() } else { name }
}

/// Reports a type name that generated code needs for itself.
pub fn must_not_be_reserved(name: &RustIdent, place: &SourcePath, help: &str, reporter: &mut Reporter) {
    if RESERVED_TYPES.contains(&name.bare()) {
        let message = format!("a type must not be called `{name}`: generated code uses that name");
        reporter.error(place, message, "reserved", help);
    }
}

/// Reports a name of which nothing would be left in Rust.
pub fn must_have_words(name: &str, place: &SourcePath, help: impl Into<String>, reporter: &mut Reporter) -> bool {
    if ident::has_words(name) {
        return true;
    }
    let message = format!("a name must hold an ASCII letter or digit to become a Rust name, `{name}` does not");
    reporter.error(place, message, "no ASCII letter or digit", help);
    false
}

/// A name that the spec gives in Rust itself, as it was written.
pub fn given(rust: &str, place: &SourcePath, reporter: &mut Reporter) -> bool {
    if ident::is_valid(rust) && ident::has_words(rust) {
        return true;
    }
    let message = format!("`rust` must be a Rust name, `{rust}` is not");
    reporter.error(place, message, "not a name", "use ASCII letters, digits and `_`, a letter first");
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_would_break_the_output_get_an_underscore() {
        let function = |words| function(words).bare().to_owned();
        assert_eq!(["into", "tryInto", "clone", "from"].map(function), ["into_", "try_into_", "clone", "from"]);
        for step in ["mod", "std", "routegen_runtime", "con", "NUL", "COM1", "lpt9", "into", "self"] {
            for level in [Level::Top, Level::Below] {
                let bare = module(step, level).bare().to_owned();
                assert_eq!(bare, format!("{}_", step.to_lowercase()));
            }
        }
        for step in ["lib", "main", "types", "Request", "baseUrl"] {
            assert!(module(step, Level::Top).bare().ends_with('_'), "{step}");
            assert!(!module(step, Level::Below).bare().ends_with('_'), "{step}");
        }
        for step in ["str", "vec", "type", "com0", "com10", "client", "server", "http"] {
            assert_eq!(module(step, Level::Top).bare(), step);
        }
    }
}
