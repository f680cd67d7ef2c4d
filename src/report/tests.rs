//! An outcome of the incident's shape, and what the formats make of it.

mod formats;
mod full;

use std::sync::Arc;

use super::outcome::{Checked, LaneSetOutcome, Outcome, SiteOutcome};
use crate::model::finding::{Disagreement, Finding, Remark, RuleId};
use crate::model::lane::{Lane, Value};
use crate::model::relation::Relation;
use crate::model::site::Role;
use crate::source::file::{Location, RepoPath, SourceFile};
use crate::source::span::Span;

const MANIFEST: &str = "version = 1

[lane_set.heartbeat-inflight]
table  = \"public.runs\"
column = \"run_type\"
lanes  = [\"sync\", \"auth\"]
guard  = \"status IN ('claimed', 'running')\"
";

const SCHEMA: &str = "SET statement_timeout = 0;

CREATE INDEX idx_runs_heartbeat_inflight ON public.runs USING btree (last_heartbeat_at) WHERE ((status = ANY (ARRAY['claimed'::text, 'running'::text])) AND (run_type = ANY (ARRAY['sync'::text, 'action'::text, 'embed_backfill'::text, 'auth'::text])));
";

const QUERY: &str = "const stale = await sql`
  UPDATE runs SET status = 'timeout'
  WHERE status IN ('claimed', 'running')
    AND run_type IN ('sync')
`;
";

fn file(path: &str, text: &str) -> Arc<SourceFile> {
    SourceFile::new(RepoPath::new(path), text.to_owned())
}

/// Where `needle` stands first.
fn at(file: &Arc<SourceFile>, needle: &str) -> Location {
    let start = file.text().find(needle).unwrap();
    Location::new(file, Span::new(start, start + needle.len()))
}

fn remark(location: Location, text: &str) -> Remark {
    Remark {
        location,
        text: text.into(),
    }
}

fn lanes(names: &[&str]) -> Vec<Lane> {
    names
        .iter()
        .map(|name| Value::Text((*name).into()))
        .collect()
}

fn finding(rule: RuleId, culprit: Remark, message: &str) -> Finding {
    Finding {
        lane_set: Some("heartbeat-inflight".into()),
        is_fixable: true,
        subject: "idx_runs_heartbeat_inflight".into(),
        ..Finding::new(rule, message.into(), culprit)
    }
}

fn site(role: Role, location: Location, names: &[&str], relation: Relation) -> SiteOutcome {
    SiteOutcome {
        role,
        location,
        declared: lanes(&["sync", "auth"]),
        lanes: Some(lanes(names)),
        relation: Some(relation),
        is_uncovered: false,
        predicate: Some("status IN ('claimed', 'running')".into()),
    }
}

/// The index is wider than declared, the query narrower, the patches cannot be read.
fn red() -> Outcome {
    let manifest = file("laneset.toml", MANIFEST);
    let schema = file("db/schema.sql", SCHEMA);
    let query = file("src/reaper.ts", QUERY);
    let migration = file(
        "db/migrations/20260517120000_runs_heartbeat_inflight.sql",
        SCHEMA,
    );
    let patches = file("src/patches.ts", "export const patches = [];\n");
    let declared = at(&manifest, "[\"sync\", \"auth\"]");

    let index = Finding {
        related: vec![remark(declared.clone(), "declared here")],
        extra: lanes(&["action", "embed_backfill"]),
        help: Some("run `laneset generate`".into()),
        disagreement: Some(Disagreement {
            here: "status IN ('claimed', 'running') AND run_type IN ('sync', 'action', 'embed_backfill', 'auth')".into(),
            declared: "status IN ('claimed', 'running') AND run_type IN ('sync', 'auth')".into(),
        }),
        ..finding(
            RuleId::IndexDrift,
            remark(
                at(&schema, "(run_type = ANY (ARRAY['sync'::text, 'action'::text, 'embed_backfill'::text, 'auth'::text]))"),
                "wider than declared",
            ),
            "the index idx_runs_heartbeat_inflight holds more lanes than declared",
        )
    };
    let narrow = Finding {
        related: vec![remark(declared, "declared here")],
        missing: lanes(&["auth"]),
        is_fixable: true,
        subject: "reapStaleRuns".into(),
        ..finding(
            RuleId::QueryDrift,
            remark(at(&query, "run_type IN ('sync')"), "`auth` is not here"),
            "the query lacks the lane auth",
        )
    };
    let unprovable = finding(
        RuleId::UnprovableQuery,
        remark(at(&query, "status IN ('claimed', 'running')"), ""),
        "the planner cannot prove that this query may use the index",
    );
    let index_text = &SCHEMA[SCHEMA.find("CREATE INDEX").unwrap()..].trim_end();
    Outcome {
        checked: Checked {
            lane_sets: 1,
            migrations: 83,
            patches: 41,
            queries: 1,
            source_files: 212,
            searched_files: 0,
            live_indexes: 0,
        },
        lane_sets: vec![LaneSetOutcome {
            name: "heartbeat-inflight".into(),
            table: "public.runs".into(),
            column: "run_type".into(),
            lanes: lanes(&["sync", "auth"]),
            sites: vec![
                site(
                    Role::Migrations,
                    at(&migration, index_text),
                    &["sync", "auth"],
                    Relation::Same,
                ),
                SiteOutcome {
                    lanes: None,
                    relation: None,
                    predicate: None,
                    ..site(Role::Embedded, Location::top(&patches), &[], Relation::Same)
                },
                site(
                    Role::Query,
                    at(&query, "run_type IN ('sync')"),
                    &["sync"],
                    Relation::Narrower,
                ),
                site(
                    Role::Index,
                    at(&schema, index_text),
                    &["sync", "action", "embed_backfill", "auth"],
                    Relation::Wider,
                ),
                site(
                    Role::Check,
                    at(&schema, "SET"),
                    &["sync", "auth", "insight"],
                    Relation::Wider,
                ),
            ],
        }],
        findings: vec![narrow, unprovable, index],
        notes: vec!["the heartbeat of lane auth was not checked".into()],
        ..Outcome::default()
    }
}

/// What was red, made right.
fn green() -> Outcome {
    let mut outcome = red();
    outcome.findings.clear();
    outcome.notes.clear();
    for site in &mut outcome.lane_sets[0].sites {
        site.lanes = Some(lanes(&["sync", "auth"]));
        site.relation = Some(Relation::Same);
    }
    outcome
}

fn written(write: impl FnOnce(&mut Vec<u8>) -> std::io::Result<()>) -> String {
    let mut bytes = Vec::new();
    write(&mut bytes).unwrap();
    String::from_utf8(bytes).unwrap()
}
