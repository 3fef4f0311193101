//! Types compared with the documentation's words for them, and strings as YAML scalars.

use routegen::facts::{Scalar, Shape, TypeKey};

use super::super::finding::yaml_scalar;
use super::super::relation::{Relation, relate};

#[test]
fn relations_of_types_and_words() {
    use Relation::{Different, Equal, Narrower};
    let named = || Shape::Named(TypeKey { page: None, name: "Tree".to_owned() });
    let array = |items| Shape::Array(Box::new(items));
    let map = |values| Shape::Map(Box::new(values));
    for (word, shape, fields_documented, expected) in [
        ("String", Shape::Scalar(Scalar::String), false, Equal),
        ("String", Shape::Scalar(Scalar::Secret), false, Narrower),
        ("String", Shape::Scalar(Scalar::Enum), false, Narrower),
        ("Number", Shape::Scalar(Scalar::Secret), false, Different),
        ("Number", Shape::Scalar(Scalar::Integer), false, Different),
        ("string", Shape::Scalar(Scalar::String), false, Different),
        ("Date", Shape::Scalar(Scalar::DateTime), false, Equal),
        ("Object", Shape::Object, false, Equal),
        ("Object", Shape::InlineObject, false, Equal),
        ("Object", Shape::Json, false, Different),
        ("Object", named(), false, Narrower),
        ("Object", named(), true, Equal),
        ("Tree", named(), false, Equal),
        ("Bush", named(), false, Different),
        ("Object", map(Shape::Json), false, Narrower),
        ("Object", array(Shape::InlineObject), true, Different),
        ("Array", array(Shape::Json), false, Equal),
        ("Array", array(Shape::Object), false, Narrower),
        ("Array", array(named()), false, Narrower),
        ("Array", array(named()), true, Equal),
        ("Array", array(Shape::InlineObject), true, Equal),
        ("Array", array(array(Shape::Json)), false, Narrower),
        ("Array", map(Shape::Json), false, Different),
    ] {
        assert_eq!(relate(&shape, word, fields_documented), expected, "{word} and {shape:?}");
    }
}

#[test]
fn yaml_scalars_are_quoted_if_necessary() {
    for (text, scalar) in [
        ("array of string?", "array of string?"),
        ("Number? | Integer?", "Number? | Integer?"),
        ("/users/{id}", "\"/users/{id}\""),
        ("body.actions[].type", "\"body.actions[].type\""),
        ("> | <", "\"> | <\""),
        ("yes", "\"yes\""),
        ("string = \"a\"", "\"string = \\\"a\\\"\""),
    ] {
        assert_eq!(yaml_scalar(text), scalar);
    }
}
