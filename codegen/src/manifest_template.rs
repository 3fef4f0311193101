//! The part of a generated `Cargo.toml` that is the same for every API.

/// Everything behind the `[package]` table's own keys.
pub const TEMPLATE: &str = include_str!("../runtime/manifest.toml");

/// The packages that every generated crate depends on, be it for its tests alone.
///
/// The template is this project's own, with one dependency to a line, so it takes no parser to find them.
pub fn dependencies() -> impl Iterator<Item = &'static str> {
    let mut is_inside = false;
    TEMPLATE.lines().filter_map(move |line| {
        if line.starts_with('[') {
            is_inside = line.ends_with("dependencies]");
            return None;
        }
        line.split_once(" = ").map(|(name, _)| name).filter(|_| is_inside)
    })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use toml::{Table, Value};

    /// The names below every table of dependencies.
    fn collect(table: &Table, names: &mut BTreeSet<String>) {
        for (key, value) in table {
            match value {
                Value::Table(inner) if key.ends_with("dependencies") => names.extend(inner.keys().cloned()),
                Value::Table(inner) => collect(inner, names),
                _ => {}
            }
        }
    }

    #[test]
    fn every_dependency_of_the_template_is_found() {
        let manifest: Table = format!("[package]\n{}", super::TEMPLATE).parse().expect("the template is TOML");
        let mut expected = BTreeSet::new();
        collect(&manifest, &mut expected);
        assert!(expected.contains("serde") && expected.contains("tempfile"), "{expected:?}");
        assert_eq!(super::dependencies().map(str::to_owned).collect::<BTreeSet<_>>(), expected);
    }
}
