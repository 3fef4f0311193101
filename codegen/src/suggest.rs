//! "Did you mean": the nearest of the names that would have been right.

/// A help text for a name that is not among the known ones.
pub fn nearest<'a>(name: &str, known: impl IntoIterator<Item = &'a str>, lead: &str) -> String {
    let known: Vec<&str> = known.into_iter().collect();
    let best = known
        .iter()
        .map(|candidate| (strsim::osa_distance(&name.to_lowercase(), &candidate.to_lowercase()), *candidate))
        .min_by_key(|(distance, _)| *distance)
        .filter(|(distance, _)| *distance <= (name.chars().count() / 3).max(1));
    match best {
        Some((_, candidate)) => format!("did you mean `{candidate}`?"),
        None if known.is_empty() => "there are none; remove it".to_owned(),
        None => {
            let listed: Vec<String> = known.iter().map(|candidate| format!("`{candidate}`")).collect();
            format!("{lead} {}", listed.join(", "))
        }
    }
}
