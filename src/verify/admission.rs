//! Whether the column's CHECK constraint or enum, as Postgres has it, lets the declared lanes in.

use sqlx::Row;
use sqlx::postgres::PgConnection;

use super::apart::rows_if_allowed;
use super::indexes::State;
use crate::model::declaration::{AdmittedBy, Declaration, LaneSet};
use crate::model::finding::{Finding, Remark, RuleId};
use crate::model::lane::{Lane, Value};
use crate::model::name::Identifier;
use crate::render::predicate::{identifier, literal, qualified};

/// What a constraint or an enum says of the lanes.
enum Admission {
    /// There is none of that name.
    Absent,
    /// The lanes that it refuses, in the order declared.
    Refuses(Vec<Lane>),
    /// Postgres cannot tell, and says why.
    Unknown(String),
}

/// `lane-not-admitted` and `site-missing`, for what `admitted_by` declares.
///
/// # Errors
/// What Postgres says.
pub async fn not_admitted(
    connection: &mut PgConnection,
    declaration: &Declaration,
    state: State,
) -> sqlx::Result<Vec<Finding>> {
    let mut findings = Vec::new();
    for lane_set in &declaration.lane_sets {
        let Some(admitted_by) = &lane_set.admitted_by else {
            continue;
        };
        let (subject, admission) = match &admitted_by.value {
            AdmittedBy::Check(name) => (
                format!("CHECK constraint {name} on {}", lane_set.table.value),
                by_check(connection, lane_set, name).await?,
            ),
            AdmittedBy::Enum(name) => {
                let labels = labels(connection, &qualified(name)).await?;
                (format!("enum {name}"), by_enum(lane_set, labels))
            }
        };
        let holder = state.holder;
        let (rule, message, refused, help) = match admission {
            Admission::Refuses(lanes) if lanes.is_empty() => continue,
            Admission::Refuses(lanes) => {
                let named: Vec<String> = lanes.iter().map(Lane::to_string).collect();
                let named = named.join(", ");
                let message = format!("{holder} {subject}, which does not admit {named}");
                let help = "`laneset widen SET LANE --admit` lets a lane in, everywhere";
                (RuleId::LaneNotAdmitted, message, lanes, help)
            }
            Admission::Absent => (
                RuleId::SiteMissing,
                format!("{holder} no {subject}"),
                Vec::new(),
                "correct `admitted_by` in laneset.toml, or bring it back",
            ),
            Admission::Unknown(why) => (
                RuleId::LaneNotAdmitted,
                format!(
                    "{holder} {subject}, and whether it admits the lanes cannot be told: {why}"
                ),
                Vec::new(),
                "insert a row of each lane by hand where that harms nobody, or leave `admitted_by` out",
            ),
        };
        let set = &lane_set.name.value;
        let culprit = Remark {
            location: declaration.location(admitted_by.span),
            text: format!("by {}", state.by),
        };
        findings.push(Finding {
            lane_set: Some(set.clone()),
            related: vec![Remark {
                location: declaration.location(lane_set.lanes.span),
                text: format!("{set} declares these lanes"),
            }],
            missing: refused,
            help: Some(help.to_owned()),
            subject: format!("{subject} by {}", state.by),
            ..Finding::new(rule, message, culprit)
        });
    }
    Ok(findings)
}

/// A row that has the lane and nothing else passes unless the constraint is false of it (manual, "Check Constraints"). What an input of the
/// column's type refuses cannot be stored either.
async fn by_check(
    connection: &mut PgConnection,
    lane_set: &LaneSet,
    name: &Identifier,
) -> sqlx::Result<Admission> {
    const CONSTRAINT: &str = "SELECT pg_get_expr(conbin, conrelid) AS condition, \
            (SELECT string_agg(format('%I %s', attname, format_type(atttypid, atttypmod)), ', ' ORDER BY attnum) \
             FROM pg_attribute WHERE attrelid = conrelid AND attnum = ANY (conkey)) AS columns \
        FROM pg_constraint WHERE conrelid = to_regclass($1) AND conname = $2 AND contype = 'c'";
    let constraint = sqlx::query(CONSTRAINT)
        .bind(qualified(&lane_set.table.value))
        .bind(name.as_str())
        .fetch_optional(&mut *connection)
        .await?;
    let Some(constraint) = constraint else {
        return Ok(Admission::Absent);
    };
    let condition: String = constraint.try_get("condition")?;
    // Of no column at all: it says nothing of lanes.
    let Some(columns) = constraint.try_get::<Option<String>, _>("columns")? else {
        return Ok(Admission::Refuses(Vec::new()));
    };
    let column = lane_set.column.value.as_str();
    let mut refused = Vec::new();
    for lane in &lane_set.lanes.value {
        let constant = literal(lane);
        let constant = match lane {
            Value::Text(_) => format!("{constant}::text"),
            Value::Integer(_) | Value::Boolean(_) => constant,
        };
        let key = literal(&Value::Text(column.to_owned()));
        let asked = format!(
            "SELECT ({condition}) IS NOT FALSE FROM jsonb_to_record(jsonb_build_object({key}, {constant})) AS {} ({columns})",
            identifier(&lane_set.table.value.name)
        );
        match rows_if_allowed(connection, asked).await? {
            Ok(rows) => {
                let passes = rows.first().map(|row| row.try_get(0)).transpose()?;
                if passes != Some(true) {
                    refused.push(lane.clone());
                }
            }
            // Class 22: data exception (manual, appendix A).
            Err(error) if error.code().is_some_and(|code| code.starts_with("22")) => {
                refused.push(lane.clone());
            }
            Err(error) => return Ok(Admission::Unknown(error.message().to_owned())),
        }
    }
    Ok(Admission::Refuses(refused))
}

/// The labels of an enum; `None` when there is no such enum.
async fn labels(connection: &mut PgConnection, name: &str) -> sqlx::Result<Option<Vec<String>>> {
    const LABELS: &str = "SELECT array(SELECT enumlabel::text FROM pg_enum WHERE enumtypid = pg_type.oid) \
        FROM pg_type WHERE oid = to_regtype($1) AND typtype = 'e'";
    sqlx::query_scalar(LABELS)
        .bind(name)
        .fetch_optional(connection)
        .await
}

fn by_enum(lane_set: &LaneSet, labels: Option<Vec<String>>) -> Admission {
    let Some(labels) = labels else {
        return Admission::Absent;
    };
    let lanes = lane_set.lanes.value.iter();
    let refused = lanes.filter(|lane| !labels.contains(&lane.to_string()));
    Admission::Refuses(refused.cloned().collect())
}
