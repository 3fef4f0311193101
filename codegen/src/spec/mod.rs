//! The spec as written: YAML files into plain structs, nothing judged yet.
//!
//! Owns the format (the structs here are what `spec/schema.json` is made of) and the way from a key to its place in the
//! file. What the values mean is for `check`.

mod aliases;
mod api;
mod bare_keys;
mod clean;
mod collect;
mod foreign;
mod invalid;
mod load;
mod locate;
mod mistake;
mod page;
mod place;
mod read;
mod report;
mod schema;
mod shape;
mod syntax;
mod word;

pub use api::{
    ApiFile, AuthSpec, ContactSpec, DevDependencySpec, ErrorsSpec, PackageSpec, RefreshSpec, RemovalSpec, RemovedSpec,
    ResolveSpec, RuntimeSpec, SchemeSpec, ServiceSpec, TokenAnswerSpec,
};
pub use load::{MAX_SPEC_FILE_BYTES, Page, Spec, load};
pub use page::{AuthNeed, ErratumSpec, FactEvidenceSpec, PageFile, ResponseSpec, RouteSpec};
pub use place::{Cursor, Part, Place, Step};
pub use report::Reporter;
pub use schema::json_schema;
pub use shape::{BodySpec, EvidenceSpec, FieldSpec, Fields, TypeSpec, ValueSpec};
