//! Suggestions for misspelled names.

/// The maximum number of names that a help text lists.
const MAX_LISTED: usize = 24;

/// Returns the help text for an unknown name. It suggests the most similar known name. If no name is similar, it lists the
/// known names after `lead`.
pub fn did_you_mean<'a>(name: &str, known: impl IntoIterator<Item = &'a str>, lead: &str) -> String {
    let known: Vec<&str> = known.into_iter().collect();
    if let Some(meant) = closest_match(name, &known) {
        return format!("did you mean `{meant}`?");
    }
    if known.is_empty() {
        return "remove it; the spec defines no such name".to_owned();
    }
    let listed: Vec<String> = known.iter().take(MAX_LISTED).map(|candidate| format!("`{candidate}`")).collect();
    let more = if known.len() > MAX_LISTED { " and others" } else { "" };
    format!("{lead} {}{more}", listed.join(", "))
}

/// Returns the known name that was probably meant.
pub fn closest_match<'a>(name: &str, known: &[&'a str]) -> Option<&'a str> {
    let lowercase = name.to_lowercase();
    let length = lowercase.chars().count();
    let max_distance = (length / 3).max(1);
    known
        .iter()
        // The distance is at least the difference in length. Names can be megabytes long, so this is checked first.
        .filter(|candidate| candidate.chars().count().abs_diff(length) <= max_distance)
        .map(|candidate| (strsim::osa_distance(&lowercase, &candidate.to_lowercase()), *candidate))
        .min_by_key(|(distance, _)| *distance)
        // A name that shares no character with another one is not a misspelling of it.
        .filter(|(distance, _)| *distance <= max_distance && *distance < length)
        .map(|(_, candidate)| candidate)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn similar_names_are_suggested_and_others_are_listed() {
        assert_eq!(did_you_mean("sumary", ["summary", "route"], "the keys are"), "did you mean `summary`?");
        assert_eq!(did_you_mean("Route", ["summary", "route"], "the keys are"), "did you mean `route`?");
        assert_eq!(did_you_mean("color", ["summary", "route"], "the keys are"), "the keys are `summary`, `route`");
        assert_eq!(did_you_mean("x", ["a", "b"], "the keys are"), "the keys are `a`, `b`");
        assert!(did_you_mean("color", [], "the keys are").starts_with("remove it"));
    }

    #[test]
    fn long_lists_are_truncated() {
        let names: Vec<String> = (100..200).map(|number| format!("name{number}")).collect();
        let help = did_you_mean("x", names.iter().map(String::as_str), "the names are");
        assert!(help.ends_with("`name123` and others"), "{help}");
    }

    #[test]
    fn a_very_long_name_has_no_match() {
        assert_eq!(closest_match(&"x".repeat(10_000_000), &["x"]), None);
    }
}
