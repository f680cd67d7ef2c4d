//! What is said of an object that is not as it should be.

use std::sync::Arc;

use super::catalog::{Catalog, Change};
use super::material::Material;
use super::replay::{Migration, Run, words};
use crate::locate::patch_scripts::PatchScript;
use crate::model::finding::{Disagreement, Finding, Remark, RuleId};
use crate::source::file::{Location, SourceFile};
use crate::source::span::Span;

/// `replay-drift`: what the migrations and the dump make of an object.
pub(super) fn replay_drift(
    material: &Material,
    file: &Arc<SourceFile>,
    object: String,
    [by_migrations, by_schema]: [&Catalog; 2],
) -> Finding {
    let (here, there) = (
        by_schema.definition(&object),
        by_migrations.definition(&object),
    );
    let path = file.path();
    let message = match (here, there) {
        (None, _) => format!("the migrations make {object}, and {path} has none"),
        (_, None) => format!("{path} has {object}, and the migrations make none"),
        _ => format!("{object} is one thing by the migrations and another in {path}"),
    };
    let culprit = Remark {
        location: named_in(file, &object),
        text: format!("{path} has {}", shown(here)),
    };
    let related = made_by(material, &object).map(|location| Remark {
        location,
        text: format!("the migrations lead to {}", shown(there)),
    });
    Finding {
        disagreement: here.zip(there).map(|(here, there)| Disagreement {
            here: here.to_owned(),
            declared: there.to_owned(),
        }),
        related: related.into_iter().collect(),
        help: Some(format!(
            "where the migrations are right, apply them and dump {path} again; where it is, write a migration that leads there"
        )),
        ..finding(RuleId::ReplayDrift, object, message, culprit)
    }
}

/// `embedded-replay-drift`: on top of the schema the patches should find everything done.
pub(super) fn embedded_drift(
    material: &Material,
    object: String,
    [before, after]: [&Catalog; 2],
) -> Option<Finding> {
    let (was, is) = (before.definition(&object), after.definition(&object));
    let change = match (was, is) {
        (None, _) => Change::Created,
        (_, None) => Change::Dropped,
        _ => Change::Altered,
    };
    let message = format!(
        "{object} is {} by the patches in a database that has all migrations",
        change.as_str()
    );
    let culprit = Remark {
        location: patched_by(material, &object)?,
        text: format!("the patches lead to {}", shown(is)),
    };
    let related = material.schema.iter().map(|(file, _)| Remark {
        location: named_in(file, &object),
        text: format!("{} has {}", file.path(), shown(was)),
    });
    Some(Finding {
        related: related.collect(),
        help: Some("take the change out of the patch, or make it in a migration too".to_owned()),
        ..finding(RuleId::EmbeddedReplayDrift, object, message, culprit)
    })
}

/// `embedded-replay-drift`: an embedded database of the last release should become what `schema.sql` is now.
pub(super) fn not_mirrored(
    material: &Material,
    object: String,
    [wanted, reached]: [&Catalog; 2],
) -> Option<Finding> {
    let (file, _) = material.schema.as_ref()?;
    let reference = &material.base.as_ref()?.reference;
    let (here, there) = (wanted.definition(&object), reached.definition(&object));
    let path = file.path();
    let message = format!(
        "from {path} of {reference} the patches do not lead to the {object} that {path} has now"
    );
    let culprit = Remark {
        location: named_in(file, &object),
        text: format!("{path} has {}", shown(here)),
    };
    let related = [
        patched_by(material, &object).map(|location| Remark {
            location,
            text: format!("the patches lead to {}", shown(there)),
        }),
        made_by(material, &object).map(|location| Remark {
            location,
            text: "this migration is not mirrored".to_owned(),
        }),
    ];
    Some(Finding {
        disagreement: here.zip(there).map(|(here, there)| Disagreement {
            here: there.to_owned(),
            declared: here.to_owned(),
        }),
        related: related.into_iter().flatten().collect(),
        help: Some(
            "write a patch that does what the migration does; `laneset generate` writes those of declared indexes"
                .to_owned(),
        ),
        ..finding(RuleId::EmbeddedReplayDrift, object, message, culprit)
    })
}

/// `embedded-not-idempotent`: every boot runs every patch.
pub(super) fn not_idempotent(
    (patch, run): (&PatchScript, &Run),
    boot: usize,
    object: String,
    change: Change,
) -> Option<Finding> {
    let (change, name) = (change.as_str(), &patch.name);
    let message = format!("{object} is {change} by patch {name} at boot {boot}");
    let culprit = Remark {
        location: run.place_of(last_word(&object))?,
        text: "every boot runs this".to_owned(),
    };
    Some(Finding {
        help: Some(
            "let the patch look first and change only what is not as it should be; `laneset generate` writes such patches for indexes"
                .to_owned(),
        ),
        ..finding(RuleId::EmbeddedNotIdempotent, object, message, culprit)
    })
}

/// `down-not-inverse`.
pub(super) fn down_not_inverse(
    migration: &Migration,
    down: &Run,
    before: &Catalog,
    back: &Catalog,
) -> Vec<Finding> {
    let differing = before.differences(back).into_iter();
    differing
        .filter(|object| !has_only_more_labels(before.definition(object), back.definition(object)))
        .map(|object| {
            let path = migration.file.path();
            let place = down.place_of(last_word(&object));
            let message =
                format!("{path}, taken back, leaves {object} otherwise than it was before");
            let culprit = Remark {
                location: place.unwrap_or_else(|| Location::top(&migration.file)),
                text: format!(
                    "before it there was {}, and after the way back there is {}",
                    shown(before.definition(&object)),
                    shown(back.definition(&object))
                ),
            };
            Finding {
                help: Some("let its way down restore what its way up changed".to_owned()),
                ..finding(RuleId::DownNotInverse, object, message, culprit)
            }
        })
        .collect()
}

/// Whether it is an enum with all its labels and others: no way back takes a label away from it.
fn has_only_more_labels(before: Option<&str>, back: Option<&str>) -> bool {
    let labels = |definition: &str| -> Option<Vec<String>> {
        let labels = definition.strip_prefix("e ")?.split(',');
        Some(
            labels
                .map(|label| label.rsplit(' ').next().unwrap_or(label).to_owned())
                .collect(),
        )
    };
    match (before.and_then(labels), back.and_then(labels)) {
        (Some(before), Some(back)) => before.iter().all(|label| back.contains(label)),
        _ => false,
    }
}

/// A finding about an object, and nothing beside.
fn finding(rule: RuleId, object: String, message: String, culprit: Remark) -> Finding {
    Finding {
        subject: object,
        ..Finding::new(rule, message, culprit)
    }
}

/// The name at the end of an object's: `idx` of `index public.idx`, `kk` of `constraint kk on public.t`.
pub(super) fn last_word(object: &str) -> &str {
    let object = object.strip_prefix("materialized ").unwrap_or(object);
    let name = object.split(' ').nth(1).unwrap_or(object);
    let name = name.split('(').next().unwrap_or(name);
    name.rsplit('.').next().unwrap_or(name).trim_matches('"')
}

/// Where a file names an object: a column in the statement that makes its table, another thing where it is named last. The file's top,
/// when it does not.
fn named_in(file: &Arc<SourceFile>, object: &str) -> Location {
    let text = file.text();
    let name = last_word(object);
    let found = match object
        .strip_prefix("column ")
        .and_then(|path| path.rsplit_once('.'))
    {
        Some((table, _)) => text
            .find(&format!("CREATE TABLE {table} ("))
            .and_then(|start| {
                let column = words(&text[start..], name).next()?;
                Some(start + column)
            }),
        None => words(text, name).last(),
    };
    match found {
        Some(at) => Location::new(file, Span::new(at, at + name.len())),
        None => Location::top(file),
    }
}

/// The statement of the migrations that names an object last.
fn made_by(material: &Material, object: &str) -> Option<Location> {
    let ups = material.migrations.iter().rev();
    ups.map(|migration| &migration.up)
        .find_map(|run| run.naming(last_word(object)))
}

/// The statement of the patches that names an object last; the last one of all, when none does.
fn patched_by(material: &Material, object: &str) -> Option<Location> {
    let runs = || material.patches.iter().rev().map(|(_, run)| run);
    let named = runs().find_map(|run| run.naming(last_word(object)));
    named.or_else(|| runs().find_map(|run| run.place_of("")))
}

fn shown(definition: Option<&str>) -> String {
    match definition {
        None => "none".to_owned(),
        Some("") => "one".to_owned(),
        Some(definition) => definition.to_owned(),
    }
}
