//! Asks the planner whether the reaper's statement and the declared queries read the declared index.

use sqlx::postgres::PgConnection;
use sqlx::{AssertSqlSafe, Connection, Row};

use super::material::DeclaredQuery;
use crate::model::declaration::{Declaration, IndexDeclaration, LaneSet};
use crate::model::finding::{Finding, Remark, RuleId};
use crate::render::predicate::qualified;
use crate::render::reaper::{Pass, Pick, Retries, pass_statement};
use crate::source::file::Location;

/// How Postgres may plan a prepared statement (manual, PREPARE, "Notes").
const CUSTOM: &str = "force_custom_plan";
const GENERIC: &str = "force_generic_plan";

/// What the planner makes of them.
#[derive(Debug, Default)]
pub struct Plans {
    /// `index-not-used`.
    pub findings: Vec<Finding>,
    /// The queries that Postgres does not plan, each a sentence without a full stop.
    pub notes: Vec<String>,
    /// How many queries were planned, the reapers' statements not counted.
    pub queries: usize,
}

/// A statement that should read the index.
struct Planned<'a> {
    sql: String,
    /// Of the parameters: `(interval)`; empty, when Postgres is to tell.
    types: &'static str,
    /// What stands for the parameters; `None`: they are unknown, so that only a generic plan says anything.
    arguments: Option<&'static str>,
    lane_set: &'a LaneSet,
    index: &'a IndexDeclaration,
}

/// What became of one of them.
enum Outcome {
    Uses,
    /// In that mode it does not.
    Misses(&'static str),
    /// Postgres does not plan it, and says why.
    Refused(String),
}

/// Plans each reaper's statement and each declared query of a set with an index, where a sequential scan is priced out.
///
/// # Errors
/// When the connection is lost.
pub async fn plans(
    connection: &mut PgConnection,
    declaration: &Declaration,
    queries: &[DeclaredQuery],
) -> sqlx::Result<Plans> {
    let mut plans = Plans::default();
    for (number, lane_set) in declaration.lane_sets.iter().enumerate() {
        let Some(index) = &lane_set.index else {
            continue;
        };
        let indexes = Indexes::of(connection, lane_set, index).await?;
        if indexes.names.is_empty() {
            // That it is missing is told elsewhere.
            continue;
        }
        if let Some(planned) = reaper_statement(lane_set, index) {
            let location = declaration.location(index.name.span);
            let name = format!("the reaper of {}", lane_set.name.value);
            let outcome = outcome(connection, &planned, &indexes).await?;
            plans.take(&planned, outcome, (name, location));
        }
        for query in queries.iter().filter(|query| query.lane_set == number) {
            let planned = Planned {
                sql: query.sql.clone(),
                types: "",
                arguments: None,
                lane_set,
                index,
            };
            let outcome = outcome(connection, &planned, &indexes).await?;
            plans.queries += usize::from(!matches!(outcome, Outcome::Refused(_)));
            plans.take(
                &planned,
                outcome,
                ("this query".to_owned(), query.location.clone()),
            );
        }
    }
    Ok(plans)
}

fn reaper_statement<'a>(lane_set: &'a LaneSet, index: &'a IndexDeclaration) -> Option<Planned<'a>> {
    let reaper = lane_set.reaper.as_ref()?;
    let pass = Pass {
        limit: reaper.batch.into(),
        pick: Pick::Oldest,
        retries: Retries::AsDeclared,
    };
    Some(Planned {
        sql: pass_statement(lane_set, reaper, pass),
        types: "(interval)",
        arguments: Some("'120 seconds'"),
        lane_set,
        index,
    })
}

/// In the modes that say something: as it is, and where the index is not read then, without the table's other indexes, one of which may only
/// be cheaper.
async fn outcome(
    connection: &mut PgConnection,
    planned: &Planned<'_>,
    indexes: &Indexes,
) -> sqlx::Result<Outcome> {
    let modes: &[&str] = match planned.arguments {
        Some(_) => &[CUSTOM, GENERIC],
        None => &[GENERIC],
    };
    for mode in modes {
        let own = match plan(connection, planned, mode, "").await? {
            Ok(own) => own,
            Err(reason) => return Ok(Outcome::Refused(reason)),
        };
        if indexes.are_in(&own) {
            continue;
        }
        let alone = plan(connection, planned, mode, &indexes.drop_others).await?;
        // An ON CONFLICT may need one of the others.
        if !alone.is_ok_and(|alone| indexes.are_in(&alone)) {
            return Ok(Outcome::Misses(mode));
        }
    }
    Ok(Outcome::Uses)
}

/// The plan, as JSON, of a statement that is only prepared, after `first` was done, which is taken back; or why there is none.
async fn plan(
    connection: &mut PgConnection,
    planned: &Planned<'_>,
    mode: &str,
    first: &str,
) -> sqlx::Result<Result<String, String>> {
    let mut transaction = connection.begin().await?;
    let plan = explained(&mut transaction, planned, mode, first).await;
    transaction.rollback().await?;
    // What is prepared stays though its transaction is taken back; where it was not even prepared, there is nothing to take away.
    let _ = sqlx::raw_sql("DEALLOCATE laneset_plan")
        .execute(connection)
        .await;
    match plan {
        Ok(plan) => Ok(Ok(plan)),
        Err(sqlx::Error::Database(error)) => Ok(Err(error.message().to_owned())),
        Err(error) => Err(error),
    }
}

async fn explained(
    connection: &mut PgConnection,
    planned: &Planned<'_>,
    mode: &str,
    first: &str,
) -> sqlx::Result<String> {
    let ready = format!(
        "{first} SET LOCAL enable_seqscan = off; SET LOCAL plan_cache_mode = {mode}; PREPARE laneset_plan {} AS {}",
        planned.types,
        planned.sql.trim_end().trim_end_matches(';')
    );
    sqlx::raw_sql(AssertSqlSafe(ready))
        .execute(&mut *connection)
        .await?;
    let arguments = match planned.arguments {
        Some(arguments) => arguments.to_owned(),
        None => {
            const COUNT: &str = "SELECT cardinality(parameter_types) FROM pg_prepared_statements WHERE name = 'laneset_plan'";
            let count: i32 = sqlx::query_scalar(COUNT)
                .persistent(false)
                .fetch_one(&mut *connection)
                .await?;
            vec!["NULL"; usize::try_from(count).unwrap_or_default()].join(", ")
        }
    };
    let list = match arguments.as_str() {
        "" => String::new(),
        arguments => format!("({arguments})"),
    };
    let explain = format!("EXPLAIN (FORMAT JSON) EXECUTE laneset_plan {list}");
    let row = sqlx::raw_sql(AssertSqlSafe(explain))
        .fetch_one(&mut *connection)
        .await?;
    row.try_get_unchecked(0)
}

/// The declared index as plans call it, and what takes the table's others away.
struct Indexes {
    /// Its name, or, of a partitioned table, those of its partitions' indexes, of which there may be none.
    names: Vec<String>,
    drop_others: String,
}

impl Indexes {
    async fn of(
        connection: &mut PgConnection,
        lane_set: &LaneSet,
        index: &IndexDeclaration,
    ) -> sqlx::Result<Self> {
        const NAMES: &str = "WITH RECURSIVE tree AS ( \
                SELECT indexrelid AS oid FROM pg_index JOIN pg_class ON pg_class.oid = indexrelid \
                WHERE indrelid = to_regclass($1) AND relname = $2 \
                UNION SELECT inhrelid FROM pg_inherits JOIN tree ON inhparent = tree.oid \
            ) SELECT relname::text FROM tree JOIN pg_class USING (oid) WHERE relkind = 'i'";
        const OTHERS: &str = "SELECT CASE WHEN conname IS NULL THEN format('DROP INDEX %s CASCADE;', indexrelid::regclass) \
                ELSE format('ALTER TABLE %s DROP CONSTRAINT %I CASCADE;', indrelid::regclass, conname) END \
            FROM pg_index JOIN pg_class ON pg_class.oid = indexrelid \
            LEFT JOIN pg_constraint ON conindid = indexrelid AND conrelid = indrelid AND contype IN ('p', 'u', 'x') \
            WHERE indrelid = to_regclass($1) AND relname <> $2 ORDER BY indexrelid";
        let table = qualified(&lane_set.table.value);
        let name = index.name.value.as_str();
        let names = sqlx::query_scalar(NAMES).bind(&table).bind(name);
        let others = sqlx::query_scalar(OTHERS).bind(&table).bind(name);
        let names = names.fetch_all(&mut *connection).await?;
        let others: Vec<String> = others.fetch_all(&mut *connection).await?;
        Ok(Self {
            names,
            drop_others: others.concat(),
        })
    }

    fn are_in(&self, plan: &str) -> bool {
        self.names.iter().any(|name| {
            let name = serde_json::Value::from(name.as_str());
            plan.contains(&format!("\"Index Name\": {name}"))
        })
    }
}

impl Plans {
    /// Takes an outcome in; `asker` is who asks, and where.
    fn take(&mut self, planned: &Planned<'_>, outcome: Outcome, asker: (String, Location)) {
        let (name, location) = asker;
        match outcome {
            Outcome::Uses => {}
            Outcome::Misses(mode) => {
                let how = format!("({mode}), though a scan of the table is priced out");
                self.findings.push(not_used(planned, &name, &how, location));
            }
            // Ours is to be planned wherever the set is.
            Outcome::Refused(reason) if planned.arguments.is_some() => {
                let why = format!("and does not plan it at all: {reason}");
                self.findings.push(not_used(planned, &name, &why, location));
            }
            Outcome::Refused(reason) => self.notes.push(format!(
                "{}:{}: Postgres does not plan {name}: {reason}",
                location.path(),
                location.start().line
            )),
        }
    }
}

fn not_used(planned: &Planned<'_>, asker: &str, how: &str, location: Location) -> Finding {
    let (set, index) = (&planned.lane_set.name.value, &planned.index.name.value);
    let culprit = Remark {
        location,
        text: format!("{index} is not in the plan"),
    };
    let message = format!("Postgres does not use index {index} for {asker} {how}");
    Finding {
        lane_set: Some(set.clone()),
        help: Some(
            "see that the migrations leave the index with the declared lanes and guard, and that the condition is one that the planner can \
             prove: `laneset check` says where they do not"
                .to_owned(),
        ),
        subject: format!("index {index} for {asker}"),
        ..Finding::new(RuleId::IndexNotUsed, message, culprit)
    }
}
