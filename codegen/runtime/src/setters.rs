//! The setters of generated structs.

/// Implements a setter for each field of a struct, and with `new` also a constructor without arguments.
///
/// A field before the semicolon is an `Option` of its type, a field after it is not.
#[doc(hidden)]
#[macro_export]
macro_rules! impl_setters {
    (new $type:ident { $($fields:tt)* }) => {
        impl $type {
            /// Creates a value without any field.
            pub fn new() -> Self {
                ::core::default::Default::default()
            }
        }

        $crate::impl_setters!($type { $($fields)* });
    };
    ($type:ident { $($field:ident: $ty:ty),*; $($plain:ident: $plain_ty:ty)? }) => {
        impl $type {
            $(
                #[doc = concat!("Sets the field `", stringify!($field), "`.")]
                #[must_use]
                pub fn $field(mut self, value: impl ::core::convert::Into<$ty>) -> Self {
                    self.$field = ::core::option::Option::Some(value.into());
                    self
                }
            )*
            $(
                #[doc = concat!("Sets the field `", stringify!($plain), "`.")]
                #[must_use]
                pub fn $plain(mut self, value: impl ::core::convert::Into<$plain_ty>) -> Self {
                    self.$plain = value.into();
                    self
                }
            )?
        }
    };
}
