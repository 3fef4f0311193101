//! Who to turn to about the API.

use super::prose;
use crate::ir::Contact;
use crate::spec::{ContactSpec, Cursor, Reporter};

/// Checks the contact; `None` where it names nobody, which is reported.
pub fn check(contact: &ContactSpec, cursor: &Cursor<'_>, reporter: &mut Reporter) -> Option<Contact> {
    let ContactSpec { name, url, email } = contact;
    let keys = ["name", "url", "email"];
    if [name, url, email].iter().all(|value| value.is_none()) {
        if !keys.iter().any(|key| reporter.is_invalid(&cursor.child(*key))) {
            let message = "a contact must have a `name`, a `url` or an `email`";
            reporter.error(&cursor.key(), message, "it has none of them", "add one of them, or remove `contact`");
        }
        return None;
    }
    let name = prose::optional(name.as_deref(), "name", cursor, reporter);
    let url = prose::optional_name(url.as_deref(), "url", cursor, reporter);
    let email = prose::optional_name(email.as_deref(), "email", cursor, reporter);
    if let Some(url) = url.filter(|url| !is_page(url)) {
        let message = format!("the `url` of a contact must be an http or https URL, `{url}` is not");
        let help = "write it as in `https://example.com/support`";
        reporter.error(&cursor.child("url").value(), message, "not a URL of a page", help);
    }
    if let Some(email) = email.filter(|email| !is_email(email)) {
        let message = format!("the `email` of a contact must be an email address, `{email}` is not");
        let help = "write it as in `support@example.com`";
        reporter.error(&cursor.child("email").value(), message, "not an email address", help);
    }
    Some(Contact { name, url: url.map(str::to_owned), email: email.map(str::to_owned) })
}

/// True for a URL that a reader can open: `http` or `https`, a host, and only characters that stand in a URL.
fn is_page(url: &str) -> bool {
    let rest = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://"));
    let authority = rest.and_then(|rest| rest.split(['/', '?', '#']).next()).unwrap_or_default();
    let (host, port) = authority.split_once(':').map_or((authority, None), |(host, port)| (host, Some(port)));
    let is_host = host.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '-'))
        && port.is_none_or(|port| port.parse::<u16>().is_ok());
    let is_allowed =
        |c: char| c.is_ascii_graphic() && !matches!(c, '"' | '<' | '>' | '\\' | '^' | '`' | '{' | '|' | '}');
    !host.is_empty() && is_host && url.chars().all(is_allowed)
}

/// True for `local@domain`, both in the characters that addresses without quotes and comments have.
fn is_email(email: &str) -> bool {
    let is_atom = |c: char| c.is_ascii_alphanumeric() || "!#$%&'*+/=?^_`{|}~-".contains(c);
    let is_label = |c: char| c.is_ascii_alphanumeric() || c == '-';
    let has_parts = |text: &str, allowed: &dyn Fn(char) -> bool| {
        text.split('.').all(|part| !part.is_empty() && part.chars().all(allowed))
    };
    email.split_once('@').is_some_and(|(local, domain)| has_parts(local, &is_atom) && has_parts(domain, &is_label))
}
