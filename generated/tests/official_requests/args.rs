//! The positional arguments of the official client: path parameters, then query parameters, then one object with the
//! body.

use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

pub struct Args<'a>(pub &'a [Value]);

impl<'a> Args<'a> {
    /// Deserializes a path parameter or the body.
    pub fn at<T: Deserialize<'a>>(&self, position: usize) -> Result<T, String> {
        T::deserialize(self.value(position)?).map_err(|error| format!("argument {position}: {error}"))
    }

    /// Deserializes the query from the arguments that start at a position and have these names.
    pub fn query<T: DeserializeOwned>(&self, position: usize, names: &[&str]) -> Result<T, String> {
        let named = |(offset, name): (usize, &&str)| Ok(((*name).to_owned(), self.value(position + offset)?.clone()));
        let query: Map<_, _> = names.iter().enumerate().map(named).collect::<Result<_, String>>()?;
        T::deserialize(Value::Object(query)).map_err(|error| format!("query: {error}"))
    }

    fn value(&self, position: usize) -> Result<&'a Value, String> {
        self.0.get(position).ok_or_else(|| format!("there is no argument {position}"))
    }
}
