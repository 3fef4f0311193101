//! Rust names: each is decided once and is unique in its scope.

use std::collections::HashMap;

use crate::ident::{self, RustIdent};
use crate::spec::{Reporter, SourcePath};

/// The kind of thing that has a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NameKind {
    Service,
    Namespace,
    /// The client type and the server trait of a namespace.
    ClientAndServer,
    Operation,
    PathParameter,
    Field,
    Value,
    Type,
    /// A type that is written where it is used.
    InlineType,
    /// The error enum of an operation.
    ErrorType,
}

impl NameKind {
    /// Returns the label of the location that the name comes from.
    fn label(self) -> &'static str {
        match self {
            Self::Service => "this service",
            Self::Namespace => "this namespace",
            Self::ClientAndServer => "the client and the server of this namespace",
            Self::Operation => "this operation",
            Self::PathParameter => "this path parameter",
            Self::Field => "this field",
            Self::Value => "this value",
            Self::Type => "this type",
            Self::InlineType => "the type generated for this",
            Self::ErrorType => "the error type of this operation",
        }
    }

    /// Returns `true` if the spec can set another Rust name.
    fn has_rust_key(self) -> bool {
        match self {
            Self::Service | Self::Namespace | Self::ClientAndServer | Self::Type => false,
            Self::Operation | Self::PathParameter | Self::Field | Self::Value | Self::InlineType | Self::ErrorType => {
                true
            }
        }
    }
}

/// The names of one scope, with the locations that they come from.
#[derive(Debug, Default)]
pub struct NameScope {
    by_name: HashMap<RustIdent, (SourcePath, NameKind)>,
}

impl NameScope {
    /// Adds a name, or reports that the scope already contains it.
    pub fn claim(&mut self, name: &RustIdent, location: SourcePath, kind: NameKind, reporter: &mut Reporter) -> bool {
        match self.by_name.get(name) {
            None => {
                self.by_name.insert(name.clone(), (location, kind));
                true
            }
            Some((other, other_kind)) => {
                let help = if kind.has_rust_key() || other_kind.has_rust_key() {
                    "rename one of them, or set another Rust name with `rust: …`"
                } else {
                    "rename one of them"
                };
                let entries = [(&location, kind.label()), (other, other_kind.label())];
                reporter.conflict(entries, format!("duplicate Rust name `{name}`"), help);
                false
            }
        }
    }

    /// Returns the location that a name comes from.
    pub fn location_of(&self, name: &RustIdent) -> Option<&SourcePath> {
        self.by_name.get(name).map(|(location, _)| location)
    }

    /// Returns `other`, with underscores appended until the scope does not contain it.
    pub fn free_other(&self, mut other: RustIdent) -> RustIdent {
        while self.by_name.contains_key(&other) {
            other = other.with_underscore();
        }
        other
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

/// Methods of the prelude that every type has and that take it by value. Method resolution finds them before a method of a
/// client that takes `&self`.
const PRELUDE_METHODS: [&str; 2] = ["into", "try_into"];

/// Crates that generated files import from, and `mod`, whose file would be that of the parent module.
const RESERVED_MODULES: [&str; 5] = ["mod", "routegen_runtime", "serde", "serde_json", "std"];

/// Modules and files in the root of the crate and of its tests, and the methods of its client.
const RESERVED_TOP_MODULES: [&str; 12] = [
    "api",
    "axum",
    "base_url",
    "builder",
    "clock_offset",
    "clone",
    "lib",
    "main",
    "request",
    "tokio",
    "types",
    "with_access_token",
];

/// The depth of a namespace.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Level {
    Top,
    Below,
}

/// Returns the name of an operation's method.
pub fn function(words: &str) -> RustIdent {
    let name = RustIdent::snake(words);
    if PRELUDE_METHODS.contains(&name.as_unescaped()) { name.with_underscore() } else { name }
}

/// Returns the module for one part of a namespace's name, which is also the name of its file and of its accessor.
pub fn module(part: &str, level: Level) -> RustIdent {
    let name = function(part);
    let unescaped = name.as_unescaped();
    let is_reserved = RESERVED_MODULES.contains(&unescaped)
        || ident::is_windows_device(unescaped)
        || (level == Level::Top && RESERVED_TOP_MODULES.contains(&unescaped));
    if is_reserved { name.with_underscore() } else { name }
}

/// Reports a type name that generated code uses for something else.
pub fn check_not_reserved(name: &RustIdent, location: &SourcePath, help: &str, reporter: &mut Reporter) {
    if RESERVED_TYPES.contains(&name.as_unescaped()) {
        reporter.error(location, format!("reserved type name `{name}`"), "used by generated code", help);
    }
}

/// Reports a name without an ASCII letter or digit.
pub fn check_has_words(name: &str, location: &SourcePath, help: impl Into<String>, reporter: &mut Reporter) -> bool {
    if ident::has_words(name) {
        return true;
    }
    let message = format!("`{name}` cannot be converted to a Rust name");
    reporter.error(location, message, "no ASCII letter or digit", help);
    false
}

/// Reports a value of `rust` that is not a valid Rust name.
pub fn validate_rust_name(rust: &str, location: &SourcePath, reporter: &mut Reporter) -> bool {
    if ident::is_valid(rust) && ident::has_words(rust) {
        return true;
    }
    let help = "use ASCII letters, digits and `_`, and start with a letter";
    reporter.error(location, format!("invalid Rust name `{rust}`"), "not an identifier", help);
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reserved_names_get_an_underscore() {
        let function = |words| function(words).as_unescaped().to_owned();
        assert_eq!(["into", "tryInto", "clone", "from"].map(function), ["into_", "try_into_", "clone", "from"]);
        for part in ["mod", "std", "routegen_runtime", "con", "NUL", "COM1", "lpt9", "into", "self"] {
            for level in [Level::Top, Level::Below] {
                let name = module(part, level).as_unescaped().to_owned();
                assert_eq!(name, format!("{}_", part.to_lowercase()));
            }
        }
        for part in ["lib", "main", "types", "Request", "baseUrl"] {
            assert!(module(part, Level::Top).as_unescaped().ends_with('_'), "{part}");
            assert!(!module(part, Level::Below).as_unescaped().ends_with('_'), "{part}");
        }
        for part in ["str", "vec", "type", "com0", "com10", "client", "server", "http"] {
            assert_eq!(module(part, Level::Top).as_unescaped(), part);
        }
    }
}
