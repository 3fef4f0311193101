//! Macros that declare the types of the format. Each key is written once, with its doc comment: the field, the decoder and the
//! JSON Schema all come from that line.

/// Declares a struct whose fields are the keys of a mapping.
///
/// `#[yaml(...)]` on a field sets properties of its key: `key = "..."` if the key differs from the name of the field,
/// `required`, and `non_empty` for lists and mappings. With `#[string_form(field, Kind, "expected")]` on the struct, a string
/// can replace a mapping with that one field.
macro_rules! record {
    (
        $(#[doc = $doc:literal])*
        $(#[string_form($string_field:ident, $kind:ident, $expected:literal)])?
        pub struct $name:ident {
            $(
                $(#[doc = $field_doc:literal])*
                $(#[yaml($($flag:ident $(= $value:literal)?),+)])?
                pub $field:ident: $type:ty,
            )*
        }
    ) => {
        $(#[doc = $doc])*
        #[derive(Debug, Default)]
        pub struct $name {
            $($(#[doc = $field_doc])* pub $field: $type,)*
        }

        impl $crate::spec::record::Record for $name {
            const NAME: &'static str = stringify!($name);
            const DOC: &'static [&'static str] = &[$($doc),*];
            const KEYS: &'static [$crate::spec::record::KeyInfo] = &[$(
                $crate::spec::record::KeyInfo {
                    field: stringify!($field),
                    doc: &[$($field_doc),*],
                    flags: &[$($($crate::spec::declare::flag!($flag $($value)?)),+)?],
                },
            )*];
            $(
                const STRING_FORM: Option<$crate::spec::record::StringForm> = Some($crate::spec::record::StringForm {
                    kind: $crate::spec::record::StringKind::$kind,
                    expected: $expected,
                });

                fn from_string(text: String) -> Result<Self, String> {
                    Ok(Self { $string_field: Some(text), ..Self::default() })
                }
            )?

            fn set(
                &mut self,
                field: &str,
                value: serde_yaml::Value,
                at: &$crate::spec::Cursor<'_>,
                reporter: &mut $crate::spec::Reporter,
            ) {
                $(
                    if field == stringify!($field) {
                        if let Some(value) = $crate::spec::decode::decode(value, at, reporter) {
                            self.$field = value;
                        }
                        return;
                    }
                )*
            }

            fn key_schemas(definitions: &mut $crate::spec::record::Definitions) -> Vec<serde_json::Value> {
                vec![$(<$type as $crate::spec::decode::Decode>::schema(definitions)),*]
            }
        }
    };
}

macro_rules! flag {
    (key $name:literal) => {
        $crate::spec::record::Flag::Key($name)
    };
    (required) => {
        $crate::spec::record::Flag::Required
    };
    (non_empty) => {
        $crate::spec::record::Flag::NonEmpty
    };
}

/// Declares an enum whose variants are strings.
macro_rules! str_enum {
    (
        $(#[doc = $doc:literal])*
        pub enum $name:ident {
            $($(#[doc = $variant_doc:literal])* $variant:ident = $word:literal,)+
        }
    ) => {
        $(#[doc = $doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum $name {
            $($(#[doc = $variant_doc])* $variant,)+
        }

        impl $crate::spec::decode::Decode for $name {
            fn expected() -> String {
                $crate::spec::decode::one_of(&[$($word),+])
            }

            fn from_yaml(
                value: serde_yaml::Value,
                at: &$crate::spec::Cursor<'_>,
                reporter: &mut $crate::spec::Reporter,
            ) -> Option<Self> {
                $crate::spec::decode::decode_word(&value, &[$(($word, Self::$variant)),+], at, reporter)
            }

            fn schema(_: &mut $crate::spec::record::Definitions) -> serde_json::Value {
                let variants = [$(($word, &[$($variant_doc),*][..])),+].map(|(word, doc): (&str, &[&str])| {
                    let schema = serde_json::json!({ "type": "string", "const": word });
                    $crate::spec::record::describe(schema, doc)
                });
                serde_json::json!({ "oneOf": variants })
            }
        }
    };
}

pub(super) use {flag, record, str_enum};
