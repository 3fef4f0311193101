//! Resources whose request fields are documented, but whose responses are not.

use std::collections::BTreeMap;

use pm2_api::{HandlerError, JsonObject, RouteError};
use serde::Serialize;
use serde_json::json;

use super::random::Random;
use crate::response::{documented_error, to_object};

/// The maximum number of resources of one kind that clients can create in a bucket.
pub const MAX_RESOURCES: usize = 1_000;

/// Resources of one kind, stored as JSON objects by id.
#[derive(Default, Clone)]
pub struct Collection(BTreeMap<String, JsonObject>);

impl Collection {
    /// Stores a new resource under a new id and returns it.
    pub fn insert(&mut self, random: &mut Random, fields: &impl Serialize) -> JsonObject {
        let id = random.id();
        let mut resource = to_object(fields);
        resource.insert("_id".to_owned(), json!(id));
        self.0.insert(id, resource.clone());
        resource
    }

    /// Stores a resource on behalf of a client and returns it, unless there are too many.
    pub fn create<E: RouteError>(
        &mut self,
        random: &mut Random,
        fields: &impl Serialize,
    ) -> Result<JsonObject, HandlerError<E>> {
        if self.0.len() >= MAX_RESOURCES {
            return Err(too_many());
        }
        Ok(self.insert(random, fields))
    }

    pub fn get<E: RouteError>(&self, id: &str) -> Result<&JsonObject, HandlerError<E>> {
        self.0.get(id).ok_or_else(unknown_id)
    }

    /// Replaces the given fields of a resource and returns the resource.
    pub fn update<E: RouteError>(&mut self, id: &str, fields: &impl Serialize) -> Result<JsonObject, HandlerError<E>> {
        let resource = self.0.get_mut(id).ok_or_else(unknown_id)?;
        let fields = to_object(fields);
        if fields.is_empty() {
            return Err(documented_error(&[400], "the request must contain at least one field to change"));
        }
        resource.extend(fields);
        Ok(resource.clone())
    }

    pub fn remove<E: RouteError>(&mut self, id: &str) -> Result<JsonObject, HandlerError<E>> {
        self.0.remove(id).ok_or_else(unknown_id)
    }

    pub fn iter(&self) -> impl Iterator<Item = &JsonObject> {
        self.0.values()
    }

    /// Returns copies of all resources.
    pub fn to_vec(&self) -> Vec<JsonObject> {
        self.iter().cloned().collect()
    }
}

/// Returns the error for a resource beyond [`MAX_RESOURCES`].
pub fn too_many<E: RouteError>() -> HandlerError<E> {
    documented_error(&[400], &format!("the bucket already contains {MAX_RESOURCES} of these"))
}

fn unknown_id<E: RouteError>() -> HandlerError<E> {
    documented_error(&[404, 400], "there is no resource with this id")
}
