//! The arguments of a call as the official client takes them: by position, first those of the path, then those of the
//! query, then one object with the body.

use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

pub struct Args<'a>(pub &'a [Value]);

impl<'a> Args<'a> {
    /// A value of the path, or the struct of the body.
    pub fn at<T: Deserialize<'a>>(&self, position: usize) -> Result<T, String> {
        T::deserialize(self.value(position)?).map_err(|error| format!("argument {position}: {error}"))
    }

    /// The struct of the query, made of the arguments from a position on, which have these names.
    pub fn query<T: DeserializeOwned>(&self, position: usize, names: &[&str]) -> Result<T, String> {
        let named = |(offset, name): (usize, &&str)| Ok(((*name).to_owned(), self.value(position + offset)?.clone()));
        let query: Map<_, _> = names.iter().enumerate().map(named).collect::<Result<_, String>>()?;
        T::deserialize(Value::Object(query)).map_err(|error| format!("query: {error}"))
    }

    fn value(&self, position: usize) -> Result<&'a Value, String> {
        self.0.get(position).ok_or_else(|| format!("there is no argument {position}"))
    }
}
