//! The raw spec: YAML files, decoded into plain structs. `check` checks the meaning of the values.
//!
//! This module owns the format. The structs here are also the source of `spec/schema.json`.

mod aliases;
mod api;
mod declare;
mod decode;
mod invalid;
mod load;
mod missing_values;
mod openapi_words;
mod page;
mod path;
mod record;
mod report;
mod schema;
mod source_map;
mod types;
mod yaml;

pub use api::{
    ApiFile, AuthSpec, ContactSpec, DevDependencySpec, ErrorsSpec, PackageSpec, RefreshSpec, RemovalSpec, RemovedSpec,
    ResolveSpec, RuntimeSpec, SchemeSpec, ServiceSpec, TokenResponseSpec,
};
pub use load::{MAX_SPEC_FILE_BYTES, Page, Spec, load};
pub use page::{AuthNeed, ErratumSpec, FactEvidenceSpec, PageFile, ResponseSpec, RouteSpec};
pub use path::{Anchor, Cursor, PathSegment, SourcePath};
pub use report::Reporter;
pub use schema::json_schema;
pub use types::{BodySpec, EvidenceSpec, FieldSpec, Fields, TypeSpec, ValueSpec};
