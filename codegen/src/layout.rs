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
    // The comma of a tuple with one item is what makes it a tuple.
    let short = if items.len() == 1 && opens_tuple(opening) { &inner } else { inner.trim_end_matches(',') };
    let joined = format!("{opening}{padding}{short}{padding}{}", closing.trim_start());
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

/// True where the bracket belongs to no name before it: not to a call, a macro or a list of arguments.
fn opens_tuple(opening: &str) -> bool {
    let before = opening.strip_suffix('(').map(|before| before.chars().last());
    let is_name = |c: char| c.is_alphanumeric() || matches!(c, '_' | '>' | '!' | ')' | ']' | '?');
    before.is_some_and(|last| !last.is_some_and(is_name))
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

#[cfg(test)]
mod tests {
    use super::*;

    /// Lays a function's body out; the tokens must be the same, whatever the lines are.
    fn body(statement: &str) -> String {
        let file = syn::parse_str::<syn::File>(&format!("fn f() {{ {statement} }}")).expect("the test is Rust");
        let (pretty, text) = (prettyplease::unparse(&file), joined(&prettyplease::unparse(&file)));
        let again = syn::parse_str::<syn::File>(&text).unwrap_or_else(|error| panic!("{error}: {text}"));
        assert_eq!(prettyplease::unparse(&again), pretty, "{text}");
        assert!(
            text.lines().all(|line| line.chars().count() <= WIDTH || pretty.lines().any(|old| old == line)),
            "{text}"
        );
        let inside: Vec<&str> = text.lines().skip(1).map(|line| line.strip_prefix("    ").unwrap_or(line)).collect();
        inside.join("\n").trim_end_matches("\n}").to_owned()
    }

    #[test]
    fn what_fits_is_one_line() {
        let names: Vec<String> = (0..9).map(|number| format!("argument_{number}")).collect();
        let call = format!("call({});", names.join(", "));
        assert_eq!(body(&call), call);
        let list = format!("let list = [{}];", names[1..].join(", "));
        assert_eq!(body(&list), list);
        let chain = "self.client.request(&SOMETHING_LONG_ENOUGH).path(first_argument).path(second_argument).call();";
        assert_eq!(body(chain), chain);
    }

    #[test]
    fn what_does_not_fit_has_a_line_for_all_or_one_for_each() {
        let names: Vec<String> = (0..9).map(|number| format!("argument_{number}")).collect();
        let call = format!("a_function_with_a_long_name({});", names.join(", "));
        assert_eq!(body(&call), format!("a_function_with_a_long_name(\n    {},\n);", names.join(", ")));
        let names: Vec<String> = (0..12).map(|number| format!("argument_{number}")).collect();
        let call = format!("call({});", names.join(", "));
        assert_eq!(body(&call), format!("call(\n    {},\n);", names.join(",\n    ")));
    }

    #[test]
    fn a_tuple_of_one_stays_a_tuple() {
        let name = "a_name_that_is_long_enough_for_prettyplease_to_break_the_line_before_it";
        let call = format!("call_something(first, ({name},));");
        assert_eq!(body(&call), call);
        let tuple = format!("let a_tuple_of_one_and_no_other = ({name},);");
        assert_eq!(body(&tuple), tuple);
        let call = format!("let a_call_with_one_argument = call({name});");
        assert_eq!(body(&call), call);
    }

    #[test]
    fn texts_and_closures_are_left_alone() {
        let text = "\"a text with (brackets, [and] commas,) that is quite long\"";
        body(&format!("call({text}, {text}, |argument| {{ let x = (argument, {text}); call(x) }}, ({text}, {text}));"));
        body(&format!("let x = Name {{ first_field: {text}, second_field: {text} }};"));
        body(&format!(
            "match x {{ Some(Name {{ first, .. }}) => call({text}, first), None => vec![{text}, {text}], }}"
        ));
    }
}
