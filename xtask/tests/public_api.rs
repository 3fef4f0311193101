//! The lists of public items: they match the sources, and nothing public is missing in them.

use std::fs;

use xtask::api::{self, items};

#[test]
fn the_lists_match_the_sources() {
    let diffs = api::diffs().expect("the sources can be read");
    assert!(diffs.is_empty(), "run `cargo xtask api` and review what changed:\n{diffs}");
}

/// Returns the list of a library with the given files.
fn list(files: &[(&str, &str)]) -> Vec<String> {
    let folder = tempfile::tempdir().expect("a temporary folder");
    for (path, text) in files {
        let path = folder.path().join(path);
        fs::create_dir_all(path.parent().expect("a folder")).and_then(|()| fs::write(&path, text)).expect("a file");
    }
    items::library("shop", &folder.path().join("lib.rs")).expect("valid sources")
}

#[test]
fn a_list_has_items_members_and_implementations() {
    let source = "#[derive(Debug)] #[non_exhaustive] pub struct Item<T: Copy> { pub price: Option<T>, secret: u8 }
        impl<T: Copy> Item<T> { pub const MAX: u8 = 3; pub fn price(&self) -> Option<T> { None } fn private(&self) {} }
        impl<T: Copy> Clone for Item<T> { fn clone(&self) -> Self { todo!() } }
        pub enum Size { Small, Other(String), Exact { grams: u64 } }
        pub trait Shop: Send { type Owner; fn open(&self); fn close(&self) {} }
        impl_text!(request Size { Small }); impl_text!(Elsewhere { Small });
        pub type Items<T> = Vec<Item<T>>; #[doc(hidden)] pub fn hidden() {} #[cfg(test)] mod tests { pub fn test() {} }";
    let expected = [
        "#[non_exhaustive] pub struct shop::Item<T: Copy>",
        "impl Clone for shop::Item",
        "impl Debug for shop::Item",
        "pub const shop::Item::MAX: u8",
        "pub fn shop::Item::price(&self) -> Option<T>",
        "pub shop::Item::price: Option<T>",
        "pub type shop::Items<T> = Vec<Item<T>>",
        "pub trait shop::Shop: Send",
        "pub type shop::Shop::Owner",
        "pub fn shop::Shop::close(&self) { ... }",
        "pub fn shop::Shop::open(&self)",
        "pub enum shop::Size",
        "impl_text! for shop::Size",
        "pub shop::Size::Exact { grams: u64 }",
        "pub shop::Size::Other(String)",
        "pub shop::Size::Small",
    ];
    assert_eq!(list(&[("lib.rs", source)]), expected);
}

#[test]
fn a_list_follows_modules_reexports_and_features() {
    let files = [
        (
            "lib.rs",
            "mod inner; #[cfg(feature = \"client\")] pub mod client; pub use inner::{Deep, Shallow as Flat}; pub use http::Uri;",
        ),
        (
            "inner/mod.rs",
            "mod deep; pub use deep::Deep; pub struct Shallow; pub(crate) struct Hidden; pub fn unreachable() {}",
        ),
        ("inner/deep.rs", "pub struct Deep; impl Deep { pub fn dive(self) {} }"),
        ("client.rs", "#[cfg(feature = \"tls\")] pub fn connect() {} pub(super) fn internal() {}"),
    ];
    let expected = [
        "pub struct shop::Deep",
        "pub fn shop::Deep::dive(self)",
        "pub struct shop::Flat",
        "pub use http::Uri",
        "pub fn shop::client::connect()  [client, tls]",
    ];
    assert_eq!(list(&files), expected);
}

#[test]
fn an_invalid_source_is_an_error() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join("lib.rs");
    let error = items::library("shop", &path).expect_err("no such file");
    assert!(error.contains("cannot read") && error.contains("lib.rs"), "{error}");
    for (source, problem) in [("pub fn {", "is not Rust"), ("mod missing;", "missing.rs")] {
        fs::write(&path, source).expect("a file");
        let error = items::library("shop", &path).expect_err("an invalid source");
        assert!(error.contains(problem), "{error}");
    }
}
