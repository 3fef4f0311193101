//! Types of the spec against the documentation's words for them, and texts as they are written in YAML.

use super::super::finding::yaml;
use super::super::types::{Children, Relation, Shape, TypeKey};

#[test]
fn words_and_types() {
    use Children::{Listed, Unlisted};
    use Relation::{Different, Equal, Narrower};
    let named = || Shape::Named(TypeKey { page: None, name: "Tree".to_owned() });
    let array = |of| Shape::Array(Box::new(of));
    let map = |of| Shape::Map(Box::new(of));
    let secret = || Shape::Single("String", Narrower);
    for (word, shape, children, expected) in [
        ("String", Shape::Single("String", Equal), Unlisted, Equal),
        ("String", secret(), Unlisted, Narrower),
        ("Number", secret(), Unlisted, Different),
        ("Number", Shape::Single("Integer", Equal), Unlisted, Different),
        ("string", Shape::Single("String", Equal), Unlisted, Different),
        ("Object", Shape::Object, Unlisted, Equal),
        ("Object", Shape::Fields, Unlisted, Equal),
        ("Object", Shape::Json, Unlisted, Different),
        ("Object", named(), Unlisted, Narrower),
        ("Object", named(), Listed, Equal),
        ("Tree", named(), Unlisted, Equal),
        ("Bush", named(), Unlisted, Different),
        ("Object", map(Shape::Json), Unlisted, Narrower),
        ("Object", array(Shape::Fields), Listed, Different),
        ("Array", array(Shape::Json), Unlisted, Equal),
        ("Array", array(Shape::Object), Unlisted, Narrower),
        ("Array", array(named()), Unlisted, Narrower),
        ("Array", array(named()), Listed, Equal),
        ("Array", array(Shape::Fields), Listed, Equal),
        ("Array", array(array(Shape::Json)), Unlisted, Narrower),
        ("Array", map(Shape::Json), Unlisted, Different),
    ] {
        assert_eq!(shape.relate(word, children), expected, "{word} and {shape:?}");
    }
}

#[test]
fn remedies_can_be_pasted() {
    for (text, written) in [
        ("array of string?", "array of string?"),
        ("Number? | Integer?", "Number? | Integer?"),
        ("/users/{id}", "\"/users/{id}\""),
        ("body.actions[].type", "\"body.actions[].type\""),
        ("> | <", "\"> | <\""),
        ("yes", "\"yes\""),
        ("string = \"a\"", "\"string = \\\"a\\\"\""),
    ] {
        assert_eq!(yaml(text), written);
    }
}
