//! The part of a generated `Cargo.toml` that does not depend on the API.

/// The manifest after the name, version, description and license of the package.
pub const TEMPLATE: &str = include_str!("manifest.toml");

/// The features of the generated crate that its tests need.
pub const TEST_FEATURES: [&str; 2] = ["hyper", "server"];

/// A package that every generated crate depends on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Dependency {
    /// The name of the package.
    pub name: &'static str,
    /// The required version.
    pub version: &'static str,
    /// Whether the default features are enabled.
    pub default_features: bool,
}

/// Returns the packages that every generated crate depends on.
pub fn dependencies() -> impl Iterator<Item = Dependency> {
    section("[dependencies]").map(|(name, value)| Dependency {
        name,
        version: value.split('"').nth(1).unwrap_or_default(),
        default_features: !value.contains("default-features = false"),
    })
}

/// Returns the features of every generated crate, without `default`.
pub fn features() -> impl Iterator<Item = &'static str> {
    section("[features]").map(|(name, _)| name).filter(|name| *name != "default")
}

/// Returns the entries of a table. The template has one entry per line, so this needs no TOML parser.
fn section(header: &'static str) -> impl Iterator<Item = (&'static str, &'static str)> {
    let inside = TEMPLATE.lines().skip_while(move |line| *line != header).skip(1);
    inside.take_while(|line| !line.starts_with('[')).filter_map(|line| line.split_once(" = "))
}

#[cfg(test)]
mod tests {
    use super::{Dependency, TEST_FEATURES};

    #[test]
    fn all_entries_of_the_template_are_found() {
        let manifest: toml::Table = format!("[package]\n{}", super::TEMPLATE).parse().expect("the template is TOML");
        let table = |name: &str| manifest[name].as_table().expect("a table").clone();
        let expected = table("dependencies");
        let found: Vec<Dependency> = super::dependencies().collect();
        assert_eq!(found.len(), expected.len());
        for Dependency { name, version, default_features } in &found {
            let dependency = &expected[*name];
            assert_eq!(dependency.as_str().or_else(|| dependency.get("version")?.as_str()), Some(*version), "{name}");
            let other = dependency.get("default-features").and_then(toml::Value::as_bool).unwrap_or(true);
            assert_eq!(other, *default_features, "{name}");
        }
        let features: Vec<&str> = super::features().collect();
        assert_eq!(features.len() + 1, table("features").len());
        assert!(TEST_FEATURES.iter().all(|feature| features.contains(feature)));
        assert!(!manifest.contains_key("dev-dependencies"), "`check` adds them");
    }
}
