//! Lines as wide as those of the hand-written code: what prettyplease breaks at 89 columns is joined where 120 hold it.
//!
//! Only whole bracket groups are joined, innermost first, and only on text that prettyplease wrote: one item to a line,
//! four columns to a level.

/// The width of a line in this repository, as rustfmt.toml has it.
const WIDTH: usize = 120;

/// Joins every group of `(…)` or `[…]` that fits on one line.
pub fn joined(text: &str) -> String {
    let mut lines: Vec<String> = Vec::new();
    for line in text.lines() {
        lines.push(line.to_owned());
        if closes_group(line) {
            join_last_group(&mut lines);
        } else if line.trim_start().starts_with('.') {
            join_chain(&mut lines);
        }
    }
    let mut joined = lines.join("\n");
    joined.push('\n');
    joined
}

fn indent(line: &str) -> usize {
    line.len() - line.trim_start().len()
}

fn closes_group(line: &str) -> bool {
    line.trim_start().starts_with([')', ']', '}'])
}

/// How the items of a group stand beside their brackets on one line, if the line opens one.
///
/// Braces hold statements as a rule; those of an import and those behind a type alone on its line hold names and fields.
fn padding(opening: &str) -> Option<&'static str> {
    let is_import = opening.starts_with("use ") || opening.starts_with("pub use ");
    let is_literal = || {
        let name = opening.trim_start().strip_suffix(" {").and_then(|path| path.rsplit("::").next());
        name.is_some_and(|name| name.starts_with(char::is_uppercase) && name.chars().all(char::is_alphanumeric))
    };
    match opening.chars().last() {
        Some('(' | '[') => Some(""),
        Some('{') if is_import && opening.ends_with("::{") => Some(""),
        Some('{') if is_literal() => Some(" "),
        Some(_) | None => None,
    }
}

/// The last line closes a group; the group becomes one line if its items are one line each and it fits.
fn join_last_group(lines: &mut Vec<String>) {
    let Some((closing, above)) = lines.split_last() else { return };
    let level = indent(closing);
    let Some(start) = above.iter().rposition(|line| indent(line) <= level) else { return };
    let Some((opening, items)) = above.get(start..).and_then(<[String]>::split_first) else { return };
    let is_item =
        |line: &String| indent(line) == level + 4 && !line.ends_with([';', '{', '(', '[']) && !is_comment(line);
    let Some(padding) = padding(opening) else { return };
    // The brackets of a chain's first call close one level deeper than they open.
    if indent(opening) > level || is_comment(opening) || !items.iter().all(is_item) {
        return;
    }
    let items: Vec<&str> = items.iter().map(|line| line.trim()).collect();
    let inner = items.join(" ");
    let joined = format!("{opening}{padding}{}{padding}{}", inner.trim_end_matches(','), closing.trim_start());
    if joined.chars().count() <= WIDTH {
        lines.truncate(start);
        lines.push(joined);
        return;
    }
    // Too long for one line, but perhaps the items are not too long for a line of their own.
    let inner = format!("{}{inner}", " ".repeat(level + 4));
    if items.len() > 1 && indent(opening) == level && inner.chars().count() <= WIDTH {
        let closing = closing.clone();
        lines.truncate(start + 1);
        lines.extend([inner, closing]);
    }
}

/// The last line is a call on the line above it.
fn join_chain(lines: &mut Vec<String>) {
    let [.., above, last] = lines.as_slice() else { return };
    let joined = format!("{above}{}", last.trim_start());
    let continues =
        indent(last) > indent(above) && !above.ends_with(['{', '(', '[', ',', ';', '}']) && !is_comment(above);
    if continues && !last.ends_with(['{', '(', '[']) && joined.chars().count() <= WIDTH {
        lines.truncate(lines.len() - 2);
        lines.push(joined);
    }
}

fn is_comment(line: &str) -> bool {
    line.trim_start().starts_with("//")
}
