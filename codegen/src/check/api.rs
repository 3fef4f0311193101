//! `api.yaml`: title, package, authentication, error messages.

use super::{contact, package, prose};
use crate::ir::{Api, Contact, Namespace, Package, Refresh, Security, Service, TypeDef};
use crate::spec::{ApiFile, AuthSpec, Cursor, ErrorsSpec, Reporter, SchemeSpec, Spec};

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
    let ApiFile { title, version, summary, contact, package, services: _, auth, errors, types: _, removed: _ } =
        &spec.api;
    let title = prose::required(title.as_deref(), "title", &root, reporter);
    let version = prose::required(version.as_deref(), "version", &root, reporter);
    let summary = prose::required(summary.as_deref(), "summary", &root, reporter);
    let contact = contact.as_ref().and_then(|contact| contact::check(contact, &root.child("contact"), reporter));
    let package = match package {
        Some(package) => package::check(package, summary.as_deref(), &root.child("crate"), reporter),
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
