//! What YAML can say and the format has no use for: keys that are no text, merge keys, tags.
//!
//! Reported and taken out before serde reads the tree, which would blame the mapping around them.

use std::sync::Arc;

use serde_yaml::{Mapping, Value};

use super::invalid::FaultKind;
use super::path::{Anchor, PathSegment, SourcePath};
use super::report::Reporter;
use crate::diagnostic::SourceFile;
use crate::suggest;

/// Reports and removes what has no place in any spec file.
pub(super) fn clean(file: &Arc<SourceFile>, tree: &mut Value, reporter: &mut Reporter) {
    Cleaner { file, steps: Vec::new(), reporter }.value(tree);
}

struct Cleaner<'a> {
    file: &'a Arc<SourceFile>,
    steps: Vec<PathSegment>,
    reporter: &'a mut Reporter,
}

impl Cleaner<'_> {
    fn value(&mut self, value: &mut Value) {
        match value {
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
            Value::Mapping(mapping) => self.mapping(mapping),
            Value::Sequence(items) => {
                for (index, item) in items.iter_mut().enumerate() {
                    self.steps.push(PathSegment::Item(index));
                    self.value(item);
                    self.steps.pop();
                }
            }
            Value::Tagged(tagged) => {
                let message = "a value must not have a YAML tag";
                let help = format!("remove `{}`; put the text in quotes if it starts with `!`", tagged.tag);
                self.report(Anchor::Value, message, "a tag", &help);
                *value = std::mem::take(&mut tagged.value);
                self.value(value);
            }
        }
    }

    fn mapping(&mut self, mapping: &mut Mapping) {
        mapping.retain(|key, value| {
            let Some(step) = written(key) else {
                self.report(Anchor::Value, "a key must be a text", "one of its keys is no text", "write a plain key");
                return false;
            };
            self.steps.push(PathSegment::Key(step));
            let kept = self.entry(key, value);
            self.steps.pop();
            kept
        });
    }

    /// False for an entry that was reported; its step is the last one.
    fn entry(&mut self, key: &Value, value: &mut Value) -> bool {
        if matches!(key, Value::String(text) if text == "<<") {
            let message = "a mapping must not have a merge key `<<`";
            self.report(Anchor::Key, message, "a merge key", "write out the keys that it stands for");
            let around = self.steps.len() - 1;
            let around = self.steps.get(..around).unwrap_or_default().to_vec();
            self.reporter.at_fault(self.file, &[around], FaultKind::Garbled);
            return false;
        }
        let fault = match (key, self.is_below_responses()) {
            (Value::Number(number), true) if number.as_u64().is_some_and(|code| code <= 999) => None,
            (Value::String(code), true) if code.parse::<u16>().is_ok() => {
                Some(("a status code must be a number", format!("remove the quotes: `{code}`")))
            }
            (Value::String(text), true) if text.contains(' ') => Some((
                "a status code must be a whole number between 200 and 599",
                "put the text before it in quotes, if this belongs to it".to_owned(),
            )),
            (_, true) => Some((
                "a status code must be a whole number between 200 and 599",
                "write the three digits of each code that the documentation lists, as in `404`".to_owned(),
            )),
            (Value::String(_), false) => None,
            (_, false) => {
                let key = self.steps.last().map(PathSegment::to_string).unwrap_or_default();
                Some(("a key must be a text", format!("put it in quotes: `\"{key}\"`")))
            }
        };
        let Some((message, help)) = fault else {
            self.value(value);
            return true;
        };
        let label = match key {
            Value::String(_) => "a text",
            Value::Number(_) => "a number",
            Value::Bool(_) => "a truth value",
            Value::Null | Value::Sequence(_) | Value::Mapping(_) | Value::Tagged(_) => "nothing",
        };
        self.report(Anchor::Key, message, label, &help);
        self.reporter.at_fault(self.file, std::slice::from_ref(&self.steps), FaultKind::Removed);
        false
    }

    /// True at a key of the one mapping whose keys are numbers: `routes.NAME.responses`. If a key on the way to it is
    /// misspelled, that is the error, and not what stands below it.
    fn is_below_responses(&self) -> bool {
        match self.steps.as_slice() {
            [PathSegment::Key(_), PathSegment::Key(_), PathSegment::Key(responses), _] => {
                responses == "responses" || suggest::closest_match(responses, &["responses"]).is_some()
            }
            _ => false,
        }
    }

    fn report(&mut self, part: Anchor, message: &str, label: &str, help: &str) {
        let place = SourcePath { file: Arc::clone(self.file), segments: self.steps.clone(), anchor: part };
        self.reporter.error(&place, message, label, help);
    }
}

/// A key as it stands in the file; nothing where it is no scalar.
fn written(key: &Value) -> Option<String> {
    match key {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(truth) => Some(truth.to_string()),
        Value::Null => Some("null".to_owned()),
        Value::Sequence(_) | Value::Mapping(_) | Value::Tagged(_) => None,
    }
}
