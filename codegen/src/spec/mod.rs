//! The spec as written: YAML files into plain structs, nothing judged yet.
//!
//! Owns the format (the structs here are what `spec/schema.json` is made of) and the way from a key to its place in the
//! file. What the values mean is for `check`.

mod api;
mod load;
mod locate;
mod page;
mod place;
mod read;
mod schema;
mod shape;

pub use api::{
    ApiFile, AuthSpec, ErrorsSpec, PackageSpec, RefreshSpec, ResolveSpec, SchemeSpec, ServiceSpec, TokenAnswerSpec,
};
pub use load::{Page, Spec, load};
pub use locate::Reporter;
pub use page::{AuthNeed, ErratumSpec, PageFile, ResponseSpec, RouteSpec};
pub use place::{Cursor, Part, Place};
pub use schema::json_schema;
pub use shape::{BodySpec, EvidenceSpec, FieldSpec, Fields, TypeSpec, ValueSpec};
