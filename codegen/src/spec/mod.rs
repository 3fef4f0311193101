//! The spec as written: YAML files into plain structs, nothing judged yet.
//!
//! Owns the format (the structs here are what `spec/schema.json` is made of) and the way from a key to its place in the
//! file. What the values mean is for `check`.

mod aliases;
mod api;
mod bare_keys;
mod clean;
mod collect;
mod invalid;
mod load;
mod mistake;
mod openapi_words;
mod page;
mod path;
mod read;
mod report;
mod schema;
mod source_map;
mod types;
mod word;
mod yaml;

pub use api::{
    ApiFile, AuthSpec, ContactSpec, DevDependencySpec, ErrorsSpec, PackageSpec, RefreshSpec, RemovalSpec, RemovedSpec,
    ResolveSpec, RuntimeSpec, SchemeSpec, ServiceSpec, TokenAnswerSpec,
};
pub use load::{MAX_SPEC_FILE_BYTES, Page, Spec, load};
pub use page::{AuthNeed, ErratumSpec, FactEvidenceSpec, PageFile, ResponseSpec, RouteSpec};
pub use path::{Anchor, Cursor, PathSegment, SourcePath};
pub use report::Reporter;
pub use schema::json_schema;
pub use types::{BodySpec, EvidenceSpec, FieldSpec, Fields, TypeSpec, ValueSpec};
