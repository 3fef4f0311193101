//! `api.yaml`: title, package, authentication, error messages.

use std::collections::HashMap;

use super::{contact, package, prose, services};
use crate::ir::{Api, Contact, Namespace, Package, Refresh, Security, Service, ServiceId, TypeDef};
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
    message_fields: Vec<Vec<String>>,
    default_service: ServiceId,
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
            default_service,
        } = self;
        Some(Api {
            title: title?,
            version: version?,
            summary: summary?,
            contact,
            package: package?,
            services,
            default_service,
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
    let has_security = auth.is_some() || reporter.is_invalid(&place);
    let has_token_parameter =
        auth.as_ref().is_some_and(|auth| auth.query.is_some()) || reporter.is_invalid(&place.child("query"));
    let security = auth.as_ref().and_then(|auth| check_auth(auth, &place, reporter));
    let message_fields = match errors {
        Some(ErrorsSpec { message }) => check_messages(message, &root.child("errors"), reporter),
        None => vec![vec!["message".to_owned()]],
    };
    Header {
        title,
        version,
        summary,
        contact,
        package,
        security,
        has_security,
        has_token_parameter,
        message_fields,
        default_service: services::default(spec),
    }
}

fn check_auth(auth: &AuthSpec, cursor: &Cursor<'_>, reporter: &mut Reporter) -> Option<Security> {
    let AuthSpec { scheme, description, query, refresh: _ } = auth;
    if scheme.is_none() {
        reporter.missing(cursor, "scheme", "`scheme: bearer`");
    }
    let description = prose::required(description.as_deref(), "description", cursor, reporter);
    let query = prose::optional(query.as_deref(), "query", cursor, reporter);
    match (*scheme)? {
        SchemeSpec::Bearer => Some(Security { description: description?, query, refresh: None }),
    }
}

/// No service hides its messages deeper, and what is built of a path nests as deep as the path.
const MAX_MESSAGE_STEPS: usize = 8;

/// The paths of the fields that may hold a message. Dots separate the steps of a path.
fn check_messages(message: &[String], cursor: &Cursor<'_>, reporter: &mut Reporter) -> Vec<Vec<String>> {
    let place = cursor.child("message");
    if message.is_empty() {
        reporter.missing(cursor, "message", "`message: [message]`");
    }
    let mut first_index: HashMap<&str, usize> = HashMap::new();
    let mut paths = Vec::new();
    for (index, field) in message.iter().enumerate() {
        let at = place.item(index);
        if field.trim().is_empty() {
            let help = "name the field, or remove it";
            reporter.error(&at.value(), "a field name must not be empty", "nothing here", help);
        } else if field.split('.').any(|step| step.trim().is_empty()) {
            let message = "the path of a field must be names with one dot between each two";
            reporter.error(&at.value(), message, "a name is missing", "write it as in `error.message`");
        } else if field.split('.').count() > MAX_MESSAGE_STEPS {
            let message = format!("a message must lie at most {MAX_MESSAGE_STEPS} objects deep");
            reporter.error(&at.value(), message, "too deep", "name the field where the message is");
        } else if let Some(first) = first_index.get(field.as_str()) {
            let message = format!("a field must be listed only once, `{field}` is listed twice");
            reporter.duplicate(&place.item(*first).value(), &at.value(), message, "remove one of them");
        } else {
            first_index.insert(field, index);
            paths.push(field.split('.').map(str::to_owned).collect());
        }
    }
    paths
}
