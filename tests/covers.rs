//! Pairs of `[[cover]]`: a query and the partial index that it must be able to use. Postgres says whether it can.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::postgres::server::{Server, Session};
use crate::program::{Copy, check, in_tests};

const SCHEMA: &str = "CREATE TABLE public.documents (
    id bigint PRIMARY KEY,
    owner_id bigint NOT NULL,
    slug text NOT NULL,
    state text NOT NULL,
    priority integer DEFAULT 0 NOT NULL,
    is_draft boolean DEFAULT false NOT NULL,
    deleted_at timestamp with time zone
);
CREATE TABLE public.owners (id bigint PRIMARY KEY, deleted_at timestamp with time zone);
";

const INDEXES: [(&str, &str); 4] = [
    (
        "documents_live",
        "CREATE INDEX documents_live ON public.documents (owner_id) WHERE deleted_at IS NULL AND NOT is_draft;",
    ),
    (
        "documents_slug",
        "CREATE UNIQUE INDEX documents_slug ON public.documents (owner_id, slug) WHERE deleted_at IS NULL;",
    ),
    (
        "documents_urgent",
        "CREATE INDEX documents_urgent ON public.documents (owner_id) WHERE priority IN (0, 1) OR state = 'escalated';",
    ),
    (
        "documents_states",
        "CREATE INDEX documents_states ON public.documents (owner_id) WHERE state IN ('new', 'open') AND priority > 0;",
    ),
];

/// Statements without parameters: Postgres and laneset must say the same of each.
const JUDGED: [(&str, &str, &[&str]); 20] = [
    (
        "documents_live",
        "SELECT id FROM documents WHERE owner_id = 1 AND deleted_at IS NULL AND NOT is_draft",
        &[],
    ),
    (
        "documents_live",
        "SELECT id FROM documents WHERE owner_id = 1 AND deleted_at IS NULL",
        &["query-not-covered"],
    ),
    (
        "documents_live",
        "SELECT id FROM documents WHERE owner_id = 1 AND deleted_at IS NULL AND is_draft",
        &["query-not-covered"],
    ),
    (
        "documents_live",
        "SELECT d.id FROM owners o JOIN documents d ON d.owner_id = o.id AND NOT d.is_draft WHERE d.deleted_at IS NULL AND o.id = 1",
        &[],
    ),
    (
        "documents_live",
        "SELECT d.id FROM owners o JOIN documents d ON d.owner_id = o.id WHERE o.deleted_at IS NULL AND NOT d.is_draft AND o.id = 1",
        &["query-not-covered"],
    ),
    (
        "documents_live",
        "UPDATE documents SET state = 'old' WHERE owner_id = 1 AND deleted_at IS NULL AND is_draft = false",
        &[],
    ),
    (
        "documents_urgent",
        "SELECT id FROM documents WHERE owner_id = 1 AND priority = 1",
        &[],
    ),
    (
        "documents_urgent",
        "SELECT id FROM documents WHERE owner_id = 1 AND (priority = 0 OR state = 'escalated')",
        &[],
    ),
    (
        "documents_urgent",
        "SELECT id FROM documents WHERE owner_id = 1 AND priority IN (0, 1, 2)",
        &["query-not-covered"],
    ),
    (
        "documents_states",
        "SELECT id FROM documents WHERE owner_id = 1 AND state = 'open' AND priority >= 5",
        &[],
    ),
    (
        "documents_states",
        "SELECT id FROM documents WHERE owner_id = 1 AND state IN ('open', 'closed') AND priority > 0",
        &["query-not-covered"],
    ),
    (
        "documents_states",
        "SELECT id FROM documents WHERE owner_id = 1 AND state LIKE 'open' AND priority > 0",
        &["unprovable-query"],
    ),
    (
        "documents_slug",
        "INSERT INTO documents (id, owner_id, slug, state) VALUES (1, 1, 'a', 'new') ON CONFLICT (owner_id, slug) WHERE deleted_at IS NULL DO NOTHING",
        &[],
    ),
    (
        "documents_slug",
        "INSERT INTO documents (id, owner_id, slug, state) VALUES (1, 1, 'a', 'new') ON CONFLICT (slug, owner_id) WHERE deleted_at IS NULL AND NOT is_draft DO NOTHING",
        &[],
    ),
    (
        "documents_slug",
        "INSERT INTO documents (id, owner_id, slug, state) VALUES (1, 1, 'a', 'new') ON CONFLICT (owner_id, slug) WHERE NOT is_draft DO NOTHING",
        &["query-not-covered"],
    ),
    (
        "documents_slug",
        "INSERT INTO documents (id, owner_id, slug, state) VALUES (1, 1, 'a', 'new') ON CONFLICT (slug) WHERE deleted_at IS NULL DO NOTHING",
        &["query-not-covered"],
    ),
    (
        "documents_live",
        "INSERT INTO documents (id, owner_id, slug, state) VALUES (1, 1, 'a', 'new') ON CONFLICT (owner_id) WHERE deleted_at IS NULL AND NOT is_draft DO NOTHING",
        &["query-not-covered"],
    ),
    (
        "documents_slug",
        "INSERT INTO documents (id, owner_id, slug, state) VALUES (1, 1, 'a', 'new') ON CONFLICT (owner_id, slug) DO NOTHING",
        &["query-not-covered"],
    ),
    (
        "documents_slug",
        "INSERT INTO documents (id, owner_id, slug, state) VALUES (1, 1, 'a', 'new') ON CONFLICT (slug, owner_id) DO UPDATE SET state = 'new'",
        &["query-not-covered"],
    ),
    (
        "documents_slug",
        "WITH made AS (INSERT INTO documents (id, owner_id, slug, state) VALUES (1, 1, 'a', 'new') ON CONFLICT (id) DO NOTHING RETURNING id) SELECT id FROM documents WHERE owner_id = 1 AND slug = 'a' AND deleted_at IS NULL",
        &[],
    ),
];

fn definition(index: &str) -> &'static str {
    INDEXES.iter().find(|(name, _)| *name == index).unwrap().1
}

fn repository(index: &str, path: &str, text: &str, within: &str) -> Copy {
    let copy = Copy::of(&in_tests("rules/query-not-covered/green"));
    for old in ["db", "src", "app"] {
        if copy.file(old).exists() {
            std::fs::remove_dir_all(copy.file(old)).unwrap();
        }
    }
    copy.write("db/schema.sql", format!("{SCHEMA}{}\n", definition(index)));
    copy.write(path, text);
    copy.write(
        "laneset.toml",
        format!(
            "version = 1\n[[cover]]\nindex = \"{index}\"\nquery = {{ file = \"{path}\"{within} }}\n"
        ),
    );
    copy
}

#[track_caller]
fn rules(copy: &Copy) -> Vec<String> {
    let run = check(copy.path());
    let report = run.report();
    assert_eq!(report.0["checked"]["queries"], 1);
    let findings = report.findings().iter();
    let rules: Vec<String> = findings
        .map(|it| it["rule"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(run.code, Some(i32::from(!rules.is_empty())));
    rules
}

/// Whether Postgres finds the index for that statement.
fn is_used(session: &mut Session, index: &str, statement: &str) -> bool {
    session.execute("BEGIN").unwrap();
    session.execute(definition(index)).unwrap();
    let answer = match statement.starts_with("INSERT") {
        true => session.execute(statement).map(|()| true),
        false => session
            .rows(&format!("EXPLAIN (COSTS off) {statement}"))
            .map(|rows| {
                let lines: Vec<String> = rows.into_iter().flatten().flatten().collect();
                lines.join("\n").contains(index)
            }),
    };
    session.execute("ROLLBACK").unwrap();
    answer.unwrap_or_else(|error| {
        assert!(error.contains("ON CONFLICT specification"), "{error}");
        false
    })
}

#[test]
fn postgres_uses_the_index_where_a_pair_is_clean_and_not_where_it_is_not() {
    let server = Server::shared();
    let mut session = server.database("covers");
    session.execute(SCHEMA).unwrap();
    session.execute("SET enable_seqscan = off").unwrap();
    for (index, statement, expected) in JUDGED {
        let copy = repository(index, "app/query.sql", &format!("{statement};\n"), "");
        assert_eq!(rules(&copy), expected, "{statement}");
        assert_eq!(
            is_used(&mut session, index, statement),
            expected.is_empty(),
            "{statement}"
        );
    }
}

/// Statements by the index that they are paired with, each with what laneset says of the pair. An adversary wrote them.
const STATEMENTS: &str = include_str!("covers/statements.txt");
const STATEMENTS_SCHEMA: &str = include_str!("covers/schema.sql");

struct Statement {
    index: &'static str,
    /// A rule, or `covered`.
    expected: &'static str,
    sql: &'static str,
}

/// The statements, and the definitions of the indexes by their names.
fn statements() -> (Vec<Statement>, BTreeMap<&'static str, &'static str>) {
    let (mut found, mut definitions) = (Vec::new(), BTreeMap::new());
    let mut index = "";
    for line in STATEMENTS.lines().filter(|line| !line.is_empty()) {
        if line.starts_with("CREATE ") {
            index = line.split(" INDEX ").nth(1).unwrap();
            index = index.split(' ').next().unwrap();
            definitions.insert(index, line);
            continue;
        }
        let (expected, sql) = line.split_once(": ").unwrap();
        found.push(Statement {
            index,
            expected,
            sql,
        });
    }
    (found, definitions)
}

/// What laneset says of each statement, in one repository that pairs them all.
fn said(statements: &[Statement], definitions: &BTreeMap<&str, &str>) -> Vec<String> {
    let copy = repository("documents_live", "app/none.sql", "SELECT 1;\n", "");
    let mut manifest = "version = 1\n".to_owned();
    for (number, statement) in statements.iter().enumerate() {
        let path = format!("app/{number:03}.sql");
        copy.write(&path, format!("{};\n", statement.sql));
        let index = statement.index;
        manifest += &format!("[[cover]]\nindex = \"{index}\"\nquery = {{ file = \"{path}\" }}\n");
    }
    copy.write("laneset.toml", manifest);
    let indexes: Vec<&str> = definitions.values().copied().collect();
    copy.write(
        "db/schema.sql",
        format!("{STATEMENTS_SCHEMA}{}\n", indexes.join("\n")),
    );
    let report = check(copy.path()).report();
    assert_eq!(report.0["checked"]["queries"], statements.len());
    let mut said = vec!["covered".to_owned(); statements.len()];
    for finding in report.findings() {
        let path = finding["path"].as_str().unwrap();
        let number: usize = path["app/".len()..path.len() - ".sql".len()]
            .parse()
            .unwrap();
        said[number] = finding["rule"].as_str().unwrap().to_owned();
    }
    said
}

/// Whether a prepared statement's generic plan has the index; of an INSERT whether Postgres finds the arbiter too.
fn is_in_generic_plan(session: &mut Session, statement: &Statement) -> bool {
    let sql = statement.sql;
    let parameters = (1..10).filter(|number| sql.contains(&format!("${number}")));
    let nulls = vec!["NULL"; parameters.count()].join(", ");
    let given = match nulls.is_empty() {
        true => String::new(),
        false => format!("({nulls})"),
    };
    session.execute("SAVEPOINT statement").unwrap();
    let planned = session
        .execute(&format!("PREPARE p AS {sql}"))
        .and_then(|()| session.rows(&format!("EXPLAIN (COSTS off) EXECUTE p{given}")));
    session.execute("ROLLBACK TO statement").unwrap();
    // What is prepared outlives the transaction.
    let _ = session.execute("DEALLOCATE ALL");
    let answer = planned.map(|rows| {
        let lines: Vec<String> = rows.into_iter().flatten().flatten().collect();
        lines.join("\n").contains(statement.index)
    });
    answer.unwrap_or_else(|error| {
        assert!(
            error.contains("ON CONFLICT specification"),
            "{sql}: {error}"
        );
        false
    })
}

#[test]
fn of_an_adversarys_statements_none_is_called_covered_that_postgres_cannot_cover() {
    let (statements, definitions) = statements();
    let said = said(&statements, &definitions);
    let server = Server::shared();
    let mut session = server.database("covers_statements");
    session.execute(STATEMENTS_SCHEMA).unwrap();
    for setting in ["enable_seqscan", "enable_mergejoin", "enable_hashjoin"] {
        session.execute(&format!("SET {setting} = off")).unwrap();
    }
    session
        .execute("SET plan_cache_mode = force_generic_plan")
        .unwrap();
    let mut wrong = Vec::new();
    for (statement, said) in statements.iter().zip(&said) {
        session.execute("BEGIN").unwrap();
        session.execute(definitions[statement.index]).unwrap();
        let is_used = is_in_generic_plan(&mut session, statement);
        session.execute("ROLLBACK").unwrap();
        let holds = match said.as_str() {
            "covered" => is_used,
            "query-not-covered" => !is_used,
            // Undecided, and said to be.
            _ => true,
        };
        if !holds || said != statement.expected {
            let (index, sql) = (statement.index, statement.sql);
            wrong.push(format!(
                "{index}: {sql}\n  {said}, expected {}; used: {is_used}",
                statement.expected
            ));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_pair_is_read_in_source_and_by_builders() {
    for (path, text, expected) in [
        (
            "app/list.rs",
            "fn list() { sqlx::query(\"SELECT id FROM documents WHERE owner_id = $1 AND deleted_at IS NULL AND NOT is_draft\"); }",
            vec![],
        ),
        (
            "app/list.rs",
            "fn list() { sqlx::query(\"SELECT id FROM documents WHERE owner_id = $1 AND deleted_at IS NULL AND is_draft = $2\"); }",
            vec!["unprovable-query"],
        ),
        (
            "app/list.ts",
            "function list() { return db.select().from(documents).where(and(eq(documents.ownerId, id), isNull(documents.deletedAt), not(documents.isDraft))); }",
            vec![],
        ),
        (
            "app/list.ts",
            "function list() { return db.select().from(documents).where(and(eq(documents.ownerId, id), isNull(documents.deletedAt))); }",
            vec!["query-not-covered"],
        ),
        (
            "app/list.ts",
            "function list() { return db.select().from(documents).where(and(eq(documents.ownerId, id), isNull(documents.deletedAt), sql`NOT is_draft`)); }",
            vec![],
        ),
        (
            "app/list.ts",
            "function list() { return 1; }",
            vec!["site-missing"],
        ),
        (
            "app/list.ts",
            "function lists() { return 1; }",
            vec!["site-missing"],
        ),
        (
            "app/list.py",
            "def list(q):\n    return q('SELECT id FROM documents WHERE deleted_at IS NULL AND FROM WHERE')\n",
            vec!["unreadable-site"],
        ),
        // Rails: what follows may take a condition back.
        (
            "app/list.rb",
            "class Document\n  def self.list\n    where(deleted_at: nil, is_draft: false).unscope(where: :deleted_at)\n  end\nend\n",
            vec!["unprovable-query"],
        ),
        // Prisma leaves out what is undefined.
        (
            "app/list.ts",
            "function list() { return prisma.documents.findMany({ where: { isDraft: false, deletedAt: undefined } }); }",
            vec!["unprovable-query"],
        ),
        (
            "app/list.go",
            "package app\nfunc list() { q := \"SELECT id FROM documents WHERE deleted_at IS NULL AND NOT is_draft\"; if all { q += \" AND owner_id = 1\" }; db.Query(q) }\n",
            vec![],
        ),
        (
            "app/list.go",
            "package app\nfunc list() { q := \"SELECT id FROM documents WHERE deleted_at IS NULL AND NOT is_draft\"; if all { q += \" OR true\" }; db.Query(q) }\n",
            vec!["unreadable-site"],
        ),
    ] {
        let copy = repository("documents_live", path, text, ", within = \"list\"");
        assert_eq!(rules(&copy), expected, "{text}");
    }
}

#[test]
fn the_index_of_a_pair_is_followed_through_the_migrations() {
    let text =
        "SELECT id FROM documents WHERE owner_id = 1 AND deleted_at IS NULL AND NOT is_draft;\n";
    let copy = repository("documents_live", "app/query.sql", text, "");
    copy.remove("db/schema.sql");
    let up = |version: &str, sql: &str| {
        copy.write(
            &format!("db/migrations/{version}_x.sql"),
            format!("-- migrate:up\n{sql}\n-- migrate:down\nSELECT 1;\n"),
        );
    };
    assert_eq!(rules(&copy), ["site-missing"]);
    up("20260101000000", SCHEMA);
    up("20260102000000", definition("documents_live"));
    assert_eq!(rules(&copy), Vec::<String>::new());
    // What names the table alone matters too.
    up(
        "20260103000000",
        "ALTER TABLE documents DROP COLUMN is_draft;",
    );
    assert_eq!(rules(&copy), ["site-missing"]);
    up(
        "20260104000000",
        "CREATE INDEX documents_live ON documents (owner_id) WHERE deleted_at IS NULL AND state = 'new';",
    );
    assert_eq!(rules(&copy), ["query-not-covered"]);
    let report = check(copy.path()).report();
    let finding: &Value = &report.findings()[0];
    assert_eq!(finding["lane_set"], Value::Null);
    assert_eq!(finding["path"], "app/query.sql");
    assert_eq!(finding["line"], 1);
    up(
        "20260105000000",
        "DO $$ BEGIN EXECUTE 'DROP INDEX ' || current_setting('x.documents_live'); END $$;",
    );
    assert_eq!(rules(&copy), ["unreadable-site"]);
}
