//! What the rules say of the pairs of `[[cover]]`.

use super::unprovable_query::OUTER_JOIN;
use crate::compare::Compared;
use crate::compare::covers::{Mismatch, MismatchKind};
use crate::locate::covers::{FoundIndex, PairedClause};
use crate::model::finding::{Disagreement, Finding, Remark, RuleId};
use crate::model::predicate::{Doubt, Test};
use crate::render;
use crate::source::file::Location;

/// The findings of one rule over the pairs.
pub fn findings(compared: &Compared, rule: RuleId) -> Vec<Finding> {
    let said = compared.mismatches.iter().map(|it| said(compared, it));
    let said = said.filter(|(own, _)| *own == rule);
    said.map(|(_, finding)| finding).collect()
}

fn said(compared: &Compared, mismatch: &Mismatch) -> (RuleId, Finding) {
    let cover = mismatch.cover;
    let name = render::predicate::qualified(&cover.index.value);
    let declared = |span| compared.declaration.location(span);
    let draft = match &mismatch.kind {
        MismatchKind::IndexMissing(sentence) => Draft::missing(
            declared(cover.index.span),
            sentence,
            "the index of a [[cover]] is missing".to_owned(),
            "correct `index` in laneset.toml, or create the index in a migration",
        ),
        MismatchKind::QueryMissing(sentence) => {
            let within = cover.query.within.as_ref();
            Draft::missing(
                declared(within.map_or(cover.query.file.span, |it| it.span)),
                sentence,
                format!("the query that must be able to use {name} is missing"),
                "correct `file` and `within` in laneset.toml, or bring the clause back",
            )
        }
        MismatchKind::IndexUnreadable(location, reason) => {
            Draft::unreadable(location, &format!("what is done to index {name}"), reason)
        }
        MismatchKind::QueryUnreadable(location, reason) => {
            let what = format!("this query, which must be able to use {name},");
            Draft::unreadable(location, &what, reason)
        }
        MismatchKind::Uncovered(clause, index) => Draft {
            rule: RuleId::QueryNotCovered,
            location: clause.location.clone(),
            message: format!(
                "this WHERE clause does not imply the predicate of index {name}, so Postgres cannot use it"
            ),
            text: "it lets rows through that the index does not hold".to_owned(),
            help: format!("add what is missing of `{}`", wanted(index)),
            between: Some((clause, index)),
        },
        MismatchKind::NoArbiter {
            clause,
            index,
            reason,
        } => Draft {
            rule: RuleId::QueryNotCovered,
            location: clause.location.clone(),
            message: format!(
                "ON CONFLICT does not find index {name} here, and Postgres raises 42P10 where no other unique index fits: {reason}"
            ),
            text: reason.clone(),
            help: arbiter_help(index),
            between: Some((clause, index)),
        },
        MismatchKind::Unproven(clause, index) => {
            let help = "write the index's conditions as the index does";
            let form = match is_outer_joined(clause) {
                true => OUTER_JOIN,
                false => FORM,
            };
            Draft::unprovable(&name, (clause, index), form, help)
        }
        MismatchKind::Bound(clause, index) => {
            let help = "give the builder the index's conditions as SQL";
            Draft::unprovable(&name, (clause, index), BOUND, help)
        }
    };
    let remark = Remark {
        location: declared(cover.index.span),
        text: format!("this query must be able to use {name}"),
    };
    (draft.rule, draft.finding(remark))
}

const READABLE: &str =
    "write it in a form that laneset reads (`laneset explain unreadable-site` lists them)";
const FORM: &str = "its conditions are bound when it runs, or stand in a form that the planner does not take apart";
const BOUND: &str = "the query builder binds the values as parameters, so a prepared statement's generic plan cannot use the index";

fn is_outer_joined(clause: &PairedClause) -> bool {
    let tests = clause.predicate.tests();
    let mut opaque = tests.into_iter().filter_map(|test| match test {
        Test::Opaque(opaque) => Some(opaque),
        _ => None,
    });
    opaque.any(|it| it.doubt == Doubt::OuterJoin)
}

fn wanted(index: &FoundIndex) -> String {
    render::predicate::predicate(&index.predicate)
}

fn arbiter_help(index: &FoundIndex) -> String {
    match index.is_unique {
        true => {
            let columns = index.columns.join(", ");
            format!("write `ON CONFLICT ({columns}) WHERE {}`", wanted(index))
        }
        false => {
            "ON CONFLICT needs a unique index: correct `index` in laneset.toml, or make it unique"
                .to_owned()
        }
    }
}

/// A finding on its way.
struct Draft<'a> {
    rule: RuleId,
    location: Location,
    message: String,
    text: String,
    help: String,
    between: Option<(&'a PairedClause, &'a FoundIndex)>,
}

impl<'a> Draft<'a> {
    fn missing(location: Location, sentence: &str, text: String, help: &str) -> Self {
        Self {
            rule: RuleId::SiteMissing,
            location,
            message: sentence.to_owned(),
            text,
            help: help.to_owned(),
            between: None,
        }
    }

    fn unreadable(location: &Location, what: &str, reason: &str) -> Self {
        Self {
            rule: RuleId::UnreadableSite,
            location: location.clone(),
            message: format!("{what} cannot be read: {reason}"),
            text: reason.to_owned(),
            help: READABLE.to_owned(),
            between: None,
        }
    }

    fn unprovable(
        name: &str,
        between: (&'a PairedClause, &'a FoundIndex),
        reason: &str,
        help: &str,
    ) -> Self {
        let (clause, index) = between;
        Self {
            rule: RuleId::UnprovableQuery,
            location: clause.location.clone(),
            message: format!(
                "Postgres cannot prove that this query may use index {name}: {reason}"
            ),
            text: reason.to_owned(),
            help: format!("{help}: `{}`", wanted(index)),
            between: Some(between),
        }
    }

    fn finding(self, declaration: Remark) -> Finding {
        Finding {
            rule: self.rule,
            lane_set: None,
            message: self.message,
            culprit: Remark {
                location: self.location,
                text: self.text,
            },
            related: vec![declaration],
            missing: Vec::new(),
            extra: Vec::new(),
            help: Some(self.help),
            disagreement: self.between.map(|(clause, index)| Disagreement {
                here: render::predicate::predicate(&clause.predicate),
                declared: wanted(index),
            }),
            is_fixable: false,
            subject: "[[cover]]".to_owned(),
        }
    }
}
