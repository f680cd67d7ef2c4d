//! `[lane_set.X.reaper]` and its retry. Every key of the reaper has a default.

use std::collections::BTreeMap;
use std::time::Duration;

use super::error::Fault;
use super::fields::{Fields, optional};
use super::manifest::{
    At, DEFAULT_BATCH, DEFAULT_BEAT_EVERY, DEFAULT_EVERY, DEFAULT_MAX_SHARE, DEFAULT_STALE_AFTER,
    LaneValue, ReaperTable, RetryTable, ScalarValue, WorkerTable,
};
use crate::model::declaration::{
    DeclaredPath, ReaperDeclaration, RetryDeclaration, WorkerDeclaration,
};
use crate::model::lane::{Lane, Value};
use crate::model::name::Identifier;
use crate::source::file::RepoPath;
use crate::source::span::Spanned;

impl Fields<'_> {
    /// `lanes` are the set's own, when they could be read.
    pub fn reaper(
        &mut self,
        table: ReaperTable,
        lane_set: &str,
        lanes: Option<&[Lane]>,
    ) -> Option<ReaperDeclaration> {
        let heartbeat_column = self.column(
            "heartbeat_column",
            table.heartbeat_column,
            "last_heartbeat_at",
        );
        let claimed_column = self.column("claimed_column", table.claimed_column, "claimed_at");
        let created_column = self.column("created_column", table.created_column, "created_at");
        let completed_column =
            self.column("completed_column", table.completed_column, "completed_at");
        let stale_after = self.duration_or("stale_after", table.stale_after, DEFAULT_STALE_AFTER);
        let every = self.duration_or("every", table.every, DEFAULT_EVERY);
        let batch = match &table.batch {
            Some(batch) => self.count("batch", batch),
            None => Some(DEFAULT_BATCH),
        };
        let set = match table.set {
            Some(set) => self.assignments(set),
            None => Some(vec![
                assignment("status", "timeout"),
                assignment("error_message", "worker_heartbeat_lost"),
            ]),
        };
        let retry = optional(table.retry, |retry| self.retry(retry.into_spanned(), lanes));
        let grace = match &table.grace {
            Some(grace) => self.duration("grace", grace),
            None => stale_after,
        };
        let max_share = match &table.max_share {
            Some(share) => self.share("max_share", share),
            None => Some(DEFAULT_MAX_SHARE),
        };
        let worker = self.worker(table.worker.unwrap_or_default(), stale_after);
        let statement = match table.statement {
            Some(path) => self.path("statement", path).map(|path| DeclaredPath {
                path: path.value,
                declared_at: Some(path.span),
            }),
            None => Some(DeclaredPath {
                path: default_statement(lane_set),
                declared_at: None,
            }),
        };
        Some(ReaperDeclaration {
            heartbeat_column: heartbeat_column?,
            claimed_column: claimed_column?,
            created_column: created_column?,
            completed_column: completed_column?,
            stale_after: stale_after?,
            every: every?,
            batch: batch?,
            set: set?,
            retry: retry?,
            grace: grace?,
            max_share: max_share?,
            worker: worker?,
            statement: statement?,
        })
    }

    fn worker(
        &mut self,
        table: WorkerTable,
        stale_after: Option<Duration>,
    ) -> Option<WorkerDeclaration> {
        let id_column = self.column("id_column", table.id_column, "id");
        let worker_column = self.column("worker_column", table.worker_column, "claimed_by");
        let error_column = self.column("error_column", table.error_column, "error_message");
        let beat_at = table.beat_every.as_ref().map(At::span);
        let beat_every = match (&table.beat_every, stale_after) {
            (Some(beat_every), _) => self.duration("beat_every", beat_every),
            (None, Some(stale_after)) => Some(DEFAULT_BEAT_EVERY.min(stale_after / 4)),
            (None, None) => Some(DEFAULT_BEAT_EVERY),
        };
        if let (Some(at), Some(beat_every), Some(stale_after)) = (beat_at, beat_every, stale_after)
            && beat_every >= stale_after
        {
            self.report(at, Fault::BeatsTooRarely);
        }
        let finish = match table.finish {
            Some(finish) => self.assignments(finish),
            None => Some(vec![assignment("status", "completed")]),
        };
        let fail = match table.fail {
            Some(fail) => self.assignments(fail),
            None => Some(vec![assignment("status", "failed")]),
        };
        Some(WorkerDeclaration {
            id_column: id_column?,
            worker_column: worker_column?,
            error_column: error_column?,
            beat_every: beat_every?,
            finish: finish?,
            fail: fail?,
        })
    }

    fn retry(
        &mut self,
        table: Spanned<RetryTable>,
        lanes: Option<&[Lane]>,
    ) -> Option<RetryDeclaration> {
        let Spanned { value: table, span } = table;
        match (&table.attempts_column, &table.max_attempts) {
            (Some(_), None) => self.report(span, Fault::HalfOfAttempts("max_attempts")),
            (None, Some(_)) => self.report(span, Fault::HalfOfAttempts("attempts_column")),
            _ => {}
        }
        let retried = self.retried_lanes(table.lanes, lanes);
        if table.key.value().is_empty() {
            self.report(table.key.span(), Fault::Empty("key".into()));
        }
        let key = self.columns("key", table.key.into_spanned().value);
        let active = match table.active {
            Some(active) => active
                .into_spanned()
                .value
                .into_iter()
                .map(Value::from)
                .collect(),
            None => ["pending", "claimed", "running"]
                .map(|status| Value::Text(status.into()))
                .into(),
        };
        let copy = self.columns("copy", table.copy);
        let insert = match table.insert {
            Some(insert) => self.assignments(insert),
            None => Some(vec![assignment("status", "pending")]),
        };
        let attempts_column = optional(table.attempts_column.as_ref(), |column| {
            self.stored_name("attempts_column", column)
        });
        let max_attempts = optional(table.max_attempts.as_ref(), |count| {
            self.count("max_attempts", count)
        });
        Some(RetryDeclaration {
            lanes: retried?,
            key: key?,
            active,
            copy: copy?,
            insert: insert?,
            attempts_column: attempts_column?.map(|column| column.value),
            max_attempts: max_attempts?,
        })
    }

    fn retried_lanes(
        &mut self,
        retried: At<Vec<At<LaneValue>>>,
        lanes: Option<&[Lane]>,
    ) -> Option<Vec<Lane>> {
        let before = self.problems.len();
        for lane in retried.value() {
            self.lane_of_set(&lane.value().clone().into(), lane, lanes);
        }
        let retried = self.lanes("lanes", retried)?;
        (self.problems.len() == before).then_some(retried.value)
    }

    /// Notes a lane that is not of the set. Without the set's lanes, nothing can be said.
    pub fn lane_of_set<T>(&mut self, lane: &Lane, written: &At<T>, lanes: Option<&[Lane]>) {
        let Some(lanes) = lanes else { return };
        if lanes.contains(lane) {
            return;
        }
        let listed: Vec<String> = lanes.iter().map(Lane::to_string).collect();
        let fault = Fault::NotALane {
            lane: lane.to_string(),
            lanes: listed.join(", "),
        };
        self.report(written.span(), fault);
    }

    fn column(
        &mut self,
        key: &str,
        value: Option<At<String>>,
        default: &str,
    ) -> Option<Identifier> {
        match value {
            Some(value) => self.stored_name(key, &value).map(|name| name.value),
            None => Some(Identifier::quoted(default)),
        }
    }

    fn columns(&mut self, key: &str, values: Vec<At<String>>) -> Option<Vec<Identifier>> {
        let count = values.len();
        let names: Vec<Identifier> = values
            .iter()
            .filter_map(|value| self.stored_name(key, value))
            .map(|name| name.value)
            .collect();
        (names.len() == count).then_some(names)
    }

    fn duration_or(
        &mut self,
        key: &str,
        value: Option<At<String>>,
        default: &str,
    ) -> Option<Duration> {
        match value {
            Some(value) => self.duration(key, &value),
            None => humantime::parse_duration(default).ok(),
        }
    }

    /// Columns and their values, in the order written.
    fn assignments(
        &mut self,
        table: BTreeMap<At<String>, ScalarValue>,
    ) -> Option<Vec<(Identifier, Value)>> {
        let mut written: Vec<(At<String>, ScalarValue)> = table.into_iter().collect();
        written.sort_by_key(|(column, _)| column.span());
        let count = written.len();
        let assignments: Vec<(Identifier, Value)> = written
            .into_iter()
            .filter_map(|(column, value)| {
                let column = self.stored_name(column.value(), &column)?;
                Some((column.value, value.into()))
            })
            .collect();
        (assignments.len() == count).then_some(assignments)
    }
}

/// `db/queries/reap_heartbeat_inflight.sql`
fn default_statement(lane_set: &str) -> RepoPath {
    let is_plain = |c: char| c.is_alphanumeric() || c == '_';
    let name: String = lane_set
        .chars()
        .map(|c| if is_plain(c) { c } else { '_' })
        .collect();
    RepoPath::new(format!("db/queries/reap_{name}.sql"))
}

fn assignment(column: &str, value: &str) -> (Identifier, Value) {
    (Identifier::quoted(column), Value::Text(value.into()))
}
