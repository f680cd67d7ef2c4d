//! The declared indexes as Postgres stores them, held against the declaration.

use sqlx::postgres::PgConnection;
use sqlx::{AssertSqlSafe, Connection, Row};

use crate::compare::{declared_predicate, lanes_of};
use crate::locate::stored_condition::read_stored;
use crate::model::declaration::{AdmittedBy, Declaration, IndexDeclaration, LaneSet};
use crate::model::finding::{Disagreement, Finding, Remark, RuleId};
use crate::model::lane::Lane;
use crate::model::predicate::Predicate;
use crate::model::relation::Relation;
use crate::model::rows::Rows;
use crate::model::site::Role;
use crate::render;
use crate::render::predicate::{identifier, qualified};

/// Which database is looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct State {
    pub rule: RuleId,
    /// `the migrations`, `the patches`
    pub by: &'static str,
    /// The beginning of a sentence about what is there.
    pub holder: &'static str,
}

pub const BY_MIGRATIONS: State = State {
    rule: RuleId::MigrationsDrift,
    by: "the migrations",
    holder: "by the migrations Postgres has",
};
pub const BY_SCHEMA: State = State {
    rule: RuleId::IndexDrift,
    by: "the dump",
    holder: "by the dump Postgres has",
};
pub const BY_PATCHES: State = State {
    rule: RuleId::EmbeddedDrift,
    by: "the patches",
    holder: "by the patches Postgres has",
};

/// What a declared index turned out to be.
#[derive(Debug)]
pub struct Judged {
    pub lane_set: String,
    pub rule: RuleId,
    /// `None`: it is as declared.
    pub finding: Option<Finding>,
}

/// Every declared index, as that database has it.
///
/// # Errors
/// What Postgres says.
pub async fn judged(
    connection: &mut PgConnection,
    declaration: &Declaration,
    state: State,
) -> sqlx::Result<Vec<Judged>> {
    let mut all = Vec::new();
    for lane_set in &declaration.lane_sets {
        let Some(index) = &lane_set.index else {
            continue;
        };
        let stored = stored(connection, lane_set, index).await?;
        let wanted = as_postgres_stores(connection, lane_set).await?;
        let is_same = match (&stored, &wanted) {
            (Some(stored), Some(wanted)) => stored == wanted || mean_the_same(stored, lane_set),
            _ => false,
        };
        let finding =
            (!is_same).then(|| finding(declaration, (lane_set, index), state, (stored, wanted)));
        all.push(Judged {
            lane_set: lane_set.name.value.clone(),
            rule: state.rule,
            finding,
        });
    }
    Ok(all)
}

/// The index's predicate (`true` for one over the whole table); `None` when the table has no such index.
async fn stored(
    connection: &mut PgConnection,
    lane_set: &LaneSet,
    index: &IndexDeclaration,
) -> sqlx::Result<Option<String>> {
    const STORED: &str = "SELECT coalesce(pg_get_expr(indpred, indrelid), 'true') AS predicate \
        FROM pg_index JOIN pg_class ON pg_class.oid = indexrelid WHERE indrelid = to_regclass($1) AND relname = $2";
    let row = sqlx::query(STORED)
        .bind(qualified(&lane_set.table.value))
        .bind(index.name.value.as_str())
        .fetch_optional(connection)
        .await?;
    row.map(|row| row.try_get("predicate")).transpose()
}

/// What Postgres makes of the declared condition, by an index that is made and taken back; `None` when it refuses it.
async fn as_postgres_stores(
    connection: &mut PgConnection,
    lane_set: &LaneSet,
) -> sqlx::Result<Option<String>> {
    let predicate = render::predicate::predicate(&declared_predicate(lane_set, Role::Index));
    let make = format!(
        "CREATE INDEX laneset_probe ON {} ({}) WHERE {predicate}",
        qualified(&lane_set.table.value),
        identifier(&lane_set.column.value),
    );
    let mut transaction = connection.begin().await?;
    let made = sqlx::raw_sql(AssertSqlSafe(make))
        .execute(&mut *transaction)
        .await;
    let stored = match made {
        Ok(_) => {
            let probe = "SELECT coalesce(pg_get_expr(indpred, indrelid), 'true') FROM pg_index \
                JOIN pg_class ON pg_class.oid = indexrelid WHERE indrelid = to_regclass($1) AND relname = 'laneset_probe'";
            let row = sqlx::query(probe)
                .bind(qualified(&lane_set.table.value))
                .fetch_one(&mut *transaction)
                .await?;
            Some(row.try_get(0)?)
        }
        Err(error) if error.as_database_error().is_some() => None,
        Err(error) => return Err(error),
    };
    transaction.rollback().await?;
    Ok(stored)
}

/// Whether the stored text holds the declared rows, in other words or another order.
pub(super) fn mean_the_same(stored: &str, lane_set: &LaneSet) -> bool {
    let declared = declared_predicate(lane_set, Role::Index);
    understood(stored, lane_set).is_some_and(|stored| hold_the_same(&stored, &declared))
}

/// Whether two texts of Postgres's own hold the same rows.
pub(super) fn are_one(one: &str, other: &str, lane_set: &LaneSet) -> bool {
    let understood = |text: &str| understood(text, lane_set);
    let both = understood(one).zip(understood(other));
    both.is_some_and(|(one, other)| hold_the_same(&one, &other))
}

fn hold_the_same(one: &Predicate, other: &Predicate) -> bool {
    same_conditions(one, other)
        || Relation::between(&Rows::of(one), &Rows::of(other)) == Relation::Same
}

fn understood(stored: &str, lane_set: &LaneSet) -> Option<Predicate> {
    let admitted = lane_set.admitted_by.as_ref();
    let declared_enum = match admitted.map(|admitted| &admitted.value) {
        Some(AdmittedBy::Enum(name)) => Some(name),
        _ => None,
    };
    read_stored(stored, declared_enum.into_iter())
}

/// The lanes that are declared and not in the stored text, and those that are there and not declared; none when that cannot be told.
pub(super) fn missing_and_extra(stored: &str, lane_set: &LaneSet) -> [Vec<Lane>; 2] {
    let declared = &lane_set.lanes.value;
    let here = understood(stored, lane_set).and_then(|stored| lanes_of(lane_set, &stored));
    let Some(here) = here else {
        return [Vec::new(), Vec::new()];
    };
    let without = |lanes: &[Lane], others: &[Lane]| {
        let left = lanes.iter().filter(|lane| !others.contains(lane));
        left.cloned().collect()
    };
    [without(declared, &here), without(&here, declared)]
}

fn same_conditions(one: &Predicate, other: &Predicate) -> bool {
    match (one, other) {
        (Predicate::And(one), Predicate::And(other)) => {
            one.len() == other.len() && one.iter().all(|part| other.contains(part))
        }
        _ => one == other,
    }
}

fn finding(
    declaration: &Declaration,
    (lane_set, index): (&LaneSet, &IndexDeclaration),
    state: State,
    (stored, wanted): (Option<String>, Option<String>),
) -> Finding {
    let (set, name) = (&lane_set.name.value, &index.name.value);
    let State { by, holder, .. } = state;
    let message = match (&stored, &wanted) {
        (None, _) => format!("{holder} no index {name} on {}", lane_set.table.value),
        (_, None) => format!("Postgres refuses the declared condition of {set} on what {by} make"),
        _ => format!("{holder} index {name} with another condition than {set} declares"),
    };
    let lanes = declaration.location(lane_set.lanes.span);
    let [missing, extra] = stored.as_deref().map_or_else(Default::default, |stored| {
        missing_and_extra(stored, lane_set)
    });
    Finding {
        rule: state.rule,
        lane_set: Some(set.clone()),
        message,
        culprit: Remark {
            location: declaration.location(index.name.span),
            text: format!("this index, by {by}"),
        },
        related: vec![Remark {
            location: lanes,
            text: format!("{set} declares these lanes"),
        }],
        missing,
        extra,
        help: Some(
            "`laneset check` says which statement it is, and `laneset generate` mends it"
                .to_owned(),
        ),
        disagreement: stored
            .zip(wanted)
            .map(|(here, declared)| Disagreement { here, declared }),
        is_fixable: false,
        subject: format!("index {name} by {by}"),
    }
}
