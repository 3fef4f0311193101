//! What `gen --check` prints: a unified diff of every file that is not as it must be, and temporary files left behind.

use similar::TextDiff;

use crate::disk::Plan;

/// The diff; empty where nothing has to change.
pub fn render(plan: &Plan) -> String {
    let mut text = String::new();
    for change in &plan.writes {
        let old = change.old.as_deref().unwrap_or_default();
        let from = if change.old.is_some() { format!("a/{}", change.shown) } else { "/dev/null".to_owned() };
        unified(old, &change.new, &from, &format!("b/{}", change.shown), &mut text);
    }
    for orphan in &plan.orphans {
        unified(&orphan.old, "", &format!("a/{}", orphan.shown), "/dev/null", &mut text);
    }
    for leftover in &plan.leftovers {
        text.push_str(&format!("{}: left behind by a run that was interrupted\n", leftover.shown));
    }
    text
}

fn unified(old: &str, new: &str, from: &str, to: &str, text: &mut String) {
    let diff = TextDiff::from_lines(old, new);
    text.push_str(&diff.unified_diff().context_radius(3).header(from, to).to_string());
}
