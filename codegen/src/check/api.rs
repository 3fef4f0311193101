//! `api.yaml`: title, package, authentication, error messages.

use super::{contact, prose};
use crate::ident::{self, RustIdent};
use crate::ir::{Api, Contact, Namespace, Package, Refresh, Security, Service, TypeDef};
use crate::spec::{ApiFile, AuthSpec, Cursor, ErrorsSpec, PackageSpec, Reporter, SchemeSpec, Spec};

/// What `api.yaml` says beside services and types.
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
    message_fields: Vec<String>,
}

impl Header {
    /// True where the API says how callers prove who they are, be it with mistakes.
    pub fn has_security(&self) -> bool {
        self.has_security
    }

    /// True where the API names a query parameter that may hold the token, be it with mistakes.
    pub fn has_token_parameter(&self) -> bool {
        self.has_token_parameter
    }

    /// Adds how tokens are refreshed, which is checked once the operations are known.
    pub fn set_refresh(&mut self, refresh: Option<Refresh>) {
        if let Some(security) = &mut self.security {
            security.refresh = refresh;
        }
    }

    /// Puts the whole together.
    pub fn into_api(self, services: Vec<Service>, types: Vec<TypeDef>, namespaces: Vec<Namespace>) -> Option<Api> {
        let Self {
            title,
            version,
            summary,
            contact,
            package,
            security,
            has_security: _,
            has_token_parameter: _,
            message_fields,
        } = self;
        Some(Api {
            title: title?,
            version: version?,
            summary: summary?,
            contact,
            package: package?,
            services,
            security,
            message_fields,
            types,
            namespaces,
        })
    }
}

/// Checks the header.
pub fn check(spec: &Spec, reporter: &mut Reporter) -> Header {
    let root = Cursor::root(&spec.api_source);
    let ApiFile { title, version, summary, contact, package, services: _, auth, errors, types: _ } = &spec.api;
    let title = prose::required(title.as_deref(), "title", &root, reporter);
    let version = prose::required(version.as_deref(), "version", &root, reporter);
    let summary = prose::required(summary.as_deref(), "summary", &root, reporter);
    let contact = contact.as_ref().and_then(|contact| contact::check(contact, &root.child("contact"), reporter));
    let package = match package {
        Some(package) => check_package(package, summary.as_deref(), &root.child("crate"), reporter),
        None => {
            reporter.missing(&root, "crate", "`crate: { name: my-api, version: 0.1.0 }`");
            None
        }
    };
    let place = root.child("auth");
    let has_security = auth.is_some() || reporter.is_at_fault(&place);
    let has_token_parameter =
        auth.as_ref().is_some_and(|auth| auth.query.is_some()) || reporter.is_at_fault(&place.child("query"));
    let security = auth.as_ref().and_then(|auth| check_auth(auth, &place, reporter));
    let message_fields = match errors {
        Some(ErrorsSpec { message }) => check_messages(message, &root.child("errors"), reporter),
        None => vec!["message".to_owned()],
    };
    Header { title, version, summary, contact, package, security, has_security, has_token_parameter, message_fields }
}

fn check_package(
    package: &PackageSpec,
    summary: Option<&str>,
    cursor: &Cursor<'_>,
    reporter: &mut Reporter,
) -> Option<Package> {
    let PackageSpec { name, version, license, description, benches } = package;
    let name = prose::required(name.as_deref(), "name", cursor, reporter);
    let version = prose::required(version.as_deref(), "version", cursor, reporter);
    let license = prose::optional(license.as_deref(), "license", cursor, reporter);
    let description = prose::optional(description.as_deref(), "description", cursor, reporter)
        .or_else(|| summary.map(|summary| first_sentence(summary).to_owned()));
    if let Some(name) = name.as_deref().filter(|name| !is_package_name(name)) {
        let help = "use letters, digits, `-` and `_`, a letter first; a keyword of Rust needs another word";
        let message = format!("a package name must be one that cargo takes, `{name}` is not");
        reporter.error(&cursor.child("name").value(), message, "not a package name", help);
    }
    if let Some(version) = version.as_deref().filter(|version| !is_semver(version)) {
        let message = format!("a package version must have three numbers, `{version}` has not");
        reporter.error(&cursor.child("version").value(), message, "not a version", "write it as in `0.1.0`");
    }
    let description = description.unwrap_or_default();
    let benches = check_benches(benches, &cursor.child("benches"), reporter);
    Some(Package { name: name?, version: version?, license, description, benches })
}

/// Their order means nothing, so they are sorted.
fn check_benches(written: &[String], cursor: &Cursor<'_>, reporter: &mut Reporter) -> Vec<String> {
    let mut benches: Vec<String> = Vec::new();
    for (index, name) in written.iter().enumerate() {
        if !is_package_name(name) {
            let message = format!("a bench must have a name that cargo takes, `{name}` is not one");
            let help = "name the file below `benches/`, without `.rs`";
            reporter.error(&cursor.item(index).value(), message, "not a name", help);
        } else if let Some(first) = written.iter().take(index).position(|other| other == name) {
            let message = format!("the bench `{name}` is listed twice");
            reporter.twice(&cursor.item(first).value(), &cursor.item(index).value(), message, "list it once");
        } else {
            benches.push(name.clone());
        }
    }
    benches.sort();
    benches
}

fn is_package_name(name: &str) -> bool {
    let library = name.replace('-', "_");
    name.starts_with(|c: char| c.is_ascii_alphabetic())
        && ident::is_valid(&library)
        && !RustIdent::snake(&library).is_keyword()
}

fn first_sentence(text: &str) -> &str {
    text.split_once(". ").map_or(text, |(first, _)| first)
}

fn is_semver(version: &str) -> bool {
    let core = version.split(['-', '+']).next().unwrap_or(version);
    let numbers: Vec<&str> = core.split('.').collect();
    let is_number = |part: &&str| {
        !part.is_empty()
            && part.len() < 10
            && part.chars().all(|c| c.is_ascii_digit())
            && (part.len() == 1 || !part.starts_with('0'))
    };
    numbers.len() == 3 && numbers.iter().all(is_number)
}

fn check_auth(auth: &AuthSpec, cursor: &Cursor<'_>, reporter: &mut Reporter) -> Option<Security> {
    let AuthSpec { scheme, means, query, refresh: _ } = auth;
    if scheme.is_none() {
        reporter.missing(cursor, "scheme", "`scheme: bearer`");
    }
    let means = prose::required(means.as_deref(), "means", cursor, reporter);
    let query = prose::optional(query.as_deref(), "query", cursor, reporter);
    match (*scheme)? {
        SchemeSpec::Bearer => Some(Security { means: means?, query, refresh: None }),
    }
}

fn check_messages(message: &[String], cursor: &Cursor<'_>, reporter: &mut Reporter) -> Vec<String> {
    let place = cursor.child("message");
    if message.is_empty() {
        reporter.missing(cursor, "message", "`message: [message]`");
    }
    for (index, field) in message.iter().enumerate() {
        if field.trim().is_empty() {
            let at = place.item(index);
            reporter.error(
                &at.value(),
                "a field name must not be empty",
                "nothing here",
                "name the field, or remove it",
            );
        }
    }
    message.to_vec()
}
