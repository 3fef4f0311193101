//! Things of which the documentation says only what a request may give: they are kept as JSON, by id.

use std::collections::BTreeMap;

use pm2_api::{HandlerError, JsonObject, RouteError};
use serde::Serialize;
use serde_json::{Value, json};

use super::ids::Ids;
use super::refuse;

/// As many can be created of one kind in one bucket.
pub const MOST: usize = 1_000;

/// Things by their ids.
#[derive(Default, Clone)]
pub struct Things(BTreeMap<String, JsonObject>);

impl Things {
    /// Keeps a new one under a new id, and returns it.
    pub fn add(&mut self, ids: &mut Ids, given: &impl Serialize) -> JsonObject {
        let id = ids.id();
        let mut thing = fields(given);
        thing.insert("_id".to_owned(), json!(id));
        self.0.insert(id, thing.clone());
        thing
    }

    /// The same for what a request brings: there can be so many of them.
    pub fn create<E: RouteError>(
        &mut self,
        ids: &mut Ids,
        given: &impl Serialize,
    ) -> Result<JsonObject, HandlerError<E>> {
        if self.0.len() >= MOST {
            return Err(refuse(&[400], "there are too many of them"));
        }
        Ok(self.add(ids, given))
    }

    pub fn get<E: RouteError>(&self, id: &str) -> Result<&JsonObject, HandlerError<E>> {
        self.0.get(id).ok_or_else(|| unknown())
    }

    /// Puts the fields that are given in the place of those that are there, and returns the thing.
    pub fn change<E: RouteError>(&mut self, id: &str, given: &impl Serialize) -> Result<JsonObject, HandlerError<E>> {
        let thing = self.0.get_mut(id).ok_or_else(unknown)?;
        let given = fields(given);
        if given.is_empty() {
            return Err(refuse(&[400], "nothing to change was given"));
        }
        thing.extend(given);
        Ok(thing.clone())
    }

    pub fn remove<E: RouteError>(&mut self, id: &str) -> Result<JsonObject, HandlerError<E>> {
        self.0.remove(id).ok_or_else(unknown)
    }

    pub fn all(&self) -> impl Iterator<Item = &JsonObject> {
        self.0.values()
    }
}

fn unknown<E: RouteError>() -> HandlerError<E> {
    refuse(&[404, 400], "there is nothing with this id")
}

/// What is given as an object; nothing for what is no object.
pub fn fields(given: &impl Serialize) -> JsonObject {
    match serde_json::to_value(given) {
        Ok(Value::Object(fields)) => fields,
        Ok(_) | Err(_) => JsonObject::new(),
    }
}
