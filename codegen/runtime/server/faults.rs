//! Every fault of a request at once.
//!
//! serde stops at the first fault. So a type that refused what it was to be read from is read once more, from a
//! deserializer that notes each fault and goes on with a stand-in of the kind that is wanted there. What comes out is
//! thrown away; the notes stay.

use std::cell::RefCell;
use std::fmt;
use std::marker::PhantomData;
use std::str::FromStr;

use serde::de::value::{Error as Stop, StrDeserializer};
use serde::de::{
    DeserializeOwned, DeserializeSeed, Deserializer, Error, IntoDeserializer, MapAccess, SeqAccess, Visitor,
};
use serde::forward_to_deserialize_any;
use serde_json::{Map, Value};

use crate::runtime::undocumented;

/// More faults of one part of a request than this are not told: an answer is not to be larger than what it answers.
pub(super) const MAX_FAULTS: usize = 100;

/// Where a request is not as documented, and what is wanted there.
#[derive(Debug)]
pub(super) struct Fault {
    pub(super) part: Part,
    /// The place, such as `actions[2].type`; empty for the whole part.
    pub(super) path: String,
    pub(super) problem: String,
}

impl Fault {
    pub(super) fn new(part: Part, path: String, problem: &str) -> Self {
        Self { part, path, problem: problem.to_owned() }
    }
}

/// A part of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Part {
    Path,
    Query,
    Body,
}

impl Part {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Path => "path",
            Self::Query => "query",
            Self::Body => "body",
        }
    }

    /// True where every value is a text, whatever it stands for.
    fn is_text(self) -> bool {
        match self {
            Self::Path | Self::Query => true,
            Self::Body => false,
        }
    }
}

/// What is wrong with a path parameter that is to be a `T`; empty where nothing is.
pub(super) fn in_path<T: DeserializeOwned>(name: &str, text: &str) -> Vec<Fault> {
    faults::<T>(Part::Path, &Value::String(text.to_owned()), &Path::Field(&Path::Root, name))
}

/// What is wrong with query parameters that are to be a `T`; empty where nothing is.
pub(super) fn in_query<T: DeserializeOwned>(query: &Value) -> Vec<Fault> {
    faults::<T>(Part::Query, query, &Path::Root)
}

/// What is wrong with a body that is to be a `T`; empty where nothing is.
pub(super) fn in_body<T: DeserializeOwned>(body: &[u8]) -> Vec<Fault> {
    match serde_json::from_slice(body) {
        Ok(tree) => faults::<T>(Part::Body, &tree, &Path::Root),
        // serde_json says where, and never what stands there.
        Err(error) => vec![Fault::new(Part::Body, String::new(), &format!("must be JSON: {error}"))],
    }
}

fn faults<T: DeserializeOwned>(part: Part, found: &Value, path: &Path<'_>) -> Vec<Fault> {
    let notes = RefCell::new(Vec::new());
    // A fault for which there is no stand-in ends the reading; it is noted all the same.
    let probe = Probe { part, slot: Slot::Found(found), path, notes: &notes };
    let _ = undocumented::noted(|| probe.read(PhantomData::<T>));
    notes.into_inner()
}

/// Where a value stands.
enum Path<'a> {
    Root,
    Field(&'a Path<'a>, &'a str),
    Item(&'a Path<'a>, usize),
}

impl fmt::Display for Path<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Path::Root => Ok(()),
            Path::Field(Path::Root, name) => f.write_str(name),
            Path::Field(parent, name) => write!(f, "{parent}.{name}"),
            Path::Item(parent, index) => write!(f, "{parent}[{index}]"),
        }
    }
}

/// What stands at a place.
#[derive(Clone, Copy)]
enum Slot<'a> {
    Found(&'a Value),
    /// Nothing: a fault, unless nothing is allowed.
    Missing,
    /// Nothing, because what is around it was at fault already.
    Hidden,
}

#[derive(Clone, Copy)]
struct Probe<'v, 'p> {
    part: Part,
    slot: Slot<'v>,
    path: &'p Path<'p>,
    notes: &'p RefCell<Vec<Fault>>,
}

impl<'v, 'p> Probe<'v, 'p> {
    fn note(&self, problem: &str) {
        let problem = match self.slot {
            Slot::Found(_) => problem,
            Slot::Missing => "is missing",
            Slot::Hidden => return,
        };
        let mut notes = self.notes.borrow_mut();
        if notes.len() < MAX_FAULTS {
            notes.push(Fault::new(self.part, self.path.to_string(), problem));
        }
    }

    /// Reads what stands here. Values of enums are read by serde itself, and so is what is wrong with them.
    fn read<S: DeserializeSeed<'v>>(self, seed: S) -> Result<S::Value, Stop> {
        let read = seed.deserialize(self);
        if undocumented::was_met() {
            self.note("must be one of the documented values");
        }
        read
    }

    fn found<T>(&self, read: impl Fn(&'v Value) -> Option<T>) -> Option<T> {
        match self.slot {
            Slot::Found(value) => read(value),
            Slot::Missing | Slot::Hidden => None,
        }
    }

    /// A value that is one thing: as it is in JSON, or read from a text.
    fn scalar<T: FromStr>(&self, in_json: fn(&'v Value) -> Option<T>) -> Option<T> {
        self.found(|value| match value {
            Value::String(text) if self.part.is_text() => text.parse().ok(),
            value => in_json(value),
        })
    }

    fn text<V: Visitor<'v>>(self, visitor: V) -> Result<V::Value, Stop> {
        let text = self.found(Value::as_str).unwrap_or_else(|| {
            self.note(if self.part.is_text() { "must be given once" } else { "must be a text" });
            ""
        });
        visitor.visit_str(text).inspect_err(|_| self.note("is not a text of the documented form"))
    }

    fn integer<V: Visitor<'v>>(self, visitor: V) -> Result<V::Value, Stop> {
        let number = self.scalar(Value::as_i64).unwrap_or_else(|| {
            self.note("must be a whole number of 64 bits");
            0
        });
        visitor.visit_i64(number).inspect_err(|_| self.note("is out of range"))
    }

    /// An object with these fields and no others; `Hidden` for each of them where there is no object.
    fn entries(self, fields: &'static [&'static str]) -> Vec<(&'v str, Slot<'v>)> {
        let Some(object) = self.found(Value::as_object) else {
            self.note("must be an object");
            return fields.iter().map(|field| (*field, Slot::Hidden)).collect();
        };
        let slot = |field| object.get(field).map_or(Slot::Missing, Slot::Found);
        fields.iter().map(|field| (*field, slot(*field))).collect()
    }
}

impl<'de> Deserializer<'de> for Probe<'de, '_> {
    type Error = Stop;

    /// A type that takes several kinds: what is there is handed over as it is.
    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Stop> {
        let Slot::Found(value) = self.slot else {
            self.note("is missing");
            return visitor.visit_str("");
        };
        let read = match value {
            Value::Null => visitor.visit_unit(),
            Value::Bool(truth) => visitor.visit_bool(*truth),
            Value::Number(number) => match (number.as_i64(), number.as_u64()) {
                (Some(number), _) => visitor.visit_i64(number),
                (None, Some(number)) => visitor.visit_u64(number),
                (None, None) => visitor.visit_f64(number.as_f64().unwrap_or_default()),
            },
            Value::String(text) => visitor.visit_str(text),
            Value::Array(items) => visitor.visit_seq(Items { items: items.iter().enumerate(), probe: self }),
            Value::Object(fields) => visitor.visit_map(Entries::of(fields, self)),
        };
        read.inspect_err(|_| self.note("is not of the documented type"))
    }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Stop> {
        let truth = self.scalar(Value::as_bool).unwrap_or_else(|| {
            self.note("must be true or false");
            false
        });
        visitor.visit_bool(truth)
    }

    fn deserialize_i64<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Stop> {
        self.integer(visitor)
    }

    fn deserialize_f64<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Stop> {
        let number = self.scalar(Value::as_f64).unwrap_or_else(|| {
            self.note("must be a number");
            0.0
        });
        visitor.visit_f64(number)
    }

    fn deserialize_str<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Stop> {
        self.text(visitor)
    }

    fn deserialize_string<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Stop> {
        self.text(visitor)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Stop> {
        match self.slot {
            Slot::Missing | Slot::Hidden | Slot::Found(Value::Null) => visitor.visit_none(),
            // An empty text counts as nothing where a number is wanted, and as itself where a text is: it is never wrong.
            Slot::Found(Value::String(text)) if self.part.is_text() && text.is_empty() => {
                visitor.visit_some(Self { slot: Slot::Hidden, ..self })
            }
            Slot::Found(_) => visitor.visit_some(self),
        }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, _: &'static str, visitor: V) -> Result<V::Value, Stop> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Stop> {
        let items = |value: &'de Value| match value {
            Value::Array(items) => Some(items.as_slice()),
            Value::String(_) if self.part.is_text() => Some(std::slice::from_ref(value)),
            _ => None,
        };
        let items = self.found(items).unwrap_or_else(|| {
            self.note("must be a list");
            &[]
        });
        visitor.visit_seq(Items { items: items.iter().enumerate(), probe: self })
    }

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Stop> {
        match self.found(Value::as_object) {
            Some(fields) => visitor.visit_map(Entries::of(fields, self)),
            None => {
                self.note("must be an object");
                visitor.visit_map(Entries { entries: Vec::new().into_iter(), next: None, probe: self })
            }
        }
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Stop> {
        visitor.visit_map(Entries { entries: self.entries(fields).into_iter(), next: None, probe: self })
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Stop> {
        visitor.visit_unit()
    }

    forward_to_deserialize_any! {
        i8 i16 i32 i128 u8 u16 u32 u64 u128 f32 char bytes byte_buf unit unit_struct tuple tuple_struct enum identifier
    }
}

struct Items<'v, 'p> {
    items: std::iter::Enumerate<std::slice::Iter<'v, Value>>,
    probe: Probe<'v, 'p>,
}

impl<'v> SeqAccess<'v> for Items<'v, '_> {
    type Error = Stop;

    fn next_element_seed<S: DeserializeSeed<'v>>(&mut self, seed: S) -> Result<Option<S::Value>, Stop> {
        let Some((index, item)) = self.items.next() else { return Ok(None) };
        let path = Path::Item(self.probe.path, index);
        Probe { slot: Slot::Found(item), path: &path, ..self.probe }.read(seed).map(Some)
    }
}

struct Entries<'v, 'p> {
    entries: std::vec::IntoIter<(&'v str, Slot<'v>)>,
    next: Option<(&'v str, Slot<'v>)>,
    probe: Probe<'v, 'p>,
}

impl<'v, 'p> Entries<'v, 'p> {
    fn of(fields: &'v Map<String, Value>, probe: Probe<'v, 'p>) -> Self {
        let entries: Vec<_> = fields.iter().map(|(name, value)| (name.as_str(), Slot::Found(value))).collect();
        Self { entries: entries.into_iter(), next: None, probe }
    }
}

impl<'v> MapAccess<'v> for Entries<'v, '_> {
    type Error = Stop;

    fn next_key_seed<S: DeserializeSeed<'v>>(&mut self, seed: S) -> Result<Option<S::Value>, Stop> {
        self.next = self.entries.next();
        let Some((name, _)) = self.next else { return Ok(None) };
        let key: StrDeserializer<'v, Stop> = name.into_deserializer();
        seed.deserialize(key).map(Some)
    }

    fn next_value_seed<S: DeserializeSeed<'v>>(&mut self, seed: S) -> Result<S::Value, Stop> {
        let (name, slot) = self.next.take().ok_or_else(|| Stop::custom("a value without a key"))?;
        let path = Path::Field(self.probe.path, name);
        Probe { slot, path: &path, ..self.probe }.read(seed)
    }
}
