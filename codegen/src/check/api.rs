//! `api.yaml`: title, contact, package, authentication, error messages.

use std::collections::HashMap;

use super::{package, services, strings};
use crate::ir::{Api, Contact, Namespace, Package, Refresh, Security, Service, ServiceId, TypeDef};
use crate::spec::{ApiFile, AuthSpec, ContactSpec, Cursor, ErrorsSpec, Reporter, SchemeSpec, Spec};

/// The content of `api.yaml` without services and types.
#[derive(Debug)]
pub struct Header {
    title: Option<String>,
    version: Option<String>,
    summary: Option<String>,
    contact: Option<Contact>,
    package: Option<Package>,
    security: Option<Security>,
    has_security: bool,
    has_token_parameter: bool,
    message_fields: Vec<Vec<String>>,
    default_service: ServiceId,
}

impl Header {
    /// Returns `true` if the API has `auth`, even with errors.
    pub fn has_security(&self) -> bool {
        self.has_security
    }

    /// Returns `true` if the API has `auth.query`, even with errors.
    pub fn has_token_parameter(&self) -> bool {
        self.has_token_parameter
    }

    /// Sets how tokens are refreshed, which is checked once the operations are known.
    pub fn set_refresh(&mut self, refresh: Option<Refresh>) {
        if let Some(security) = &mut self.security {
            security.refresh = refresh;
        }
    }

    /// Combines the header with the rest of the API.
    pub fn into_api(self, services: Vec<Service>, types: Vec<TypeDef>, namespaces: Vec<Namespace>) -> Option<Api> {
        Some(Api {
            title: self.title?,
            version: self.version?,
            summary: self.summary?,
            contact: self.contact,
            package: self.package?,
            services,
            default_service: self.default_service,
            security: self.security,
            message_fields: self.message_fields,
            types,
            namespaces,
        })
    }
}

/// Checks the header.
pub fn check(spec: &Spec, reporter: &mut Reporter) -> Header {
    let root = Cursor::root(&spec.api_source);
    let ApiFile { title, version, summary, contact, package, services: _, auth, errors, types: _, removed: _ } =
        &spec.api;
    let title = strings::required(title.as_deref(), "title", &root, reporter);
    let version = strings::required(version.as_deref(), "version", &root, reporter);
    let summary = strings::required(summary.as_deref(), "summary", &root, reporter);
    let contact = contact.as_ref().and_then(|contact| check_contact(contact, &root.child("contact"), reporter));
    let package = match package {
        Some(package) => package::check(package, summary.as_deref(), &root.child("crate"), reporter),
        None => {
            reporter.missing(&root, "crate", "`crate: { name: my-api, version: 0.1.0 }`");
            None
        }
    };
    let at = root.child("auth");
    let message_fields = match errors {
        Some(ErrorsSpec { message }) => check_message_fields(message, &root.child("errors"), reporter),
        None => vec![vec!["message".to_owned()]],
    };
    Header {
        title,
        version,
        summary,
        contact,
        package,
        has_security: auth.is_some() || reporter.is_invalid(&at),
        has_token_parameter: auth.as_ref().is_some_and(|auth| auth.query.is_some())
            || reporter.is_invalid(&at.child("query")),
        security: auth.as_ref().and_then(|auth| check_auth(auth, &at, reporter)),
        message_fields,
        default_service: services::default(spec),
    }
}

/// Checks the contact. Returns `None` if it is empty, which is reported.
fn check_contact(contact: &ContactSpec, cursor: &Cursor<'_>, reporter: &mut Reporter) -> Option<Contact> {
    let ContactSpec { name, url, email } = contact;
    if name.is_none() && url.is_none() && email.is_none() {
        if !["name", "url", "email"].iter().any(|key| reporter.is_invalid(&cursor.child(*key))) {
            let message = "expected `name`, `url` or `email` in `contact`";
            reporter.error(&cursor.key(), message, "found none of them", "add one of them, or remove `contact`");
        }
        return None;
    }
    let name = strings::optional(name.as_deref(), "name", cursor, reporter);
    let url = strings::optional_web_page(url.as_deref(), "url", "https://example.com/support", cursor, reporter);
    let email = strings::optional_name(email.as_deref(), "email", cursor, reporter);
    if let Some(email) = email.filter(|email| !is_email(email)) {
        let message = format!("invalid email address `{email}`");
        let help = "write it as in `support@example.com`";
        reporter.error(&cursor.child("email").value(), message, "not an email address", help);
    }
    Some(Contact { name, url, email: email.map(str::to_owned) })
}

/// Returns `true` for `local@domain` without quotes and comments.
fn is_email(email: &str) -> bool {
    let is_atom = |c: char| c.is_ascii_alphanumeric() || "!#$%&'*+/=?^_`{|}~-".contains(c);
    let is_label = |c: char| c.is_ascii_alphanumeric() || c == '-';
    let has_parts = |text: &str, allowed: &dyn Fn(char) -> bool| {
        text.split('.').all(|part| !part.is_empty() && part.chars().all(allowed))
    };
    email.split_once('@').is_some_and(|(local, domain)| has_parts(local, &is_atom) && has_parts(domain, &is_label))
}

fn check_auth(auth: &AuthSpec, cursor: &Cursor<'_>, reporter: &mut Reporter) -> Option<Security> {
    let AuthSpec { scheme, description, query, refresh: _ } = auth;
    if scheme.is_none() {
        reporter.missing(cursor, "scheme", "`scheme: bearer`");
    }
    let description = strings::required(description.as_deref(), "description", cursor, reporter);
    let query = strings::optional(query.as_deref(), "query", cursor, reporter);
    match (*scheme)? {
        SchemeSpec::Bearer => Some(Security { description: description?, query, refresh: None }),
    }
}

/// The maximum depth of a message in an error. Generated code nests as deep as the path.
const MAX_MESSAGE_DEPTH: usize = 8;

/// Checks the paths of the fields that may contain a message. Dots separate the field names of a path.
fn check_message_fields(message: &[String], cursor: &Cursor<'_>, reporter: &mut Reporter) -> Vec<Vec<String>> {
    let section = cursor.child("message");
    if message.is_empty() {
        reporter.missing(cursor, "message", "`message: [message]`");
    }
    let mut first_index: HashMap<&str, usize> = HashMap::new();
    let mut paths = Vec::new();
    for (index, path) in message.iter().enumerate() {
        let location = section.item(index).value();
        if path.trim().is_empty() {
            reporter.error(
                &location,
                "field name must not be empty",
                "empty string",
                "name a field, or remove the item",
            );
        } else if path.split('.').any(|name| name.trim().is_empty()) {
            let message = format!("invalid path `{path}`");
            let help = "write it as in `error.message`";
            reporter.error(&location, message, "expected field names with one dot between them", help);
        } else if path.split('.').count() > MAX_MESSAGE_DEPTH {
            let message = format!("path has more than {MAX_MESSAGE_DEPTH} field names");
            reporter.error(&location, message, "too deep", "name the field that contains the message");
        } else if let Some(first) = first_index.get(path.as_str()) {
            let other = section.item(*first).value();
            reporter.duplicate(&other, &location, format!("duplicate field `{path}`"), "remove one of them");
        } else {
            first_index.insert(path, index);
            paths.push(path.split('.').map(str::to_owned).collect());
        }
    }
    paths
}
