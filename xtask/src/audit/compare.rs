//! One route of the spec against the same route of the documentation.
//!
//! Each fact is equal, or an erratum covers it; where the spec knows more than the documentation, evidence says why. What
//! errata and evidence repeat of either side has to be right, so that no change on one side goes unnoticed.

use std::collections::{BTreeMap, BTreeSet};

use routegen::spec::{Cursor, ErratumSpec, RouteSpec, SourcePath, Spec};

use super::documented::{Fact as Documented, Origin, Said};
use super::finding::{Finding, yaml};
use super::stated::{Fact, Member, Stated, UNDOCUMENTED};
use super::types::{Children, Relation, Types};

/// The value of a fact that one side has not.
pub const ABSENT: &str = "absent";

/// What a comparison comes to.
#[derive(Debug, Default)]
pub struct Tally {
    /// How many facts are the same.
    pub equal: usize,
    /// How many differ for a reason that an erratum gives.
    pub covered: usize,
    /// How many differ without one.
    pub differing: usize,
    /// The fields of named types that a table of the documentation lists.
    pub listed: BTreeSet<Member>,
    /// What does not hold.
    pub findings: Vec<Finding>,
}

/// Both sides of a route.
pub struct Pair<'a> {
    /// The whole spec.
    pub spec: &'a Spec,
    /// The services that the documentation never names.
    pub unnamed: &'a BTreeSet<&'a str>,
    /// The operation with its namespace.
    pub operation: &'a str,
    /// The route as written.
    pub route: &'a RouteSpec,
    /// Where the route stands.
    pub cursor: &'a Cursor<'a>,
    /// What the spec states.
    pub stated: BTreeMap<String, Fact>,
    /// What the documentation states; nothing where it does not have the route.
    pub documented: BTreeMap<String, Documented>,
    /// Where the documentation's facts stand.
    pub origin: &'a Origin,
    /// The route in the file of facts; nothing where only its page is known.
    pub there: Option<SourcePath>,
    /// The same in words.
    pub page: String,
}

/// The side that a message about an erratum or evidence shows as its second place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Side {
    Spec,
    Documentation,
}

/// How the two sides of a fact relate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Verdict {
    Equal,
    Narrower,
    Different,
    /// The documentation is silent where it cannot be expected to speak.
    Apart,
}

/// Compares the two sides of a route.
pub fn compare(pair: &Pair<'_>, tally: &mut Tally) {
    let names: BTreeSet<&String> = pair.stated.keys().chain(pair.documented.keys()).collect();
    let mut verdicts = BTreeMap::new();
    for name in names {
        let verdict = pair.verdict(name);
        verdicts.insert(name.as_str(), verdict);
        pair.count(name, verdict, tally);
    }
    pair.check_errata(&verdicts, tally);
    pair.check_evidence(&verdicts, tally);
    for (name, verdict) in verdicts {
        match verdict {
            Verdict::Equal | Verdict::Apart => {}
            Verdict::Different if pair.erratum(name).is_some() => {}
            Verdict::Different => tally.findings.push(pair.unexplained(name)),
            Verdict::Narrower if pair.has_evidence(name) => {}
            Verdict::Narrower => tally.findings.push(pair.unfounded(name)),
        }
    }
}

impl<'a> Pair<'a> {
    fn verdict(&self, name: &str) -> Verdict {
        match (self.stated.get(name), self.documented.get(name)) {
            (Some(stated), Some(documented)) => self.relate(name, stated, documented),
            (None, Some(_)) => Verdict::Different,
            (Some(_), None) if UNDOCUMENTED.contains(&name) => Verdict::Narrower,
            (Some(stated), None) if self.is_apart(name, stated) => Verdict::Apart,
            (Some(_), None) => Verdict::Different,
            // No name is from neither side.
            (None, None) => Verdict::Apart,
        }
    }

    fn relate(&self, name: &str, stated: &Fact, documented: &Documented) -> Verdict {
        let [said] = documented.said.as_slice() else { return Verdict::Different };
        match (&stated.value, said) {
            (Stated::Word(own), Said::Word(theirs)) if own == theirs => Verdict::Equal,
            (Stated::Word(own), Said::Word(theirs)) if name == "service" && self.is_the_same_service(own, theirs) => {
                Verdict::Equal
            }
            (
                Stated::Field { of, optional, default },
                Said::Field { of: Some(word), optional: theirs, default: other },
            ) if optional == theirs && default == other => match of.shape.relate(word, self.children(name)) {
                Relation::Equal => Verdict::Equal,
                Relation::Narrower => Verdict::Narrower,
                Relation::Different => Verdict::Different,
            },
            (Stated::Word(_) | Stated::Field { .. }, Said::Word(_) | Said::Field { .. }) => Verdict::Different,
        }
    }

    fn is_the_same_service(&self, own: &str, theirs: &str) -> bool {
        own.eq_ignore_ascii_case(theirs) || (theirs == "default" && self.unnamed.contains(own))
    }

    fn children(&self, name: &str) -> Children {
        let below = [format!("{name}."), format!("{name}[].")];
        let is_below = |other: &String| below.iter().any(|lead| other.starts_with(lead));
        if self.documented.keys().any(is_below) { Children::Listed } else { Children::Unlisted }
    }

    /// True for what the documentation need not list: the fields of a named type where it lists none of them, or where
    /// the type has evidence for them, and a body as a whole where its fields are listed one by one.
    fn is_apart(&self, name: &str, stated: &Fact) -> bool {
        if let Some(member) = &stated.member {
            let siblings = name.rsplit_once('.').map_or(name, |(above, _)| above);
            let siblings = siblings.strip_suffix("[]").unwrap_or(siblings);
            return self.children(siblings) == Children::Unlisted || self.type_evidence(member).is_some();
        }
        let is_body = name == "body" || name == "response";
        let below = format!("{name}.");
        is_body && self.documented.keys().any(|other| other.starts_with(&below) && self.stated.contains_key(other))
    }

    fn type_evidence(&self, member: &Member) -> Option<&'a str> {
        let of = Types(self.spec).get(&member.of)?;
        let keys = [member.path.clone(), format!("{}?", member.path)];
        of.evidence.iter().find_map(|evidence| keys.iter().find_map(|key| evidence.fields.get(key))).map(String::as_str)
    }

    fn erratum(&self, name: &str) -> Option<&'a ErratumSpec> {
        self.route.errata.iter().find(|erratum| erratum.fact.as_deref() == Some(name))
    }

    /// Evidence for a fact of the route, or for the field of a named type behind it. Whether the latter is right is
    /// checked once, with its type.
    fn has_evidence(&self, name: &str) -> bool {
        let of_route = self.route.evidence.iter().any(|evidence| evidence.facts.contains_key(name));
        let member = self.stated.get(name).and_then(|stated| stated.member.as_ref());
        of_route || member.is_some_and(|member| self.type_evidence(member).is_some())
    }

    fn count(&self, name: &str, verdict: Verdict, tally: &mut Tally) {
        let (stated, documented) = (self.stated.get(name), self.documented.get(name));
        if let (Some(Fact { member: Some(member), .. }), Some(_)) = (stated, documented) {
            tally.listed.insert(member.clone());
        }
        let own = stated.map_or(0, |stated| stated.value.weight());
        let theirs = documented.map_or(0, |documented| documented.weight);
        let all = own.max(theirs);
        match verdict {
            Verdict::Apart => {}
            Verdict::Narrower if documented.is_none() => {}
            Verdict::Equal | Verdict::Narrower => tally.equal += all,
            Verdict::Different => {
                let differing = self.differing(name).clamp(1, all.max(1));
                tally.equal += all - differing;
                match self.erratum(name) {
                    Some(_) => tally.covered += differing,
                    None => tally.differing += differing,
                }
            }
        }
    }

    /// How many of the facts about a field differ: its type, its presence, its default.
    fn differing(&self, name: &str) -> usize {
        let (Some(stated), Some(documented)) = (self.stated.get(name), self.documented.get(name)) else {
            return usize::MAX;
        };
        match (&stated.value, documented.said.as_slice()) {
            (Stated::Field { of, optional, default }, [Said::Field { of: word, optional: theirs, default: other }]) => {
                let related = word.as_deref().map(|word| of.shape.relate(word, self.children(name)));
                usize::from(related.is_none_or(|related| related == Relation::Different))
                    + usize::from(optional != theirs)
                    + usize::from(default != other)
            }
            (Stated::Word(_) | Stated::Field { .. }, _) => usize::MAX,
        }
    }

    fn own_text(&self, name: &str) -> String {
        self.stated.get(name).map_or_else(|| ABSENT.to_owned(), |stated| stated.value.text())
    }

    fn their_text(&self, name: &str) -> &str {
        self.documented.get(name).map_or(ABSENT, |documented| &documented.text)
    }

    /// Where a fact would stand that the spec does not have.
    fn section(&self, name: &str) -> SourcePath {
        let section = match name.split(['.', '[']).next() {
            Some("code" | "response") => "responses",
            Some(section) => section,
            None => name,
        };
        self.cursor.child(section).key()
    }

    fn finding(&self, name: &str, message: String, help: String) -> Finding {
        let stated = self.stated.get(name);
        let place = stated.map_or_else(|| self.section(name), |stated| stated.place.clone());
        let label = match stated {
            Some(stated) => format!("the spec says `{}`", stated.value.text()),
            None => format!("the spec has no `{name}`"),
        };
        let documented = self.documented.get(name);
        let said = match documented {
            Some(documented) => format!("the documentation says `{}`", documented.text),
            None => format!("the documentation has no `{name}`"),
        };
        let there = documented.and_then(|documented| documented.place(self.origin)).or_else(|| self.there.clone());
        // Without a line to show, the help names the page.
        let help = if there.is_some() { help } else { format!("{help}; {said} on {}", self.page) };
        Finding { place, label, other: there.map(|there| (there, said)), message, help }
    }

    /// A difference without an erratum.
    fn unexplained(&self, name: &str) -> Finding {
        let message = format!("`{}` must agree with the documentation on `{name}`", self.operation);
        let (theirs, own) = (yaml(self.their_text(name)), yaml(&self.own_text(name)));
        let fact = yaml(name);
        let erratum = format!("{{ fact: {fact}, documented: {theirs}, actual: {own}, because: … }}");
        self.finding(name, message, format!("mend the spec, or add an erratum: `{erratum}`"))
    }

    /// A fact that the spec knows more of, without evidence.
    fn unfounded(&self, name: &str) -> Finding {
        let message = format!("`{}` must say how it knows more of `{name}` than the documentation", self.operation);
        let evidence = format!("{{ facts: {{ {}: {} }}, because: … }}", yaml(name), yaml(&self.own_text(name)));
        let member = self.stated.get(name).and_then(|stated| stated.member.as_ref());
        let whose = member.map_or("the route", |_| "its type or to the route");
        self.finding(
            name,
            message,
            format!("say no more than the documentation, or add evidence to {whose}: `{evidence}`"),
        )
    }

    fn check_errata(&self, verdicts: &BTreeMap<&str, Verdict>, tally: &mut Tally) {
        let section = self.cursor.child("errata");
        for (index, erratum) in self.route.errata.iter().enumerate() {
            let at = section.item(index);
            let name = erratum.fact.as_deref().unwrap_or_default();
            let finding = match verdicts.get(name) {
                Some(Verdict::Different) => {
                    self.check_texts(erratum, name, &at, tally);
                    continue;
                }
                Some(Verdict::Narrower) => {
                    let message = format!("an erratum must cover a difference; of `{name}` the spec only knows more");
                    let fact = format!("{}: {}", yaml(name), yaml(&self.own_text(name)));
                    self.finding(name, message, format!("say it under `evidence`: `facts: {{ {fact} }}`"))
                }
                Some(Verdict::Equal | Verdict::Apart) | None => {
                    let message = format!("an erratum must cover a difference; `{name}` is none");
                    self.finding(name, message, "remove it, or mend the name of the fact".to_owned())
                }
            };
            tally.findings.push(at_item(finding, at.child("fact").value(), "covers nothing", Side::Documentation));
        }
    }

    fn check_texts(&self, erratum: &ErratumSpec, name: &str, at: &Cursor<'_>, tally: &mut Tally) {
        let theirs = self.their_text(name).to_owned();
        for (key, text, right, side) in [
            ("documented", &erratum.documented, theirs, Side::Documentation),
            ("actual", &erratum.actual, self.own_text(name), Side::Spec),
        ] {
            if folded(text.as_deref()) != right {
                let who = match side {
                    Side::Spec => "the spec",
                    Side::Documentation => "the documentation",
                };
                let message = format!("`{key}` of an erratum must be what {who} says of `{name}`");
                let finding = self.finding(name, message, format!("write `{key}: {}`", yaml(&right)));
                tally.findings.push(at_item(finding, at.child(key).value(), "not so", side));
            }
        }
    }

    fn check_evidence(&self, verdicts: &BTreeMap<&str, Verdict>, tally: &mut Tally) {
        let section = self.cursor.child("evidence");
        for (index, evidence) in self.route.evidence.iter().enumerate() {
            let item = section.item(index);
            let facts = item.child("facts");
            for (name, text) in &evidence.facts {
                let right = self.own_text(name);
                let at = facts.child(name.as_str());
                let is_expected = match verdicts.get(name.as_str()) {
                    Some(Verdict::Narrower) => true,
                    // Whether the routes around it make this one an exception is checked with the services.
                    Some(Verdict::Equal | Verdict::Different | Verdict::Apart) | None => name == "service",
                };
                if !is_expected {
                    let message = format!("evidence must be of what the documentation leaves open; `{name}` is not");
                    let finding = self.finding(name, message, "remove it, or mend the name of the fact".to_owned());
                    tally.findings.push(at_item(finding, at.key(), "not left open", Side::Documentation));
                } else if folded(Some(text)) != right {
                    let message = format!("evidence must be what the spec says of `{name}`");
                    let finding = self.finding(name, message, format!("write `{}: {}`", yaml(name), yaml(&right)));
                    tally.findings.push(at_item(finding, at.value(), "not so", Side::Spec));
                }
            }
        }
    }
}

/// The same finding with an item of errata or evidence as its first place, and one side of the fact as its second.
fn at_item(finding: Finding, item: SourcePath, item_label: &str, side: Side) -> Finding {
    let Finding { place, label, other, message, help } = finding;
    let other = match side {
        Side::Spec => Some((place, label)),
        Side::Documentation => other,
    };
    Finding { place: item, label: item_label.to_owned(), other, message, help }
}

/// A text without the line breaks of the YAML file.
pub fn folded(text: Option<&str>) -> String {
    text.unwrap_or_default().split_whitespace().collect::<Vec<_>>().join(" ")
}
