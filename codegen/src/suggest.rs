//! "Did you mean": the nearest of the names that would have been right.

/// More names than this are a list that nobody reads to its end.
const MOST_LISTED: usize = 24;

/// A help text for a name that is not among the known ones.
pub fn nearest<'a>(name: &str, known: impl IntoIterator<Item = &'a str>, lead: &str) -> String {
    let known: Vec<&str> = known.into_iter().collect();
    if let Some(guess) = guess(name, &known) {
        return format!("did you mean `{guess}`?");
    }
    if known.is_empty() {
        return "there are none; remove it".to_owned();
    }
    let listed: Vec<String> = known.iter().take(MOST_LISTED).map(|candidate| format!("`{candidate}`")).collect();
    let more = if known.len() > MOST_LISTED { " and others" } else { "" };
    format!("{lead} {}{more}", listed.join(", "))
}

/// The known name that was probably meant.
pub fn guess<'a>(name: &str, known: &[&'a str]) -> Option<&'a str> {
    let lowercase = name.to_lowercase();
    let length = lowercase.chars().count();
    let most = (length / 3).max(1);
    known
        .iter()
        // What differs more in length than it may differ at all is not worth a look: names can be megabytes long.
        .filter(|candidate| candidate.chars().count().abs_diff(length) <= most)
        .map(|candidate| (strsim::osa_distance(&lowercase, &candidate.to_lowercase()), *candidate))
        .min_by_key(|(distance, _)| *distance)
        // A name of which nothing is left is no other name's misspelling.
        .filter(|(distance, _)| *distance <= most && *distance < length)
        .map(|(_, candidate)| candidate)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn near_names_are_suggested_and_far_ones_listed() {
        assert_eq!(nearest("sumary", ["summary", "route"], "the keys are"), "did you mean `summary`?");
        assert_eq!(nearest("Route", ["summary", "route"], "the keys are"), "did you mean `route`?");
        assert_eq!(nearest("colour", ["summary", "route"], "the keys are"), "the keys are `summary`, `route`");
        assert_eq!(nearest("x", ["a", "b"], "the keys are"), "the keys are `a`, `b`");
        assert_eq!(nearest("colour", [], "the keys are"), "there are none; remove it");
    }

    #[test]
    fn long_lists_are_cut_short() {
        let names: Vec<String> = (100..200).map(|number| format!("name{number}")).collect();
        let help = nearest("x", names.iter().map(String::as_str), "the names are");
        assert!(help.ends_with("`name123` and others"), "{help}");
    }

    #[test]
    fn nothing_is_near_to_an_endless_name() {
        assert_eq!(guess(&"x".repeat(10_000_000), &["x"]), None);
    }
}
