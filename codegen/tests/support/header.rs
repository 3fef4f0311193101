//! Random headers of a spec: the package, the strings in its manifest, and a base URL. They may be invalid.

use std::fs;
use std::path::Path;

use proptest::collection::vec;
use proptest::option::of;
use proptest::prelude::{BoxedStrategy, Just, Strategy};
use proptest::prop_oneof;
use proptest::sample::select;
use serde_yaml::{Mapping, Value};

const NAMES: [&str; 19] = [
    "library",
    "my-library",
    "my_library2",
    "l",
    "bytes",
    "http_body",
    "http-body-",
    "tempfile",
    "std",
    "test",
    "loop",
    "loop_",
    "self",
    "nul",
    "COM1",
    "com0",
    "Library",
    "a--b",
    "größe",
];

const VERSIONS: [&str; 14] = [
    "0.1.0",
    "10.20.30",
    "1.0.0-rc.1",
    "1.0.0-0.3.7+build.01",
    "18446744073709551615.0.0",
    "18446744073709551616.0.0",
    "0.1.0-",
    "0.1.0-01",
    "0.1.0+a b",
    "0.1.0+",
    "01.0.0",
    "1.0",
    "v1.0.0",
    "1.0.0\u{7f}",
];

const URLS: [&str; 16] = [
    "https://library.example.com",
    "http://localhost:8080/api/",
    "https://[::1]:8443",
    "https://[::1",
    "https://[::1]]",
    "https://a:b",
    "https://a:",
    "https://a:65536",
    "https://a\\b",
    "https://a b",
    "https://a/b c",
    "https://{host}.example.com",
    "https://ada@example.com",
    "https://größe.example.com",
    "https://example.com/größe",
    "https://a%20b",
];

/// The header of a spec with one route.
#[derive(Debug, Clone)]
pub struct Header {
    pub name: String,
    pub version: String,
    pub summary: String,
    pub license: Option<String>,
    pub description: Option<String>,
    pub url: String,
    pub keywords: Vec<String>,
    pub categories: Vec<String>,
}

/// Returns the first string of a list in half of the cases, otherwise any string of the list or one of a pattern.
fn like(list: &'static [&'static str], pattern: &'static str) -> BoxedStrategy<String> {
    let good = list.first().copied().unwrap_or_default();
    prop_oneof![3 => Just(good.to_owned()), 2 => select(list).prop_map(str::to_owned), 1 => pattern].boxed()
}

/// Returns strings with characters that JSON, TOML and Rust escape: quotes, control characters, bidirectional controls.
fn text() -> impl Strategy<Value = String> {
    "[a-z .\"'\\\\#\\[\\]=\u{0}\t\n\r\u{1b}\u{7f}\u{85}\u{a0}\u{202a}-\u{202e}\u{2028}\u{2066}-\u{2069}é🦀]{1,24}"
}

pub fn headers() -> impl Strategy<Value = Header> {
    let names = like(&NAMES, "[a-z][a-z0-9_-]{0,70}");
    let versions = like(&VERSIONS, "[0-9]{1,2}\\.[0-9]{1,2}\\.[0-9]{1,2}([-+][0-9a-z.+-]{0,6})?");
    let urls = like(&URLS, "https?://[a-z0-9\\[\\]:@.%{}\\\\-]{1,12}(/[a-z%{}?#]{0,4})?");
    let keywords = vec("[a-z][a-z0-9+_-]{0,6}", 0..3);
    let categories = vec("[a-z][a-z-]{1,3}(:{2}[a-z]{0,9})?", 0..3);
    (names, versions, text(), of(text()), of(text()), urls, keywords, categories).prop_map(
        |(name, version, summary, license, description, url, keywords, categories)| Header {
            name,
            version,
            summary,
            license,
            description,
            url,
            keywords,
            categories,
        },
    )
}

impl Header {
    /// Writes the spec to a folder.
    pub fn write(&self, folder: &Path) {
        let Self { name, version, summary, license, description, url, keywords, categories } = self;
        let mut package = Mapping::from_iter([("name".into(), name.as_str().into())]);
        package.insert("version".into(), version.as_str().into());
        let optional = [("license", license), ("description", description)];
        let optional = optional.into_iter().filter_map(|(key, text)| Some((key, text.as_deref()?)));
        package.extend(optional.map(|(key, text)| (Value::from(key), Value::from(text))));
        package.insert("keywords".into(), keywords.clone().into());
        package.insert("categories".into(), categories.clone().into());
        let mut api: Value =
            serde_yaml::from_str("{ title: Library, version: '1', services: { main: { description: All. } } }")
                .expect("this is YAML");
        api["summary"] = summary.as_str().into();
        api["crate"] = package.into();
        api["services"]["main"]["url"] = url.as_str().into();
        let page = "{ namespace: book, summary: Books., routes: { list: { route: GET /books, summary: Lists books., \
            auth: none, responses: { 200: The books. } } } }";
        fs::write(folder.join("api.yaml"), serde_yaml::to_string(&api).expect("this is YAML"))
            .and_then(|()| fs::write(folder.join("book.yaml"), page))
            .expect("the spec can be written");
    }
}
