//! How a type of the spec relates to the documentation's word for it.

use routegen::facts::{Scalar, Shape};

/// How a type relates to the documentation's word for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Relation {
    /// Both mean the same.
    Equal,
    /// The spec is more specific: it states the items of an array, or that a string is secret.
    Narrower,
    /// They contradict each other.
    Different,
}

/// Compares a type with the documentation's word for it. `fields_documented` is true if the documentation lists the fields
/// inside it, which are compared on their own then.
pub fn relate(shape: &Shape, word: &str, fields_documented: bool) -> Relation {
    let if_word_is = |expected: &str, relation| if word == expected { relation } else { Relation::Different };
    let of_content = if fields_documented { Relation::Equal } else { Relation::Narrower };
    match shape {
        Shape::Scalar(scalar) => match scalar {
            Scalar::String => if_word_is("String", Relation::Equal),
            // The documentation never lists the values of an enum.
            Scalar::Secret | Scalar::Enum => if_word_is("String", Relation::Narrower),
            Scalar::Integer => if_word_is("Integer", Relation::Equal),
            Scalar::Number => if_word_is("Number", Relation::Equal),
            Scalar::Boolean => if_word_is("Boolean", Relation::Equal),
            Scalar::DateTime => if_word_is("Date", Relation::Equal),
            Scalar::File => if_word_is("File", Relation::Equal),
        },
        // The documentation has no word for it.
        Shape::Json => Relation::Different,
        Shape::Object | Shape::InlineObject => if_word_is("Object", Relation::Equal),
        Shape::Named(key) if key.name == word => Relation::Equal,
        Shape::Named(_) => if_word_is("Object", of_content),
        Shape::Map(_) => if_word_is("Object", Relation::Narrower),
        Shape::Array(items) => match **items {
            Shape::Json => if_word_is("Array", Relation::Equal),
            Shape::InlineObject | Shape::Named(_) => if_word_is("Array", of_content),
            Shape::Scalar(_) | Shape::Object | Shape::Array(_) | Shape::Map(_) => {
                if_word_is("Array", Relation::Narrower)
            }
        },
    }
}
