//! `undeclared-copy`: a condition or a list repeats a lane set, or nearly does, and is not declared.

use super::drift;
use super::registry::{Judge, Rule};
use crate::compare::Compared;
use crate::compare::copies::Copied;
use crate::declare::template;
use crate::locate::copies::Listed;
use crate::model::finding::{Finding, Remark, RuleId};
use crate::model::site::{Named, Role, UndeclaredSite};

pub const RULE: Rule = Rule {
    id: RuleId::UndeclaredCopy,
    summary: "a condition or a list repeats a lane set, or nearly does, and is not declared",
    page: include_str!("undeclared_copy.md"),
    judge: Judge::Gate(check),
};

fn check(compared: &Compared) -> Vec<Finding> {
    let copies = compared.copies.iter();
    copies.map(|copied| finding(compared, copied)).collect()
}

/// The copies that differ from their set in nothing: to declare them is all that is missing.
pub fn declarable(compared: &Compared) -> Vec<UndeclaredSite> {
    let exact = compared.copies.iter().filter(|copied| {
        copied.missing.is_empty() && copied.extra.is_empty() && !copied.guard_differs
    });
    exact.filter_map(undeclared_site).collect()
}

fn undeclared_site(copied: &Copied) -> Option<UndeclaredSite> {
    let named = match &copied.listing.listed {
        Listed::Condition(_) => Named::Within(copied.listing.within.clone()),
        Listed::List { name, .. } => Named::As(name.clone()?),
    };
    Some(UndeclaredSite {
        lane_set: copied.lane_set.name.value.clone(),
        location: copied.listing.location.clone(),
        named,
    })
}

fn finding(compared: &Compared, copied: &Copied) -> Finding {
    let set = &copied.lane_set.name.value;
    let (role, subject) = match &copied.listing.listed {
        Listed::Condition(_) => {
            let table = &copied.lane_set.table.value;
            (Role::Query, format!("this condition over {table}"))
        }
        Listed::List {
            name: Some(name), ..
        } => (Role::Array, format!("`{name}`")),
        Listed::List { name: None, .. } => (Role::Array, "this list".to_owned()),
    };
    let difference = drift::lanes_difference(&copied.missing, &copied.extra);
    let message = match difference.as_str() {
        "" => format!("{subject} repeats the lanes of {set} and is not declared"),
        difference => {
            format!("{subject} nearly repeats the lanes of {set} and is not declared: {difference}")
        }
    };
    let within = copied.listing.within.as_deref().unwrap_or_default();
    Finding {
        lane_set: Some(set.clone()),
        missing: copied.missing.clone(),
        extra: copied.extra.clone(),
        help: Some(help(copied)),
        related: vec![drift::declaration_remark(compared, copied.lane_set, role)],
        subject: format!("{subject} in {within}"),
        ..Finding::new(
            RuleId::UndeclaredCopy,
            message,
            Remark {
                location: copied.listing.location.clone(),
                text: match difference.is_empty() {
                    true => "the lanes stand here once more".to_owned(),
                    false => difference,
                },
            },
        )
    }
}

/// The lines of laneset.toml that declare it, or what has to be done before.
fn help(copied: &Copied) -> String {
    let set = &copied.lane_set.name.value;
    let path = copied.listing.location.path();
    let key = |kind: &str| format!("[[lane_set.{}.{kind}]]", template::key(set));
    match &copied.listing.listed {
        Listed::Condition(_) => {
            let within = copied.listing.within.as_ref();
            let within = within.map_or_else(String::new, |it| format!(", within = {it:?}"));
            let guard = match copied.guard_differs {
                true => {
                    ". Its guard is another one: where it is to stay so, declare a lane set of its own for it, of the same table and column"
                }
                false => "",
            };
            format!(
                "declare it in laneset.toml: {} with file = {:?}{within}{guard}",
                key("query"),
                path.as_str()
            )
        }
        Listed::List {
            name: Some(name), ..
        } => format!(
            "declare it in laneset.toml: {} with file = {:?}, name = {name:?}; where it means something else, give that a lane set of its own",
            key("array"),
            path.as_str()
        ),
        Listed::List { name: None, .. } => format!(
            "bind the list to a constant, and declare that in laneset.toml: {} with file = {:?} and its name",
            key("array"),
            path.as_str()
        ),
    }
}
